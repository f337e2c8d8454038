import type { Figures } from "./Part.ts"

/** `empty`: nothing ran. `broken`: it did not load, was cut, or cannot be believed. */
export type ReportVerdict = "pass" | "fail" | "broken" | "empty"

/** Exit codes of a process that was ended from outside: `timeout` (124), and 128 plus a signal. */
const killed = (exitCode: number): boolean => exitCode === 124 || (exitCode > 128 && exitCode < 160) || exitCode < 0

interface Evidence {
  readonly counts: Figures
  /** How many of the failed are files that did not load. */
  readonly failedLoads: number
  readonly loadErrors: number
  /** Why the figures cannot be trusted. */
  readonly problem: string | null
  /** What failed besides the tests. */
  readonly otherFailure: string | null
  readonly stopped: boolean
  readonly exitCode: number | null
  /** No figures are to be had: the exit code is the whole report. */
  readonly exitCodeOnly: boolean
}

/**
 * The one word for a run, and whether its figures are whole and agree with the exit code. In this order: a report that is cut or
 * contradicts itself is `broken` whatever it says; a failing test is `fail`; what does not load is `broken`; where nothing ran it is
 * `empty`; and an exit code that is not 0 is never `pass`.
 */
export const judge = (
  evidence: Evidence,
): { readonly verdict: ReportVerdict; readonly complete: boolean; readonly problem: string | null } => {
  const { counts, exitCode } = evidence
  const no = (verdict: ReportVerdict, problem: string | null) => ({ verdict, complete: false, problem })
  if (evidence.problem !== null) return no("broken", evidence.problem)
  if (exitCode !== null && killed(exitCode)) return no("broken", `The exit code ${exitCode} says that the run was killed or timed out.`)
  const failed = counts.failed - Math.min(evidence.failedLoads, counts.failed)
  const hidden = exitCode === 0 ? "It failed, but the exit code is 0: the test command hides failures." : null
  if (failed > 0) {
    const stopped = evidence.stopped ? "The run was stopped at a failure: what was left did not run." : null
    return { verdict: "fail", complete: hidden === null && stopped === null, problem: hidden ?? stopped }
  }
  if (evidence.loadErrors > 0 || evidence.failedLoads > 0) return { verdict: "broken", complete: hidden === null, problem: hidden }
  if (evidence.otherFailure !== null) return no("fail", `No test failed, but the run did: ${evidence.otherFailure}.`)
  if (evidence.exitCodeOnly) {
    if (exitCode === null) return no("broken", "There are no figures, and no exit code was given.")
    return exitCode === 0
      ? { verdict: "pass", complete: true, problem: "Only the exit code is known: there are no figures." }
      : { verdict: "fail", complete: true, problem: `Only the exit code is known (${exitCode}): there are no figures.` }
  }
  if (counts.passed + counts.skipped === 0) return { verdict: "empty", complete: true, problem: "No test ran." }
  if (exitCode !== null && exitCode !== 0)
    return no(
      "fail",
      `Every test passed, but the exit code is ${exitCode}: a coverage threshold, an unhandled error or another step failed.`,
    )
  if (counts.passed === 0) return { verdict: "empty", complete: true, problem: "Every test was skipped: nothing was verified." }
  return { verdict: "pass", complete: true, problem: null }
}
