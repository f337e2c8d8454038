import { Effect } from "effect"
import { compareReports, differingTests, unstableTests } from "../domain/compare-reports.ts"
import type { TestReport } from "../domain/TestReport.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { TestRunner } from "../ports/TestRunner.ts"
import { loadBaseline } from "./baseline.ts"
import { keepEvidence, type Ran } from "./evidence.ts"
import { restoreInto } from "./prepare.ts"
import type { Checkpoint } from "./RunContext.ts"
import { RunLog } from "./RunLog.ts"
import { failed } from "./StageFailed.ts"
import { narrowedTo, type VerifyInput } from "./VerifyInput.ts"

/** Re-runs of the differing tests of the head. */
const MAX_RERUNS = 2

const reportsOf = (runs: ReadonlyArray<Ran>): ReadonlyArray<TestReport> => runs.map(({ report }) => report)

/** Ended from outside, it says nothing of the tests it was to run again. */
const saysNothing = (report: TestReport): boolean => report.ended !== "exited"

/**
 * Runs the tests on the frozen change and compares with the base, per test. What differs is run again, at most twice, and alone where the
 * runner can; what still fails then is run once more on the untouched base, so that nothing unstable is called a regression.
 */
export const testChange = Effect.fn("testChange")(function* (verification: VerifyInput, frozen: Checkpoint, key: string) {
  const { admitted, box, input, recipe } = verification
  const runner = yield* TestRunner
  const settings = yield* RunSettings
  const log = yield* RunLog
  const options = { timeoutMs: settings.testTimeoutMs, onOutput: log.output }
  const head = yield* runner.run(box, `${key}.head`, recipe, options)
  const loaded = yield* loadBaseline(verification.base)
  if (loaded === null) {
    return yield* failed("transient", "verify", {
      code: "baseline_lost",
      reason: "The report of the baseline is no longer in the artifact store, so nothing can be compared.",
      remedy: "Set the label again to start over.",
    })
  }
  const base = loaded.report
  const baseReruns: Array<Ran> = [...loaded.reruns]
  const unstable = new Set(unstableTests(base, reportsOf(baseReruns)))
  const differing = (report: TestReport) => differingTests(base, report).filter((id) => !unstable.has(id))

  const reruns: Array<Ran> = []
  let only = differing(head)
  for (let n = 1; n <= MAX_RERUNS && only.length > 0; n++) {
    yield* log.say("info", `${only.length} tests differ from the base; running them again (${n} of ${MAX_RERUNS})`)
    yield* restoreInto(box, admitted, frozen, `${key}.before-rerun-${n}`)
    const narrowed = narrowedTo(options, only)
    const rerun = yield* runner.run(box, `${key}.rerun-${n}`, recipe, narrowed)
    reruns.push({ report: rerun, only: narrowed.only?.length ?? null })
    if (!saysNothing(rerun)) only = differing(rerun)
  }
  const compare = () =>
    compareReports({
      base,
      baseReruns: reportsOf(baseReruns),
      head,
      reruns: reportsOf(reruns),
      requireTests: admitted.config.require_tests === true,
    })
  const first = compare()
  // Only what passed at the base can have been unstable there; a new test cannot.
  const known = new Set([...base.tests.map((test) => test.id), ...base.tests.flatMap((test) => test.file ?? [])])
  const suspects = first.regressed.filter((id) => known.has(id))
  const byExitCode = base.format === "exit-code" && base.exitCode === 0 && first.verdict === "regressed" && head.ended === "exited"
  if (first.verdict === "regressed" && (suspects.length > 0 || byExitCode)) {
    yield* log.say("info", `${Math.max(1, suspects.length)} tests fail that passed before; running them again on the untouched base`)
    yield* restoreInto(box, admitted, null, `${key}.before-base-rerun`)
    const narrowed = narrowedTo(options, suspects)
    const rerun = yield* runner.run(box, `${key}.base-rerun`, recipe, narrowed)
    baseReruns.push({ report: rerun, only: narrowed.only?.length ?? null })
  }
  const ranNow = [head, ...reportsOf(reruns), ...reportsOf(baseReruns.slice(loaded.reruns.length))]
  const testMs = ranNow.reduce((sum, report) => sum + report.durationMs, 0)
  const evidence = yield* keepEvidence(input, recipe, { base, baseReruns, head, reruns })
  return { base, head, comparison: compare(), testMs, evidence }
})
