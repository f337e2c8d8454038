import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { runTask } from "../pipelines/run-task.ts"
import { input } from "../pipelines/testing/fixtures.ts"
import { World } from "../pipelines/testing/in-memory-world.ts"
import { proofKey } from "./artifact-keys.ts"
import { sha256Hex, utf8 } from "./base64.ts"
import { canonicalJson, type Json } from "./canonical-json.ts"
import { checkProof } from "./check-proof.ts"
import { preAuthenticationEncoding, printEnvelope, readEnvelope } from "./dsse.ts"
import { PAYLOAD_TYPE } from "./Proof.ts"
import { generateKey, publicKeyOf, signerOf } from "./ProofKey.ts"

/** The proof of a real run of the pipeline. */
const realProof = async () => {
  const world = new World()
  await Effect.runPromise(runTask(input).pipe(Effect.provide(world.layer)))
  const text = world.artifacts.get(proofKey(input.taskId)) ?? assert.fail("there is no proof")
  return { bytes: utf8(text), key: world.proofKey, keys: [await publicKeyOf(world.proofKey)] }
}

/** Another payload, well signed by the same key: what only the Loom that holds the key could make. */
const resigned = async (
  { bytes, key, keys }: Awaited<ReturnType<typeof realProof>>,
  edit: (statement: Record<string, unknown>) => unknown,
) => {
  const sealed = readEnvelope(bytes) ?? assert.fail("the real proof is no envelope")
  const edited = edit(JSON.parse(new TextDecoder().decode(sealed.payload)) as Record<string, unknown>)
  const payload = utf8(typeof edited === "string" ? edited : canonicalJson(edited as Json))
  const signature = await (await signerOf(key))(preAuthenticationEncoding(PAYLOAD_TYPE, payload))
  return utf8(printEnvelope({ payloadType: PAYLOAD_TYPE, payload, keyId: keys[0]?.keyId ?? "", signature }))
}
const failing = async (bytes: Uint8Array<ArrayBuffer>, keys: Parameters<typeof checkProof>[1], hash: string | null = null) => {
  const { checks, statement } = await checkProof(bytes, keys, hash)
  const no = checks.filter(({ ok }) => ok !== true)
  assert.lengthOf(no, 1)
  assert.isNull(statement, "nothing of a proof that fails is believed")
  return no[0]?.name
}

describe("checkProof", () => {
  it("says yes to a real proof, and what it says can be read", async () => {
    const { bytes, keys } = await realProof()
    const { checks, sha256, statement } = await checkProof(bytes, keys, await sha256Hex(bytes))
    assert.deepStrictEqual(
      checks.map(({ name, ok }) => `${name} ${ok}`),
      ["hash true", "envelope true", "signature true", "schema true", "consistency true"],
    )
    assert.strictEqual(sha256, await sha256Hex(bytes))
    assert.strictEqual(statement?.predicate.comparison.verdict, "pass")
    assert.deepStrictEqual(statement?.predicate.tests?.head.counts, { passed: 2, failed: 0, skipped: 0 })
  })

  it("says no to a real proof in which any one byte is another, at every position", async () => {
    const { bytes, keys } = await realProof()
    for (let at = 0; at < bytes.length; at++) {
      // One bit: what is nearest is easiest to miss.
      const other = bytes.slice()
      other[at] = (other[at] ?? 0) ^ (1 << (at % 7))
      const { statement } = await checkProof(other, keys, null)
      assert.isNull(statement, `byte ${at}`)
    }
  }, 300_000)

  it("says no to a proof that was cut, lengthened, doubled or put together of two", async () => {
    const [one, two] = [await realProof(), await realProof()]
    const { bytes, keys } = one
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), fc.nat(bytes.length), fc.uint8Array({ maxLength: 8 }), async (from, length, filling) => {
        const other = new Uint8Array([...bytes.slice(0, from), ...filling, ...bytes.slice(from + length)])
        const isSame = other.length === bytes.length && other.every((byte, index) => byte === bytes[index])
        assert.strictEqual((await checkProof(other, keys, null)).statement !== null, isSame)
      }),
      { numRuns: 300 },
    )
    const [a, b] = [readEnvelope(bytes), readEnvelope(two.bytes)]
    if (a === null || b === null) return assert.fail("the real proofs are no envelopes")
    assert.strictEqual(await failing(utf8(printEnvelope({ ...a, signature: b.signature })), keys), "signature")
  })

  it("names what is wrong", async () => {
    const real = await realProof()
    const { bytes, keys } = real
    assert.strictEqual(await failing(bytes, keys, "0".repeat(64)), "hash")
    assert.strictEqual(await failing(bytes, []), "signature")
    assert.strictEqual(await failing(bytes, [await publicKeyOf(generateKey())]), "signature")
    const sealed = readEnvelope(bytes) ?? assert.fail("no envelope")
    assert.strictEqual(await failing(utf8(printEnvelope({ ...sealed, payloadType: "application/json" })), keys), "envelope")
    // A key id that names a trusted key does not make another key's signature good.
    const foreign = await (await signerOf(generateKey()))(preAuthenticationEncoding(PAYLOAD_TYPE, sealed.payload))
    assert.strictEqual(await failing(utf8(printEnvelope({ ...sealed, signature: foreign })), keys), "signature")
  })

  it("says no to what is signed and is still no proof", async () => {
    const real = await realProof()
    const edits: ReadonlyArray<readonly [string, (statement: Record<string, unknown>) => unknown]> = [
      ["schema", (statement) => ({ ...statement, predicateType: "https://slsa.dev/provenance/v1" })],
      ["schema", (statement) => ({ ...statement, predicate: {} })],
      ["schema", (statement) => JSON.stringify(statement, null, 1)],
      ["schema", () => "[]"],
      ["schema", () => "not JSON"],
      [
        "consistency",
        (statement) => ({
          ...statement,
          subject: [
            { name: "commit", digest: { gitCommit: "0".repeat(40) } },
            { name: "change.patch", digest: { sha256: "0".repeat(64) } },
          ],
        }),
      ],
      ["consistency", (statement) => ({ ...statement, predicate: { ...(statement["predicate"] as object), tests: null } })],
    ]
    for (const [name, edit] of edits) assert.strictEqual(await failing(await resigned(real, edit), real.keys), name)
  })

  it("bears what a later Loom adds", async () => {
    const real = await realProof()
    const later = await resigned(real, (statement) => ({ ...statement, predicate: { ...(statement["predicate"] as object), later: 1 } }))
    assert.isNotNull((await checkProof(later, real.keys, null)).statement)
  })
})
