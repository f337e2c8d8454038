import { Effect, Layer, Redacted } from "effect"
import { parsePrivateKey, parsePublicKey, type PrivateKey, type PublicKey, publicKeyOf, signerOf } from "@loom/core/domain/ProofKey"
import { ProofSigner } from "@loom/core/ports/ProofSigner"
import type { Settings } from "./LoomConfig.ts"

type KeySettings = Pick<Settings, "proofKey" | "oldProofKeys">

/** `LoomConfig` has read it before and refuses every request without it. */
const privateKeyOf = ({ proofKey }: KeySettings): PrivateKey => {
  const key = parsePrivateKey(Redacted.value(proofKey))
  if (key === null) throw new Error("LOOM_PROOF_KEY is no Ed25519 private key")
  return key
}

/** The key stays in the platform, where it cannot be read out again. */
export const proofSignerLayer = (settings: KeySettings): Layer.Layer<ProofSigner> =>
  Layer.effect(
    ProofSigner,
    Effect.promise(async () => {
      const key = privateKeyOf(settings)
      const [sign, { keyId }] = await Promise.all([signerOf(key), publicKeyOf(key)])
      return ProofSigner.of({ keyId, sign: (message) => Effect.promise(() => sign(message)) })
    }),
  )

/** The present key first, then those of earlier proofs. */
export const publicProofKeys = async (settings: KeySettings): Promise<ReadonlyArray<PublicKey>> => {
  const [present, ...old] = await Promise.all([publicKeyOf(privateKeyOf(settings)), ...settings.oldProofKeys.map(parsePublicKey)])
  const keys = [present, ...old.filter((key) => key !== null)]
  return keys.filter((key, index) => keys.findIndex(({ keyId }) => keyId === key.keyId) === index)
}
