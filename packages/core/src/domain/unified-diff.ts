import { unquoteName } from "./file-name.ts"

/** One line of a hunk; `number` is the line in the new file (for a removed line: where it was). */
export interface DiffLine {
  readonly kind: "added" | "removed" | "context"
  readonly text: string
  readonly number: number
}

export interface DiffFile {
  /** Path after the change; of a deleted file, the one before. */
  readonly path: string
  readonly oldPath: string
  readonly status: "added" | "modified" | "deleted" | "renamed"
  readonly lines: ReadonlyArray<DiffLine>
  /** What git wrote behind `@@`: the nearest declaration above each hunk, by the index of the hunk's first line. */
  readonly headings: ReadonlyMap<number, string>
  /** This file's part of the patch, as it was. */
  readonly patch: string
}

const side = (name: string): string => unquoteName(name.replace(/\t$/, "")).replace(/^[ab]\//, "")

/** The header's two names; without quotes they are told apart by being equal (`git diff` says renames on their own lines). */
const headerNames = (line: string): readonly [string, string] => {
  const rest = line.slice("diff --git ".length)
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(rest)
  if (quoted) return [side(quoted[1] ?? ""), side(quoted[2] ?? "")]
  const half = (rest.length - 1) / 2
  return [side(rest.slice(0, half)), side(rest.slice(half + 1))]
}

interface Reading {
  path: string
  oldPath: string
  status: DiffFile["status"]
  readonly lines: Array<DiffLine>
  readonly headings: Map<number, string>
  readonly raw: Array<string>
}

/** Reads `git diff` output. Hunk counts rule: a removed line `-- a/x` is text, not a header. */
export const parseDiff = (patch: string): ReadonlyArray<DiffFile> => {
  const files: Array<Reading> = []
  let old = 0
  let fresh = 0
  let number = 0
  for (const line of patch.split("\n")) {
    const inHunk = old > 0 || fresh > 0
    if (!inHunk && line.startsWith("diff --git ")) {
      const [oldPath, path] = headerNames(line)
      files.push({ path, oldPath, status: "modified", lines: [], headings: new Map(), raw: [] })
    }
    const file = files.at(-1)
    if (file === undefined) continue
    file.raw.push(line)
    if (inHunk) {
      const text = line.slice(1)
      if (line.startsWith("+")) {
        fresh--
        file.lines.push({ kind: "added", text, number: number++ })
      } else if (line.startsWith("-")) {
        old--
        file.lines.push({ kind: "removed", text, number })
      } else if (!line.startsWith("\\")) {
        old--
        fresh--
        file.lines.push({ kind: "context", text, number: number++ })
      }
      continue
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)/.exec(line)
    if (hunk) {
      old = Number(hunk[1] ?? 1)
      fresh = Number(hunk[3] ?? 1)
      number = Number(hunk[2])
      file.headings.set(file.lines.length, hunk[4] ?? "")
    } else if (line.startsWith("new file mode")) file.status = "added"
    else if (line.startsWith("deleted file mode")) file.status = "deleted"
    else if (line.startsWith("rename from ")) {
      file.status = "renamed"
      file.oldPath = unquoteName(line.slice("rename from ".length))
    } else if (line.startsWith("rename to ")) file.path = unquoteName(line.slice("rename to ".length))
  }
  return files.map(({ raw, ...file }, index) => ({ ...file, patch: raw.join("\n") + (index < files.length - 1 ? "\n" : "") }))
}
