import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { generateKey, parsePrivateKey, type PrivateKey, printPrivateKey } from "@loom/core/domain/ProofKey"
import { WorldFailed } from "../CliError.ts"

export const localKeyFile = (root: string): string => join(root, ".loom", "proof-key")

/** Null when no world was ever started here, or the file holds no key. */
export const readLocalKey = (root: string): PrivateKey | null => {
  try {
    return parsePrivateKey(readFileSync(localKeyFile(root), "utf8"))
  } catch {
    return null
  }
}

/**
 * The key that signs the proofs of this machine's worlds: made by the first of them, readable by its owner only, and kept, so that
 * a proof can be checked when its world is long gone. Two worlds that start at once take the same one.
 */
export const ensureLocalKey = (root: string): PrivateKey => {
  const file = localKeyFile(root)
  mkdirSync(join(root, ".loom"), { recursive: true })
  const making = `${file}.${randomUUID()}`
  writeFileSync(making, `${printPrivateKey(generateKey())}\n`, { mode: 0o600 })
  try {
    linkSync(making, file)
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error
  } finally {
    rmSync(making, { force: true })
  }
  const key = readLocalKey(root)
  if (key === null) {
    throw new WorldFailed({
      part: "the proof key",
      detail: `${file} holds no Ed25519 key.`,
      remedy: "Remove it; the next start makes a new one, and proofs signed with the old one can then not be checked here.",
      logTail: null,
    })
  }
  return key
}
