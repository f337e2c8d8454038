import { Effect } from "effect"
import { repositoryIdOf } from "@loom/core/domain/Task"
import { Coordinator, type PageRequest, TaskNotFound } from "@loom/core/ports/Coordinator"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import type { Asker } from "./operation.ts"
import { maySeeNow, mustWriteTo } from "./serve/access.ts"

/** A task id names its repository; one that does not is no task's. */
export const repositoryOf = (taskId: string): Effect.Effect<number, TaskNotFound> => {
  const id = repositoryIdOf(taskId)
  return id === null ? Effect.fail(new TaskNotFound({ taskId })) : Effect.succeed(id)
}

const orNotFound =
  (taskId: string) =>
  <A>(value: A | null) =>
    value === null ? Effect.fail(new TaskNotFound({ taskId })) : Effect.succeed(value)

/*
 * The coordinator is the truth and is asked first; while it does not answer, the read model does, which may be a moment old.
 */

export const findTask = Effect.fn("api.findTask")(function* (taskId: string) {
  const repositoryId = yield* repositoryOf(taskId)
  return yield* Coordinator.use((coordinator) => coordinator.task(repositoryId, taskId)).pipe(
    Effect.catchTag("CoordinatorUnavailable", () =>
      TaskCatalogue.use((catalogue) => catalogue.get(taskId)).pipe(Effect.flatMap(orNotFound(taskId))),
    ),
  )
})

export const findEvents = Effect.fn("api.findEvents")(function* (taskId: string, page: PageRequest) {
  const repositoryId = yield* repositoryOf(taskId)
  return yield* Coordinator.use((coordinator) => coordinator.events(repositoryId, taskId, page)).pipe(
    Effect.catchTag("CoordinatorUnavailable", () => TaskCatalogue.use((catalogue) => catalogue.events(taskId, page))),
  )
})

export const findLogs = Effect.fn("api.findLogs")(function* (taskId: string, page: PageRequest) {
  const repositoryId = yield* repositoryOf(taskId)
  return yield* Coordinator.use((coordinator) => coordinator.logs(repositoryId, taskId, page)).pipe(
    Effect.catchTag("CoordinatorUnavailable", () => TaskCatalogue.use((catalogue) => catalogue.logs(taskId, page))),
  )
})

/** The task, if the asker may see its repository: of the others none exists. */
export const findTaskFor = Effect.fn("api.findTaskFor")(function* (asker: Asker, taskId: string) {
  const task = yield* findTask(taskId)
  return (yield* maySeeNow(asker, task.repository)) ? task : yield* new TaskNotFound({ taskId })
})

/** Refuses when the asker may not see the task. Who may see everything is not looked up: the read that follows knows whether there is one. */
export const mustSeeTask = (asker: Asker, taskId: string) =>
  asker.readable === "all" ? Effect.void : Effect.asVoid(findTaskFor(asker, taskId))

/** The task and its repository's id, if the asker may change it now. */
export const findTaskToChange = Effect.fn("api.findTaskToChange")(function* (asker: Asker, taskId: string) {
  const task = yield* findTaskFor(asker, taskId)
  yield* mustWriteTo(asker, task.repository)
  return { task, repositoryId: yield* repositoryOf(taskId) }
})
