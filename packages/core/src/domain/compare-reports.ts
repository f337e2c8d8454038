import { compareCounts, compareExitCodes, exitCodeOnly } from "./compare-figures.ts"
import { failsBesideTests, sameExitReason } from "./exit-reasons.ts"
import type { TestReport, TestResult } from "./TestReport.ts"
import type { Comparison, Verdict } from "./Verdict.ts"

/** Name of the "test" that stands for a whole file whose tests did not report; it never stands in for a removed one. */
const WHOLE_FILE = "(file)"
const MAX_FAILURES = 50

const byId = (report: TestReport): ReadonlyMap<string, TestResult> => new Map(report.tests.map((test) => [test.id, test]))
const sum = (report: TestReport): number => report.counts.passed + report.counts.failed + report.counts.skipped
/** Figures without names: the text of a runner that takes no reporter. */
const countsOnly = (report: TestReport): boolean => report.tests.length === 0 && sum(report) > 0
const silent = (report: TestReport): boolean => report.ended === "exited" && sum(report) === 0 && report.loadErrors.length === 0
/** Nothing there to run: no test command at all, or a runner that ended by itself having found no test. A lost report is not "nothing". */
const nothingRan = (report: TestReport): boolean => silent(report) && (report.format !== "exit-code" || report.exitCode === null)

const failedHere = (report: TestReport): ReadonlyArray<string> => [
  ...report.tests.filter((test) => test.status === "failed").map((test) => test.id),
  ...report.loadErrors.map((error) => error.file),
]

/**
 * Ids that must be run again before they are called flaky or a regression: they fail at the head and did not fail at the base.
 * A file that no longer loads stands for itself.
 */
export const differingTests = (base: TestReport, head: TestReport): ReadonlyArray<string> => {
  const before = new Set(failedHere(base))
  return [...new Set(failedHere(head).filter((id) => !before.has(id)))]
}

/** Whether a re-run passed what failed: true, false, or null when the re-run did not get to it. */
const outcomeIn = (rerun: TestReport, id: string): boolean | null => {
  if (failedHere(rerun).includes(id)) return false
  const test = byId(rerun).get(id)
  if (test !== undefined) return test.status === "skipped" ? null : test.status === "passed"
  return rerun.complete && rerun.tests.some((other) => other.file === id && other.status === "passed") ? true : null
}

/** Tests, or files that do not load, whose outcome differs between the runs of the untouched base. */
export const unstableTests = (base: TestReport, baseReruns: ReadonlyArray<TestReport>): ReadonlyArray<string> => {
  const failed = new Set(failedHere(base))
  const ran = [...failed, ...base.tests.filter((test) => test.status === "passed").map((test) => test.id)]
  return ran.filter((id) => baseReruns.some((rerun) => outcomeIn(rerun, id) === failed.has(id)))
}

const loadErrorResult = (file: string, message: string): TestResult => ({
  id: file,
  file,
  name: "(the file does not load)",
  status: "failed",
  durationMs: null,
  message: message.slice(0, 4000),
  location: null,
})

/** The whole run as one failure, so that whoever mends it sees the tool's own words. */
const wholeRun = (report: TestReport): TestResult => ({
  id: "(test command)",
  file: null,
  name: "(test command)",
  status: "failed",
  durationMs: report.durationMs,
  location: null,
  message: `${report.problem ?? `exit code ${report.exitCode ?? "none"}`}\n${report.outputTail.slice(-3500)}`,
})

const words = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
const list = (ids: ReadonlyArray<string>): string =>
  ids
    .slice(0, 3)
    .map((id) => `\`${id}\``)
    .join(", ") + (ids.length > 3 ? ` and ${ids.length - 3} more` : "")

/**
 * Removed tests that look renamed: no more of them in a file than new passing tests in the same file, or, when the whole file is gone,
 * in files that are new. Everything else that passed and is gone counts against the change.
 */
const unexplained = (
  removed: ReadonlyArray<TestResult>,
  added: ReadonlyArray<TestResult>,
  head: TestReport,
  base: TestReport,
): ReadonlyArray<string> => {
  const baseFiles = new Set(base.tests.map((test) => test.file))
  const headFiles = new Set(head.tests.map((test) => test.file))
  const credit = new Map<string | null, number>()
  const home = (file: string | null) => (file === null || headFiles.has(file) ? file : "(moved)")
  for (const test of added) {
    if (test.status !== "passed" || test.name === WHOLE_FILE) continue
    const key = test.file === null || baseFiles.has(test.file) ? test.file : "(moved)"
    credit.set(key, (credit.get(key) ?? 0) + 1)
  }
  return removed.flatMap((test) => {
    const key = home(test.file)
    const left = credit.get(key) ?? 0
    if (left === 0) return [test.id]
    credit.set(key, left - 1)
    return []
  })
}

interface Input {
  readonly base: TestReport
  readonly head: TestReport
  /** Further runs of the head, of the differing tests or of everything. */
  readonly reruns: ReadonlyArray<TestReport>
  /** Further runs of the untouched base, of its failing or the head's differing tests. */
  readonly baseReruns?: ReadonlyArray<TestReport>
  readonly requireTests: boolean
}

/**
 * The gate's comparison (design section 7). Per test: what passed must pass, what failed may fail, what is new must pass. Whatever the
 * exit code and the figures disagree on, and whatever did not run, is never a `pass`.
 */
export const compareReports = ({ base, head, reruns, baseReruns = [], requireTests }: Input): Comparison => {
  const before = byId(base)
  const after = byId(head)
  const unstable = new Set(unstableTests(base, baseReruns))
  const differing = differingTests(base, head).filter((id) => !unstable.has(id))
  const flaky = differing.filter((id) => reruns.some((rerun) => outcomeIn(rerun, id) === true))
  const regressed = differing.filter((id) => !flaky.includes(id))
  const failedBefore = new Set(failedHere(base))
  const stillFailing = failedHere(head).filter((id) => failedBefore.has(id) && !unstable.has(id))
  const failingUnstable = failedHere(head).filter((id) => unstable.has(id))
  const added = head.tests.filter((test) => !before.has(test.id))
  // A file that does not load hides its tests; it is counted itself.
  const unloaded = new Set(head.loadErrors.map((error) => error.file))
  const gone = base.tests.filter((test) => !after.has(test.id) && !(test.file !== null && unloaded.has(test.file)))
  const disabled = base.tests.filter((test) => test.status !== "skipped" && after.get(test.id)?.status === "skipped")
  const removed = gone.filter((test) => test.status !== "skipped")
  const lost = [...unexplained(removed, added, head, base), ...disabled.map((test) => test.id)]
  const fixed = base.tests
    .filter((test) => test.status === "failed" && !unstable.has(test.id) && after.get(test.id)?.status === "passed")
    .map((test) => test.id)
  const order = new Map([...regressed, ...flaky, ...stillFailing].map((id, index) => [id, index]))
  const failures = [
    ...head.tests.filter((test) => test.status === "failed"),
    ...head.loadErrors.map((error) => loadErrorResult(error.file, error.message)),
  ]
    .toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
    .slice(0, MAX_FAILURES)

  const say = (verdict: Verdict, reason: string, extra: Partial<Comparison> = {}): Comparison => ({
    verdict,
    reason,
    base: base.counts,
    head: head.counts,
    fixed,
    regressed,
    stillFailing,
    added: added.map((test) => test.id),
    removed: gone.map((test) => test.id),
    flaky,
    unstable: [...unstable],
    runs: { base: 1 + baseReruns.length, head: 1 + reruns.length },
    failures,
    ...extra,
  })
  const stopped = (reason: string) => say("regressed", reason, { failures: failures.length > 0 ? failures : [wholeRun(head)] })

  // Nothing at all to run, before and after.
  if (nothingRan(base) && nothingRan(head)) {
    return say(
      "no_tests",
      `No test ran: ${head.problem ?? base.problem ?? "the repository has none"}${requireTests ? " This repository requires tests." : ""}`,
    )
  }
  // A base that proves nothing cannot be compared with.
  if (!base.complete && !nothingRan(base) && !failsBesideTests(base))
    return say("broken_baseline", `The tests of the base commit cannot be trusted: ${base.problem ?? "their report is incomplete"}`)
  if (head.ended === "timeout")
    return say("timed_out", head.problem ?? "The tests did not end in time.", {
      failures: failures.length > 0 ? failures : [wholeRun(head)],
    })
  if (head.ended !== "exited") return say("infrastructure", head.problem ?? "The tests were ended from outside.")

  if (exitCodeOnly(base) || exitCodeOnly(head))
    return compareExitCodes({ base, head, reruns, baseReruns, baseIsEmpty: nothingRan(base) }, say, stopped)
  if (silent(head))
    return stopped(`No test ran any more: ${head.problem ?? "the report is empty"} Before there were ${base.tests.length || sum(base)}.`)
  if (countsOnly(base) || countsOnly(head)) return compareCounts(base, head, say, stopped)

  // A failure that could not be looked at again, because every further run was ended from outside, is no word on the change.
  if (regressed.length > 0 && reruns.length > 0 && reruns.every((rerun) => rerun.ended !== "exited" && rerun.ended !== "timeout"))
    return say("infrastructure", reruns.at(-1)?.problem ?? "The re-runs of the differing tests were ended from outside.")
  if (regressed.length > 0) {
    const fresh = regressed.filter((id) => added.some((test) => test.id === id)).length
    return say(
      "regressed",
      `${words(regressed.length, "test fails", "tests fail")} that did not fail before${fresh > 0 ? ` (${fresh} new)` : ""}: ${list(regressed)}.`,
    )
  }
  if (lost.length > 0)
    return say(
      "regressed",
      `${words(lost.length, "test")} that ran before ${lost.length === 1 ? "is" : "are"} gone or skipped: ${list(lost)}.`,
    )
  const existing = head.complete ? null : sameExitReason(base, head)
  if (!head.complete && existing === null)
    return stopped(`The tests of the change cannot be trusted: ${head.problem ?? "their report is incomplete"}`)
  if (flaky.length > 0) return say("flaky", `${words(flaky.length, "test")} failed and passed on the same code: ${list(flaky)}.`)
  // Where no file loads on either side, "no worse than before" shows nothing: the set-up is wrong, or the tests are.
  if (stillFailing.length > 0 && sum(base) === 0 && sum(head) === 0)
    return say(
      "broken_baseline",
      `No test ran before or after the change: ${words(stillFailing.length, "file does", "files do")} not load.`,
    )
  if (stillFailing.length > 0)
    return say(
      "existing_failures_only",
      `${words(stillFailing.length, "test")} failed before and still ${stillFailing.length === 1 ? "fails" : "fail"}; nothing else does.`,
    )
  if (failingUnstable.length > 0)
    return say(
      "existing_failures_only",
      `${words(failingUnstable.length, "test")} that ${failingUnstable.length === 1 ? "fails" : "fail"} now ${failingUnstable.length === 1 ? "is" : "are"} unstable without the change too: ${list(failingUnstable)}; nothing else fails.`,
    )
  if (existing !== null)
    return say(
      "existing_failures_only",
      `Every test passes; the test command ends with exit code ${head.exitCode} before and after${existing.line === null ? "" : `: \`${existing.line}\``}.`,
    )
  if (head.counts.passed === 0)
    return say("no_tests", `Every one of ${words(head.counts.skipped, "test")} is skipped: nothing was verified.`)
  return say(
    "pass",
    `${words(head.counts.passed, "test passes", "tests pass")}${fixed.length > 0 ? `, ${fixed.length} of them fixed` : ""}${base.counts.failed === 0 ? "" : `; ${base.counts.failed} failed before`}.`,
  )
}
