import type { ChangedFile } from "@loom/core/domain/Change"
import { fileName } from "@loom/core/domain/file-name"

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))

/** What `CHANGE` printed: three base64 lines and a tree. Null when the output is not that. */
export const readParts = (
  stdout: string,
): { readonly patch: Uint8Array<ArrayBuffer>; readonly numstat: string; readonly nameStatus: string; readonly tree: string } | null => {
  const [patch, numstat, nameStatus, tree, ...rest] = stdout.split("\n")
  if (patch === undefined || numstat === undefined || nameStatus === undefined || rest.join("") !== "") return null
  if (tree === undefined || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(tree)) return null
  const text = (line: string) => fileName(fromBase64(line))
  return { patch: fromBase64(patch), numstat: text(numstat), nameStatus: text(nameStatus), tree }
}

/** Null when the bytes are not UTF-8: then they would not survive as a string. */
export const asUtf8 = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

const STATUS: Readonly<Record<string, ChangedFile["status"]>> = { A: "added", D: "deleted", M: "modified", T: "modified" }

/**
 * `--numstat -z` (`added TAB deleted TAB path NUL`, `-` for binary) and `--name-status -z` (`status NUL path NUL`) as files,
 * by path. Renames are told as a deletion and an addition, so that a protected path cannot be left by renaming it.
 */
export const changedFiles = (numstat: string, nameStatus: string): ReadonlyArray<ChangedFile> => {
  const statuses = new Map<string, ChangedFile["status"]>()
  const fields = nameStatus.split("\0")
  for (let at = 0; at + 1 < fields.length; at += 2) statuses.set(fields[at + 1] ?? "", STATUS[fields[at]?.[0] ?? ""] ?? "modified")
  return numstat.split("\0").flatMap((row) => {
    const [, additions, deletions, path] = /^(\d+|-)\t(\d+|-)\t([\s\S]+)$/.exec(row) ?? []
    if (additions === undefined || deletions === undefined || path === undefined) return []
    const count = (text: string) => (text === "-" ? 0 : Number(text))
    return [{ path, status: statuses.get(path) ?? "modified", additions: count(additions), deletions: count(deletions) }]
  })
}

export const sha256Hex = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("")
