import { sql } from "drizzle-orm"
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core"

/*
 * D1 is a read model: the coordinators hold the truth and project it here. Times are milliseconds since the epoch.
 * SQL in ../../../migrations is generated from this file and only ever appended to.
 */

const usage = {
  requests: integer().notNull().default(0),
  inputTokens: integer("input_tokens").notNull().default(0),
  outputTokens: integer("output_tokens").notNull().default(0),
  cachedInputTokens: integer("cached_input_tokens").notNull().default(0),
  /** US dollars; null when a price is unknown. */
  costUsd: real("cost_usd"),
}

export const repositories = sqliteTable(
  "repositories",
  {
    /** GitHub's repository id. */
    id: integer().primaryKey(),
    installationId: integer("installation_id").notNull(),
    owner: text().notNull(),
    name: text().notNull(),
    pending: integer().notNull(),
    running: integer().notNull(),
    waiting: integer().notNull(),
    completed: integer().notNull(),
    failed: integer().notNull(),
    cancelled: integer().notNull(),
    /** Newest event of the coordinator that this row has seen. */
    position: integer().notNull(),
  },
  (t) => [index("repositories_installation").on(t.installationId)],
)

export const tasks = sqliteTable(
  "tasks",
  {
    id: text().primaryKey(),
    repositoryId: integer("repository_id").notNull(),
    /** `owner/name` as it was last. */
    repository: text().notNull(),
    issueNumber: integer("issue_number").notNull(),
    issueUrl: text("issue_url").notNull(),
    title: text().notNull(),
    generation: integer().notNull(),
    status: text().notNull(),
    /** TaskSummary.waiting; null when it does not wait. */
    waiting: text(),
    reason: text(),
    stage: text(),
    requestedBy: text("requested_by").notNull(),
    attempt: integer().notNull(),
    verdict: text(),
    /** JSON of TaskSummary.pullRequest. */
    pullRequest: text("pull_request"),
    ...usage,
    runId: text("run_id"),
    /** JSON of TaskDetail's `stages` and `outcome`. */
    detail: text().notNull(),
    /** Newest event of the task that this row has seen. */
    seq: integer().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    // Covers the list's search: a page is found in the index alone, and only its rows are read (docs/decisions/022).
    index("tasks_list").on(
      t.createdAt,
      t.id,
      t.status,
      sql`lower(${t.repository})`,
      sql`lower(${t.title} || ' ' || ${t.repository} || ' #' || ${t.issueNumber})`,
    ),
    index("tasks_status").on(t.status, t.createdAt, t.id),
    index("tasks_repository").on(sql`lower(${t.repository})`, t.createdAt, t.id),
  ],
)

export const taskEvents = sqliteTable(
  "task_events",
  {
    taskId: text("task_id").notNull(),
    seq: integer().notNull(),
    at: integer().notNull(),
    type: text().notNull(),
    actor: text().notNull(),
    cause: text().notNull(),
    data: text().notNull(),
    hash: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.taskId, t.seq] })],
)

export const taskLogs = sqliteTable(
  "task_logs",
  {
    taskId: text("task_id").notNull(),
    seq: integer().notNull(),
    at: integer().notNull(),
    stage: text(),
    level: text().notNull(),
    message: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.taskId, t.seq] })],
)

export const runs = sqliteTable(
  "runs",
  {
    id: text().primaryKey(),
    taskId: text("task_id").notNull(),
    attempt: integer().notNull(),
    status: text().notNull(),
    reason: text(),
    verdict: text(),
    ...usage,
    startedAt: integer("started_at").notNull(),
    endedAt: integer("ended_at"),
  },
  (t) => [index("runs_task").on(t.taskId), index("runs_ended").on(t.endedAt, t.status)],
)

export const ledger = sqliteTable(
  "ledger",
  {
    requestId: text("request_id").primaryKey(),
    runId: text("run_id").notNull(),
    at: integer().notNull(),
    provider: text().notNull(),
    model: text().notNull(),
    ...usage,
  },
  (t) => [index("ledger_run").on(t.runId), index("ledger_at").on(t.at)],
)

/** Answers of writes that came with an `Idempotency-Key`, for a day. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    /** sha-256 of who asked, the operation and the key: the key itself is nobody's business. */
    id: text().primaryKey(),
    /** sha-256 of the request: the same key with another request is refused. */
    request: text().notNull(),
    /** Null while the first request is still being answered. */
    status: integer(),
    body: text(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("idempotency_keys_created").on(t.createdAt)],
)
