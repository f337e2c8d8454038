import { Effect, Schema } from "effect"
import { latestPatchKey, planKey } from "@loom/core/domain/artifact-keys"
import { Plan } from "@loom/core/domain/Change"
import { TaskDetail, TaskEventPage, TaskLogPage, TaskPage } from "@loom/core/domain/TaskView"
import { Artifacts } from "@loom/core/ports/Artifacts"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import type { ApiServices } from "../ApiScope.ts"
import { findEvents, findLogs, findTaskFor, mustSeeTask } from "../find-task.ts"
import { isWebSocket, liveFeed, liveSocket } from "../live.ts"
import { json, operation } from "../operation.ts"
import { Refused } from "../problem.ts"
import { AfterQuery, filterOf, ListQuery, pageOf, ById } from "../query.ts"
import { provenPatch } from "./proof.ts"

const tag = "Tasks" as const
const read = { method: "get", tag, access: "read", limit: null, status: 200 } as const
const at = (rest = "") => ({ path: `/api/v1/tasks/{id}${rest}`, aliases: [`/api/tasks/{id}${rest}`], params: ById })

const listTasks = operation({
  ...read,
  id: "listTasks",
  path: "/api/v1/tasks",
  aliases: ["/api/tasks"],
  summary: "Tasks, newest first",
  query: ListQuery,
  success: { name: "TaskPage", schema: TaskPage },
  problems: ["bad_request", "unavailable"],
  etag: true,
  handle: ({ asker, query }) =>
    filterOf(query, asker.readable).pipe(
      Effect.flatMap((filter) => TaskCatalogue.use((catalogue) => catalogue.list(filter))),
      Effect.map((page) => json(page)),
    ),
})

const getTask = operation({
  ...read,
  ...at(),
  id: "getTask",
  summary: "A task with its stages, how its last run ended, and what the gate found",
  success: { name: "TaskDetail", schema: TaskDetail },
  problems: ["not_found", "unavailable"],
  etag: true,
  handle: ({ asker, params }) => Effect.map(findTaskFor(asker, params.id), (task) => json(task)),
})

const listEvents = operation({
  ...read,
  ...at("/events"),
  id: "listTaskEvents",
  summary: "The task's history, oldest first",
  query: AfterQuery,
  success: { name: "TaskEventPage", schema: TaskEventPage },
  problems: ["bad_request", "not_found", "unavailable"],
  etag: true,
  handle: ({ asker, params, query }) =>
    mustSeeTask(asker, params.id).pipe(
      Effect.andThen(findEvents(params.id, pageOf(query, 100))),
      Effect.map((page) => json(page)),
    ),
})

const listLogs = operation({
  ...read,
  ...at("/logs"),
  id: "listTaskLogs",
  summary: "The task's log, oldest line first",
  query: AfterQuery,
  success: { name: "TaskLogPage", schema: TaskLogPage },
  problems: ["bad_request", "not_found", "unavailable"],
  etag: true,
  handle: ({ asker, params, query }) =>
    mustSeeTask(asker, params.id).pipe(
      Effect.andThen(findLogs(params.id, pageOf(query, 500))),
      Effect.map((page) => json(page)),
    ),
})

const followTask = operation({
  ...read,
  ...at("/live"),
  id: "followTask",
  summary: "What happens to the task, as it happens",
  description:
    "Server-sent events, described by /api/asyncapi.json. Send `Last-Event-ID` to go on where a connection broke. Ends when the task has ended, and after five minutes. With `Upgrade: websocket` the same as JSON messages: `?after=<cursor>` goes on behind the last one taken.",
  success: { contentType: "text/event-stream", description: "Server-sent events." },
  problems: ["forbidden", "cross_site", "not_found", "unavailable"],
  handle: ({ asker, params, request }) =>
    Effect.gen(function* () {
      yield* findTaskFor(asker, params.id)
      if (isWebSocket(request)) return { kind: "raw" as const, response: yield* liveSocket(request, params.id) }
      const services = yield* Effect.context<ApiServices>()
      return { kind: "raw" as const, response: liveFeed(request, params.id, services) }
    }),
})

const decodePlan = Schema.decodeEffect(Schema.fromJsonString(Plan))

const getPlan = operation({
  ...read,
  ...at("/plan"),
  id: "getTaskPlan",
  summary: "What the newest run means to do",
  success: { name: "Plan", schema: Plan },
  problems: ["not_found", "no_plan", "unavailable"],
  etag: true,
  handle: ({ asker, params }) =>
    Effect.gen(function* () {
      const { outcome, runId } = yield* findTaskFor(asker, params.id)
      if (outcome?.plan !== undefined) return json(outcome.plan)
      const kept = runId === null ? null : yield* Artifacts.use((artifacts) => artifacts.get(planKey(runId)))
      if (kept === null) return yield* new Refused({ code: "no_plan", detail: "The task's newest run has made no plan yet." })
      return json(yield* decodePlan(kept).pipe(Effect.orDie))
    }),
})

const getDiff = operation({
  ...read,
  ...at("/diff"),
  id: "getTaskDiff",
  summary: "The change as a patch",
  description:
    "The patch that was proven, where there is a proof; else what the newest run has written so far. `Loom-Diff` says which: `proven` or `unproven`.",
  success: { contentType: "text/x-diff", description: "A unified diff, as `git diff --binary` writes it." },
  problems: ["not_found", "no_diff", "unavailable"],
  etag: true,
  handle: ({ asker, params }) =>
    Effect.gen(function* () {
      const task = yield* findTaskFor(asker, params.id)
      const proven = yield* provenPatch(task.id)
      const key = task.runId === null ? null : latestPatchKey(task.runId)
      const text = proven ?? (key === null ? null : yield* Artifacts.use((artifacts) => artifacts.get(key)))
      if (text === null) return yield* new Refused({ code: "no_diff", detail: "No run of this task has changed a file yet." })
      const headers = { "loom-diff": proven === null ? "unproven" : "proven" }
      return { kind: "text" as const, text, type: "text/x-diff; charset=utf-8", headers }
    }),
})

/** What can be seen of tasks. */
export const taskReads = [listTasks, getTask, listEvents, listLogs, followTask, getPlan, getDiff]
