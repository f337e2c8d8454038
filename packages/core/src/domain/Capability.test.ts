import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { Capability, signCapability, verifyCapability } from "./Capability.ts"
import { RunId } from "./Ids.ts"

const secret = Redacted.make("0123456789abcdef0123456789abcdef")
const capability: Capability = {
  runId: RunId.make("run-1"),
  repositoryId: 7,
  installationId: 9,
  fullName: "acme/widgets",
  branch: "loom/issue-3",
  scopes: ["git:read", "git:push"],
  exp: 1_800_000_000,
}
const inTime = capability.exp * 1000 - 1

describe("Capability", () => {
  it.effect.prop("what was signed is what is read", [Capability], ([value]) =>
    Effect.gen(function* () {
      const token = yield* signCapability(secret, value)
      const scope = value.scopes[0]
      if (scope === undefined || token.length > 4096) return
      assert.deepStrictEqual(yield* verifyCapability(secret, token, scope, value.exp * 1000 - 1), value)
    }),
  )

  it.effect("any other character anywhere makes it forged", () =>
    Effect.gen(function* () {
      const token = yield* signCapability(secret, capability)
      for (let at = 0; at < token.length; at++) {
        const altered = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1)
        const error = yield* Effect.flip(verifyCapability(secret, altered, "git:read", inTime))
        assert.strictEqual(error._tag, "CapabilityForged", `position ${at}`)
      }
    }),
  )

  it.effect("a second spelling of the same bytes is forged", () =>
    Effect.gen(function* () {
      const token = yield* signCapability(secret, capability)
      // 32 bytes are 43 characters: the last one has two unused bits, so a lenient decoder reads four spellings.
      const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
      const twin = token.slice(0, -1) + alphabet[alphabet.indexOf(token.slice(-1)) ^ 1]
      const error = yield* Effect.flip(verifyCapability(secret, twin, "git:read", inTime))
      assert.strictEqual(error._tag, "CapabilityForged")
    }),
  )

  it.effect("garbage is forged, never a defect", () =>
    Effect.forEach(
      ["", ".", "..", "loom1..", "loom1.e30.", "loom2.e30.e30", "loom1.!.!", "x".repeat(10_000)],
      (token) =>
        Effect.flip(verifyCapability(secret, token, "git:read", inTime)).pipe(
          Effect.map((error) => assert.strictEqual(error._tag, "CapabilityForged")),
        ),
      { discard: true },
    ),
  )

  it.effect("another secret's capability is forged", () =>
    Effect.gen(function* () {
      const token = yield* signCapability(Redacted.make("another secret of another Loom......"), capability)
      assert.strictEqual((yield* Effect.flip(verifyCapability(secret, token, "git:read", inTime)))._tag, "CapabilityForged")
    }),
  )

  it.effect("lives until its second and not longer", () =>
    Effect.gen(function* () {
      const token = yield* signCapability(secret, capability)
      assert.strictEqual((yield* verifyCapability(secret, token, "git:push", inTime)).runId, "run-1")
      const error = yield* Effect.flip(verifyCapability(secret, token, "git:push", capability.exp * 1000))
      assert.strictEqual(error._tag, "CapabilityExpired")
    }),
  )

  it.effect("opens only the doors it names", () =>
    Effect.gen(function* () {
      const token = yield* signCapability(secret, capability)
      const error = yield* Effect.flip(verifyCapability(secret, token, "model", inTime))
      assert.strictEqual(error._tag, "CapabilityOutOfScope")
      assert.include(error.message, "model")
      assert.notInclude(error.message, token)
    }),
  )
})
