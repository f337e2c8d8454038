import { Clock, Effect, Schedule } from "effect"
import { statusLabelNames, statusLabels } from "../domain/labels.ts"
import { RunOutcome, type RunInput } from "../domain/Run.ts"
import { Durable } from "../ports/Durable.ts"
import { GitHub } from "../ports/GitHub.ts"
import { RunReporter } from "../ports/RunReporter.ts"
import { Sandbox } from "../ports/Sandbox.ts"
import type { Progress } from "./Progress.ts"
import { keep } from "./keep.ts"
import { freshBoxId } from "./prepare.ts"
import { cancelled, StageFailed, toStageFailed } from "./StageFailed.ts"
import { writeComment } from "./tell.ts"

/** Refusals that are only noted on the status page: nobody waits for an answer, or GitHub lets nobody answer there. */
const QUIET = new Set(["label_missing", "issue_closed", "issue_locked", "is_pull_request", "repository_archived"])

const labelOf = (outcome: RunOutcome): string | null => {
  if (outcome.waiting === "awaiting_approval") return statusLabels.awaitingApproval
  return outcome.status === "completed" ? statusLabels.prOpen : outcome.status === "failed" ? statusLabels.failed : null
}

/** Together below the step's limit: a neighbour that hangs must not keep the run from ending. */
const CLOSE_BOX_MS = 45_000
const TELL_END_MS = 90_000
const STEP_MS = 300_000

/** Twelve tries in two minutes: after that the watchdog finds the run ended, and the next attempt finds what it left. */
const finishRetry = Schedule.min([Schedule.exponential("500 millis"), Schedule.spaced("15 seconds")]).pipe(
  Schedule.jittered,
  Schedule.upTo({ times: 12 }),
)

const within = (duration: number, event: string) =>
  Effect.timeoutOrElse({ duration, orElse: () => Effect.logWarning(event, { reason: `no end within ${duration} ms` }) })

/** Always the last step: keeps what another run can go on with, stops the sandbox, says on the issue how it ended, and tells the coordinator. */
export const close = Effect.fn("close")(function* (input: RunInput, progress: Progress, end: RunOutcome) {
  const durable = yield* Durable
  const work = Effect.gen(function* () {
    const reporter = yield* RunReporter
    const startedAt = yield* Clock.currentTimeMillis
    // First of all: when the coordinator hears of it, another run may go on with it.
    const ended = yield* keep(input, progress, yield* heard(input, end, startedAt), startedAt)
    // A sandbox that cannot be reached is reaped by its host.
    const sandbox = yield* Sandbox
    // The gate's own box too: it is there only when an isolate died in the middle of it.
    for (const box of [input.runId, freshBoxId(input)]) {
      yield* sandbox.close(box).pipe(
        Effect.catch((error) => Effect.logWarning("sandbox.not_closed", { reason: error.message })),
        within(CLOSE_BOX_MS / 2, "sandbox.not_closed"),
      )
    }
    if (input.ended?.status !== "retrying" && (ended.failure === null || !QUIET.has(ended.failure.code)))
      yield* tellEnd(input, progress, ended).pipe(within(TELL_END_MS, "end.not_told"))
    const record = {
      name: "close" as const,
      startedAt,
      endedAt: yield* Clock.currentTimeMillis,
      outcome: "ok" as const,
      summary: "sandbox stopped",
    }
    const outcome: RunOutcome = { ...ended, stages: [...ended.stages, record] }
    if (input.ended === undefined) yield* reporter.finish(outcome).pipe(Effect.retry(finishRetry), Effect.mapError(toStageFailed("close")))
    return outcome
  })
  return yield* durable.step({ name: "close", success: RunOutcome, error: StageFailed, timeoutMs: STEP_MS }, work)
})

/** A stop that came while the run was failing, or coming to rest: the issue is told what the task will say (`finish` in `decide.ts`). */
const heard = (input: RunInput, end: RunOutcome, startedAt: number) => {
  if (input.ended !== undefined || (end.status !== "failed" && end.status !== "held")) return Effect.succeed(end)
  const sign = { name: "close" as const, startedAt, endedAt: null, outcome: "running" as const, summary: "" }
  return RunReporter.use((reporter) => reporter.stage(sign)).pipe(
    Effect.map((signal): RunOutcome => {
      if (!signal.stop) return end
      const { waiting: _, ...rest } = end
      return { ...rest, status: "cancelled", failure: cancelled(end.failure?.stage ?? "close", signal.reason).failure }
    }),
    Effect.catch(() => Effect.succeed(end)),
  )
}

/** GitHub may be down or the App gone: the end is then on the status page and in the log, and the run still ends. */
const tellEnd = Effect.fn("tellEnd")(function* (input: RunInput, progress: Progress, outcome: RunOutcome) {
  const github = yield* GitHub
  yield* writeComment(input, progress, outcome).pipe(
    Effect.andThen(github.setStatusLabel(input.repository, input.issueNumber, labelOf(outcome), statusLabelNames)),
    Effect.catch((error) => Effect.logError("end.not_told", { reason: error.message })),
  )
})
