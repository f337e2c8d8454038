import type { Command } from "./Command.ts"
import { accept, type Decision, refuse } from "./Decision.ts"
import { requestedAgain, type Task, TaskEvent } from "./Task.ts"
import type { KeptBy, RetryStage } from "./Wait.ts"

/*
 * How a task goes on: with what the last run kept, or from the beginning. Pure, parts of `decide`.
 */

const E = TaskEvent.cases

/** The next run goes on with what is kept, from `stage` on; where nothing is, with what the last one was to go on with. */
export const goOn = (kept: Task["kept"], stage: RetryStage | null): { readonly from?: KeptBy } =>
  kept === undefined ? {} : { from: { runId: kept.runId, stage } }

export const resume = (task: Task, at: number): Decision => {
  if (task.status !== "waiting") {
    return refuse(
      "not_waiting",
      task.pause === undefined
        ? `The task is ${task.status} and does not wait for anybody.`
        : "The task is about to pause: its run finishes what it is doing. Resume it when it waits.",
      task,
    )
  }
  if (task.waiting === "awaiting_approval")
    return refuse(
      "awaiting_approval",
      "The task's plan waits for approval. Approve it, or have another plan made: retry from `plan`.",
      task,
    )
  return accept(E.Resumed.make({ at, dueAt: at, ...goOn(task.kept, null) }))
}

/** An ended task is followed by a new one; one in the queue is hurried; a waiting one goes on. `from` begins with that stage. */
export const retry = (task: Task, command: Extract<Command, { _tag: "Retry" }>): Decision => {
  const { at, from } = command
  if (task.status === "running") return refuse("already_running", "The task is running; cancel it first.", task)
  const isAwaited = task.status === "waiting" && task.waiting === "awaiting_approval"
  if (isAwaited && from !== null && from !== "plan")
    return refuse("awaiting_approval", "The task's plan waits for approval, so nothing can be done with it yet.", task)
  if (from !== null && from !== "plan" && !(task.kept?.stages.includes(from) ?? false))
    return refuse("nothing_kept", `Nothing is kept that a run could begin \`${from}\` with.`, task)
  switch (task.status) {
    case "waiting":
      // Without a word about where: another plan, for the one there is waits already.
      return accept(E.Resumed.make({ at, dueAt: at, ...goOn(task.kept, isAwaited ? "plan" : from) }))
    case "pending":
      if (from !== null) return accept(E.Resumed.make({ at, dueAt: at, ...goOn(task.kept, from) }))
      return task.dueAt > at ? accept(E.Resumed.make({ at, dueAt: at })) : accept()
    default: {
      const spec = { ...task, requestedBy: command.requestedBy }
      // The plan that is made anew waits for approval again.
      const isAnew = from === null || from === "plan"
      const approval = task.approval === undefined ? {} : { approval: isAnew ? { state: "wanted" as const } : task.approval }
      return accept(requestedAgain(command.repositoryId, task, spec, at, { ...approval, ...(isAnew ? {} : goOn(task.kept, from)) }))
    }
  }
}
