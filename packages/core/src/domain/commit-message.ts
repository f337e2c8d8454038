import type { TaskId } from "./Ids.ts"
import { cut, neutralise, visible } from "./safe-markdown.ts"

/** The types of Conventional Commits that Loom writes; anything else a model says becomes `fix`. */
const TYPES = ["fix", "feat", "docs", "refactor", "test", "chore", "perf", "build", "ci", "style"]

/** `<type>: <what> (#N)`; also the title of the pull request. A type the model repeated in its title is not said twice. */
export const changeTitle = (plan: { readonly type: string; readonly title: string }, issueNumber: number, max = 120): string => {
  const type = TYPES.includes(plan.type.trim().toLowerCase()) ? plan.type.trim().toLowerCase() : "fix"
  const what = neutralise(plan.title)
    .replace(/\s+/g, " ")
    .trim()
    .replace(new RegExp(`^(?:${TYPES.join("|")})(?:\\([^)]*\\))?!?:\\s*`, "i"), "")
    .replace(/\s*\(#\u200b?\d+\)\s*$/, "")
    .replace(/\.$/, "")
  const suffix = ` (#${issueNumber})`
  const room = max - type.length - 2 - suffix.length
  const short = what === "" ? `resolve issue ${issueNumber}` : what.length <= room ? what : `${cut(what, room - 1).trimEnd()}…`
  return `${type}: ${short}${suffix}`
}

/** Words are kept whole; a word longer than `width` stands alone. */
const wrap = (line: string, width: number): string => {
  const indent = /^\s*(?:[-*]\s+)?/.exec(line)?.[0].length ?? 0
  const rows: Array<string> = []
  let row = ""
  for (const word of line.split(" ")) {
    if (row !== "" && row.length + 1 + word.length > width) {
      rows.push(row)
      row = " ".repeat(indent) + word
    } else row = row === "" ? word : `${row} ${word}`
  }
  return [...rows, row].join("\n")
}

/** A line that git or GitHub would read as a trailer of its own, e.g. a forged `Signed-off-by:`. */
const TRAILER = /^[A-Za-z][A-Za-z0-9-]*(?=:\s)/

export interface CommitMessage {
  readonly plan: { readonly type: string; readonly title: string }
  readonly issueNumber: number
  /** What the coder says of its work: untrusted. */
  readonly summary: string
  readonly requestedBy: { readonly login: string; readonly id?: number | null; readonly email?: string | null }
  readonly taskId: TaskId
}

/** Who asked for it, in GitHub's own no-reply form where no e-mail is known. */
const coAuthor = ({ login, id, email }: CommitMessage["requestedBy"]): string => {
  const name = visible(login)
    .replace(/[<>\n]/g, "")
    .trim()
  const address = email ?? `${id === null || id === undefined ? "" : `${id}+`}${name}@users.noreply.github.com`
  return `Co-authored-by: ${name} <${address.replace(/[<>\s]/g, "")}>`
}

/** Subject, blank line, body at 72 columns, blank line, trailers (git-interpret-trailers). Same input, same text. */
export const commitMessage = (input: CommitMessage): string => {
  const body = neutralise(cut(input.summary, 4000))
    .split("\n")
    .map((line) => line.trimEnd().replace(TRAILER, (name) => `- ${name}`))
    .map((line) => wrap(line, 72))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim()
  const trailers = [coAuthor(input.requestedBy), `Loom-Task: ${input.taskId}`]
  return [changeTitle(input.plan, input.issueNumber, 100), ...(body === "" ? [] : [body]), trailers.join("\n")].join("\n\n") + "\n"
}
