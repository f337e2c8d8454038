import { Result } from "effect"
import { type Command, Refusal } from "@loom/core/domain/Command"
import { repositoryIdOf, type TaskRequest } from "@loom/core/domain/Task"
import { type CancelRequest, type SteerRequest, type TaskAnswer, TaskNotFound } from "@loom/core/ports/Coordinator"
import type { Endings } from "./Endings.ts"
import { type Executed, execute } from "./execute.ts"
import type { StoredTask, TaskStore } from "./TaskStore.ts"

const answer = ({ task }: StoredTask, effect: TaskAnswer["effect"]): TaskAnswer => ({ taskId: task.id, status: task.status, effect })
const changedAnswer = ({ changed, stored }: Executed): TaskAnswer => answer(stored, changed ? "changed" : "unchanged")

/**
 * A wish for an issue. The row of its delivery is written in the transaction that does the work: a GUID without a row never
 * finished, so its redelivery runs; a GUID with one is answered with the task it led to.
 */
export const request = (store: TaskStore, wish: TaskRequest, now: number): TaskAnswer => {
  store.initialise()
  const known = wish.deliveryId === null ? null : store.taskOfDelivery(wish.deliveryId)
  const answered = known === null ? null : store.byId(known)
  if (answered !== null) return answer(answered, "repeated")
  store.rename(wish.repository)
  const newest = store.newestOfIssue(wish.issueNumber)
  const decided = execute(store, newest, { _tag: "Request", at: now, request: wish }, { actor: wish.requestedBy, cause: wish.cause })
  const isNew = Result.isSuccess(decided) && decided.success.stored.task.id !== newest?.task.id
  const result = isNew ? answer(decided.success.stored, "created") : newest === null ? null : answer(newest, "joined")
  if (result === null) throw new Error("a request was refused without a task in its way")
  if (wish.deliveryId !== null) store.addDelivery(wish.deliveryId, now, result.taskId)
  return result
}

export const cancel = (
  store: TaskStore,
  endings: Endings,
  { actor, cause, reason, target }: CancelRequest,
  now: number,
): Result.Result<ReadonlyArray<TaskAnswer>, TaskNotFound | Refusal> => {
  const stop = (task: StoredTask | null) =>
    Result.map(execute(store, task, { _tag: "Cancel", at: now, reason }, { actor, cause }), (done) => {
      // The issue says that the task waits, and there is no run that would take it back.
      if (task?.task.status === "waiting" && task.task.runId !== null) endings.add(done.stored, task.task.runId, now)
      return done
    })
  if (target.kind === "task") {
    const task = store.byId(target.taskId)
    return task === null
      ? Result.fail(new TaskNotFound({ taskId: target.taskId }))
      : Result.map(stop(task), (done) => [changedAnswer(done)])
  }
  const concerned = target.kind === "all" ? store.open() : [store.newestOfIssue(target.issueNumber)]
  // Nothing open is what a late or repeated event finds: no error.
  return Result.succeed(
    concerned.flatMap((task) => Result.match(stop(task), { onSuccess: (done) => [changedAnswer(done)], onFailure: () => [] })),
  )
}

const commandOf = ({ actor, what }: SteerRequest, { task }: StoredTask, repositoryId: number, at: number): Command => {
  switch (what.kind) {
    case "pause":
      return { _tag: "Pause", at, reason: what.reason }
    case "resume":
      return { _tag: "Resume", at }
    case "approve":
      return { _tag: "Approve", at, by: actor, note: what.note, isChecked: what.isChecked }
    case "retry":
      // The wish stays that of the person on GitHub, whose permission `admit` asks for; who pressed the button is in the history.
      return { _tag: "Retry", at, requestedBy: task.requestedBy, repositoryId, from: what.from }
  }
}

/** What a person does with a task; only an issue's newest can be steered. */
export const steer = (store: TaskStore, asked: SteerRequest, now: number): Result.Result<TaskAnswer, TaskNotFound | Refusal> => {
  const { target } = asked
  const named = target.kind === "task" ? store.byId(target.taskId) : store.newestOfIssue(target.issueNumber)
  const repositoryId = named === null ? null : repositoryIdOf(named.task.id)
  if (named === null || repositoryId === null)
    return Result.fail(new TaskNotFound({ taskId: target.kind === "task" ? target.taskId : `of issue #${target.issueNumber}` }))
  const newest = store.newestOfIssue(named.task.issueNumber)
  if (newest === null || newest.task.id !== named.task.id) {
    return Result.fail(
      new Refusal({
        code: "superseded",
        taskId: newest?.task.id ?? null,
        detail: `A newer task of this issue exists: ${newest?.task.id}.`,
      }),
    )
  }
  const origin = { actor: asked.actor, cause: asked.cause }
  return Result.map(execute(store, newest, commandOf(asked, newest, repositoryId, now), origin), (done) =>
    done.stored.task.id === newest.task.id ? changedAnswer(done) : answer(done.stored, "created"),
  )
}
