import { Schema } from "effect"
import { LogLine, RunOutcome } from "./Run.ts"
import { StageRecord } from "./Stage.ts"
import { Usage } from "./Usage.ts"
import { Verdict } from "./Verdict.ts"
import { RetryStage, WaitKind } from "./Wait.ts"

/** Life of a task (design section 5). */
export const TaskStatus = Schema.Literals(["pending", "running", "waiting", "completed", "failed", "cancelled"])
export type TaskStatus = typeof TaskStatus.Type

/** A task in a list: `GET /api/v1/tasks`. Times are milliseconds since the epoch. */
export const TaskSummary = Schema.Struct({
  id: Schema.String,
  repository: Schema.String,
  issueNumber: Schema.Int,
  issueUrl: Schema.String,
  title: Schema.String,
  status: TaskStatus,
  /** For whom or what it waits; not there when it does not. */
  waiting: Schema.optionalKey(WaitKind),
  /** Why it waits, failed or was cancelled; one sentence. */
  reason: Schema.NullOr(Schema.String),
  /** The stage its current run is in. */
  stage: Schema.NullOr(Schema.String),
  requestedBy: Schema.String,
  attempt: Schema.Int,
  verdict: Schema.NullOr(Verdict),
  pullRequest: Schema.NullOr(
    Schema.Struct({ number: Schema.Int, url: Schema.String, draft: Schema.Boolean, branch: Schema.String, base: Schema.String }),
  ),
  usage: Usage,
  createdAt: Schema.Finite,
  updatedAt: Schema.Finite,
})
export type TaskSummary = typeof TaskSummary.Type

/** `GET /api/v1/tasks/{id}`: the summary, its stages and how the last run ended, with the gate's findings in `outcome.gate`. */
export const TaskDetail = Schema.Struct({
  ...TaskSummary.fields,
  /** A pause was asked for, and the run has not come to rest yet; not there otherwise. */
  pausing: Schema.optionalKey(Schema.Literal(true)),
  /** Stages that a retry can start from, on what the last run kept; not there when it kept nothing. */
  retryFrom: Schema.optionalKey(Schema.Array(RetryStage)),
  runId: Schema.NullOr(Schema.String),
  stages: Schema.Array(StageRecord),
  outcome: Schema.NullOr(RunOutcome),
})
export type TaskDetail = typeof TaskDetail.Type

/** One entry of a task's append-only history: `GET /api/v1/tasks/{id}/events?after=<seq>`. */
export const TaskEventView = Schema.Struct({
  seq: Schema.Int,
  at: Schema.Finite,
  type: Schema.String,
  actor: Schema.String,
  /** What caused it: a delivery GUID, a run id, `alarm`, `api`. */
  cause: Schema.String,
  data: Schema.Unknown,
  /** sha-256 chain: hash of the previous event's hash and this event. */
  hash: Schema.String,
})
export type TaskEventView = typeof TaskEventView.Type

/** One log line with its place: `GET /api/v1/tasks/{id}/logs?after=<seq>`. */
export const TaskLogView = Schema.Struct({ seq: Schema.Int, ...LogLine.fields })
export type TaskLogView = typeof TaskLogView.Type

/** A page: `next` is the `cursor` of the following one, null at the end. */
export const TaskPage = Schema.Struct({ items: Schema.Array(TaskSummary), next: Schema.NullOr(Schema.String) })
export const TaskEventPage = Schema.Struct({ items: Schema.Array(TaskEventView), next: Schema.NullOr(Schema.String) })
export const TaskLogPage = Schema.Struct({ items: Schema.Array(TaskLogView), next: Schema.NullOr(Schema.String) })

/** What is left of GitHub's requests per hour for one installation (docs.github.com, "Rate limits for the REST API"). */
export const RateLimitLeft = Schema.Struct({
  limit: Schema.Int,
  remaining: Schema.Int,
  /** When `remaining` is `limit` again, ms since the epoch. */
  resetAt: Schema.Finite,
})
export type RateLimitLeft = typeof RateLimitLeft.Type

/** `GET /api/v1/status`: how Loom is doing, over all repositories. */
export const SystemStatus = Schema.Struct({
  version: Schema.String,
  queued: Schema.Int,
  running: Schema.Int,
  waiting: Schema.Int,
  /** Milliseconds since the oldest pending task was made; null when none waits. */
  oldestPendingMs: Schema.NullOr(Schema.Finite),
  completed: Schema.Int,
  failed: Schema.Int,
  cancelled: Schema.Int,
  /** Runs that ended in the last 24 hours, and the share of them that completed and that failed, 0 to 1; null when none ended. */
  lastDay: Schema.Struct({
    ended: Schema.Int,
    successRate: Schema.NullOr(Schema.Finite),
    errorRate: Schema.NullOr(Schema.Finite),
  }),
  /** Of the installation that was active last; null when it is not known. */
  githubRateLimit: Schema.NullOr(RateLimitLeft),
  /** `ok`, or what is wrong and how to mend it. */
  health: Schema.Struct({ github: Schema.String, model: Schema.String, sandbox: Schema.String, database: Schema.String }),
})
export type SystemStatus = typeof SystemStatus.Type
