import { Effect, Schema } from "effect"
import { controlLabels } from "../domain/labels.ts"
import { redact } from "../domain/redact.ts"
import type { RunInput, RunOutcome } from "../domain/Run.ts"
import { fullName } from "../domain/Repository.ts"
import { stickyComment, stickyMarker } from "../domain/sticky-comment.ts"
import { Durable } from "../ports/Durable.ts"
import { GitHub } from "../ports/GitHub.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import type { Progress } from "./Progress.ts"

export const taskUrl = (publicUrl: string, taskId: string) => `${publicUrl}/tasks/${taskId}`

/** Writes the one comment on the issue as things stand now (find-or-create by its hidden marker). */
export const writeComment = Effect.fn("writeComment")(function* (input: RunInput, progress: Progress, outcome: RunOutcome | null) {
  const settings = yield* RunSettings
  const { admitted } = progress
  const body = stickyComment({
    taskId: input.taskId,
    taskUrl: taskUrl(settings.publicUrl, input.taskId),
    repository: fullName(input.repository),
    issueNumber: input.issueNumber,
    // What the task was asked for with: taking it off stops it.
    controlLabel: input.approval === undefined ? (admitted?.config.label ?? settings.controlLabel) : controlLabels.plan,
    requestedBy: input.requestedBy,
    base:
      admitted === null
        ? null
        : {
            branch: admitted.baseBranch,
            reason: admitted.config.base_branch === undefined ? "the default branch" : "`base_branch` of .github/loom.yml",
          },
    model: progress.model,
    modelNote: settings.modelNote,
    usage: progress.spent,
    stages: progress.stages,
    outcome,
    problems: admitted?.configProblems ?? [],
    olderRuns: [],
  })
  yield* (yield* GitHub).upsertComment(input.repository, input.issueNumber, stickyMarker(input.taskId), redact(body))
})

/** GitHub may ask for minutes of patience, which a word of progress is not worth; the step's own limit would end the run. */
const TELL_MS = 60_000

/** Tells the issue how far the run has come, once per `name`. The work goes on when GitHub can't be told now. */
export const tell = Effect.fn("tell")(function* (input: RunInput, progress: Progress, name: string) {
  const durable = yield* Durable
  yield* durable.step(
    { name: `tell.${name}`, success: Schema.Null, error: Schema.Never, timeoutMs: 120_000 },
    writeComment(input, progress, null).pipe(
      Effect.timeoutOrElse({ duration: TELL_MS, orElse: () => Effect.logWarning("comment.not_written", { reason: "GitHub is slow" }) }),
      Effect.catch((error) => Effect.logWarning("comment.not_written", { reason: error.message })),
      Effect.as(null),
    ),
  )
})
