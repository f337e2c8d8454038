import { and, asc, desc, eq, getTableColumns, gt, min, sql, sum } from "drizzle-orm"
import type { DrizzleD1Database } from "drizzle-orm/d1"
import { Effect, Layer } from "effect"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { decodeCursor, encodeCursor } from "./cursor.ts"
import { Database, query } from "./Database.ts"
import { figuresOf } from "./figures.ts"
import { pageQuery } from "./list-query.ts"
import { repositoriesOf } from "./repositories.ts"
import { toDetail, toEvent, toLog, toSummary } from "./rows.ts"
import { repositories, taskEvents, taskLogs, tasks } from "./schema.ts"

/** A full page may have a follower; the entry behind it tells. */
const page = <A extends { readonly seq: number }>(items: ReadonlyArray<A>, limit: number) => {
  const last = items.length > limit ? items[limit - 1] : undefined
  return { items: items.slice(0, limit), next: last === undefined ? null : String(last.seq) }
}

const { detail: _, ...summaryColumns } = getTableColumns(tasks)

/** The read model on D1. Every query is bounded by its page, whatever the table has grown to. */
export const taskCatalogueOf = (db: DrizzleD1Database): TaskCatalogue["Service"] =>
  TaskCatalogue.of({
    list: Effect.fn("TaskCatalogue.list")(function* (filter) {
      const place = filter.cursor === null ? null : yield* decodeCursor(filter.cursor)
      const rows = yield* query("list", () =>
        db
          .select(summaryColumns)
          .from(sql`(${pageQuery(filter, place)}) page`)
          // CROSS: the page first. SQLite may otherwise walk all tasks in the asked order and look each up in the page.
          .crossJoin(tasks)
          .where(sql`page.id = ${tasks.id}`)
          .orderBy(desc(tasks.createdAt), desc(tasks.id)),
      )
      const shown = rows.slice(0, filter.limit)
      const last = rows.length > filter.limit ? shown.at(-1) : undefined
      return { items: yield* Effect.forEach(shown, toSummary), next: last === undefined ? null : encodeCursor(last) }
    }),
    get: Effect.fn("TaskCatalogue.get")(function* (taskId) {
      const [row] = yield* query("get", () => db.select().from(tasks).where(eq(tasks.id, taskId)).limit(1))
      return row === undefined ? null : yield* toDetail(row)
    }),
    events: Effect.fn("TaskCatalogue.events")(function* (taskId, { after, limit }) {
      const rows = yield* query("events", () =>
        db
          .select()
          .from(taskEvents)
          .where(and(eq(taskEvents.taskId, taskId), gt(taskEvents.seq, after)))
          .orderBy(asc(taskEvents.seq))
          .limit(limit + 1),
      )
      return page(yield* Effect.forEach(rows, toEvent), limit)
    }),
    logs: Effect.fn("TaskCatalogue.logs")(function* (taskId, { after, limit }) {
      const rows = yield* query("logs", () =>
        db
          .select()
          .from(taskLogs)
          .where(and(eq(taskLogs.taskId, taskId), gt(taskLogs.seq, after)))
          .orderBy(asc(taskLogs.seq))
          .limit(limit + 1),
      )
      return page(yield* Effect.forEach(rows, toLog), limit)
    }),
    ...repositoriesOf(db),
    ...figuresOf(db),
    totals: Effect.gen(function* () {
      const [counted, oldest] = yield* query("totals", () =>
        db.batch([
          db
            .select({
              pending: sum(repositories.pending).mapWith(Number),
              running: sum(repositories.running).mapWith(Number),
              waiting: sum(repositories.waiting).mapWith(Number),
              completed: sum(repositories.completed).mapWith(Number),
              failed: sum(repositories.failed).mapWith(Number),
              cancelled: sum(repositories.cancelled).mapWith(Number),
            })
            .from(repositories),
          db
            .select({ at: min(tasks.createdAt) })
            .from(tasks)
            .where(eq(tasks.status, "pending")),
        ]),
      )
      const counts = counted[0]
      return {
        pending: counts?.pending ?? 0,
        running: counts?.running ?? 0,
        waiting: counts?.waiting ?? 0,
        completed: counts?.completed ?? 0,
        failed: counts?.failed ?? 0,
        cancelled: counts?.cancelled ?? 0,
        oldestPendingAt: oldest[0]?.at ?? null,
      }
    }).pipe(Effect.withSpan("TaskCatalogue.totals")),
    openRepositories: Effect.fn("TaskCatalogue.openRepositories")(function* (installationId) {
      const rows = yield* query("openRepositories", () =>
        db
          .select({ id: repositories.id })
          .from(repositories)
          .where(
            and(
              eq(repositories.installationId, installationId),
              sql`${repositories.pending} + ${repositories.running} + ${repositories.waiting} > 0`,
            ),
          )
          .limit(1_000),
      )
      return rows.map((row) => row.id)
    }),
  })

export const TaskCatalogueD1 = Layer.effect(TaskCatalogue, Effect.map(Database, taskCatalogueOf))
