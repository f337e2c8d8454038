import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Agents } from "@loom/core/ports/Agents"
import { agents, brokenSum, context, models, transport } from "../testing/agents-world.ts"
import { withRecordedWaits } from "../testing/recorded-clock.ts"
import { coder, failed, finish, succeeded } from "../testing/scripted-coder.ts"
import { calls, failure, words } from "../testing/scripted-server.ts"
import { tempWorkspace } from "../testing/temp-workspace.ts"

describe("the coder", () => {
  for (const choice of Object.values(models))
    it.effect(`is told on the ${choice.provider} wire what was wrong with a call, and goes on`, () =>
      Effect.gen(function* () {
        const run = yield* coder(
          [choice],
          [
            calls(["frobnicate", { x: 1 }]),
            calls(["edit", { path: "src/sum.js" }]),
            calls(["read", { path: "../outside.txt" }], ["bash", { command: "cat src/sum.js" }]),
            calls(["edit", { path: "src/sum.js", oldText: "return a + b", newText: "return a * b" }]),
            calls(["edit", { path: "src/sum.js", oldText: "return a - b", newText: "return a + b" }], ["run_tests", {}]),
            finish,
          ],
        )
        const { transcript, turns } = succeeded(run.result)
        const text = JSON.stringify(transcript)
        for (const [, id] of text.matchAll(/"type":"tool-(?:call|result)","id":"([^"]*)"/g))
          assert.match(id ?? "", /^[\w-]{1,64}$/, "an id that the second model takes, too")
        assert.include(text, 'There is no tool \\"frobnicate\\". The tools are: list, read')
        assert.include(text, "Invalid arguments for edit")
        assert.include(text, "leaves the repository")
        assert.include(text, "The nearest lines are")
        assert.include(text, "1 passed, 0 failed")
        assert.lengthOf(turns, 6)
        assert.include(run.workspace.read("src/sum.js"), "a + b")
        assert.deepStrictEqual(turns.at(-1)?.finished, { summary: "done", changes: [], risks: [] })
      }),
    )

  for (const choice of [models.openai, models["openai-compatible"]])
    it.effect(`answers broken JSON with what was broken (${choice.provider})`, () =>
      Effect.gen(function* () {
        const run = yield* coder([choice], [calls(["bash", '{"command": "ls']), finish])
        assert.match(JSON.stringify(succeeded(run.result).transcript), /The arguments of bash are not JSON|Invalid arguments for bash/)
      }),
    )

  it.effect("takes words without a call for its end", () =>
    Effect.gen(function* () {
      const { last } = succeeded((yield* coder([models.anthropic], [words("All is well.")])).result)
      assert.deepStrictEqual(last?.finished, { summary: "All is well.", changes: [], risks: [] })
    }),
  )

  it.effect("goes on after an answer that was cut at its length", () =>
    Effect.gen(function* () {
      const run = yield* coder(
        [models.anthropic],
        [{ content: "I will first", finishReason: "length", usage: { input_tokens: 1, output_tokens: 1 } }, finish],
      )
      assert.include(JSON.stringify(succeeded(run.result).transcript), "cut at its length limit")
    }),
  )

  it.effect("waits as long as the provider asks, then goes on", () =>
    Effect.gen(function* () {
      for (const choice of [models.anthropic, models.openai, models["openai-compatible"]]) {
        const run = yield* coder([choice], [failure(429, "slow down", "rate_limit_error", 7), finish])
        assert.strictEqual(succeeded(run.result).turns.length, 1)
        assert.deepStrictEqual(run.waitsMs, [7000])
      }
    }),
  )

  it.effect("does not wait for an hour", () =>
    Effect.gen(function* () {
      const run = yield* coder([models.anthropic], [failure(429, "slow down", "rate_limit_error", 3600)])
      const error = failed(run.result)
      assert.strictEqual(error._tag === "AgentError" ? error.code : "", "rate_limited")
      assert.deepStrictEqual(run.waitsMs, [])
    }),
  )

  it.effect("tries an overloaded model again with growing waits, then another one, then says who failed how", () =>
    Effect.gen(function* () {
      const once = yield* coder([models.anthropic], [failure(529, "Overloaded", "overloaded_error"), finish])
      assert.strictEqual(succeeded(once.result).last?.model, "anthropic/claude-opus-5-5")
      const binding = yield* coder([models["workers-ai"]], [failure(500, "3040: Capacity temporarily exceeded"), finish])
      assert.strictEqual(succeeded(binding.result).turns.length, 1)
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
    }),
  )

  it.effect("does not knock again with a key that was refused", () =>
    Effect.gen(function* () {
      const run = yield* coder([models.anthropic], [failure(401, "invalid key sk-ant-0123456789abcdefghij", "authentication_error")])
      assert.include(failed(run.result).message, "coder: auth: ")
      assert.notInclude(failed(run.result).message, "0123456789")
      assert.strictEqual(run.server.served(), 1)
    }),
  )

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
    }),
  )

  it.effect("asks a silent model twice more, then the second one", () =>
    Effect.gen(function* () {
      const run = yield* coder([models.anthropic, models["openai-compatible"]], [words(""), words(""), words(""), finish])
      assert.strictEqual(succeeded(run.result).last?.model, "openai-compatible/my-llama")
      const alone = yield* coder([models.anthropic], [words(" ")])
      assert.include(failed(alone.result).message, "malformed_output: anthropic/claude-opus-5-5: The model answered nothing.")
      assert.strictEqual(alone.server.served(), 3)
    }),
  )

  it.effect("counts the tokens of answers it could not use", () =>
    Effect.gen(function* () {
      const { last } = succeeded((yield* coder([models.anthropic], [words(""), finish])).result)
      assert.strictEqual(last?.usage.requests, 2)
      assert.strictEqual(last?.usage.inputTokens, 2000)
    }),
  )

  it.effect("cannot reach a server that is not there", () =>
    Effect.gen(function* () {
      const workspace = yield* tempWorkspace(brokenSum)
      const world = agents([models.anthropic]).pipe(Layer.provide(workspace.layer), Layer.provide(transport("http://127.0.0.1:9")))
      const { value } = yield* withRecordedWaits(
        Agents.use((roles) => roles.plan(context, "plan")).pipe(Effect.provide(world), Effect.flip),
      )
      assert.strictEqual(value._tag === "AgentError" ? value.code : "", "unreachable")
    }),
  )
})
