import type { TaskDetail } from "@loom/core/domain/TaskView"
import { badgeOf, stageWords } from "../text/wording.ts"

type Seen = Pick<TaskDetail, "status" | "stages" | "reason" | "waiting">

/** What a screen reader says when the task moved on: the stages that ended, the one that runs, the end. Null when nothing did. */
export const announcement = (before: Seen, after: Seen): string | null => {
  const parts: Array<string> = []
  after.stages.forEach((stage, i) => {
    const was = before.stages[i]
    if (stage.outcome !== "running" && was?.outcome !== stage.outcome) {
      const how = stage.outcome === "ok" ? "finished" : stage.outcome
      parts.push(`${stageWords[stage.name]}: ${how}.${stage.summary === "" ? "" : ` ${stage.summary}`}`)
    } else if (stage.outcome === "running" && was === undefined) {
      parts.push(`${stageWords[stage.name]}: started.`)
    }
  })
  if (before.status !== after.status || before.waiting !== after.waiting)
    parts.push(`Task: ${badgeOf(after).label}.${after.reason === null ? "" : ` ${after.reason}`}`)
  return parts.length === 0 ? null : parts.slice(-3).join(" ")
}
