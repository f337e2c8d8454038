/** A line of a unified diff. `note` is what git says about it (`\ No newline at end of file`). */
export interface DiffLine {
  readonly kind: "hunk" | "added" | "removed" | "same" | "note"
  readonly text: string
  /** Numbers in the old and the new file, from 1; null where the line is not in it. */
  readonly old: number | null
  readonly now: number | null
}

export interface DiffFile {
  /** As git writes it: a name with odd bytes stays quoted. */
  readonly path: string
  /** The name before, where it was renamed or copied. */
  readonly from: string | null
  readonly change: "added" | "deleted" | "renamed" | "modified"
  readonly isBinary: boolean
  readonly lines: ReadonlyArray<DiffLine>
  readonly additions: number
  readonly deletions: number
}

/** `a/x` or `"a/x"` without the side; `/dev/null` is null. */
const pathOf = (text: string): string | null => {
  const name = text.replace(/\t.*$/, "")
  if (name === "/dev/null") return null
  return name.replace(/^("?)[ab]\//, "$1")
}

/** From `diff --git a/x b/x`, which a file without hunks (mode only, binary, empty) has alone. Both names are the same then. */
const pathInHeader = (header: string): string => {
  const quoted = /^"a\/(.*)" "b\/.*"$/.exec(header)
  if (quoted !== null) return `"${quoted[1] ?? ""}"`
  return header.slice(2, Math.floor(header.length / 2))
}

const hunk = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/

/** One file's part of `git diff`. A hunk's lines are counted, so that a line that looks like a header stays the line it is. */
const readFile = (lines: ReadonlyArray<string>): DiffFile => {
  let path = pathInHeader((lines[0] ?? "").slice("diff --git ".length))
  let from: string | null = null
  let change: DiffFile["change"] = "modified"
  let isBinary = false
  const out: Array<DiffLine> = []
  let [old, now, oldLeft, nowLeft] = [0, 0, 0, 0]
  for (const line of lines.slice(1)) {
    const mark = line[0] ?? ""
    if (oldLeft > 0 || nowLeft > 0) {
      if (mark === "+" && nowLeft > 0) out.push({ kind: "added", text: line.slice(1), old: null, now: now++ })
      else if (mark === "-" && oldLeft > 0) out.push({ kind: "removed", text: line.slice(1), old: old++, now: null })
      else if (mark === "\\") out.push({ kind: "note", text: line.slice(1).trim(), old: null, now: null })
      else out.push({ kind: "same", text: line.slice(1), old: old++, now: now++ })
      if (mark !== "\\" && mark !== "+") oldLeft -= 1
      if (mark !== "\\" && mark !== "-") nowLeft -= 1
      continue
    }
    const start = hunk.exec(line)
    if (start !== null) {
      ;[old, oldLeft, now, nowLeft] = [Number(start[1]), Number(start[2] ?? 1), Number(start[3]), Number(start[4] ?? 1)]
      out.push({ kind: "hunk", text: line, old: null, now: null })
    } else if (mark === "\\") out.push({ kind: "note", text: line.slice(1).trim(), old: null, now: null })
    else if (line.startsWith("new file")) change = "added"
    else if (line.startsWith("deleted file")) change = "deleted"
    else if (line.startsWith("rename from ")) [change, from] = ["renamed", line.slice("rename from ".length)]
    else if (line.startsWith("rename to ")) path = line.slice("rename to ".length)
    else if (line.startsWith("--- ") || line.startsWith("+++ ")) path = pathOf(line.slice(4)) ?? path
    else if (line.startsWith("Binary files") || line === "GIT binary patch") isBinary = true
  }
  const count = (kind: DiffLine["kind"]) => out.filter((line) => line.kind === kind).length
  return { path, from, change, isBinary, lines: out, additions: count("added"), deletions: count("removed") }
}

/** Where the lines of each file begin. A `diff --git` inside a hunk begins with the hunk's mark, so it is never at a line's start. */
const startsFile = (line: string): boolean => line.startsWith("diff --git ")

/** The files of `git diff`. Anything else is no file: the text is then not a diff. */
export const diffFiles = (patch: string): ReadonlyArray<DiffFile> => {
  const lines = patch.replace(/\n$/, "").split("\n")
  const starts = lines.flatMap((line, i) => (startsFile(line) ? [i] : []))
  return starts.map((start, i) => readFile(lines.slice(start, starts[i + 1] ?? lines.length)))
}
