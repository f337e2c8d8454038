import { Effect, Schema } from "effect"
import { RetryStage } from "@loom/core/domain/Wait"
import { Coordinator, type Steering, TaskAnswer } from "@loom/core/ports/Coordinator"
import { findTaskToChange } from "../find-task.ts"
import { type Asker, json, operation } from "../operation.ts"
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

const steer = (asker: Asker, id: string, what: Steering) =>
  Effect.gen(function* () {
    const { repositoryId, task } = yield* findTaskToChange(asker, id)
    const request = { target: { kind: "task" as const, taskId: task.id }, what, actor: actorOf(asker), cause: "api" }
    const done = yield* Coordinator.use((coordinator) => coordinator.steer(repositoryId, request))
    return json(done, taskAt(done.taskId))
  })

const pauseTask = operation({
  ...command("pause", ["already_ended", "being_cancelled", "superseded"]),
  id: "pauseTask",
  // As for cancelling.
  limit: null,
  summary: "Let the task come to rest",
  description:
    "A task in the queue waits at once. A run finishes its present model turn, or breaks off what cost nothing; then its sandbox is gone, what it has done is kept, and the task waits. A pull request that is being opened is opened. Until it waits, `pausing` is true.",
  handle: ({ asker, params }) => steer(asker, params.id, { kind: "pause", reason: `It was paused through the API by ${actorOf(asker)}.` }),
})

const resumeTask = operation({
  ...command("resume", ["already_ended", "not_waiting", "awaiting_approval", "superseded"]),
  id: "resumeTask",
  limit: "run",
  summary: "Go on where the task was paused",
  description:
    "A new run sets up a sandbox, tests the base again, and goes on with what was kept: no model turn that was finished is asked again, and what was spent counts.",
  handle: ({ asker, params }) => steer(asker, params.id, { kind: "resume" }),
})

const Note = Schema.String.check(Schema.isMaxLength(4_000), Schema.isPattern(/^[\P{Cc}\t\n\r]*$/u))

const approveTask = operation({
  ...command("approve", ["already_ended", "not_awaiting_approval", "superseded"]),
  id: "approveTask",
  limit: "run",
  summary: "Approve the plan of a task that waits for it",
  description: "The plan is GET /api/v1/tasks/{id}/plan. `note` goes to the coder as guidance by a person with write access.",
  body: Schema.Struct({ note: Schema.optionalKey(Note) }),
  isBodyOptional: true,
  handle: ({ asker, body, params }) => {
    const note = body.note?.trim() ?? ""
    return steer(asker, params.id, { kind: "approve", note: note === "" ? null : note, isChecked: true })
  },
})

const retryTask = operation({
  ...command("retry", ["already_running", "awaiting_approval", "nothing_kept", "superseded"]),
  id: "retryTask",
  limit: "run",
  summary: "Try the task again",
  description:
    "An ended task is followed by a new one, whose run starts from the beginning; a queued one is hurried; a waiting one goes on. With `from`, what the last run kept before that stage is taken as it is (`retryFrom` of the task names the stages): `code` writes a change anew by the kept plan, `verify` tests the kept change anew, `publish` publishes a change that was proven.",
  body: Schema.Struct({ from: Schema.optionalKey(RetryStage) }),
  isBodyOptional: true,
  handle: ({ asker, body, params }) => steer(asker, params.id, { kind: "retry", from: body.from ?? null }),
})

/** What can be done to a task. */
export const taskCommands = [cancelTask, pauseTask, resumeTask, approveTask, retryTask]
