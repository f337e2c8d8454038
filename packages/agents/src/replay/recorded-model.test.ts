import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { RecordedChange } from "@loom/core/domain/RecordedChange"
import { Agents } from "@loom/core/ports/Agents"
import { agents, brokenSum, codeToEnd, context, models, plan, transport, type SeenRequest } from "../testing/agents-world.ts"
import { tempWorkspace } from "../testing/temp-workspace.ts"
import { workersAiBinding } from "../testing/workers-ai-binding.ts"
import { nextRecordedCall } from "./recorded-model.ts"
import { startRecordedModel } from "./start-recorded-model.ts"

const change: RecordedChange = {
  edits: [
    { path: "src/sum.js", op: "replace", old: "return a - b", new: "return a + b" },
    { path: "CHANGES.md", op: "create", content: "sum adds\n" },
    { path: "README.md", op: "delete" },
  ],
  commands: ["cat src/sum.js"],
}

const server = Effect.acquireRelease(
  Effect.promise(() => startRecordedModel()),
  (model) => Effect.promise(() => model.close()),
)

describe("a recorded change", () => {
  for (const choice of Object.values(models))
    it.effect(`is played through the whole agent on the ${choice.provider} wire`, () =>
      Effect.gen(function* () {
        const model = yield* server
        model.play("octo/sum#7", change)
        model.play("octo/sum#8", { edits: [] })
        const workspace = yield* tempWorkspace(brokenSum)
        const seen: Array<SeenRequest> = []
        const world = agents([choice]).pipe(
          Layer.provide(workspace.layer),
          Layer.provide(transport(model.url, seen, workersAiBinding(model.url))),
        )
        const result = yield* Effect.gen(function* () {
          const service = yield* Agents
          const planned = yield* service.plan(context, "plan")
          const coded = yield* codeToEnd(context, yield* service.brief(context, planned.plan))
          const comparison = {
            verdict: "pass",
            reason: "all pass",
            base: { passed: 0, failed: 1, skipped: 0 },
            head: { passed: 1, failed: 0, skipped: 0 },
            fixed: [],
            regressed: [],
            stillFailing: [],
            added: [],
            removed: [],
            flaky: [],
            failures: [],
          } as const
          const reviewed = yield* service.review(context, "review", {
            patch: "diff",
            work: { summary: "", changes: [], risks: [] },
            comparison,
          })
          // The gate sends it back: the recorded coder has nothing to add.
          const again = yield* codeToEnd(context, [
            ...coded.transcript,
            service.feedback({ comparison, findings: ["x"], round: 1, maxRounds: 3 }),
          ])
          return { planned, coded, reviewed, again }
        }).pipe(Effect.provide(world))

        assert.strictEqual(result.planned.plan.title, "sum subtracts")
        assert.deepStrictEqual(
          result.coded.turns.flatMap((turn) => turn.actions),
          ["edit src/sum.js", "write CHANGES.md", "delete README.md", "bash cat src/sum.js", "run_tests", "finish"],
        )
        assert.deepStrictEqual(
          result.coded.turns.map((turn) => turn.changedFiles),
          [true, true, true, true, false, false],
        )
        assert.include(JSON.stringify(result.coded.transcript), "1 passed, 0 failed")
        assert.include(workspace.read("src/sum.js"), "a + b")
        assert.deepStrictEqual(result.reviewed.review, { approve: true, score: 100, findings: [] })
        assert.deepStrictEqual(
          result.again.turns.map((turn) => turn.actions),
          [["finish"]],
        )
        for (const { usage, model: name } of [result.planned, ...result.coded.turns, result.reviewed]) {
          assert.strictEqual(name, `${choice.provider}/${choice.model}`)
          assert.isAbove(usage.inputTokens, 0)
          assert.isAbove(usage.outputTokens, 0)
          assert.strictEqual(usage.requests, 1)
          if (choice.provider === "openai-compatible") assert.strictEqual(usage.costUsd, 0)
          else assert.isAbove(usage.costUsd ?? 0, 0)
        }
        if (choice.provider !== "workers-ai") {
          assert.isAbove(seen.length, 7)
          for (const { url, headers, body } of seen) {
            if (choice.provider === "anthropic") assert.lengthOf(body.match(/"cache_control":\{"type":"ephemeral"\}/g) ?? [], 2)
            assert.isTrue(url.startsWith(model.url))
            assert.strictEqual(headers.get("x-loom-capability"), "cap-1")
            assert.include(`${headers.get("x-api-key")} ${headers.get("authorization")}`, "loom-the-gateway-adds-the-key")
          }
        }
      }),
    )

  it.effect("goes on where it stood: the same conversation gets the same answer from a new server", () =>
    Effect.gen(function* () {
      const workspace = yield* tempWorkspace(brokenSum)
      const play = (key: string, transcript: Parameters<Agents["Service"]["codeTurn"]>[2]) =>
        Effect.gen(function* () {
          const model = yield* server
          model.play("octo/sum#7", change)
          const service = agents([models.anthropic]).pipe(Layer.provide(workspace.layer), Layer.provide(transport(model.url)))
          return yield* Agents.use((roles) => roles.codeTurn(context, key, transcript)).pipe(Effect.provide(service))
        }).pipe(Effect.scoped)
      const brief = yield* Agents.use((roles) => roles.brief(context, plan)).pipe(
        Effect.provide(agents([]).pipe(Layer.provide(workspace.layer), Layer.provide(transport("http://127.0.0.1:1")))),
      )
      const first = yield* play("code.1.1", brief)
      const repeated = yield* play("code.1.1", brief)
      assert.deepStrictEqual(repeated.actions, first.actions)
      assert.include(JSON.stringify(repeated.messages), "already reads so")
      const second = yield* play("code.1.2", [...brief, ...first.messages])
      assert.deepStrictEqual(second.actions, ["write CHANGES.md"])
    }),
  )

  it.effect("is refused in words for an issue that nobody recorded", () =>
    Effect.gen(function* () {
      const model = yield* server
      const workspace = yield* tempWorkspace(brokenSum)
      const service = agents([models.anthropic]).pipe(Layer.provide(workspace.layer), Layer.provide(transport(model.url)))
      const error = yield* Agents.use((roles) => roles.plan(context, "plan")).pipe(Effect.provide(service), Effect.flip)
      assert.include(error.message, "no recorded change for octo/sum#7")
    }),
  )
})

describe("nextRecordedCall", () => {
  it("uses the recorded plan and work where there are some", () => {
    const work = { summary: "did it", changes: ["x"], risks: [] }
    const facts = { role: "coder", toolResultsSoFar: 99, issueKey: "a/b#1", title: "" } as const
    assert.deepStrictEqual(nextRecordedCall({ ...change, plan, work }, facts), { name: "finish", arguments: work })
    assert.deepStrictEqual(nextRecordedCall({ ...change, plan }, { ...facts, role: "planner" }).arguments, plan)
    assert.strictEqual(nextRecordedCall(change, { ...facts, role: "planner" }).arguments["title"], "resolve a/b#1")
  })
})
