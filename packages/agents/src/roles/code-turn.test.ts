import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Agents } from "@loom/core/ports/Agents"
import type { ModelChoice } from "../model/ModelSettings.ts"
import { agents, brokenSum, codeToEnd, context, models, plan, transport } from "../testing/agents-world.ts"
import { withRecordedWaits } from "../testing/recorded-clock.ts"
import { calls, failure, scriptedServer, words, type Script } from "../testing/scripted-server.ts"
import { tempWorkspace } from "../testing/temp-workspace.ts"
import { workersAiBinding } from "../testing/workers-ai-binding.ts"

const finish: Script = calls(["finish", { summary: "done", changes: [], risks: [] }])

/** The coder against a scripted server of each model; answers what it did and what the servers saw. */
const coder = (choices: ReadonlyArray<ModelChoice>, script: ReadonlyArray<Script>, options: { readonly broken?: ReadonlyArray<number>; readonly task?: typeof context; readonly maxTurns?: number } = {}) =>
  Effect.gen(function* () {
    const { task = context } = options
    const server = yield* scriptedServer(script, options.broken)
    const workspace = yield* tempWorkspace(brokenSum)
    const world = agents(choices).pipe(Layer.provide(workspace.layer), Layer.provide(transport(server.url, [], workersAiBinding(server.url))))
    const { value, waitsMs } = yield* withRecordedWaits(
      Effect.gen(function* () {
        const brief = yield* Agents.use((roles) => roles.brief(task, plan))
        return yield* codeToEnd(task, brief, options.maxTurns).pipe(Effect.result)
      }).pipe(Effect.provide(world)),
    )
    return { server, workspace, waitsMs, result: value }
  })

const succeeded = <A, E>(result: { readonly _tag: "Success"; readonly success: A } | { readonly _tag: "Failure"; readonly failure: E }): A => {
  if (result._tag === "Failure") throw new Error(String(result.failure))
  return result.success
}
const failed = <A, E>(result: { readonly _tag: "Success"; readonly success: A } | { readonly _tag: "Failure"; readonly failure: E }): E => {
  if (result._tag === "Success") throw new Error("expected a failure")
  return result.failure
}

describe("the coder", () => {
  for (const choice of Object.values(models))
    it.effect(`is told on the ${choice.provider} wire what was wrong with a call, and goes on`, () =>
      Effect.gen(function* () {
        const run = yield* coder([choice], [
          calls(["frobnicate", { x: 1 }]),
          calls(["edit", { path: "src/sum.js" }]),
          calls(["read", { path: "../../etc/passwd" }], ["bash", { command: "cat src/sum.js" }]),
          calls(["edit", { path: "src/sum.js", oldText: "return a + b", newText: "return a * b" }]),
          calls(["edit", { path: "src/sum.js", oldText: "return a - b", newText: "return a + b" }], ["run_tests", {}]),
          finish,
        ])
        const { transcript, turns } = succeeded(run.result)
        const text = JSON.stringify(transcript)
        assert.include(text, 'There is no tool \\"frobnicate\\". The tools are: list, read')
        assert.include(text, "Invalid arguments for edit")
        assert.include(text, "leaves the repository")
        assert.include(text, "The nearest lines are")
        assert.include(text, "1 passed, 0 failed")
        assert.lengthOf(turns, 6)
        assert.include(run.workspace.read("src/sum.js"), "a + b")
        assert.deepStrictEqual(turns.at(-1)?.finished, { summary: "done", changes: [], risks: [] })
      }))

  for (const choice of [models.openai, models["openai-compatible"]])
    it.effect(`answers broken JSON with what was broken (${choice.provider})`, () =>
      Effect.gen(function* () {
        const run = yield* coder([choice], [calls(["bash", '{"command": "ls']), finish])
        assert.match(JSON.stringify(succeeded(run.result).transcript), /The arguments of bash are not JSON|Invalid arguments for bash/)
      }))

  it.effect("takes words without a call for its end", () =>
    Effect.gen(function* () {
      const { last } = succeeded((yield* coder([models.anthropic], [words("All is well.")])).result)
      assert.deepStrictEqual(last?.finished, { summary: "All is well.", changes: [], risks: [] })
    }))

  it.effect("goes on after an answer that was cut at its length", () =>
    Effect.gen(function* () {
      const run = yield* coder([models.anthropic], [{ content: "I will first", finishReason: "length", usage: { input_tokens: 1, output_tokens: 1 } }, finish])
      assert.include(JSON.stringify(succeeded(run.result).transcript), "cut at its length limit")
    }))

  it.effect("waits as long as the provider asks, then goes on", () =>
    Effect.gen(function* () {
      for (const choice of [models.anthropic, models.openai, models["openai-compatible"]]) {
        const run = yield* coder([choice], [failure(429, "slow down", "rate_limit_error", 7), finish])
        assert.strictEqual(succeeded(run.result).turns.length, 1)
        assert.deepStrictEqual(run.waitsMs, [7000])
      }
    }))

  it.effect("does not wait for an hour", () =>
    Effect.gen(function* () {
      const run = yield* coder([models.anthropic], [failure(429, "slow down", "rate_limit_error", 3600)])
      const error = failed(run.result)
      assert.strictEqual(error._tag === "AgentError" ? error.code : "", "rate_limited")
      assert.deepStrictEqual(run.waitsMs, [])
    }))

  it.effect("tries an overloaded model again with growing waits, then another one, then says who failed how", () =>
    Effect.gen(function* () {
      const once = yield* coder([models.anthropic], [failure(529, "Overloaded", "overloaded_error"), finish])
      assert.strictEqual(succeeded(once.result).last?.model, "anthropic/claude-opus-5-5")
      const overloaded = failure(529, "Overloaded", "overloaded_error")
      const second = yield* coder([models.anthropic, models.openai], [overloaded, overloaded, overloaded, overloaded, overloaded, finish])
      assert.strictEqual(succeeded(second.result).last?.model, "openai/gpt-6-sol")
      assert.lengthOf(second.waitsMs, 4)
      assert.isAbove(second.waitsMs[3] ?? 0, second.waitsMs[0] ?? 0)
      const none = yield* coder([models.anthropic, models.openai], [overloaded])
      const error = failed(none.result)
      assert.strictEqual(none.server.served(), 10)
      assert.include(error.message, "coder: overloaded: anthropic/claude-opus-5-5: Overloaded Then openai/gpt-6-sol: Overloaded")
      assert.include(error.message, "/loom retry")
    }))

  it.effect("does not knock again with a key that was refused", () =>
    Effect.gen(function* () {
      const run = yield* coder([models.anthropic], [failure(401, "invalid x-api-key", "authentication_error")])
      assert.include(failed(run.result).message, "coder: auth: ")
      assert.strictEqual(run.server.served(), 1)
    }))

  it.effect("starts a turn anew that broke off in mid-stream, and uses no half of it", () =>
    Effect.gen(function* () {
      for (const choice of [models.anthropic, models.openai, models["openai-compatible"]]) {
        const long = words("half an answer ".repeat(200))
        const run = yield* coder([choice], [long, finish], { broken: [0] })
        const { transcript, turns } = succeeded(run.result)
        assert.strictEqual(turns.length, 1, choice.provider)
        assert.notInclude(JSON.stringify(transcript), "half an answer")
        assert.lengthOf(run.waitsMs, 1)
      }
    }))

  it.effect("asks a silent model twice more, then the second one", () =>
    Effect.gen(function* () {
      const run = yield* coder([models.anthropic, models["openai-compatible"]], [words(""), words(""), words(""), finish])
      assert.strictEqual(succeeded(run.result).last?.model, "openai-compatible/my-llama")
      const alone = yield* coder([models.anthropic], [words(" ")])
      assert.include(failed(alone.result).message, "malformed_output: anthropic/claude-opus-5-5: The model answered nothing.")
      assert.strictEqual(alone.server.served(), 3)
    }))

  it.effect("counts the tokens of answers it could not use", () =>
    Effect.gen(function* () {
      const { last } = succeeded((yield* coder([models.anthropic], [words(""), finish])).result)
      assert.strictEqual(last?.usage.requests, 2)
      assert.strictEqual(last?.usage.inputTokens, 2000)
    }))

  it.effect("cannot reach a server that is not there", () =>
    Effect.gen(function* () {
      const workspace = yield* tempWorkspace(brokenSum)
      const world = agents([models.anthropic]).pipe(Layer.provide(workspace.layer), Layer.provide(transport("http://127.0.0.1:9")))
      const { value } = yield* withRecordedWaits(Agents.use((roles) => roles.plan(context, "plan")).pipe(Effect.provide(world), Effect.flip))
      assert.strictEqual(value._tag === "AgentError" ? value.code : "", "unreachable")
    }))
})

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
    }))

  it.effect("takes the gateway's refusal for what it is, and does not try the second model", () =>
    Effect.gen(function* () {
      const run = yield* coder([models.anthropic, models.openai], [failure(403, "loom: run budget exhausted", "permission_error")])
      assert.include(failed(run.result).message, "budget_exhausted")
      assert.strictEqual(run.server.served(), 1)
    }))

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
    }))

  it.effect("leaves out old results before a small window is full", () =>
    Effect.gen(function* () {
      const look = calls(["bash", { command: "seq 1 5000" }])
      const run = yield* coder([{ ...models.anthropic, contextTokens: 24_000 }], [look, calls(["bash", { command: "seq 2 5001" }]), calls(["bash", { command: "seq 3 5002" }]), finish])
      const { turns } = succeeded(run.result)
      assert.isTrue(turns.some((turn) => turn.compacted !== null))
      for (const request of run.server.requests()) assert.isBelow(request.length / 3, 24_000)
    }))

  it.effect("tells a coder that repeats itself once, and stops it the second time", () =>
    Effect.gen(function* () {
      const same = calls(["bash", { command: "cat README.md" }])
      const run = yield* coder([models.anthropic], [same])
      const error = failed(run.result)
      assert.include(error.message, "loop_detected: You called bash 3 times with the same arguments and got the same result.")
      assert.strictEqual(run.server.served(), 6)
      assert.lengthOf(run.server.requests().filter((body) => body.includes("Loom: you are repeating yourself")), 3)
    }))

  it.effect("stops at the last turn", () =>
    Effect.gen(function* () {
      const run = yield* coder([models.anthropic], [1, 2, 3, 4].map((n) => calls(["bash", { command: `echo ${n}` }])), { task: { ...context, budget: { ...context.budget, maxTurns: 3 } } })
      assert.include(failed(run.result).message, "out_of_turns")
      assert.strictEqual(run.server.served(), 3)
    }))

  it.effect("uses only models that the operator allows", () =>
    Effect.gen(function* () {
      const wanted = yield* coder([models.anthropic, models.openai], [finish], { task: { ...context, model: "gpt-6-sol" } })
      assert.strictEqual(succeeded(wanted.result).last?.model, "openai/gpt-6-sol")
      const foreign = yield* coder([models.anthropic], [finish], { task: { ...context, model: "gpt-6-sol" } })
      assert.include(failed(foreign.result).message, "Ask for one of: anthropic/claude-opus-5-5")
      assert.include(failed((yield* coder([], [finish])).result).message, "not_configured: No language model is configured.")
    }))

  it.effect("ends a refused answer typed", () =>
    Effect.gen(function* () {
      const stopped = yield* coder([models["openai-compatible"]], [{ content: "I will not", finishReason: "content_filter", usage: { prompt_tokens: 1, completion_tokens: 1 } }])
      assert.include(failed(stopped.result).message, "coder: refused: ")
      const flagged = yield* coder([models["openai-compatible"]], [failure(400, "flagged by the safety system", "content_filter")])
      assert.include(failed(flagged.result).message, "coder: refused: ")
    }))
})
