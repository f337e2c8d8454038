import { and, eq, getTableColumns, isNull, lt, sql } from "drizzle-orm"
import type { BatchItem } from "drizzle-orm/batch"
import type { DrizzleD1Database } from "drizzle-orm/d1"
import { Effect, Layer, Schema } from "effect"
import { fullName } from "@loom/core/domain/Repository"
import type { TaskEvent } from "@loom/core/domain/Task"
import { type ProjectionBatch, TaskProjection } from "@loom/core/ports/TaskProjection"
import { Database, query } from "./Database.ts"
import { DetailColumn, PullRequestColumn } from "./rows.ts"
import { repositories, runs, taskEvents, taskLogs, tasks } from "./schema.ts"

/** D1 takes at most 100 bound parameters per statement, so rows of one kind travel as one JSON parameter, columns in the table's order. */
const insertEvents = (db: DrizzleD1Database, batch: ProjectionBatch) => {
  const rows = batch.events.map(({ taskId, view }) => [
    taskId,
    view.seq,
    view.at,
    view.type,
    view.actor,
    view.cause,
    JSON.stringify(view.data),
    view.hash,
  ])
  return db
    .insert(taskEvents)
    .select(sql`SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7
    FROM json_each(${JSON.stringify(rows)}) WHERE true`)
    .onConflictDoNothing()
}

const insertLogs = (db: DrizzleD1Database, batch: ProjectionBatch) => {
  const rows = batch.logs.map(({ line, taskId }) => [taskId, line.seq, line.at, line.stage, line.level, line.message])
  return db
    .insert(taskLogs)
    .select(sql`SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5
    FROM json_each(${JSON.stringify(rows)}) WHERE true`)
    .onConflictDoNothing()
}

const upsertRepository = (db: DrizzleD1Database, { counters, position, repository }: ProjectionBatch) => {
  const row = {
    id: repository.id,
    installationId: repository.installationId,
    owner: repository.owner,
    name: repository.name,
    ...counters,
    position,
  }
  return db
    .insert(repositories)
    .values(row)
    .onConflictDoUpdate({ target: repositories.id, set: row, setWhere: lt(repositories.position, position) })
}

/** A row as the table's columns name it; the keys are the columns' order below. */
const taskRow = (
  { repository }: ProjectionBatch,
  { detail, generation, seq }: ProjectionBatch["tasks"][number],
): typeof tasks.$inferInsert => ({
  id: detail.id,
  repositoryId: repository.id,
  repository: fullName(repository),
  issueNumber: detail.issueNumber,
  issueUrl: detail.issueUrl,
  title: detail.title,
  generation,
  status: detail.status,
  waiting: detail.waiting ?? null,
  reason: detail.reason,
  stage: detail.stage,
  requestedBy: detail.requestedBy,
  attempt: detail.attempt,
  verdict: detail.verdict,
  pullRequest: detail.pullRequest === null ? null : Schema.encodeSync(PullRequestColumn)(detail.pullRequest),
  ...detail.usage,
  runId: detail.runId,
  detail: Schema.encodeSync(DetailColumn)({
    stages: detail.stages,
    outcome: detail.outcome,
    ...(detail.pausing === undefined ? {} : { pausing: detail.pausing }),
    ...(detail.retryFrom === undefined ? {} : { retryFrom: detail.retryFrom }),
  }),
  seq,
  createdAt: detail.createdAt,
  updatedAt: detail.updatedAt,
})

const taskColumns = Object.entries(getTableColumns(tasks))
const newerTask = Object.fromEntries(taskColumns.map(([key, column]) => [key, sql`excluded.${sql.identifier(column.name)}`]))
const taskValues = sql.join(
  taskColumns.map(([key]) => sql`value->>${sql.raw(`'${key}'`)}`),
  sql`, `,
)

/** All tasks of a batch in one statement: one each took D1 most of a busy coordinator's time (docs/decisions/010). */
const upsertTasks = (db: DrizzleD1Database, batch: ProjectionBatch) =>
  db
    .insert(tasks)
    .select(sql`SELECT ${taskValues} FROM json_each(${JSON.stringify(batch.tasks.map((task) => taskRow(batch, task)))}) WHERE true`)
    .onConflictDoUpdate({ target: tasks.id, set: newerTask, setWhere: sql`excluded.seq > ${tasks.seq}` })

const openRun = (taskId: string) => and(eq(runs.taskId, taskId), isNull(runs.endedAt))

/** A run's row comes from its events: begun by `Dispatched`, ended by what ends it. */
const runOf = (db: DrizzleD1Database, taskId: string, event: TaskEvent): ReadonlyArray<BatchItem<"sqlite">> => {
  switch (event._tag) {
    case "Dispatched":
      return [
        db
          .insert(runs)
          .values({ id: event.runId, taskId, attempt: event.attempt, status: "running", startedAt: event.at })
          .onConflictDoNothing(),
      ]
    case "UsageReported":
      return [db.update(runs).set(event.usage).where(eq(runs.id, event.runId))]
    case "Waited":
      // Paused in the queue: no run has begun.
      return event.runId === null
        ? []
        : [
            db
              .update(runs)
              .set({ status: "waiting", reason: event.reason, endedAt: event.at, ...event.outcome?.usage })
              .where(eq(runs.id, event.runId)),
          ]
    case "RetryScheduled":
      return [
        db
          .update(runs)
          .set({ status: "failed", reason: event.reason, endedAt: event.at, ...event.usage })
          .where(eq(runs.id, event.runId)),
      ]
    case "Completed":
      return [
        db
          .update(runs)
          .set({ status: "completed", verdict: event.outcome.verdict, endedAt: event.at, ...event.outcome.usage })
          .where(eq(runs.id, event.runId)),
      ]
    case "Failed":
      return [
        db
          .update(runs)
          .set({
            status: "failed",
            reason: event.reason,
            verdict: event.outcome?.verdict ?? null,
            endedAt: event.at,
            ...event.outcome?.usage,
          })
          .where(eq(runs.id, event.runId)),
      ]
    case "Cancelled":
      return [
        db
          .update(runs)
          .set({ status: "cancelled", reason: event.reason, endedAt: event.at, ...event.outcome?.usage })
          .where(openRun(taskId)),
      ]
    default:
      return []
  }
}

/** One D1 batch is one transaction. Repeated or late batches change nothing that is newer. */
export const TaskProjectionD1 = Layer.effect(
  TaskProjection,
  Effect.gen(function* () {
    const db = yield* Database
    return TaskProjection.of({
      write: Effect.fn("TaskProjection.write")((batch: ProjectionBatch) =>
        query("project", () =>
          db.batch([
            upsertRepository(db, batch),
            ...(batch.tasks.length === 0 ? [] : [upsertTasks(db, batch)]),
            ...(batch.events.length === 0 ? [] : [insertEvents(db, batch)]),
            ...batch.events.flatMap(({ event, taskId }) => runOf(db, taskId, event)),
            ...(batch.logs.length === 0 ? [] : [insertLogs(db, batch)]),
          ]),
        ).pipe(Effect.asVoid),
      ),
    })
  }),
)
