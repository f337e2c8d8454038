import type { Command } from "./Command.ts"
import { accept, type Decision, refuse } from "./Decision.ts"
import type { RunId } from "./Ids.ts"
import type { Limits, RepositoryState } from "./RepositoryState.ts"
import { goOn, resume, retry } from "./go-on.ts"
import { isOpen, requestedAgain, type Task, TaskEvent, type TaskRequest } from "./Task.ts"

/** Stage reports of one run that become history; later ones are only signs of life. */
const MAX_REPORTS = 2_000

const E = TaskEvent.cases

/** Full backoff doubles from `backoffBaseMs`; between half of it and all of it is waited. */
export const backoffMs = (limits: Limits, attempt: number, jitter: number): number =>
  Math.round(Math.min(limits.backoffMaxMs, limits.backoffBaseMs * 2 ** Math.max(0, attempt - 1)) * (0.5 + jitter / 2))

/**
 * What a command does to the task concerned: events, or a refusal that changes nothing. Pure: clock, chance and ids come with
 * the command (design section 5). An empty list means that all is as it should be already.
 */
export const decide = (state: RepositoryState, command: Command): Decision => {
  const { task } = state
  if (command._tag === "Request") return request(task, command.request, command.at)
  if (task === null) return refuse("unknown_task", "There is no such task.", null)
  if (command._tag === "Retry") return retry(task, command)
  if (!isOpen(task.status)) return refuse("already_ended", `The task has ended as ${task.status}; set the label again for a new one.`, task)
  switch (command._tag) {
    case "Dispatch":
      return dispatch(state, task, command.runId, command.at)
    case "Pause":
      return pause(task, command.reason, command.at)
    case "Resume":
      return resume(task, command.at)
    case "Approve":
      return approve(task, command)
    case "Cancel":
      return cancel(state.limits, task, command.reason, command.at)
    case "ExpireCancel":
      return task.status === "running" && task.cancel !== null && command.at >= task.cancel.deadlineAt
        ? accept(
            E.Cancelled.make({
              at: command.at,
              reason: `${task.cancel.reason} The run did not stop in time and was stopped by force.`,
              outcome: null,
            }),
          )
        : refuse("not_cancelling", "No cancellation of this task is overdue.", task)
    default:
      return task.status === "running" && task.runId === command.runId
        ? ofRun(state.limits, task, command)
        : refuse("stale_run", `Run ${command.runId} is not the current run of this task.`, task)
  }
}

const request = (task: Task | null, wish: TaskRequest, at: number): Decision => {
  const isOld = task !== null && wish.intentAt !== null && wish.intentAt <= task.createdAt
  if (task !== null && isOpen(task.status)) {
    // Taken off and set again: the run that is stopping is not the answer to the second wish.
    if (task.cancel === null) return refuse("already_open", "This issue has an open task already.", task)
    if (isOld) return refuse("same_intent", "This event is older than the issue's task, which is being stopped.", task)
    return task.cancel.renewed === undefined ? accept(E.WishRenewed.make({ at, request: wish })) : accept()
  }
  // A cancelled task never swallows a request: `admit` reads the issue again, so the last word is GitHub's.
  if (task !== null && task.status !== "cancelled" && isOld) {
    return refuse("same_intent", "This event is older than the issue's last task, which has ended.", task)
  }
  const approval = wish.approval === true ? { approval: { state: "wanted" as const } } : {}
  return accept(requestedAgain(wish.repository.id, task, wish, at, approval))
}

const dispatch = (state: RepositoryState, task: Task, runId: RunId, at: number): Decision => {
  if (task.status !== "pending") return refuse("not_pending", `The task is ${task.status}.`, task)
  if (task.dueAt > at) return refuse("not_due", `The task is due in ${task.dueAt - at} ms.`, task)
  if (state.counters.running >= state.limits.concurrency)
    return refuse("no_slot", `${state.counters.running} runs of this repository are going on.`, task)
  const attempt = task.resuming ? task.attempt : task.attempt + 1
  if (attempt > state.limits.maxAttempts) return refuse("no_attempt_left", `All ${state.limits.maxAttempts} attempts are used up.`, task)
  return accept(E.Dispatched.make({ at, runId, attempt }))
}

const cancel = (limits: Limits, task: Task, reason: string, at: number): Decision => {
  if (task.status !== "running") return accept(E.Cancelled.make({ at, reason, outcome: null }))
  if (task.cancel === null) return accept(E.CancelRequested.make({ at, reason, deadlineAt: at + limits.cancelGraceMs }))
  // Said again after a renewed wish: that wish is taken back, and the run has no more time than it had.
  return task.cancel.renewed === undefined ? accept() : accept(E.CancelRequested.make({ at, reason, deadlineAt: task.cancel.deadlineAt }))
}

/** A running run comes to rest at the next place where nothing is lost; nothing else is begun of what is in the queue. */
const pause = (task: Task, reason: string, at: number): Decision => {
  if (task.status === "waiting") return accept()
  if (task.status === "pending") return accept(E.Waited.make({ at, runId: null, kind: "paused", reason }))
  if (task.runId === null || task.cancel !== null) return refuse("being_cancelled", "The task is being cancelled.", task)
  return task.pause === undefined ? accept(E.PauseRequested.make({ at, runId: task.runId, reason })) : accept()
}

const approve = (task: Task, { at, by, isChecked, note }: Extract<Command, { _tag: "Approve" }>): Decision =>
  task.status === "waiting" && task.waiting === "awaiting_approval"
    ? accept(
        E.Approved.make({ at, approval: { state: "given", by, note, isChecked } }),
        E.Resumed.make({ at, dueAt: at, ...goOn(task.kept, null) }),
      )
    : refuse("not_awaiting_approval", "No plan of this task waits for approval.", task)

type RunCommand = Exclude<Command, { _tag: "Request" | "Retry" | "Dispatch" | "Pause" | "Resume" | "Approve" | "Cancel" | "ExpireCancel" }>

const ofRun = (limits: Limits, task: Task, command: RunCommand): Decision => {
  const { at, runId } = command
  switch (command._tag) {
    case "Heartbeat":
      return accept()
    case "ReportStage":
      return isNews(task, command.record) && task.reports < MAX_REPORTS
        ? accept(E.StageReported.make({ at, runId, record: command.record }))
        : accept()
    case "ReportUsage":
      return JSON.stringify(command.usage) === JSON.stringify(task.runUsage)
        ? accept()
        : accept(E.UsageReported.make({ at, runId, usage: command.usage }))
    case "Finish":
      return finish(limits, task, command)
    case "LoseRun":
      return again(limits, task, command, command.reason, null)
    case "ExpireLease":
      if (at - command.silentSince < command.leaseMs) return refuse("not_silent", "The run gave a sign of life.", task)
      // Also when it was asked to stop: it must clean up behind itself; `ExpireCancel` bounds that.
      return task.recoveries < limits.maxRecoveries
        ? accept(E.RunRecovered.make({ at, runId, recoveries: task.recoveries + 1 }))
        : accept(
            E.Failed.make({
              at,
              runId,
              outcome: null,
              reason: `The run fell silent ${limits.maxRecoveries + 1} times. Check the health of the sandbox and the model, then set the label again.`,
            }),
          )
  }
}

const isNews = (task: Task, record: Task["stages"][number]): boolean =>
  !task.stages.some((known) => JSON.stringify(known) === JSON.stringify(record))

const finish = (limits: Limits, task: Task, command: Extract<Command, { _tag: "Finish" }>): Decision => {
  const { at, outcome, runId } = command
  const reason = outcome.failure?.reason ?? `The run ended as ${outcome.status} and gave no reason.`
  // A pull request that was opened before the stop was heard is said, not hidden.
  if (outcome.status === "completed") return accept(E.Completed.make({ at, runId, outcome }))
  if (task.cancel !== null) return accept(E.Cancelled.make({ at, reason: task.cancel.reason, outcome }))
  if (outcome.status === "cancelled" || outcome.status === "refused") return accept(E.Cancelled.make({ at, reason, outcome }))
  if (outcome.status === "held") return accept(E.Waited.make({ at, runId, kind: outcome.waiting ?? "paused", reason, outcome }))
  return outcome.failure?.class === "transient"
    ? again(limits, task, command, reason, outcome)
    : accept(E.Failed.make({ at, runId, reason, outcome }))
}

/** Another attempt after a backoff, while there is one left. */
const again = (
  limits: Limits,
  task: Task,
  { at, jitter, runId }: { readonly at: number; readonly jitter: number; readonly runId: RunId },
  reason: string,
  outcome: Task["outcome"],
): Decision => {
  if (task.cancel !== null) return accept(E.Cancelled.make({ at, reason: task.cancel.reason, outcome }))
  // Whoever asked for rest does not want the next attempt either; it is there to be resumed.
  if (task.pause !== undefined)
    return accept(E.Waited.make({ at, runId, kind: "paused", reason: task.pause.reason, ...(outcome === null ? {} : { outcome }) }))
  // What a person approved, or an earlier run did before it was told to rest, is not done anew because a network broke.
  const isContinued = task.from !== undefined || task.approval !== undefined
  const from = isContinued && outcome?.kept !== undefined ? { from: { runId, stage: null } } : {}
  return task.attempt < limits.maxAttempts
    ? accept(
        E.RetryScheduled.make({
          at,
          runId,
          reason,
          usage: outcome?.usage ?? null,
          dueAt: at + backoffMs(limits, task.attempt, jitter),
          ...from,
        }),
      )
    : accept(E.Failed.make({ at, runId, reason, outcome }))
}
