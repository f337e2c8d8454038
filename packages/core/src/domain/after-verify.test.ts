import { assert, describe, it } from "@effect/vitest"
import { afterVerify } from "./after-verify.ts"
import type { CheatFinding, Comparison, Verdict } from "./Verdict.ts"

const comparison = (verdict: Verdict): Comparison => ({
  verdict,
  reason: `because ${verdict}`,
  base: { passed: 1, failed: 0, skipped: 0 },
  head: { passed: 1, failed: 0, skipped: 0 },
  fixed: [],
  regressed: [],
  stillFailing: [],
  added: [],
  removed: [],
  flaky: [],
  failures: [],
})
const deleted: CheatFinding = {
  rule: "test_deleted",
  file: "a.test.js",
  line: "-it('a')",
  explanation: "a test was deleted",
  severity: "block",
}
const next = (verdict: Verdict, more: Partial<Parameters<typeof afterVerify>[0]> = {}) =>
  afterVerify({ comparison: comparison(verdict), findings: [], changedFiles: 1, round: 1, maxRounds: 3, ...more })._tag

describe("afterVerify", () => {
  it("accepts what is proven, and what has no tests to prove it", () => {
    assert.deepStrictEqual(
      (["pass", "existing_failures_only", "no_tests"] as const).map((verdict) => next(verdict)),
      ["Accept", "Accept", "Accept"],
    )
  })
  it("sends regressions back while rounds are left, then stops", () => {
    assert.strictEqual(next("regressed", { round: 2 }), "SendBack")
    assert.strictEqual(next("regressed", { round: 3 }), "Stop")
    assert.strictEqual(next("timed_out", { round: 3 }), "Stop")
  })
  it("never accepts weakened tests, whatever the verdict", () => {
    assert.strictEqual(next("pass", { findings: [deleted] }), "SendBack")
    assert.strictEqual(next("pass", { findings: [deleted], round: 3 }), "Stop")
    assert.strictEqual(next("pass", { findings: [{ ...deleted, severity: "warn" }] }), "Accept")
  })
  it("never accepts an empty change", () => {
    assert.strictEqual(next("pass", { changedFiles: 0 }), "SendBack")
    assert.strictEqual(next("pass", { changedFiles: 0, round: 3 }), "Stop")
  })
  it("does not ask the model to mend what it cannot", () => {
    assert.deepStrictEqual(
      (["flaky", "infrastructure", "broken_baseline"] as const).map((verdict) => next(verdict)),
      ["Stop", "Stop", "Stop"],
    )
  })
})
