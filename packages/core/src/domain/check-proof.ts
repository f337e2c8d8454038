import { Schema } from "effect"
import { sha256Hex } from "./base64.ts"
import { canonicalJson, type Json } from "./canonical-json.ts"
import { preAuthenticationEncoding, readEnvelope } from "./dsse.ts"
import { PAYLOAD_TYPE, Statement } from "./Proof.ts"
import { isSignedBy, type PublicKey } from "./ProofKey.ts"

/** One question that was asked of a proof, and its answer in a sentence. */
export interface Check {
  readonly name: string
  /** Null: it could not be asked. */
  readonly ok: boolean | null
  readonly detail: string
}

export interface CheckedProof {
  /** sha-256, hex, of the bytes. */
  readonly sha256: string
  readonly checks: ReadonlyArray<Check>
  /** Null unless every check passed: nothing of an unsigned document is to be believed. */
  readonly statement: Statement | null
  readonly keyId: string | null
}

const decodeStatement = Schema.decodeUnknownResult(Statement)

/**
 * Asks everything that can be asked of the bytes alone, and stops at the first no: what comes after it would rest on nothing.
 * `keys` are those the reader believes; the id in the envelope only chooses among them.
 */
export const checkProof = async (
  bytes: Uint8Array<ArrayBuffer>,
  keys: ReadonlyArray<PublicKey>,
  expectedSha256: string | null,
): Promise<CheckedProof> => {
  const sha256 = await sha256Hex(bytes)
  const checks: Array<Check> = []
  const no = (name: string, detail: string): CheckedProof => ({
    sha256,
    checks: [...checks, { name, ok: false, detail }],
    statement: null,
    keyId: null,
  })
  const yes = (name: string, detail: string) => checks.push({ name, ok: true, detail })

  if (expectedSha256 !== null) {
    if (sha256 !== expectedSha256.toLowerCase()) return no("hash", `the proof's sha-256 is ${sha256}, and not ${expectedSha256}`)
    yes("hash", `sha-256 ${sha256}, as expected`)
  }
  const sealed = readEnvelope(bytes)
  if (sealed === null)
    return no("envelope", "this is no DSSE envelope in the one form that Loom writes: it was changed, cut or re-formatted")
  if (sealed.payloadType !== PAYLOAD_TYPE) return no("envelope", `its payload is of another type than ${PAYLOAD_TYPE}`)
  yes("envelope", `DSSE, ${PAYLOAD_TYPE}`)

  const key = keys.find(({ keyId }) => keyId === sealed.keyId)
  if (key === undefined) return no("signature", `it names the key ${sealed.keyId.slice(0, 64)}, which is not among the keys you trust`)
  if (!(await isSignedBy(key, preAuthenticationEncoding(sealed.payloadType, sealed.payload), sealed.signature)))
    return no("signature", `the signature is not one of key ${key.keyId} over this payload`)
  yes("signature", `Ed25519, key ${key.keyId}`)

  const text = new TextDecoder().decode(sealed.payload)
  const payload = parsed(text)
  const decoded = decodeStatement(payload)
  if (decoded._tag === "Failure")
    return no("schema", `the payload is not as proof.schema.json says: ${decoded.failure.message.slice(0, 500)}`)
  if (canonicalOrNull(payload) !== text) return no("schema", "the payload is not canonical JSON (RFC 8785)")
  yes("schema", "in-toto Statement v1 with a Loom proof, canonical JSON")

  const statement = decoded.success
  const problem = contradiction(statement)
  if (problem !== null) return no("consistency", problem)
  yes("consistency", "it speaks of one commit and one patch, and its verdict rests on figures")
  return { sha256, checks, statement, keyId: key.keyId }
}

/** A statement must say one thing only: what the signature covers twice has to be the same twice. */
const contradiction = ({ predicate, subject }: Statement): string | null => {
  const [commit, patch] = subject
  if (commit.digest.gitCommit !== predicate.head.commit) return "its subject is another commit than the one it speaks of"
  if (patch.digest.sha256 !== predicate.patch.sha256) return "its subject is another patch than the one it speaks of"
  if (predicate.tests === null && predicate.comparison.verdict !== "no_tests")
    return "its verdict speaks of tests that it has no figures of"
  return null
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const canonicalOrNull = (value: unknown): string | null => {
  try {
    return canonicalJson(value as Json)
  } catch {
    return null
  }
}
