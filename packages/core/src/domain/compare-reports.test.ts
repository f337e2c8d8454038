import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { compareReports, differingTests } from "./compare-reports.ts"
import type { TestReport, TestResult, TestStatus } from "./TestReport.ts"

const test = (id: string, status: TestStatus): TestResult => ({
  id,
  file: id.includes(" > ") ? (id.split(" > ")[0] ?? null) : null,
  name: id.split(" > ").at(-1) ?? id,
  status,
  durationMs: 1,
  message: status === "failed" ? "boom" : null,
  location: null,
})
/** `{ "a.test.js > adds": "passed" }` as a report whose exit code agrees with it. */
const report = (tests: Readonly<Record<string, TestStatus>>, change: Partial<TestReport> = {}): TestReport => {
  const results = Object.entries(tests).map(([id, status]) => test(id, status))
  const count = (status: TestStatus) => results.filter((result) => result.status === status).length
  return {
    runner: "vitest",
    format: "machine",
    tests: results,
    loadErrors: [],
    counts: { passed: count("passed"), failed: count("failed"), skipped: count("skipped") },
    exitCode: count("failed") > 0 ? 1 : 0,
    ended: "exited",
    complete: true,
    problem: null,
    durationMs: 10,
    outputTail: "",
    ...change,
  }
}
const exitCode = (code: number | null, change: Partial<TestReport> = {}) =>
  report({}, { runner: "exit-code", format: "exit-code", exitCode: code, ...change })
const lost = (problem: string, change: Partial<TestReport> = {}) => report({}, { format: "exit-code", complete: false, problem, ...change })
const BESIDE =
  "Every test passed, but the exit code is 1: a coverage threshold, an unhandled error or another step of the test command failed."
/** Every test passes and the command fails all the same; `said` is the end of its output. */
const beside = (tests: Readonly<Record<string, TestStatus>>, said: string, change: Partial<TestReport> = {}) =>
  report(tests, { exitCode: 1, complete: false, problem: BESIDE, outputTail: said, ...change })
const COVERAGE = 'Jest: "global" coverage threshold for lines (90%) not met: 71.4%'
const killed = report({}, { ended: "oom", exitCode: null, complete: false, problem: "The tests needed more memory than the sandbox has." })
const counts = (passed: number, failed: number) =>
  report({}, { format: "text", counts: { passed, failed, skipped: 0 }, exitCode: failed > 0 ? 1 : 0 })
const compare = (base: TestReport, head: TestReport, reruns: ReadonlyArray<TestReport> = []) =>
  compareReports({ base, head, reruns, requireTests: false })

const A = "a.test.js > adds"
const B = "a.test.js > subtracts"
const C = "c.test.js > divides"

describe("compareReports", () => {
  const table: ReadonlyArray<readonly [string, TestReport, TestReport, ReadonlyArray<TestReport>, string]> = [
    ["all green stays green", report({ [A]: "passed" }), report({ [A]: "passed" }), [], "pass"],
    ["a failing test is fixed", report({ [A]: "failed" }), report({ [A]: "passed" }), [], "pass"],
    ["a new test passes", report({ [A]: "passed" }), report({ [A]: "passed", [B]: "passed" }), [], "pass"],
    ["a new test fails", report({ [A]: "passed" }), report({ [A]: "passed", [B]: "failed" }), [], "regressed"],
    [
      "what failed still fails",
      report({ [A]: "passed", [B]: "failed" }),
      report({ [A]: "passed", [B]: "failed" }),
      [],
      "existing_failures_only",
    ],
    [
      "one is fixed, one still fails",
      report({ [A]: "failed", [B]: "failed" }),
      report({ [A]: "passed", [B]: "failed" }),
      [],
      "existing_failures_only",
    ],
    [
      "one is fixed, another breaks: same count",
      report({ [A]: "failed", [B]: "passed" }),
      report({ [A]: "passed", [B]: "failed" }),
      [],
      "regressed",
    ],
    [
      "fails twice more",
      report({ [A]: "passed" }),
      report({ [A]: "failed" }),
      [report({ [A]: "failed" }), report({ [A]: "failed" })],
      "regressed",
    ],
    ["passes when run again", report({ [A]: "passed" }), report({ [A]: "failed" }), [report({ [A]: "passed" })], "flaky"],
    ["the re-run did not get to it", report({ [A]: "passed" }), report({ [A]: "failed" }), [report({ [C]: "passed" })], "regressed"],
    [
      "one flaky, one regressed",
      report({ [A]: "passed", [B]: "passed" }),
      report({ [A]: "failed", [B]: "failed" }),
      [report({ [A]: "passed", [B]: "failed" })],
      "regressed",
    ],
    ["a passing test is deleted", report({ [A]: "passed", [B]: "passed" }), report({ [A]: "passed" }), [], "regressed"],
    ["a failing test is deleted", report({ [A]: "passed", [B]: "failed" }), report({ [A]: "passed" }), [], "regressed"],
    ["a passing test is skipped", report({ [A]: "passed", [B]: "passed" }), report({ [A]: "passed", [B]: "skipped" }), [], "regressed"],
    ["a failing test is skipped", report({ [A]: "passed", [B]: "failed" }), report({ [A]: "passed", [B]: "skipped" }), [], "regressed"],
    [
      "a test is renamed in its file",
      report({ [A]: "passed", [B]: "passed" }),
      report({ [A]: "passed", "a.test.js > takes away": "passed" }),
      [],
      "pass",
    ],
    [
      "a file is renamed",
      report({ [A]: "passed", [C]: "passed" }),
      report({ [A]: "passed", "math/c.test.js > divides": "passed" }),
      [],
      "pass",
    ],
    [
      "a deletion is not paid for in another file",
      report({ [A]: "passed", [B]: "passed", [C]: "passed" }),
      report({ [A]: "passed", [C]: "passed", "c.test.js > rounds": "passed" }),
      [],
      "regressed",
    ],
    [
      "a file whose process ended early replaces its tests",
      report({ [A]: "passed", [B]: "passed" }),
      report({ "a.test.js > (file)": "passed" }),
      [],
      "regressed",
    ],
    ["a skipped test goes away", report({ [A]: "passed", [B]: "skipped" }), report({ [A]: "passed" }), [], "pass"],
    [
      "a file no longer loads",
      report({ [A]: "passed", [C]: "passed" }),
      report({ [A]: "passed" }, { loadErrors: [{ file: "c.test.js", message: "SyntaxError" }], exitCode: 1 }),
      [],
      "regressed",
    ],
    [
      "a file did not load before either",
      report({ [A]: "passed" }, { loadErrors: [{ file: "c.test.js", message: "x" }], exitCode: 1 }),
      report({ [A]: "passed" }, { loadErrors: [{ file: "c.test.js", message: "x" }], exitCode: 1 }),
      [],
      "existing_failures_only",
    ],
    [
      "a file loads again, its tests pass",
      report({ [A]: "passed" }, { loadErrors: [{ file: "c.test.js", message: "x" }], exitCode: 1 }),
      report({ [A]: "passed", [C]: "passed" }),
      [],
      "pass",
    ],
    [
      "a file loads when run again",
      report({ [C]: "passed" }),
      report({}, { loadErrors: [{ file: "c.test.js", message: "x" }], exitCode: 1 }),
      [report({ [C]: "passed" })],
      "flaky",
    ],
    [
      "figures and exit code disagree at the head",
      report({ [A]: "passed" }),
      report({ [A]: "passed" }, { exitCode: 1, complete: false, problem: BESIDE }),
      [],
      "regressed",
    ],
    [
      "the base's report is cut",
      report({ [A]: "passed" }, { exitCode: 1, complete: false, problem: "cut" }),
      report({ [A]: "passed" }),
      [],
      "broken_baseline",
    ],
    ["exit code 0, then 1 although every test passes", report({ [A]: "passed" }), beside({ [A]: "passed" }, COVERAGE), [], "regressed"],
    [
      "a threshold fails before and after",
      beside({ [A]: "passed" }, COVERAGE),
      beside({ [A]: "passed" }, COVERAGE.replace("71.4", "70.9")),
      [],
      "existing_failures_only",
    ],
    ["a threshold failed before, not any more", beside({ [A]: "passed" }, COVERAGE), report({ [A]: "passed" }), [], "pass"],
    [
      "a threshold failed before, now an unhandled error too",
      beside({ [A]: "passed" }, COVERAGE),
      beside({ [A]: "passed" }, `${COVERAGE}\nUnhandled Rejection: boom`),
      [],
      "regressed",
    ],
    ["another exit code", beside({ [A]: "passed" }, COVERAGE), beside({ [A]: "passed" }, COVERAGE, { exitCode: 2 }), [], "regressed"],
    [
      "a threshold fails before and after, and a test breaks",
      beside({ [A]: "passed", [B]: "passed" }, COVERAGE),
      report({ [A]: "passed", [B]: "failed" }),
      [],
      "regressed",
    ],
    [
      "the failing test is fixed, the threshold still fails",
      report({ [A]: "failed" }, { outputTail: `1 failed\n${COVERAGE}` }),
      beside({ [A]: "passed" }, COVERAGE),
      [],
      "existing_failures_only",
    ],
    [
      "the failing test is fixed, and now a threshold fails",
      report({ [A]: "failed" }, { outputTail: "1 failed" }),
      beside({ [A]: "passed" }, COVERAGE),
      [],
      "regressed",
    ],
    [
      "a test that passes names an error, the reason is the old one",
      beside({ [A]: "passed" }, COVERAGE),
      beside({ [A]: "passed", [B]: "passed" }, `✓ throws an error\n${COVERAGE}`),
      [],
      "existing_failures_only",
    ],
    [
      "counts without names and an old threshold",
      beside({}, COVERAGE, { format: "text", counts: { passed: 5, failed: 0, skipped: 0 } }),
      beside({}, COVERAGE, { format: "text", counts: { passed: 5, failed: 0, skipped: 0 } }),
      [],
      "existing_failures_only",
    ],
    ["every re-run is ended from outside", report({ [A]: "passed" }), report({ [A]: "failed" }), [killed, killed], "infrastructure"],
    [
      "one re-run is ended from outside, the other fails",
      report({ [A]: "passed" }),
      report({ [A]: "failed" }),
      [killed, report({ [A]: "failed" })],
      "regressed",
    ],
    ["the head wrote no report", report({ [A]: "passed" }), lost("wrote no report"), [], "regressed"],
    ["the base wrote no report", lost("wrote no report"), report({ [A]: "passed" }), [], "broken_baseline"],
    ["no report on either side is not `no tests`", lost("wrote no report"), lost("wrote no report"), [], "broken_baseline"],
    [
      "the head hangs",
      report({ [A]: "passed" }),
      report({ [A]: "passed" }, { ended: "timeout", exitCode: null, complete: false }),
      [],
      "timed_out",
    ],
    [
      "the head runs out of memory",
      report({ [A]: "passed" }),
      report({}, { ended: "oom", exitCode: null, complete: false }),
      [],
      "infrastructure",
    ],
    ["the base hangs", report({ [A]: "passed" }, { ended: "timeout", complete: false }), report({ [A]: "passed" }), [], "broken_baseline"],
    ["no test command at all", exitCode(null), exitCode(null), [], "no_tests"],
    [
      "a runner that finds no test, twice",
      report({}, { complete: false, problem: "No test ran" }),
      report({}, { complete: false, problem: "No test ran" }),
      [],
      "no_tests",
    ],
    ["the first tests of a repository", report({}, { complete: false }), report({ [A]: "passed" }), [], "pass"],
    ["the first tests of a repository fail", report({}, { complete: false }), report({ [A]: "failed" }), [], "regressed"],
    ["the tests are all gone", report({ [A]: "passed" }), report({}, { complete: false, problem: "No test ran" }), [], "regressed"],
    ["everything is skipped, as before", report({ [A]: "skipped" }), report({ [A]: "skipped" }), [], "no_tests"],
    ["exit code 0, then 0", exitCode(0), exitCode(0), [], "pass"],
    ["exit code 1, then 0", exitCode(1), exitCode(0), [], "pass"],
    ["exit code 0, then 1", exitCode(0), exitCode(1), [exitCode(1)], "regressed"],
    ["exit code 0, then 1, then 0", exitCode(0), exitCode(1), [exitCode(0)], "flaky"],
    ["exit code 1, then 1", exitCode(1), exitCode(1), [], "broken_baseline"],
    ["figures are lost to an exit code", report({ [A]: "passed" }), exitCode(0), [], "regressed"],
    [
      "no file loads before or after",
      report({}, { loadErrors: [{ file: "c.test.js", message: "x" }], exitCode: 1 }),
      report({}, { loadErrors: [{ file: "c.test.js", message: "x" }], exitCode: 1 }),
      [],
      "broken_baseline",
    ],
    ["counts without names, equal", counts(5, 0), counts(5, 0), [], "pass"],
    ["counts without names, one more failure", counts(5, 0), counts(5, 1), [], "regressed"],
    ["counts without names, one pass fewer", counts(5, 0), counts(4, 0), [], "regressed"],
    ["counts without names, old failures", counts(5, 2), counts(6, 1), [], "existing_failures_only"],
  ]
  for (const [name, base, head, reruns, verdict] of table) {
    it(`${name}: ${verdict}`, () => {
      const comparison = compare(base, head, reruns)
      assert.strictEqual(comparison.verdict, verdict, comparison.reason)
    })
  }

  it("names what it found", () => {
    const comparison = compare(
      report({ [A]: "failed", [B]: "passed", [C]: "failed" }),
      report({ [A]: "passed", [B]: "failed", [C]: "failed", "d.test.js > new": "passed" }),
    )
    assert.deepStrictEqual(comparison.fixed, [A])
    assert.deepStrictEqual(comparison.regressed, [B])
    assert.deepStrictEqual(comparison.stillFailing, [C])
    assert.deepStrictEqual(comparison.added, ["d.test.js > new"])
    assert.deepStrictEqual(
      comparison.failures.map((failure) => failure.id),
      [B, C],
      "regressions come first",
    )
  })

  it("hands the tool's own words on when there is no failing test to show", () => {
    const comparison = compare(
      report({ [A]: "passed" }),
      lost("mocha started but wrote no report", { outputTail: "SyntaxError: Unexpected token" }),
    )
    assert.include(comparison.failures[0]?.message ?? "", "SyntaxError")
  })
})

describe("a base that differs from itself", () => {
  const compareTwice = (base: TestReport, again: TestReport, head: TestReport, reruns: ReadonlyArray<TestReport> = []) =>
    compareReports({ base, baseReruns: [again], head, reruns, requireTests: false })

  it("a test that fails now and then is not regressed, not flaky and not fixed", () => {
    const broke = compareTwice(
      report({ [A]: "passed", [B]: "passed" }),
      report({ [A]: "failed" }),
      report({ [A]: "failed", [B]: "passed" }),
    )
    assert.deepInclude(broke, { verdict: "existing_failures_only", regressed: [], flaky: [], unstable: [A] })
    assert.include(broke.reason, "unstable without the change")
    const mended = compareTwice(
      report({ [A]: "failed", [B]: "passed" }),
      report({ [A]: "passed" }),
      report({ [A]: "passed", [B]: "passed" }),
    )
    assert.deepInclude(mended, { verdict: "pass", fixed: [], unstable: [A], runs: { base: 2, head: 1 } })
  })
  it("does not excuse another test", () => {
    const comparison = compareTwice(
      report({ [A]: "passed", [B]: "passed" }),
      report({ [A]: "failed", [B]: "passed" }),
      report({ [A]: "failed", [B]: "failed" }),
    )
    assert.deepInclude(comparison, { verdict: "regressed", regressed: [B], unstable: [A] })
  })
  it("does not excuse a deleted test", () => {
    assert.strictEqual(
      compareTwice(report({ [A]: "failed", [B]: "passed" }), report({ [A]: "passed" }), report({ [B]: "passed" })).verdict,
      "regressed",
    )
  })
  it("a file that loads now and then", () => {
    const comparison = compareTwice(
      report({ [A]: "passed", [C]: "passed" }),
      report({}, { loadErrors: [{ file: "c.test.js", message: "x" }], exitCode: 1 }),
      report({ [A]: "passed", [C]: "passed" }),
    )
    assert.deepInclude(comparison, { verdict: "pass", unstable: [] }, "a file that does not load says nothing of its tests")
  })
  it("an exit code that differs proves nothing", () => {
    assert.strictEqual(
      compareReports({ base: exitCode(0), baseReruns: [exitCode(1)], head: exitCode(1), reruns: [], requireTests: false }).verdict,
      "broken_baseline",
    )
  })
})

describe("differingTests", () => {
  it("are those that fail now and did not before", () => {
    assert.deepStrictEqual(
      differingTests(report({ [A]: "passed", [B]: "failed" }), report({ [A]: "failed", [B]: "failed", [C]: "failed" })),
      [A, C],
    )
  })
})

describe("for every report", () => {
  const status = fc.constantFrom<TestStatus>("passed", "failed", "skipped")
  const tests = fc.dictionary(
    fc
      .tuple(fc.constantFrom("a.js", "b.js", "c.js"), fc.constantFrom("one", "two", "three", "four"))
      .map(([file, name]) => `${file} > ${name}`),
    status,
    { minKeys: 1, maxKeys: 12 },
  )

  it("compared with itself it is never regressed, and passes only when something passed and nothing failed", () => {
    fc.assert(
      fc.property(tests, (some) => {
        const one = report(some)
        const { verdict } = compare(one, one)
        assert.strictEqual(verdict, one.counts.failed > 0 ? "existing_failures_only" : one.counts.passed > 0 ? "pass" : "no_tests")
      }),
    )
  })

  it("an unstable test is never called regressed, flaky or fixed", () => {
    fc.assert(
      fc.property(tests, tests, tests, tests, (before, again, after, later) => {
        const comparison = compareReports({
          base: report(before),
          baseReruns: [report(again)],
          head: report(after),
          reruns: [report(later)],
          requireTests: false,
        })
        const unstable = Object.keys(before).filter(
          (id) =>
            new Set([before[id], again[id]]).size === 2 && [before[id], again[id]].every((was) => was === "passed" || was === "failed"),
        )
        assert.sameMembers([...(comparison.unstable ?? [])], unstable)
        for (const list of [comparison.regressed, comparison.flaky, comparison.fixed, comparison.stillFailing])
          assert.isEmpty(list.filter((id) => unstable.includes(id)))
      }),
    )
  })

  it("a second run of the base only ever excuses: what it does not name stays regressed", () => {
    fc.assert(
      fc.property(tests, tests, (before, after) => {
        const one = compare(report(before), report(after))
        const two = compareReports({
          base: report(before),
          baseReruns: [report(before)],
          head: report(after),
          reruns: [],
          requireTests: false,
        })
        assert.deepStrictEqual({ ...two, runs: { base: 1, head: 1 } }, one)
      }),
    )
  })

  it("one more failing test is never a pass", () => {
    fc.assert(
      fc.property(tests, tests, (before, after) => {
        assert.notInclude(
          ["pass", "existing_failures_only"],
          compare(report(before), report({ ...after, "z.js > broken": "failed" })).verdict,
        )
      }),
    )
  })

  it("a test that ran and is taken away is regressed", () => {
    fc.assert(
      fc.property(tests, fc.constantFrom<TestStatus>("passed", "failed"), (some, was) => {
        const verdict = compare(report({ ...some, "z.js > gone": was }), report(some)).verdict
        assert.strictEqual(verdict, "regressed")
      }),
    )
  })

  it("what is not complete at the head is never a pass", () => {
    fc.assert(
      fc.property(tests, tests, fc.constantFrom("exited", "timeout", "oom", "killed", "output_limit"), (before, after, ended) => {
        const head = report(after, { complete: false, problem: "cut", ended })
        assert.notInclude(["pass", "existing_failures_only"], compare(report(before), head).verdict)
      }),
    )
  })

  it("pass means that everything that passed before passes, or was renamed", () => {
    fc.assert(
      fc.property(tests, tests, (before, after) => {
        const base = report(before)
        const head = report(after)
        if (compare(base, head).verdict !== "pass") return
        assert.strictEqual(head.counts.failed, 0)
        assert.isAbove(head.counts.passed, 0)
        assert.isAtLeast(head.counts.passed, base.counts.passed)
      }),
    )
  })
})
