import { and, asc, desc, eq, gt, inArray, sql } from "drizzle-orm"
import type { DrizzleD1Database } from "drizzle-orm/d1"
import { Effect, Schema } from "effect"
import { findingsOf, type RepositorySummary } from "@loom/core/domain/RepositoryView"
import type { Recipe } from "@loom/core/domain/Recipe"
import type { RunFailure } from "@loom/core/domain/Run"
import type { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { BadCursor } from "@loom/core/ports/TaskCatalogue"
import { query } from "./Database.ts"
import { isOneOf, isReadable } from "./list-query.ts"
import { toDetail } from "./rows.ts"
import { repositories, tasks } from "./schema.ts"

type Row = typeof repositories.$inferSelect

const name = sql.raw("lower(owner || '/' || name)")
const fullNameOf = (row: Row) => `${row.owner}/${row.name}`
const ENDED = ["completed", "failed", "cancelled"]

/** Cursors are the name a page ended with. */
const Cursor = Schema.NonEmptyString.check(Schema.isPattern(/^[\w./-]{3,200}$/))

/** The newest ended tasks that may still tell a recipe. */
const LOOK_BACK = 5

/** The newest ended tasks say how a repository is doing. By the index of its name. */
const newestEnded = (db: DrizzleD1Database, row: Row) =>
  db
    .select()
    .from(tasks)
    .where(and(sql`lower(${tasks.repository}) = ${fullNameOf(row).toLowerCase()}`, inArray(tasks.status, ENDED)))
    .orderBy(desc(tasks.createdAt), desc(tasks.id))
    .limit(LOOK_BACK)

/** One look each, all in one journey to the database; a page is at most 100. */
const summariesOf = (db: DrizzleD1Database, rows: ReadonlyArray<Row>) =>
  Effect.gen(function* () {
    const [first, ...others] = rows.map((row) => newestEnded(db, row))
    const newest = first === undefined ? [] : yield* query("repository", () => db.batch([first, ...others]))
    return yield* Effect.forEach(rows, (row, index) => summaryOf(row, newest[index] ?? []))
  })

const summaryOf = (row: Row, newest: ReadonlyArray<typeof tasks.$inferSelect>) =>
  Effect.gen(function* () {
    const ended = yield* Effect.forEach(newest, toDetail)
    const last = ended[0]
    const recipe: Recipe | null = ended.find((task) => task.outcome?.recipe != null)?.outcome?.recipe ?? null
    const failure: RunFailure | null = last?.outcome?.failure ?? null
    const summary: RepositorySummary = {
      id: row.id,
      repository: fullNameOf(row),
      installationId: row.installationId,
      tasks: {
        pending: row.pending,
        running: row.running,
        waiting: row.waiting,
        completed: row.completed,
        failed: row.failed,
        cancelled: row.cancelled,
      },
      lastResult:
        last === undefined
          ? null
          : {
              taskId: last.id,
              issueNumber: last.issueNumber,
              title: last.title,
              status: last.status,
              verdict: last.verdict,
              at: last.updatedAt,
            },
      recipe,
      findings: findingsOf(last?.status === "failed" ? failure : null),
    }
    return summary
  })

/** The part of the catalogue that is about repositories. */
export const repositoriesOf = (
  db: DrizzleD1Database,
): Pick<TaskCatalogue["Service"], "repositories" | "repository" | "newestOfIssues" | "lastActive"> => ({
  repositories: Effect.fn("TaskCatalogue.repositories")(function* (readable, { cursor, limit }) {
    const behind = cursor === null ? "" : yield* Schema.decodeEffect(Cursor)(cursor).pipe(Effect.mapError(() => new BadCursor()))
    const rows = yield* query("repositories", () =>
      db
        .select()
        .from(repositories)
        .where(and(gt(name, behind.toLowerCase()), isReadable(name, readable)))
        .orderBy(asc(name))
        .limit(limit + 1),
    )
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? shown.at(-1) : undefined
    const items = yield* summariesOf(db, shown)
    return { items, next: last === undefined ? null : fullNameOf(last) }
  }),
  repository: Effect.fn("TaskCatalogue.repository")(function* (asked) {
    const [row] = yield* query("repository", () =>
      db
        .select()
        .from(repositories)
        .where(sql`${name} = ${asked.toLowerCase()}`)
        // A name that was given to another repository: the newer one has it.
        .orderBy(desc(repositories.id))
        .limit(1),
    )
    return row === undefined ? null : ((yield* summariesOf(db, [row]))[0] ?? null)
  }),
  newestOfIssues: Effect.fn("TaskCatalogue.newestOfIssues")(function* (repositoryId, issueNumbers) {
    const prefix = `t_${repositoryId}_`
    const rows = yield* query("newestOfIssues", () =>
      db
        .select({ issueNumber: tasks.issueNumber, at: sql<number>`max(${tasks.createdAt})` })
        .from(tasks)
        // By the primary key: ids begin with the repository's.
        .where(and(sql`${tasks.id} >= ${prefix} AND ${tasks.id} < ${`${prefix}:`}`, isOneOf(tasks.issueNumber, issueNumbers)))
        .groupBy(tasks.issueNumber),
    )
    return new Map(rows.map((row) => [row.issueNumber, row.at]))
  }),
  lastActive: query("lastActive", () =>
    db
      .select({
        id: repositories.id,
        installationId: repositories.installationId,
        owner: repositories.owner,
        name: repositories.name,
      })
      .from(tasks)
      .innerJoin(repositories, eq(repositories.id, tasks.repositoryId))
      .orderBy(desc(tasks.createdAt), desc(tasks.id))
      .limit(1),
  ).pipe(Effect.map((rows) => rows[0] ?? null)),
})
