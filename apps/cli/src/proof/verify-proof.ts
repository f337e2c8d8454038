import { readFile } from "node:fs/promises"
import { checkProof, type Check } from "@loom/core/domain/check-proof"
import type { Statement } from "@loom/core/domain/Proof"
import { BadInput } from "../CliError.ts"
import { tokenFor } from "../commands/remote/connection.ts"
import { checkAttachments } from "./check-attachments.ts"
import { checkRepository } from "./check-repository.ts"
import { fetchBytes, isUrl } from "./fetch-bytes.ts"
import { keysOfFile, keysOfServer, keysOfThisMachine, type TrustedKeys } from "./trusted-keys.ts"

/** What is to be verified; paths are absolute. */
export interface VerifyOptions {
  /** A file, or the URL of a task's proof. */
  readonly proof: string
  /** The file of a public key. */
  readonly key: string | null
  /** A clone that has the commit. */
  readonly repo: string | null
  /** sha-256 that the proof must have, as the pull request names it. */
  readonly hash: string | null
}

export interface Verification {
  /** No check said no. */
  readonly verified: boolean
  readonly sha256: string
  readonly keyId: string | null
  /** Where the trusted keys came from. */
  readonly keySource: string
  readonly checks: ReadonlyArray<Check>
  readonly statement: Statement | null
}

/** @throws BadInput when there is nothing to verify, or nothing to verify it with */
export const verifyProof = async (options: VerifyOptions, root: string, env: NodeJS.ProcessEnv): Promise<Verification> => {
  const token = isUrl(options.proof) ? tokenFor(new URL(options.proof).origin, { env, root }) : null
  return verifyWith(await trustedKeys(options, root, env), token, options)
}

/** The same, by keys that are trusted already; `token` opens the server of the proof. */
export const verifyWith = async (
  trusted: TrustedKeys,
  token: string | null,
  { hash, proof, repo }: Omit<VerifyOptions, "key">,
): Promise<Verification> => {
  const bytes = await readProof(proof, token)
  const { checks, keyId, sha256, statement } = await checkProof(bytes, trusted.keys, hash)
  const further =
    statement === null
      ? []
      : [
          ...(isUrl(proof) ? await checkAttachments(proof, token, statement.predicate) : []),
          ...(repo === null ? [] : await checkRepository(repo, statement.predicate)),
        ]
  const all = [...checks, ...further]
  return {
    verified: statement !== null && all.every(({ ok }) => ok !== false),
    sha256,
    keyId,
    keySource: trusted.source,
    checks: all,
    statement,
  }
}

const readProof = async (proof: string, token: string | null): Promise<Uint8Array<ArrayBuffer>> => {
  if (!isUrl(proof)) {
    return new Uint8Array(
      await readFile(proof).catch((error: unknown) => {
        throw new BadInput({ detail: `The proof ${proof} cannot be read: ${error instanceof Error ? error.message : String(error)}` })
      }),
    )
  }
  const bytes = await fetchBytes(proof, token)
  if (bytes === null) throw new BadInput({ detail: `There is no proof at ${proof}: give …/api/v1/tasks/<id>/proof of a published task.` })
  return bytes
}

/** The key that was given; else what the proof's server says; else that of the Loom that is known here, or of this machine. */
const trustedKeys = async ({ key, proof }: VerifyOptions, root: string, env: NodeJS.ProcessEnv): Promise<TrustedKeys> => {
  if (key !== null) return keysOfFile(key)
  if (isUrl(proof)) return keysOfServer(new URL(proof).origin)
  const named = env["LOOM_URL"] ?? ""
  if (named !== "") return keysOfServer(new URL(named).origin)
  const local = await keysOfThisMachine(root)
  if (local !== null) return local
  throw new BadInput({ detail: "Give the public key with --key <file>: it is at /api/v1/proof-key of the Loom that made the proof." })
}
