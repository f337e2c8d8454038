import { randomUUID } from "node:crypto"
import { rmSync } from "node:fs"
import { join } from "node:path"
import type { BareRepository } from "./run.ts"

export interface TreeEntry {
  readonly path: string
  readonly mode: string
  readonly type: string
  readonly sha: string
  /** Bytes; only blobs have one. */
  readonly size: number | null
}

export async function listTree(repo: BareRepository, treeish: string, recursive: boolean, path?: string): Promise<Array<TreeEntry>> {
  const args = ["ls-tree", "-z", "--long", ...(recursive ? ["-r", "-t"] : []), treeish, "--"]
  if (path) args.push(path)
  const text = (await repo.bytes(args)).toString()
  return text
    .split("\0")
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf("\t")
      const [mode = "", type = "", sha = "", size = "-"] = line.slice(0, tab).split(/ +/)
      return { path: line.slice(tab + 1), mode, type, sha, size: size === "-" ? null : Number(size) }
    })
}

/** The entry at a path of a commit, or null. */
export async function entryAt(repo: BareRepository, treeish: string, path: string): Promise<TreeEntry | null> {
  return (await listTree(repo, treeish, false, path)).find((entry) => entry.path === path) ?? null
}

export function readBlob(repo: BareRepository, sha: string): Promise<Buffer> {
  return repo.bytes(["cat-file", "blob", sha])
}

export function writeBlob(repo: BareRepository, content: Buffer): Promise<string> {
  return repo.text(["hash-object", "-w", "--stdin"], { input: content })
}

export interface TreeChange {
  readonly path: string
  readonly mode: string
  /** Null removes the path. A tree's SHA replaces the whole folder. */
  readonly sha: string | null
  readonly type: string
}

/** A new tree: `base` (or nothing) with the changes applied, made in an index file of its own. */
export async function writeTree(repo: BareRepository, base: string | null, changes: ReadonlyArray<TreeChange>): Promise<string> {
  const index = join(repo.path, `standin-index-${randomUUID()}`)
  const env = { GIT_INDEX_FILE: index }
  try {
    if (base) await repo.bytes(["read-tree", base], { env })
    const lines: Array<string> = []
    for (const change of changes) {
      if (change.type === "tree" && change.sha) {
        await repo.bytes(["rm", "-r", "--cached", "--quiet", "--ignore-unmatch", "--", `:(top,literal)${change.path}`], { env })
        await repo.bytes(["read-tree", `--prefix=${change.path}/`, change.sha], { env })
      } else {
        lines.push(change.sha === null ? `0 ${"0".repeat(40)}\t${change.path}` : `${change.mode} ${change.sha}\t${change.path}`)
      }
    }
    if (lines.length > 0) await repo.bytes(["update-index", "-z", "--index-info"], { env, input: `${lines.join("\0")}\0` })
    return await repo.text(["write-tree"], { env })
  } finally {
    rmSync(index, { force: true })
    rmSync(`${index}.lock`, { force: true })
  }
}
