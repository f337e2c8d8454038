import { Effect } from "effect"
import { planKey } from "../domain/artifact-keys.ts"
import type { RunInput, RunOutcome } from "../domain/Run.ts"
import { type Kept, loadKept, saveKept, stagesOf } from "./Kept.ts"
import type { Progress } from "./Progress.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { RunLog } from "./RunLog.ts"

const silent = RunLog.of({ say: () => Effect.void, output: () => {} })

/**
 * Keeps what the run has come to, for one that goes on with it: after a hold, a failure or a stop. A run that ended before it came to
 * anything of its own hands on what it was given. Answers the outcome with the stages that another run can begin with. Never fails:
 * what cannot be kept is made anew.
 */
export const keep = Effect.fn("keep")(
  function* (input: RunInput, progress: Progress, outcome: RunOutcome, now: number) {
    if (outcome.status === "completed" || input.ended !== undefined) return outcome
    const kept = own(input, progress, now) ?? progress.inherited ?? (yield* loadKept(input).pipe(Effect.provideService(RunLog, silent)))
    if (kept === null) return outcome
    yield* saveKept(input.runId, kept)
    // For people to read while the task waits, also when this run did not come as far as its plan.
    yield* (yield* Artifacts).put(planKey(input.runId), JSON.stringify(kept.plan)).pipe(Effect.ignore)
    return { ...outcome, kept: stagesOf(kept) } satisfies RunOutcome
  },
  (work, _input, _progress, outcome) =>
    Effect.catch(work, (error) => Effect.as(Effect.logWarning("run.not_kept", { reason: error.message }), outcome)),
)

const own = (input: RunInput, progress: Progress, now: number): Kept | null => {
  const { admitted, coding, inherited, model, models, plan, prompts, publication } = progress
  if (admitted === null || plan === null) return null
  const startedAt = progress.stages[0]?.startedAt ?? now
  return {
    taskId: input.taskId,
    baseBranch: admitted.baseBranch,
    baseCommit: admitted.baseCommit,
    plan,
    model,
    models,
    prompts,
    // Before the first turn there is nothing that the plan does not say.
    coding: coding !== null && coding.round === 1 && coding.turns === 0 && coding.checkpoint === null ? null : coding,
    publication,
    workedMs: (inherited?.workedMs ?? 0) + now - startedAt,
  }
}
