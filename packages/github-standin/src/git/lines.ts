import type { BareRepository } from "./run.ts"

/** A line of a patch, as reviews count them. */
export interface PatchLine {
  /** 1 is the line below the first `@@`. https://docs.github.com/rest/pulls/comments#create-a-review-comment-for-a-pull-request */
  readonly position: number
  readonly left: number | null
  readonly right: number | null
  /** The hunk up to and including this line. */
  readonly hunk: string
}

export function patchLines(patch: string): Array<PatchLine> {
  const lines: Array<PatchLine> = []
  let left = 0
  let right = 0
  let hunk: Array<string> = []
  for (const [position, text] of patch.split("\n").entries()) {
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text)
    if (header) {
      left = Number(header[1])
      right = Number(header[2])
      hunk = [text]
      continue
    }
    hunk.push(text)
    const kind = text[0]
    if (kind === "\\") continue
    lines.push({ position, left: kind === "+" ? null : left, right: kind === "-" ? null : right, hunk: hunk.join("\n") })
    if (kind !== "+") left += 1
    if (kind !== "-") right += 1
  }
  return lines
}

/** Where a line of a file is after a change; null when the change removed or rewrote it. */
export async function followLine(repo: BareRepository, from: string, to: string, path: string, line: number): Promise<number | null> {
  const diff = await repo.text(["diff", "-U0", "--no-color", "--no-ext-diff", from, to, "--", `:(literal)${path}`])
  let shift = 0
  for (const match of diff.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)) {
    const start = Number(match[1])
    const removed = Number(match[2] ?? 1)
    const added = Number(match[4] ?? 1)
    if (removed > 0 && line >= start && line < start + removed) return null
    if (line > start || (removed > 0 && line >= start + removed)) shift += added - removed
  }
  return line + shift
}
