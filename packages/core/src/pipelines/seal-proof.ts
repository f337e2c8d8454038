import { Effect, Schema } from "effect"
import { proofKey } from "../domain/artifact-keys.ts"
import { sha256Hex, utf8 } from "../domain/base64.ts"
import { canonicalJson, type Json } from "../domain/canonical-json.ts"
import { cleanJson } from "../domain/clean-json.ts"
import { preAuthenticationEncoding, printEnvelope, readEnvelope } from "../domain/dsse.ts"
import { PAYLOAD_TYPE, type Predicate, Statement, statementOf } from "../domain/Proof.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { ProofSigner } from "../ports/ProofSigner.ts"

/** A proof as it is kept and served: `sha256` is of exactly these bytes (`text` is ASCII). */
export interface SealedProof {
  readonly text: string
  readonly sha256: string
  readonly keyId: string
}

const encodeStatement = Schema.encodeEffect(Statement)

/**
 * Signs and keeps the proof. What says the same is the same proof: one that is kept already for this very payload is answered as
 * it is, also when the key was changed in between, so that a pull request never names a hash that is no longer served.
 */
export const sealProof = Effect.fn("sealProof")(function* (predicate: Predicate) {
  const artifacts = yield* Artifacts
  const { keyId, sign } = yield* ProofSigner
  const encoded = (yield* encodeStatement(statementOf(predicate)).pipe(Effect.orDie)) as Json
  const payload = utf8(canonicalJson(cleanJson(encoded)))
  const signed = preAuthenticationEncoding(PAYLOAD_TYPE, payload)
  const key = proofKey(predicate.taskId)

  const kept = yield* artifacts.get(key)
  const known = kept === null ? null : readEnvelope(utf8(kept))
  if (kept !== null && known !== null && isSame(preAuthenticationEncoding(known.payloadType, known.payload), signed))
    return { text: kept, sha256: yield* hashOf(kept), keyId: known.keyId } satisfies SealedProof

  const text = printEnvelope({ payloadType: PAYLOAD_TYPE, payload, keyId, signature: yield* sign(signed) })
  yield* artifacts.put(key, text)
  return { text, sha256: yield* hashOf(text), keyId } satisfies SealedProof
})

const hashOf = (text: string) => Effect.promise(() => sha256Hex(text))

const isSame = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index])
