/** A command that a page for agents names, and its line. */
export interface ToldCommand {
  readonly command: string
  readonly line: number
}

const ABOUT = /test|set.?up|install|build|command|develop|getting started|check|verif|quick|contribut|workflow|environment|how to/i
const NOT_ABOUT = /deploy|release|publish|single|specific|debug|benchmark|do ?n.t|never|avoid|forbidden|docker/i
const SHELL = /^(```|~~~)\s*(bash|sh|shell|console|zsh|shell-session|text)?\s*$/
const MAX_COMMANDS = 40

const cleaned = (text: string): string =>
  text
    .replace(/^\s*[$>]\s+/, "")
    .replace(/\s+#.*$/, "")
    .trim()

/**
 * Commands of a page such as AGENTS.md: lines of its shell blocks, and list items that are about a command in backticks. Only in
 * sections that are about setting up, building or testing. What is prose stays prose: nothing is guessed from it.
 */
export const commandsIn = (text: string): ReadonlyArray<ToldCommand> => {
  const found: Array<ToldCommand> = []
  let fence: "shell" | "other" | null = null
  let relevant = true
  for (const [index, raw] of text.split("\n").entries()) {
    const line = index + 1
    if (/^\s*(```|~~~)/.test(raw)) {
      fence = fence === null ? (SHELL.test(raw.trim()) ? "shell" : "other") : null
      continue
    }
    const heading = fence === null ? /^#{1,6}\s+(.*)$/.exec(raw)?.[1] : undefined
    if (heading !== undefined) relevant = ABOUT.test(heading) && !NOT_ABOUT.test(heading)
    if (!relevant) continue
    if (fence === "shell") {
      const command = cleaned(raw)
      if (command !== "" && !command.startsWith("#")) found.push({ command, line })
    } else if (fence === null && !NOT_ABOUT.test(raw)) {
      const inline = /^\s*(?:[-*+]|\d+\.)\s+[^`]{0,80}`([^`]+)`/.exec(raw)?.[1]
      if (inline !== undefined) found.push({ command: cleaned(inline), line })
    }
  }
  return found.slice(0, MAX_COMMANDS)
}
