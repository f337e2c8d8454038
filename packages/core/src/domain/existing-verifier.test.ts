import { createPublicKey } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { bundleFromJSON } from "@sigstore/bundle"
import { toSignedEntity, Verifier } from "@sigstore/verify"
import { Effect } from "effect"
import { runTask } from "../pipelines/run-task.ts"
import { input } from "../pipelines/testing/fixtures.ts"
import { World } from "../pipelines/testing/in-memory-world.ts"
import { proofKey } from "./artifact-keys.ts"
import type { Envelope } from "./dsse.ts"
import { generateKey, type PrivateKey, printPublicKey, publicKeyOf } from "./ProofKey.ts"

const proofOf = async () => {
  const world = new World()
  await Effect.runPromise(runTask(input).pipe(Effect.provide(world.layer)))
  return { key: world.proofKey, envelope: JSON.parse(world.artifacts.get(proofKey(input.taskId)) ?? "null") as Envelope }
}

/** sigstore's own verifier (the one that npm uses for provenance), trusting a bare public key. @throws when it does not verify */
const verifiedBySigstore = async (envelope: Envelope, key: PrivateKey) => {
  const pem = printPublicKey(await publicKeyOf(key))
  const bundle = bundleFromJSON({
    mediaType: "application/vnd.dev.sigstore.bundle+json;version=0.1",
    verificationMaterial: { publicKey: { hint: envelope.signatures[0]?.keyid }, tlogEntries: [] },
    dsseEnvelope: envelope,
  })
  const trust = { certificateAuthorities: [], ctlogs: [], tlogs: [], timestampAuthorities: [] }
  const verifier = new Verifier(
    { ...trust, publicKey: () => ({ publicKey: createPublicKey(pem), validFor: () => true }) },
    { tlogThreshold: 0, ctlogThreshold: 0, tsaThreshold: 0 },
  )
  return verifier.verify(toSignedEntity(bundle))
}

describe("a verifier that others wrote", () => {
  it("takes a proof of Loom's as it is", async () => {
    const { envelope, key } = await proofOf()
    assert.strictEqual((await verifiedBySigstore(envelope, key)).key.asymmetricKeyType, "ed25519")
  })

  it("refuses one that was changed, and one of another key", async () => {
    const { envelope, key } = await proofOf()
    const payload = Buffer.from(Buffer.from(envelope.payload, "base64").toString().replace('"pass"', '"past"')).toString("base64")
    for (const [other, trusted] of [
      [{ ...envelope, payload }, key],
      [{ ...envelope, payloadType: "text/plain" }, key],
      [envelope, generateKey()],
    ] as const) {
      const error = await verifiedBySigstore(other, trusted).then(
        () => null,
        (thrown: unknown) => thrown,
      )
      assert.instanceOf(error, Error)
      assert.match(error.message, /signature/)
    }
  })
})
