import { assert, describe, it } from "@effect/vitest"
import type { RunOutcome } from "./Run.ts"
import { boundOutcome } from "./task-detail.ts"
import { noUsage } from "./Usage.ts"

const outcomeWith = (ids: ReadonlyArray<string>, messageChars: number): RunOutcome => ({
  status: "failed",
  verdict: "regressed",
  pullRequest: null,
  failure: null,
  recipe: null,
  baseCommit: null,
  headCommit: null,
  usage: noUsage,
  stages: [],
  comparison: {
    verdict: "regressed",
    reason: ids.join(", "),
    base: { passed: 1, failed: 0, skipped: 0 },
    head: { passed: 1, failed: 0, skipped: 0 },
    fixed: ids,
    regressed: ids,
    stillFailing: ids,
    added: ids,
    removed: ids,
    flaky: ids,
    unstable: ids,
    failures: ids.map((id) => ({
      id,
      file: null,
      name: id,
      status: "failed" as const,
      durationMs: null,
      message: "m".repeat(messageChars),
      location: null,
    })),
  },
})
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length

describe("boundOutcome", () => {
  it("stays far below a row's 2 MB, however many tests there are and however long their names", () => {
    for (const ids of [
      Array.from({ length: 20_000 }, (_, index) => `src/${"深".repeat(120)}.test.ts > suite > case ${index}`),
      Array.from({ length: 900 }, (_, index) => `${index}${"x".repeat(3_000)}`),
    ]) {
      const bounded = boundOutcome(outcomeWith(ids, 4_000))
      assert.isBelow(bytes(bounded), 1_000_000)
      assert.isAbove(bounded.comparison?.regressed.length ?? 0, 5)
      assert.isAbove(bounded.comparison?.failures.length ?? 0, 5)
    }
  })

  it("keeps an ordinary outcome as it is", () => {
    const ordinary = outcomeWith(["a", "b"], 10)
    assert.deepStrictEqual(boundOutcome(ordinary), ordinary)
  })
})
