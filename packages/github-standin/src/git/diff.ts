import type { BareRepository } from "./run.ts"

export interface FileChange {
  readonly filename: string
  readonly previousFilename: string | null
  readonly status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed"
  readonly additions: number
  readonly deletions: number
  /** Blob at the new side, or at the old side of a removed file. */
  readonly sha: string
  /** Hunks as GitHub shows them, without file headers; null for binary files and for pure renames. */
  readonly patch: string | null
}

const STATUS: Record<string, FileChange["status"]> = { A: "added", D: "removed", M: "modified", R: "renamed", C: "copied", T: "changed" }
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

/** Where a pull request's diff starts: the merge base, or the empty tree where the histories are unrelated. */
export async function mergeBase(repo: BareRepository, base: string, head: string): Promise<string | null> {
  return repo.maybe(["merge-base", base, head])
}

/** Files changed between two trees; `from` null is the empty tree. */
export async function diffFiles(repo: BareRepository, from: string | null, to: string): Promise<Array<FileChange>> {
  const range = [from ?? EMPTY_TREE, to]
  const [raw, numstat, patch] = await Promise.all([
    repo.bytes(["diff-tree", "-r", "-M", "-z", "--raw", "--no-abbrev", ...range]),
    repo.bytes(["diff-tree", "-r", "-M", "-z", "--numstat", ...range]),
    repo.bytes(["diff-tree", "-r", "-M", "-p", "--no-color", "--no-ext-diff", ...range]),
  ])
  const counts = parseNumstat(numstat.toString())
  const patches = splitPatch(patch.toString())
  return parseRaw(raw.toString()).map((change, index) => {
    const count = counts[index] ?? { additions: 0, deletions: 0 }
    return { ...change, ...count, patch: patches[index] ?? null }
  })
}

function parseRaw(text: string): Array<Omit<FileChange, "additions" | "deletions" | "patch">> {
  const parts = text.split("\0")
  const changes: Array<Omit<FileChange, "additions" | "deletions" | "patch">> = []
  for (let at = 0; at < parts.length && parts[at];) {
    const [, , before = "", after = "", code = "M"] = (parts[at++] ?? "").split(" ")
    const status = STATUS[code[0] ?? "M"] ?? "changed"
    const first = parts[at++] ?? ""
    const moved = status === "renamed" || status === "copied"
    const filename = moved ? (parts[at++] ?? "") : first
    changes.push({ filename, previousFilename: moved ? first : null, status, sha: status === "removed" ? before : after })
  }
  return changes
}

function parseNumstat(text: string): Array<{ additions: number; deletions: number }> {
  const parts = text.split("\0")
  const counts: Array<{ additions: number; deletions: number }> = []
  for (let at = 0; at < parts.length && parts[at]; at++) {
    const [added = "0", removed = "0", path = ""] = (parts[at] ?? "").split("\t")
    counts.push({ additions: Number(added) || 0, deletions: Number(removed) || 0 })
    if (path === "") at += 2
  }
  return counts
}

/** One entry per file, in the order of the raw diff. A type change is two `diff --git` blocks of one file. */
function splitPatch(text: string): Array<string | null> {
  const blocks = text.split(/^(?=diff --git )/m).filter((block) => block.startsWith("diff --git "))
  return blocks.map((block) => {
    const hunks = block.search(/^@@ /m)
    return hunks < 0 ? null : block.slice(hunks).replace(/\n$/, "")
  })
}

/** The whole change as `application/vnd.github.diff` and `.patch` give it. */
export function unifiedDiff(repo: BareRepository, from: string | null, to: string): Promise<Buffer> {
  return repo.bytes(["diff", "-M", "--no-color", "--no-ext-diff", from ?? EMPTY_TREE, to])
}

export function mailPatch(repo: BareRepository, base: string, head: string): Promise<Buffer> {
  return repo.bytes(["format-patch", "--stdout", "-M", "--no-signature", `${base}..${head}`])
}
