import { Schema } from "effect"
import type { Task } from "./Task.ts"

/** The operator's bounds on one repository's tasks. Times are milliseconds. */
export const Limits = Schema.Struct({
  /** Runs of one repository at the same time. */
  concurrency: Schema.Int,
  /** Runs of one task, the first one included. */
  maxAttempts: Schema.Int,
  /** How often one silent run is continued before it is given up. */
  maxRecoveries: Schema.Int,
  /** A run that said nothing for this long is silent. */
  leaseMs: Schema.Finite,
  /** A cancelled run that has not stopped by itself after this long is stopped by force. */
  cancelGraceMs: Schema.Finite,
  backoffBaseMs: Schema.Finite,
  backoffMaxMs: Schema.Finite,
})
export type Limits = typeof Limits.Type

export const defaultLimits: Limits = {
  concurrency: 2,
  maxAttempts: 3,
  maxRecoveries: 20,
  leaseMs: 180_000,
  cancelGraceMs: 60_000,
  backoffBaseMs: 5_000,
  backoffMaxMs: 600_000,
}

/** How many tasks of the repository are in each state. Kept by the events, never counted. */
export const Counters = Schema.Struct({
  pending: Schema.Int,
  running: Schema.Int,
  waiting: Schema.Int,
  completed: Schema.Int,
  failed: Schema.Int,
  cancelled: Schema.Int,
})
export type Counters = typeof Counters.Type

export const noTasks: Counters = { pending: 0, running: 0, waiting: 0, completed: 0, failed: 0, cancelled: 0 }

/** What a decision may look at: the repository's bounds and counters, and the one task concerned. */
export interface RepositoryState {
  readonly limits: Limits
  readonly counters: Counters
  /** For a request or a retry: the newest task of the issue, null when there was none. */
  readonly task: Task | null
}
