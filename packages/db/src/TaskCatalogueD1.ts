import { and, asc, desc, eq, gt, inArray, lt, min, or, sql, sum } from "drizzle-orm"
import type { DrizzleD1Database } from "drizzle-orm/d1"
import { Effect, Layer } from "effect"
import { TaskCatalogue, type TaskFilter } from "@loom/core/ports/TaskCatalogue"
import { decodeCursor, encodeCursor, type Place } from "./cursor.ts"
import { Database, query } from "./Database.ts"
import { toDetail, toEvent, toLog, toSummary } from "./rows.ts"
import { repositories, taskEvents, taskLogs, tasks } from "./schema.ts"

/** `%`, `_` and `\` of people's text are letters, not wildcards. */
const like = (text: string) => `%${text.replaceAll(/[\\%_]/g, (letter) => `\\${letter}`)}%`

const conditions = (filter: TaskFilter, place: Place | null) => {
  const number = filter.text === null ? null : /^#?(\d{1,9})$/.exec(filter.text.trim())?.[1]
  return and(
    filter.statuses.length === 0 ? undefined : inArray(tasks.status, [...filter.statuses]),
    filter.repository === null ? undefined : sql`lower(${tasks.repository}) = ${filter.repository.toLowerCase()}`,
    // One parameter for all of them: D1 takes at most a hundred in a statement.
    filter.readable === "all"
      ? undefined
      : sql`lower(${tasks.repository}) IN (SELECT value FROM json_each(${JSON.stringify(filter.readable.map((name) => name.toLowerCase()))}))`,
    filter.text === null || filter.text.trim() === ""
      ? undefined
      : or(
          sql`${tasks.title} LIKE ${like(filter.text.trim())} ESCAPE '\\'`,
          sql`${tasks.repository} LIKE ${like(filter.text.trim())} ESCAPE '\\'`,
          number === null || number === undefined ? undefined : eq(tasks.issueNumber, Number(number)),
        ),
    place === null
      ? undefined
      : or(lt(tasks.createdAt, place.createdAt), and(eq(tasks.createdAt, place.createdAt), lt(tasks.id, place.id))),
  )
}

/** A full page may have a follower; the entry behind it tells. */
const page = <A extends { readonly seq: number }>(items: ReadonlyArray<A>, limit: number) => {
  const last = items.length > limit ? items[limit - 1] : undefined
  return { items: items.slice(0, limit), next: last === undefined ? null : String(last.seq) }
}

/** The read model on D1. Every query is bounded by its page, whatever the table has grown to. */
export const taskCatalogueOf = (db: DrizzleD1Database): TaskCatalogue["Service"] =>
  TaskCatalogue.of({
    list: Effect.fn("TaskCatalogue.list")(function* (filter) {
      const place = filter.cursor === null ? null : yield* decodeCursor(filter.cursor)
      const rows = yield* query("list", () =>
        db
          .select()
          .from(tasks)
          .where(conditions(filter, place))
          .orderBy(desc(tasks.createdAt), desc(tasks.id))
          .limit(filter.limit + 1),
      )
      const last = rows.length > filter.limit ? rows[filter.limit - 1] : undefined
      return { items: yield* Effect.forEach(rows.slice(0, filter.limit), toSummary), next: last === undefined ? null : encodeCursor(last) }
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
