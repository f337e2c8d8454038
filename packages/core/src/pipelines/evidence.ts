import { Effect, Schema } from "effect"
import { reportKey } from "../domain/artifact-keys.ts"
import { sha256Hex, utf8 } from "../domain/base64.ts"
import type { Json } from "../domain/canonical-json.ts"
import { cleanJson } from "../domain/clean-json.ts"
import type { TestRun, TestRuns } from "../domain/Proof.ts"
import type { Recipe } from "../domain/Recipe.ts"
import type { RunInput } from "../domain/Run.ts"
import { TestReport } from "../domain/TestReport.ts"
import { Artifacts } from "../ports/Artifacts.ts"

/** A run of the tests with what was asked of it. */
export interface Ran {
  readonly report: TestReport
  /** Tests that were named; null: all. */
  readonly only: number | null
}

const encodeReport = Schema.encodeEffect(TestReport)

/** Keeps every full report, and answers what the proof says of each. */
export const keepEvidence = Effect.fn("keepEvidence")(function* (
  input: RunInput,
  recipe: Recipe,
  runs: {
    readonly base: TestReport
    readonly baseReruns: ReadonlyArray<Ran>
    readonly head: TestReport
    readonly reruns: ReadonlyArray<Ran>
  },
) {
  const artifacts = yield* Artifacts
  const keep = Effect.fn("keepReport")(function* ({ only, report }: Ran) {
    const text = JSON.stringify(cleanJson((yield* encodeReport(report).pipe(Effect.orDie)) as Json))
    const sha256 = yield* Effect.promise(() => sha256Hex(text))
    yield* artifacts.put(reportKey(input.runId, sha256), text)
    const { complete, counts, durationMs, ended, exitCode, format, loadErrors, problem, runner } = report
    return {
      command: recipe.test.map(({ command }) => command).join(" && "),
      runner,
      format,
      counts,
      loadErrors: loadErrors.length,
      exitCode,
      ended,
      complete,
      problem,
      durationMs,
      only,
      report: { sha256, bytes: utf8(text).length },
    } satisfies TestRun
  })
  const base = yield* keep({ report: runs.base, only: null })
  const baseReruns = yield* Effect.forEach(runs.baseReruns, keep)
  const head = yield* keep({ report: runs.head, only: null })
  const reruns = yield* Effect.forEach(runs.reruns, keep)
  return { base, baseReruns, head, reruns } satisfies TestRuns
})
