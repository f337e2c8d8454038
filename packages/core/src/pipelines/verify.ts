import { Effect, Schema } from "effect"
import { Change, ChangedFile } from "../domain/Change.ts"
import { checkChange } from "../domain/check-change.ts"
import { compareReports, differingTests } from "../domain/compare-reports.ts"
import type { Recipe } from "../domain/Recipe.ts"
import { TestRuns } from "../domain/Proof.ts"
import type { RunInput } from "../domain/Run.ts"
import { CheatFinding, Comparison } from "../domain/Verdict.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { TestRunner } from "../ports/TestRunner.ts"
import { Workspace } from "../ports/Workspace.ts"
import { type Baseline, loadBaseline } from "./baseline.ts"
import { inLivingBox } from "./code.ts"
import { keepEvidence, type Ran } from "./evidence.ts"
import { restoreCheckpoint } from "./prepare.ts"
import { type Admitted, Checkpoint } from "./RunContext.ts"
import { RunLog } from "./RunLog.ts"
import { failed } from "./StageFailed.ts"

/** The gate's word on exactly one change: what `checkpoint` holds and nothing else is published. */
export const Verified = Schema.Struct({
  comparison: Comparison,
  findings: Schema.Array(CheatFinding),
  checkpoint: Checkpoint,
  files: Schema.Array(ChangedFile),
  /** Milliseconds the tests took, re-runs included. */
  testMs: Schema.Finite,
  /** The runs that the comparison rests on; not there when there are no tests. */
  evidence: Schema.optionalKey(TestRuns),
})
export type Verified = typeof Verified.Type

const MAX_RERUNS = 2
/** Characters of test ids on one command line; where more tests differ, all are run again. */
const MAX_ONLY_CHARS = 30_000

export interface VerifyInput {
  readonly input: RunInput
  readonly admitted: Admitted
  readonly recipe: Recipe
  readonly base: Baseline
  readonly checkpoint: Checkpoint | null
  readonly name: string
}

/** Freezes the change, runs the tests on it, re-runs what differs, and compares per test (design section 7). */
export const verify = Effect.fn("verify")(function* (verification: VerifyInput, key: string) {
  const { input, admitted } = verification
  const frozen = yield* inLivingBox(verification, key, freeze(verification, key))
  const log = yield* RunLog
  const { comparison, testMs, ...tested } = verification.base.hasTests
    ? yield* inLivingBox({ ...verification, checkpoint: frozen.checkpoint }, key, testAndCompare(verification, frozen.checkpoint, key))
    : { comparison: nothingVerified(verification.base.summary), testMs: 0 }
  const findings = checkChange({
    patch: frozen.change.patch,
    allowPaths: admitted.config.allow_paths ?? [],
    protectPaths: admitted.config.protect_paths ?? [],
  })
  yield* log.say("info", `gate: ${comparison.verdict}: ${comparison.reason}`)
  for (const finding of findings) yield* log.say("warn", `${finding.rule} in ${finding.file}: ${finding.line.trim()}`)
  yield* restoreCheckpoint(input, admitted, frozen.checkpoint, `${key}.clean`)
  return { comparison, findings, checkpoint: frozen.checkpoint, files: frozen.change.files, testMs, ...tested } satisfies Verified
})

const freeze = Effect.fn("freeze")(function* ({ input, admitted, name }: VerifyInput, key: string) {
  const change: Change = yield* (yield* Workspace).change(input.runId, `${key}.change`, admitted.baseCommit)
  const artifact = `runs/${input.runId}/checkpoints/${name}.patch`
  yield* (yield* Artifacts).put(artifact, change.patch)
  const checkpoint: Checkpoint = { artifact, hash: change.hash, files: change.files.length }
  return { change, checkpoint }
})

const testAndCompare = Effect.fn("testAndCompare")(function* (verification: VerifyInput, frozen: Checkpoint, key: string) {
  const { input, admitted, recipe } = verification
  const runner = yield* TestRunner
  const settings = yield* RunSettings
  const log = yield* RunLog
  const options = { timeoutMs: settings.testTimeoutMs, onOutput: log.output }
  const head = yield* runner.run(input.runId, `${key}.head`, recipe, options)
  const base = yield* loadBaseline(verification.base)
  if (base === null) {
    return yield* failed("transient", "verify", {
      code: "baseline_lost",
      reason: "The report of the baseline is no longer in the artifact store, so nothing can be compared.",
      remedy: "Set the label again to start over.",
    })
  }
  const reruns: Array<Ran> = []
  for (let n = 1; n <= MAX_RERUNS; n++) {
    const only = differingTests(base, reruns.at(-1)?.report ?? head)
    if (only.length === 0) break
    yield* log.say("info", `${only.length} tests differ from the base; running them again (${n} of ${MAX_RERUNS})`)
    yield* restoreCheckpoint(input, admitted, frozen, `${key}.before-rerun-${n}`)
    const named = fitsCommandLine(only)
    const report = yield* runner.run(input.runId, `${key}.rerun-${n}`, recipe, named ? { ...options, only } : options)
    reruns.push({ report, only: named ? only.length : null })
  }
  const again = reruns.map(({ report }) => report)
  const comparison = compareReports({ base, head, reruns: again, requireTests: admitted.config.require_tests === true })
  const evidence = yield* keepEvidence(input, recipe, { base, baseReruns: [], head, reruns })
  return { comparison, testMs: [head, ...again].reduce((sum, report) => sum + report.durationMs, 0), evidence }
})

const fitsCommandLine = (ids: ReadonlyArray<string>) => ids.reduce((chars, id) => chars + id.length, 0) <= MAX_ONLY_CHARS

const nothingVerified = (reason: string): Comparison => ({
  verdict: "no_tests",
  reason,
  base: { passed: 0, failed: 0, skipped: 0 },
  head: { passed: 0, failed: 0, skipped: 0 },
  fixed: [],
  regressed: [],
  stillFailing: [],
  added: [],
  removed: [],
  flaky: [],
  failures: [],
})
