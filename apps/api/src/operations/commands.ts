import { Effect } from "effect"
import { Coordinator, TaskAnswer } from "@loom/core/ports/Coordinator"
import { findTaskToChange } from "../find-task.ts"
import { json, operation } from "../operation.ts"
import type { ProblemCode } from "../problems/catalogue.ts"
import { ById } from "../query.ts"
import { actorOf } from "../serve/access.ts"

const command = <const P extends ReadonlyArray<ProblemCode>>(name: string, problems: P) =>
  ({
    method: "post",
    tag: "Tasks",
    access: "write",
    status: 202,
    path: `/api/v1/tasks/{id}/${name}`,
    aliases: [`/api/tasks/{id}/${name}`],
    params: ById,
    success: { name: "TaskAnswer", schema: TaskAnswer },
    problems: ["not_found", "forbidden", "unavailable", ...problems] as ReadonlyArray<ProblemCode>,
  }) as const

export const taskAt = (id: string) => `/api/v1/tasks/${id}`

const cancelTask = operation({
  ...command("cancel", ["already_ended"]),
  id: "cancelTask",
  // Whoever is over their limit can still stop what runs.
  limit: null,
  summary: "Stop the task",
  description: "A task that has not started ends at once; a run stops within its present step, and its end is told on the issue.",
  handle: ({ asker, params }) =>
    Effect.gen(function* () {
      const { repositoryId, task } = yield* findTaskToChange(asker, params.id)
      const actor = actorOf(asker)
      const [done] = yield* Coordinator.use((coordinator) =>
        coordinator.cancel(repositoryId, {
          target: { kind: "task", taskId: task.id },
          reason: `It was cancelled through the API by ${actor}.`,
          actor,
          cause: "api",
        }),
      )
      return json(done ?? { taskId: task.id, status: task.status, effect: "unchanged" })
    }),
})

const retryTask = operation({
  ...command("retry", ["already_running", "superseded"]),
  id: "retryTask",
  limit: "run",
  summary: "Try the task again",
  description:
    "An ended task is followed by a new one, whose run starts from the beginning; a queued one is hurried; a waiting one goes on.",
  handle: ({ asker, params }) =>
    Effect.gen(function* () {
      const { repositoryId, task } = yield* findTaskToChange(asker, params.id)
      const done = yield* Coordinator.use((coordinator) => coordinator.retry(repositoryId, task.id, actorOf(asker)))
      return json(done, taskAt(done.taskId))
    }),
})

/** What can be done to a task. */
export const taskCommands = [cancelTask, retryTask]
