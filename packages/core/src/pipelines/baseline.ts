import { Effect, Schema } from "effect"
import { compareReports, unstableTests } from "../domain/compare-reports.ts"
import { isMended, missingBuild, whatIsMissing } from "../domain/mend-recipe.ts"
import { Recipe } from "../domain/Recipe.ts"
import type { RunInput } from "../domain/Run.ts"
import { Counts, TestReport } from "../domain/TestReport.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { TestRunner } from "../ports/TestRunner.ts"
import { blockedSummary, tellingBlockedHosts } from "./blocked-hosts.ts"
import type { Ran } from "./evidence.ts"
import type { Admitted } from "./RunContext.ts"
import { RunLog } from "./RunLog.ts"
import { restoreCheckpoint } from "./prepare.ts"
import { failed } from "./StageFailed.ts"
import { narrowedTo } from "./VerifyInput.ts"

/** The tests of the untouched base commit. The report itself is kept as an artifact. */
export const Baseline = Schema.Struct({
  artifact: Schema.String,
  hasTests: Schema.Boolean,
  counts: Counts,
  failing: Schema.Array(Schema.String),
  /** Differed between the two runs of a red base. */
  unstable: Schema.Array(Schema.String).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  summary: Schema.String,
  /** Set when the tests only load after a build: the recipe with that build in it, which is the run's from now on. */
  recipe: Schema.optionalKey(Recipe),
})
export type Baseline = typeof Baseline.Type

const MAX_LISTED_FAILURES = 20
const UNUSABLE: ReadonlySet<string> = new Set(["broken_baseline", "timed_out", "infrastructure"])
/** The shell's own codes for a command that is not there or cannot be started (POSIX 2.8.2). */
const NOT_STARTED = new Set([126, 127])

/** A command that only has an exit code and fails at the base may be the very bug; one that is not there is not. */
const mayBeMended = (report: TestReport) =>
  report.format === "exit-code" &&
  report.ended === "exited" &&
  report.complete &&
  report.exitCode !== null &&
  !NOT_STARTED.has(report.exitCode)

/** What is kept: the base's report, and the second run of its failing tests where there was one. */
const Kept = Schema.Struct({
  report: TestReport,
  reruns: Schema.Array(Schema.Struct({ report: TestReport, only: Schema.NullOr(Schema.Int) })),
})
const keptCodec = Schema.fromJsonString(Kept)

/** Runs the base's own tests. Stops the run, before any model call, when they can't be run at all. */
export const baseline = Effect.fn("baseline")(function* (input: RunInput, admitted: Admitted, recipe: Recipe, key: string) {
  const { blocked, value } = yield* tellingBlockedHosts(input.runId, measureBase(input, admitted, recipe, key))
  return blocked.length === 0 ? value : ({ ...value, summary: `${value.summary}${blockedSummary(blocked)}` } satisfies Baseline)
})

const measureBase = Effect.fn("measureBase")(function* (input: RunInput, admitted: Admitted, recipe: Recipe, key: string) {
  const settings = yield* RunSettings
  const log = yield* RunLog
  const artifact = `runs/${input.runId}/baseline.json`
  if (recipe.test.length === 0) return yield* withoutTests(admitted, artifact, "No tests were found in this repository.")
  const { mended, report } = yield* measure(input, admitted, recipe, key)
  yield* restoreCheckpoint(input, admitted, null, `${key}.clean`)
  // The gate judges the base against itself: what it could not compare with later stops the run now, before any model call.
  const itself = compareReports({ base: report, head: report, reruns: [], requireTests: false })
  const isEmpty = itself.verdict === "no_tests"
  // What could not be read is not nothing: exit code 0 behind a pipe says little.
  if (isEmpty && report.complete) return yield* withoutTests(admitted, artifact, "The test command ran, and ran no test.")
  if (isEmpty || (UNUSABLE.has(itself.verdict) && !mayBeMended(report))) {
    const missing = whatIsMissing(report)
    return yield* failed("needs_human", "baseline", {
      code: "tests_cannot_run",
      reason: `The tests of the untouched base commit cannot be used (\`${recipe.test.map((line) => line.command).join(" && ")}\`, exit code ${report.exitCode ?? "none"}): ${report.problem ?? itself.reason}${missing === null ? "" : ` ${missing}`}`,
      remedy:
        "Correct `setup:` and `test:` in `.github/loom.yml` so that the tests run to their end on a fresh clone, then set the label again.",
      evidence: report.outputTail,
    })
  }
  const failing = report.tests.filter((test) => test.status === "failed")
  // A base that is green is run once; what is red is run a second time, alone: a test that fails now and then proves nothing later.
  const reruns: Array<Ran> = []
  const byExitCode = report.format === "exit-code" && report.exitCode !== 0
  if (failing.length > 0 || report.loadErrors.length > 0 || byExitCode) {
    const only = [...failing.map((test) => test.id), ...report.loadErrors.map((error) => error.file)]
    yield* log.say("info", `${Math.max(1, only.length)} tests fail on the base; running them again to see whether they always do`)
    const options = narrowedTo({ timeoutMs: settings.testTimeoutMs, onOutput: log.output }, only)
    const again = yield* (yield* TestRunner).run(input.runId, `${key}.again`, mended ?? recipe, options)
    reruns.push({ report: again, only: options.only?.length ?? null })
    yield* restoreCheckpoint(input, admitted, null, `${key}.clean-again`)
  }
  if (byExitCode && reruns.some((rerun) => rerun.report.exitCode === 0)) {
    return yield* failed("needs_human", "baseline", {
      code: "tests_unstable",
      reason:
        "The test command failed and succeeded on the untouched base commit, and gives no figures: nothing could be compared with it.",
      remedy:
        "Make the tests repeatable, or name a test command that tells its results as `test:` in `.github/loom.yml`, then set the label again.",
      evidence: report.outputTail,
    })
  }
  const unstable = unstableTests(
    report,
    reruns.map((rerun) => rerun.report),
  )
  for (const id of unstable) yield* log.say("warn", `unstable on the base: ${id}`)
  yield* (yield* Artifacts).put(artifact, yield* Schema.encodeEffect(keptCodec)({ report, reruns }).pipe(Effect.orDie))
  const counts = report.counts
  return {
    artifact,
    hasTests: true,
    counts,
    failing: failing.slice(0, MAX_LISTED_FAILURES).map((test) => `${test.id}: ${(test.message ?? "").slice(0, 600)}`),
    unstable,
    summary:
      report.format === "exit-code"
        ? `exit code ${report.exitCode}; this runner gives no figures`
        : `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped${report.loadErrors.length > 0 ? `, ${report.loadErrors.length} files failed to load` : ""}${unstable.length > 0 ? `, ${unstable.length} of them unstable` : ""}`,
    ...(mended === null ? {} : { recipe: mended }),
  } satisfies Baseline
})

/** Runs the tests; when they say that build output is missing, once more with the repository's own build before them. */
const measure = Effect.fn("measure")(function* (input: RunInput, admitted: Admitted, recipe: Recipe, key: string) {
  const { testTimeoutMs: timeoutMs } = yield* RunSettings
  const log = yield* RunLog
  const runner = yield* TestRunner
  const first = yield* runner.run(input.runId, key, recipe, { timeoutMs, onOutput: log.output })
  const mended = missingBuild(first, recipe)
  if (mended === null) return { report: first, mended: null }
  yield* log.say("warn", `the tests want build output that is not there: again with \`${recipe.build?.command ?? ""}\` before them`)
  yield* restoreCheckpoint(input, admitted, null, `${key}.before-build`)
  const second = yield* runner.run(input.runId, `${key}.built`, mended, { timeoutMs, onOutput: log.output })
  if (isMended(first, second)) return { report: second, mended }
  yield* log.say(
    "warn",
    `that did not help: ${second.problem ?? `${second.loadErrors.length} files do not load, ${second.counts.failed} tests fail`}`,
  )
  return { report: first, mended: null }
})

/** The base's reports again, in a later step. */
export const loadBaseline = Effect.fn("loadBaseline")(function* (base: Baseline) {
  const text = yield* (yield* Artifacts).get(base.artifact)
  return text === null ? null : yield* Schema.decodeEffect(keptCodec)(text).pipe(Effect.orDie)
})

const withoutTests = (admitted: Admitted, artifact: string, summary: string) =>
  admitted.config.require_tests === true
    ? failed("needs_human", "baseline", {
        code: "no_tests",
        reason: `${summary} \`require_tests\` is on, so nothing can be proven here.`,
        remedy: "Name the test command as `test:` in `.github/loom.yml`, or set `require_tests: false`.",
      })
    : Effect.succeed<Baseline>({
        artifact,
        hasTests: false,
        counts: { passed: 0, failed: 0, skipped: 0 },
        failing: [],
        unstable: [],
        summary,
      })
