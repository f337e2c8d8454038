import { Effect } from "effect"
import { broughtTests, proofOfRun, proofWithoutRun, testPartOf } from "../domain/change-tests.ts"
import type { TestProof } from "../domain/Gate.ts"
import type { TestReport } from "../domain/TestReport.ts"
import { parseDiff } from "../domain/unified-diff.ts"
import type { Comparison } from "../domain/Verdict.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { TestRunner } from "../ports/TestRunner.ts"
import { Workspace } from "../ports/Workspace.ts"
import { RunLog } from "./RunLog.ts"
import { narrowedTo, type VerifyInput } from "./VerifyInput.ts"

/** Where all tests would have to run again for it, and they take longer than this part of the limit, it is left out and said. */
const MAX_SHARE = 0.5

export interface Tested {
  readonly base: TestReport
  readonly head: TestReport
  readonly comparison: Comparison
}

/**
 * Runs the change's own tests on the base commit: a test that passes there too proves nothing. One narrowed run; leaves the base and the
 * tests in the tree.
 */
export const proveTests = Effect.fn("proveTests")(function* (
  { admitted, box, recipe }: VerifyInput,
  patch: string,
  { base, head, comparison }: Tested,
  key: string,
) {
  const known = proofWithoutRun(patch, base, head, comparison)
  if (known !== null) return known
  const settings = yield* RunSettings
  const log = yield* RunLog
  if (head.durationMs > settings.testTimeoutMs * MAX_SHARE) {
    return {
      status: "not_checked",
      reason: `The tests take ${Math.round(head.durationMs / 60_000)} minutes; they were not run again to see the new ones fail without the change.`,
      tests: [],
    } satisfies TestProof
  }
  const only = broughtTests(parseDiff(patch), base, head).map((test) => test.id)
  yield* log.say("info", `running ${only.length} new or changed tests on the base commit, without the change`)
  yield* (yield* Workspace).restore(box, `${key}.tests-on-base`, admitted.baseCommit, testPartOf(patch).patch)
  const options = narrowedTo({ timeoutMs: settings.testTimeoutMs, onOutput: log.output }, only)
  const onBase = yield* (yield* TestRunner).run(box, `${key}.on-base`, recipe, options)
  return proofOfRun(patch, base, head, onBase, comparison)
})
