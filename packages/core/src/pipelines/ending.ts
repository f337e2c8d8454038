import type { RunEnd, RunOutcome } from "../domain/Run.ts"
import type { Progress } from "./Progress.ts"
import { cancelled, failed, paused } from "./StageFailed.ts"

/** What is to be said of a run that its coordinator ended: all that is known of it is what it had reported. */
export const ending = (end: RunEnd, progress: Progress): RunOutcome => {
  for (const record of end.stages) progress.record(record)
  progress.usage = end.usage
  const stage = end.stages.at(-1)?.name ?? "admit"
  if (end.status === "cancelled") return progress.outcome("cancelled", cancelled(stage, end.reason))
  if (end.status === "held") return progress.outcome("held", paused(stage, end.reason))
  return progress.outcome(
    "failed",
    failed(end.status === "retrying" ? "transient" : "needs_human", stage, {
      code: "platform_lost_run",
      reason: end.reason,
      remedy: "Set the label again to start over; if it happens again, the operator looks at the log of the Worker and its workflow.",
    }),
  )
}
