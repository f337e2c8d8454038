import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { Artifacts } from "@loom/core/ports/Artifacts"
import { durableOn, type StepRunner } from "./durable.ts"

const LIMIT_BYTES = 1024 * 1024

/** Refuses what the platform refuses, and remembers what it took. */
const engine = () => {
  const outputs = new Map<string, string>()
  const runner: StepRunner = {
    do: async (name, _config, callback) => {
      const known = outputs.get(name)
      if (known !== undefined) return known
      const output = await callback()
      if (new TextEncoder().encode(output).length > LIMIT_BYTES) throw new Error(`the output of ${name} is larger than 1 MiB`)
      outputs.set(name, output)
      return output
    },
  }
  const objects = new Map<string, string>()
  const artifacts = Artifacts.of({
    put: (key, text) => Effect.sync(() => void objects.set(key, text)),
    get: (key) => Effect.sync(() => objects.get(key) ?? null),
  })
  return { outputs, objects, durable: durableOn(runner, artifacts, "runs/r/steps") }
}
const step = { name: "code.1.1", success: Schema.String, error: Schema.Struct({ why: Schema.String }), timeoutMs: 1_000 }

describe("a durable step", () => {
  it("keeps a small output with the engine, and a large one in the artifact store", async () => {
    const { durable, objects, outputs } = engine()
    const large = 'ü"'.repeat(400_000)
    expect(await Effect.runPromise(durable.step({ ...step, name: "small" }, Effect.succeed("x")))).toBe("x")
    expect(objects.size).toBe(0)
    expect(await Effect.runPromise(durable.step(step, Effect.succeed(large)))).toBe(large)
    expect(outputs.get("code.1.1")?.length).toBeLessThan(200)
    // The story told again: the work is not done again.
    expect(await Effect.runPromise(durable.step(step, Effect.die("ran twice")))).toBe(large)
  })

  it("is not changed by a late twin that kept something else", async () => {
    const { durable, outputs } = engine()
    const [first, late] = ["a", "b"].map((letter) => letter.repeat(2_000_000))
    await Effect.runPromise(durable.step(step, Effect.succeed(first ?? "")))
    const remembered = outputs.get("code.1.1") ?? ""
    outputs.clear()
    await Effect.runPromise(durable.step(step, Effect.succeed(late ?? "")))
    outputs.set("code.1.1", remembered)
    expect(await Effect.runPromise(durable.step(step, Effect.die("ran twice")))).toBe(first)
  })

  it("brings an expected failure across, with its fields", async () => {
    const { durable } = engine()
    expect(await Effect.runPromise(Effect.flip(durable.step(step, Effect.fail({ why: "no" }))))).toEqual({ why: "no" })
  })

  it("whose output is gone says so", async () => {
    const { durable, objects } = engine()
    await Effect.runPromise(durable.step(step, Effect.succeed("a".repeat(2_000_000))))
    objects.clear()
    await expect(Effect.runPromise(durable.step(step, Effect.succeed("")))).rejects.toThrow("no longer in the artifact store")
  })
})
