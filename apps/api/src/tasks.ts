import { Effect, Schema } from "effect"
import type { Context, Hono } from "hono"
import type { Refusal } from "@loom/core/domain/Command"
import type { ArtifactsUnavailable } from "@loom/core/ports/Artifacts"
import { Access, type AccessUnavailable } from "@loom/core/ports/Access"
import { Coordinator, type TaskNotFound } from "@loom/core/ports/Coordinator"
import type { CoordinatorUnavailable } from "@loom/core/ports/RunReporter"
import { type BadCursor, type CatalogueUnavailable, TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { answer, type ApiEnv, type ApiServices } from "./ApiScope.ts"
import { mayRead, mayWrite, principalOf } from "./auth/guards.ts"
import { limited } from "./auth/limit.ts"
import { findEvents, findLogs, findTask, repositoryOf } from "./find-task.ts"
import { liveFeed } from "./live.ts"
import { badRequest, notFound, problem, unavailable } from "./problem.ts"
import { attachmentOf, proofOf } from "./proof.ts"
import { AfterQuery, filterOf, ListQuery, pageOf } from "./query.ts"

type Expected =
  | AccessUnavailable
  | TaskNotFound
  | ArtifactsUnavailable
  | Refusal
  | CoordinatorUnavailable
  | CatalogueUnavailable
  | BadCursor
  | Schema.SchemaError

/** One status for each error there is. */
const orProblem =
  (c: Context) =>
  <R>(effect: Effect.Effect<Response, Expected, R>): Effect.Effect<Response, never, R> =>
    effect.pipe(
      Effect.catchTags({
        AccessUnavailable: (error) => Effect.succeed(problem(c, unavailable(error.message))),
        TaskNotFound: (error) => Effect.succeed(problem(c, notFound(error.message))),
        Refusal: (error) =>
          Effect.succeed(
            problem(c, {
              status: 409,
              code: error.code,
              title: "Conflict",
              detail: error.message,
              remedy: "Look at the task: GET /api/v1/tasks/{id}.",
            }),
          ),
        CoordinatorUnavailable: (error) => Effect.succeed(problem(c, unavailable(error.message))),
        ArtifactsUnavailable: (error) => Effect.succeed(problem(c, unavailable(error.message))),
        CatalogueUnavailable: (error) => Effect.succeed(problem(c, unavailable(error.message))),
        BadCursor: (error) => Effect.succeed(problem(c, badRequest(error.message, "Leave `cursor` out for the first page."))),
        SchemaError: (error) => Effect.succeed(problem(c, badRequest(error.message.slice(0, 300), "Correct the query."))),
      }),
    )

const badStatus = badRequest(
  "`status` names a state that there is not.",
  "Use pending, running, waiting, completed, failed or cancelled, separated by commas.",
)

const list = (c: Context<ApiEnv>) =>
  Effect.gen(function* () {
    const filter = filterOf(yield* Schema.decodeUnknownEffect(ListQuery)(c.req.query()))
    if (filter === undefined) return problem(c, badStatus)
    const principal = yield* principalOf(c)
    const readable = yield* Access.use((access) => access.readable(principal))
    return c.json(yield* TaskCatalogue.use((catalogue) => catalogue.list({ ...filter, readable })))
  })

const command = (c: Context, id: string) => ({
  cancel: Effect.gen(function* () {
    const repositoryId = yield* repositoryOf(id)
    const answers = yield* Coordinator.use((coordinator) =>
      coordinator.cancel(repositoryId, {
        target: { kind: "task", taskId: id },
        reason: "It was cancelled through the API.",
        actor: "operator",
        cause: "api",
      }),
    )
    return c.json({ taskId: id, status: answers[0]?.status ?? null }, 202)
  }),
  retry: Effect.gen(function* () {
    const repositoryId = yield* repositoryOf(id)
    const { status, taskId } = yield* Coordinator.use((coordinator) => coordinator.retry(repositoryId, id, "operator"))
    return c.json({ taskId, status }, 202)
  }),
})

/** The REST API over tasks, at `/api/v1/tasks` and at the seed's `/api/tasks`. */
export const taskRoutes = (app: Hono<ApiEnv>): void => {
  const reply = (c: Context<ApiEnv>, effect: Effect.Effect<Response, Expected, ApiServices>) => answer(c, orProblem(c)(effect))
  for (const base of ["/api/v1/tasks", "/api/tasks"]) {
    app.get(base, mayRead, (c) => reply(c, list(c)))
    app.get(`${base}/:id`, mayRead, (c) =>
      reply(
        c,
        Effect.map(findTask(c.req.param("id")), (task) => c.json(task)),
      ),
    )
    app.get(`${base}/:id/events`, mayRead, (c) =>
      reply(
        c,
        Schema.decodeUnknownEffect(AfterQuery)(c.req.query()).pipe(
          Effect.flatMap((query) => findEvents(c.req.param("id"), pageOf(query, 100))),
          Effect.map((page) => c.json(page)),
        ),
      ),
    )
    app.get(`${base}/:id/logs`, mayRead, (c) =>
      reply(
        c,
        Schema.decodeUnknownEffect(AfterQuery)(c.req.query()).pipe(
          Effect.flatMap((query) => findLogs(c.req.param("id"), pageOf(query, 500))),
          Effect.map((page) => c.json(page)),
        ),
      ),
    )
    app.get(`${base}/:id/live`, mayRead, (c) =>
      reply(
        c,
        Effect.map(findTask(c.req.param("id")), () => liveFeed(c, c.req.param("id"), c.env.services)),
      ),
    )
    app.get(`${base}/:id/proof`, mayRead, (c) => reply(c, proofOf(c, c.req.param("id"))))
    app.get(`${base}/:id/proof/patch`, mayRead, (c) => reply(c, attachmentOf(c, c.req.param("id"), "patch", null)))
    app.get(`${base}/:id/proof/reports/:sha256`, mayRead, (c) =>
      reply(c, attachmentOf(c, c.req.param("id"), "report", c.req.param("sha256"))),
    )
    app.post(`${base}/:id/cancel`, mayWrite, (c) => reply(c, command(c, c.req.param("id")).cancel))
    app.post(`${base}/:id/retry`, mayWrite, limited, (c) => reply(c, command(c, c.req.param("id")).retry))
  }
}
