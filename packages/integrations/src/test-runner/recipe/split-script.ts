/** A command of a script line, and what joins it to the one before. */
export interface Segment {
  readonly text: string
  readonly join: "&&" | ";"
}

/** Commands that change the shell for what follows: their line only means something as a whole. */
const STATEFUL = /^(cd|export|set|source|\.|if|for|while|case|function|exit|trap|unset|alias|eval)(\s|$)|^[({!]|^\w+=\S*$/

/**
 * The commands of a line, split at `&&` and `;` outside of quotes and brackets; pipelines and `||` stay together. Null when the line
 * cannot be taken apart: open quotes, a lone `&`, a change of directory or of the environment.
 */
export const splitScript = (line: string): ReadonlyArray<Segment> | null => {
  const segments: Array<Segment> = []
  let join: Segment["join"] = "&&"
  let quoteMark: string | null = null
  let depth = 0
  let text = ""
  const push = (next: Segment["join"]): void => {
    if (text.trim() !== "") segments.push({ text: text.trim(), join })
    join = next
    text = ""
  }
  for (let index = 0; index < line.length; index++) {
    const char = line[index] ?? ""
    if (quoteMark !== null) {
      if (char === quoteMark) quoteMark = null
      else if (char === "\\" && quoteMark === '"') text += line[index++] ?? ""
    } else if (char === '"' || char === "'" || char === "`") quoteMark = char
    else if (char === "(") depth++
    else if (char === ")") depth--
    else if (depth === 0 && (char === ";" || char === "\n")) {
      push(";")
      continue
    } else if (depth === 0 && char === "&" && line[index + 1] === "&") {
      push("&&")
      index++
      continue
    } else if (char === "&" && line[index - 1] !== ">" && line[index + 1] !== ">") return null
    else if (char === "\\") text += line[index++] ?? ""
    text += line[index] ?? ""
  }
  push("&&")
  return quoteMark !== null || depth !== 0 || segments.some((segment) => STATEFUL.test(segment.text)) ? null : segments
}

/** `A=b cross-env C=d npx eslint .` -> its environment and what runs under it. */
const PREFIX = /^((?:\w+=(?:"[^"]*"|'[^']*'|\S*)\s+)*)((?:(?:cross-env|cross-env-shell|env)\s+(?:\w+=(?:"[^"]*"|'[^']*'|\S*)\s+)*)?)(.*)$/s

interface Words {
  /** Assignments in front, as written, with a blank at the end. */
  readonly assignments: string
  /** `cross-env A=b `, as written. */
  readonly wrapper: string
  readonly rest: string
}

export const wordsOf = (text: string): Words => {
  const [, assignments = "", wrapper = "", rest = text] = PREFIX.exec(text) ?? []
  return { assignments, wrapper, rest }
}

/** The name of the program a command starts, without its folder, its `.js` and whoever starts it (npx, node, pnpm exec). */
export const programOf = (text: string): string => {
  const plain = wordsOf(text).rest.replace(/^(npx(\s+-\S+)*|(pnpm|yarn|bun)(\s+(run|exec|dlx|x))?)\s+/, "")
  const script = /^node\s+(?:--?\S+\s+)*(\S*node_modules\/\S+)/.exec(plain)?.[1]
  const word = (script ?? plain.split(/\s+/)[0] ?? "").replaceAll(/["']/g, "")
  return (word.split("/").at(-1) ?? "").replace(/\.[cm]?js$/, "")
}

/** Options of nyc and c8 that take their value as the next word. */
const WITH_VALUE =
  /^(-r|-t|-o|-n|-x|-e|-c|--(reporter|temp-dir|temp-directory|report-dir|reports-dir|include|exclude|extension|config|cwd|src|lines|branches|functions|statements))$/
/** Options that change what the tests themselves run on: then the wrapper is part of the tests. */
const CARRIES = /^(-i|--require|--import|--loader|--hook-require)(=|$)/

/** The command under a coverage wrapper, or null when there is none, or the tests may need it. */
export const withoutCoverage = (text: string): string | null => {
  const { assignments, wrapper, rest } = wordsOf(text)
  const inner = /^(?:npx\s+)?(?:nyc|c8)\s+(.*)$/s.exec(rest)?.[1]
  if (inner === undefined || /[|<>]/.test(inner)) return null
  const words = inner.split(/\s+/)
  let at = 0
  while (at < words.length && (words[at] ?? "").startsWith("-")) {
    const word = words[at] ?? ""
    if (CARRIES.test(word)) return null
    at += WITH_VALUE.test(word) ? 2 : 1
  }
  const command = words.slice(at).join(" ")
  return command === "" || /^(report|check-coverage|merge|instrument|help)\b/.test(command) ? null : `${assignments}${wrapper}${command}`
}
