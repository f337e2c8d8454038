import { assert, describe, it } from "@effect/vitest"
import { afterVerify } from "./after-verify.ts"
import { type GateReport, type GateResult, noGateReport, type TestProof } from "./Gate.ts"
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
  afterVerify({
    comparison: comparison(verdict),
    findings: [],
    gate: noGateReport,
    advised: new Set(),
    changedFiles: 1,
    round: 1,
    maxRounds: 3,
    ...more,
  })._tag

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

  const result = (more: Partial<GateResult>): GateResult => ({
    gate: "lint",
    setting: "on",
    status: "passed",
    summary: "s",
    findings: [],
    ...more,
  })
  const gate = (results: ReadonlyArray<GateResult>, tests: Partial<TestProof> = {}): GateReport => ({
    ...noGateReport,
    results,
    tests: { status: "proven", reason: "r", tests: [], ...tests },
  })
  const blocked = (name: GateResult["gate"]) =>
    gate([
      result({
        gate: name,
        status: "blocked",
        findings: [{ severity: "block", file: "src/a.ts", line: 3, text: "x", explanation: "Bad." }],
      }),
    ])

  it("sends back what a gate stops, with place and line, and stops when no round is left", () => {
    const sent = afterVerify({
      comparison: comparison("pass"),
      findings: [],
      gate: blocked("secrets"),
      advised: new Set(),
      changedFiles: 1,
      round: 1,
      maxRounds: 3,
    })
    assert.deepStrictEqual(sent, { _tag: "SendBack", findings: ["secrets in src/a.ts:3: Bad. (x)"], advice: null })
    const stopped = afterVerify({
      comparison: comparison("pass"),
      findings: [],
      gate: blocked("secrets"),
      advised: new Set(),
      changedFiles: 1,
      round: 3,
      maxRounds: 3,
    })
    assert.deepInclude(stopped, { _tag: "Stop", code: "gate_secrets", class: "needs_human" })
    assert.strictEqual(next("no_tests", { gate: blocked("size") }), "SendBack")
  })

  it("asks once for a test, and accepts without one", () => {
    for (const status of ["no_tests", "proves_nothing"] as const) {
      const report = gate([result({ gate: "tests", setting: "warn", status: "warned" })], {
        status,
        tests: [{ id: "a > b", isNew: true, atBase: "passed" }],
      })
      const asked = { comparison: comparison("pass"), findings: [], gate: report, changedFiles: 1, round: 1, maxRounds: 3 }
      assert.deepInclude(afterVerify({ ...asked, advised: new Set() }), { _tag: "SendBack", advice: status })
      assert.strictEqual(afterVerify({ ...asked, advised: new Set([status]) })._tag, "Accept")
      assert.strictEqual(afterVerify({ ...asked, round: 3, advised: new Set() })._tag, "Accept")
    }
  })

  it("insists on a test where the repository does", () => {
    const report = gate([result({ gate: "tests", setting: "on", status: "blocked" })], { status: "no_tests" })
    assert.strictEqual(next("pass", { gate: report, advised: new Set(["no_tests"]) }), "SendBack")
    assert.strictEqual(next("pass", { gate: report, round: 3 }), "Stop")
  })

  it("tells the coder little, however much is wrong", () => {
    const findings = Array.from({ length: 200 }, (_, index) => ({ ...deleted, line: "x".repeat(5_000), file: `f${index}` }))
    const sent = afterVerify({
      comparison: comparison("pass"),
      findings,
      gate: noGateReport,
      advised: new Set(),
      changedFiles: 1,
      round: 1,
      maxRounds: 3,
    })
    assert.isBelow(JSON.stringify(sent).length, 6_000)
  })
})
