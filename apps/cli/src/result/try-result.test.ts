import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { TaskDetail } from "@loom/core/domain/TaskView"
import { exitCodeOf, tryResult, TryResult } from "./try-result.ts"
import { completed, failed, pending } from "../sample-tasks.ts"

const proof = { hash: "a".repeat(64), url: "http://w/api/v1/tasks/t1/proof", verified: true }

describe("tryResult", () => {
  it("says all of a proven pull request", () =>
    assert.deepStrictEqual(tryResult(completed, proof), {
      task: { id: "t1", status: "completed" },
      verdict: "pass",
      recipe: { install: ["npm ci"], test: ["npm test"] },
      base: { commit: "b".repeat(40), counts: { passed: 6, failed: 1, skipped: 0 } },
      head: { commit: "h".repeat(40), counts: { passed: 8, failed: 0, skipped: 0 } },
      fixed: ["a > reads"],
      regressed: [],
      pullRequest: { number: 2, url: "http://g/pull/2", draft: true, branch: "loom/issue-1", base: "main" },
      proof,
      reason: "8 tests pass.",
      usage: completed.usage,
      stages: [
        { name: "code", ms: 1_500 },
        { name: "verify", ms: 30 },
      ],
    }))

  it("says why there is none, what to do, and invents no figures", () => {
    const result = tryResult(failed)
    assert.strictEqual(result.reason, "npm ci failed. Add a lockfile, then /loom retry.")
    assert.deepStrictEqual(result.base, { commit: null, counts: null })
    assert.isNull(result.pullRequest)
    assert.isNull(result.proof)
  })

  it("takes a task that never ran", () => assert.strictEqual(tryResult(pending).reason, "The task is pending."))

  it("is what its schema says, for every task there can be", () => {
    for (const result of [completed, failed, pending].map((detail) => tryResult(detail, proof)))
      assert.deepStrictEqual(Schema.decodeUnknownSync(TryResult)(JSON.parse(JSON.stringify(result))), result)
    for (const task of [completed, failed, pending]) assert.deepStrictEqual(Schema.decodeSync(TaskDetail)(task), task)
  })
})

describe("exitCodeOf", () => {
  const good = tryResult(completed)
  it("is 0 for a pull request that the gate calls proven", () => {
    assert.strictEqual(exitCodeOf(good), 0)
    assert.strictEqual(exitCodeOf({ ...good, verdict: "existing_failures_only" }), 0)
  })
  it.each(["regressed", "flaky", "timed_out", "infrastructure", "no_tests", "broken_baseline", null] as const)(
    "is 1 for verdict %s",
    (verdict) => assert.strictEqual(exitCodeOf({ ...good, verdict }), 1),
  )
  it("is 1 without a pull request, or when the task did not complete", () => {
    assert.strictEqual(exitCodeOf({ ...good, pullRequest: null }), 1)
    assert.strictEqual(exitCodeOf({ ...good, task: { id: "t1", status: "waiting" } }), 1)
  })
})
