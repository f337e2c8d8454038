import { sameExitReason } from "./exit-reasons.ts"
import type { TestReport } from "./TestReport.ts"
import type { Comparison, Verdict } from "./Verdict.ts"

export type Say = (verdict: Verdict, reason: string, extra?: Partial<Comparison>) => Comparison

/** A report that has nothing but the exit code, by its nature. */
export const exitCodeOnly = (report: TestReport): boolean => report.format === "exit-code" && report.exitCode !== null && report.complete

/** At least one side has no figures: the exit code is all there is, and that is said. */
export const compareExitCodes = (
  {
    base,
    head,
    reruns,
    baseReruns,
    baseIsEmpty,
  }: {
    readonly base: TestReport
    readonly head: TestReport
    readonly reruns: ReadonlyArray<TestReport>
    readonly baseReruns: ReadonlyArray<TestReport>
    /** No test ran at the base. */
    readonly baseIsEmpty: boolean
  },
  say: Say,
  stopped: (reason: string) => Comparison,
): Comparison => {
  const note = "only the exit code of the test command is known, there are no figures"
  if (!exitCodeOnly(head) && (head.tests.length === 0 || !head.complete))
    return stopped(`The tests of the change cannot be trusted: ${head.problem ?? "no test ran"}`)
  if (exitCodeOnly(head) && !exitCodeOnly(base) && !baseIsEmpty)
    return stopped("The test command no longer tells which tests it ran; before the change it did.")
  if (head.exitCode === 0)
    return say(
      "pass",
      base.exitCode === 0
        ? `The test command succeeds before and after; ${note}.`
        : `The test command failed before and succeeds now; ${note}.`,
    )
  if (base.exitCode !== 0 && base.exitCode !== null)
    return say("broken_baseline", `The test command fails before and after, and ${note}: nothing can be compared.`)
  if (baseReruns.some((rerun) => rerun.ended === "exited" && rerun.exitCode !== 0))
    return say("broken_baseline", `The test command succeeds and fails on the untouched code; ${note}: nothing can be compared.`)
  if (reruns.some((rerun) => rerun.exitCode === 0 && rerun.ended === "exited"))
    return say("flaky", `The test command failed and succeeded on the same code; ${note}.`)
  return stopped(`The test command succeeded before and fails now (exit code ${head.exitCode}); ${note}.`)
}

/** Figures without names cannot show which test changed: no more failures, no fewer passes. */
export const compareCounts = (base: TestReport, head: TestReport, say: Say, stopped: (reason: string) => Comparison): Comparison => {
  if (!head.complete && sameExitReason(base, head) === null)
    return stopped(`The tests of the change cannot be trusted: ${head.problem ?? "their report is incomplete"}`)
  if (head.counts.failed > base.counts.failed)
    return stopped(`${head.counts.failed} tests fail, before it were ${base.counts.failed}; the runner names none.`)
  if (head.counts.passed < base.counts.passed)
    return stopped(`${head.counts.passed} tests pass, before it were ${base.counts.passed}; the runner names none.`)
  if (head.counts.failed > 0)
    return say("existing_failures_only", `${head.counts.failed} tests fail, no more than before; the runner names none.`)
  if (!head.complete)
    return say("existing_failures_only", `Every test passes; the test command ends with exit code ${head.exitCode} before and after.`)
  return head.counts.passed === 0
    ? say("no_tests", "Every test is skipped: nothing was verified.")
    : say("pass", `${head.counts.passed} tests pass; the runner names none.`)
}
