import { Effect, Schema } from "effect"
import { RunOutcome } from "@loom/core/domain/Run"
import { StageRecord } from "@loom/core/domain/Stage"
import { TaskDetail, TaskEventView, TaskLogView, TaskSummary } from "@loom/core/domain/TaskView"
import { CatalogueUnavailable } from "@loom/core/ports/TaskCatalogue"
import type { taskEvents, taskLogs, tasks } from "./schema.ts"

/** What does not fit a column: kept as JSON in `tasks.detail`. */
export const DetailColumn = Schema.fromJsonString(
  Schema.Struct({
    stages: Schema.Array(StageRecord),
    outcome: Schema.NullOr(RunOutcome),
    pausing: TaskDetail.fields.pausing,
    retryFrom: TaskDetail.fields.retryFrom,
  }),
)
export const PullRequestColumn = Schema.fromJsonString(TaskSummary.fields.pullRequest)
const DataColumn = Schema.fromJsonString(Schema.Unknown)

/** A row that does not decode means that the schema and the code are of different versions. */
const orUnavailable =
  (table: string) =>
  <A, R>(effect: Effect.Effect<A, Schema.SchemaError, R>): Effect.Effect<A, CatalogueUnavailable, R> =>
    Effect.mapError(
      effect,
      (error) =>
        new CatalogueUnavailable({
          operation: `read ${table}`,
          detail: `a row does not fit: ${error.message.slice(0, 300)}. Apply the migrations of this version.`,
        }),
    )

type TaskRow = typeof tasks.$inferSelect

const decodePullRequest = Schema.decodeEffect(PullRequestColumn)
const decodeSummary = Schema.decodeUnknownEffect(TaskSummary)
const decodeDetailColumn = Schema.decodeEffect(DetailColumn)
const decodeDetail = Schema.decodeUnknownEffect(TaskDetail)

/** Every column but the long one, which a list does without. */
export type SummaryRow = Omit<TaskRow, "detail">

const summaryOf = <Row extends SummaryRow>({ waiting, ...row }: Row) =>
  Effect.map(row.pullRequest === null ? Effect.succeed(null) : decodePullRequest(row.pullRequest), (pullRequest) => ({
    ...row,
    ...(waiting === null ? {} : { waiting }),
    pullRequest,
    usage: {
      requests: row.requests,
      inputTokens: row.inputTokens,
      outputTokens: row.outputTokens,
      cachedInputTokens: row.cachedInputTokens,
      costUsd: row.costUsd,
    },
  }))

export const toSummary = (row: SummaryRow) => summaryOf(row).pipe(Effect.flatMap(decodeSummary), orUnavailable("tasks"))

export const toDetail = (row: TaskRow) =>
  Effect.gen(function* () {
    const summary = yield* summaryOf(row)
    return yield* decodeDetail({ ...summary, ...(yield* decodeDetailColumn(row.detail)) })
  }).pipe(orUnavailable("tasks"))

export const toEvent = (row: typeof taskEvents.$inferSelect) =>
  Schema.decodeEffect(DataColumn)(row.data).pipe(
    Effect.flatMap((data) => Schema.decodeUnknownEffect(TaskEventView)({ ...row, data })),
    orUnavailable("task_events"),
  )

export const toLog = (row: typeof taskLogs.$inferSelect) => Schema.decodeUnknownEffect(TaskLogView)(row).pipe(orUnavailable("task_logs"))
