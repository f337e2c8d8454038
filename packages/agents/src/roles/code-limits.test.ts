import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { context, models } from "../testing/agents-world.ts"
import { coder, failed, finish, succeeded } from "../testing/scripted-coder.ts"
import { calls, failure } from "../testing/scripted-server.ts"

describe("the coder's limits", () => {
  it.effect("refuses a request that the budget does not cover, before it is sent", () =>
    Effect.gen(function* () {
      const spent = { requests: 9, inputTokens: 1_990_000, outputTokens: 9_900, cachedInputTokens: 0, costUsd: 1 }
      const tokens = yield* coder([models.anthropic, models.openai], [finish], { task: { ...context, spent } })
      assert.include(failed(tokens.result).message, "budget_exhausted")
      assert.include(failed(tokens.result).message, "/loom budget")
      const money = yield* coder([models.anthropic], [finish], { task: { ...context, spent: { ...spent, inputTokens: 0, costUsd: 5 } } })
      assert.include(failed(money.result).message, "budget_exhausted")
      const price = yield* coder([{ ...models.anthropic, model: "no-such-model" }, models.openai], [finish])
      assert.include(failed(price.result).message, "price_unknown")
      for (const run of [tokens, money, price]) assert.strictEqual(run.server.served(), 0)
    }),
  )

  it.effect("takes the gateway's refusal for what it is, and does not try the second model", () =>
    Effect.gen(function* () {
      for (const choice of [models.anthropic, models.openai, models["openai-compatible"]]) {
        const run = yield* coder([choice, models.openai], [failure(403, "loom: run budget exhausted", "permission_error")])
        assert.include(failed(run.result).message, "budget_exhausted")
        assert.strictEqual(run.server.served(), 1)
      }
    }),
  )

  it.effect("leaves out old results when the provider says that the prompt is too long", () =>
    Effect.gen(function* () {
      const look = calls(["bash", { command: "seq 1 5000" }])
      const tooLong = failure(400, "prompt is too long: 210000 tokens > 200000 maximum", "invalid_request_error")
      const run = yield* coder([models.anthropic], [look, look, tooLong, finish])
      const { last } = succeeded(run.result)
      assert.include(JSON.stringify(last?.compacted), "of an older result were left out")
      assert.include(last?.actions ?? [], "(left out old tool results to save room)")
      const [, , refused = "", accepted = ""] = run.server.requests()
      assert.isBelow(accepted.length, refused.length / 1.5)
      const hopeless = yield* coder([models.anthropic], [tooLong])
      assert.include(failed(hopeless.result).message, "context_overflow")
    }),
  )

  it.effect("leaves out old results before a small window is full", () =>
    Effect.gen(function* () {
      const look = calls(["bash", { command: "seq 1 5000" }])
      const run = yield* coder(
        [{ ...models.anthropic, contextTokens: 24_000 }],
        [look, calls(["bash", { command: "seq 2 5001" }]), calls(["bash", { command: "seq 3 5002" }]), finish],
      )
      const { turns } = succeeded(run.result)
      assert.isTrue(turns.some((turn) => turn.compacted !== null))
      for (const request of run.server.requests()) assert.isBelow(request.length / 3, 24_000)
    }),
  )

  it.effect("tells a coder that repeats itself once, and stops it the second time", () =>
    Effect.gen(function* () {
      const same = calls(["bash", { command: "cat README.md" }])
      const run = yield* coder([models.anthropic], [same])
      const error = failed(run.result)
      assert.include(error.message, "loop_detected: You called bash 3 times with the same arguments and got the same result.")
      assert.strictEqual(run.server.served(), 6)
      assert.lengthOf(
        run.server.requests().filter((body) => body.includes("Loom: you are repeating yourself")),
        3,
      )
    }),
  )

  it.effect("stops at the last turn", () =>
    Effect.gen(function* () {
      const run = yield* coder(
        [models.anthropic],
        [1, 2, 3, 4].map((n) => calls(["bash", { command: `echo ${n}` }])),
        { task: { ...context, budget: { ...context.budget, maxTurns: 3 } } },
      )
      assert.include(failed(run.result).message, "out_of_turns")
      assert.strictEqual(run.server.served(), 3)
    }),
  )

  it.effect("uses only models that the operator allows", () =>
    Effect.gen(function* () {
      const wanted = yield* coder([models.anthropic, models.openai], [finish], { task: { ...context, model: "gpt-6-sol" } })
      assert.strictEqual(succeeded(wanted.result).last?.model, "openai/gpt-6-sol")
      const foreign = yield* coder([models.anthropic], [finish], { task: { ...context, model: "gpt-6-sol" } })
      assert.include(failed(foreign.result).message, "Ask for one of: anthropic/claude-opus-5-5")
      assert.include(failed((yield* coder([], [finish])).result).message, "not_configured: No language model is configured.")
    }),
  )

  it.effect("ends a refused answer typed", () =>
    Effect.gen(function* () {
      const stopped = yield* coder(
        [models["openai-compatible"]],
        [{ content: "I will not", finishReason: "content_filter", usage: { prompt_tokens: 1, completion_tokens: 1 } }],
      )
      assert.include(failed(stopped.result).message, "coder: refused: ")
      const flagged = yield* coder([models["openai-compatible"]], [failure(400, "flagged by the safety system", "content_filter")])
      assert.include(failed(flagged.result).message, "coder: refused: ")
    }),
  )
})
