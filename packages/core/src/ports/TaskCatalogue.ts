import { Context, Schema, type Effect } from "effect"
import type { RepositoryRef } from "../domain/Repository.ts"
import type { Counters } from "../domain/RepositoryState.ts"
import type { RepositoryPage, RepositorySummary } from "../domain/RepositoryView.ts"
import type { TaskDetail, TaskEventPage, TaskLogPage, TaskPage, TaskStatus } from "../domain/TaskView.ts"
import type { UsageReport } from "../domain/UsageReport.ts"
import type { PageRequest } from "./Coordinator.ts"

/** The database does not answer. Transient: the coordinators go on without it. */
export class CatalogueUnavailable extends Schema.TaggedError<CatalogueUnavailable>()("CatalogueUnavailable", {
  operation: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `task catalogue ${this.operation}: ${this.detail}`
  }
}

/** Not a cursor this Loom gave out. */
export class BadCursor extends Schema.TaggedError<BadCursor>()("BadCursor", {}) {
  override get message(): string {
    return "The cursor is not one of this list. Start again without it."
  }
}

/** The repositories somebody may see. */
export type Readable = "all" | ReadonlyArray<string>

export interface TaskFilter {
  /** Any of these; all when empty. */
  readonly statuses: ReadonlyArray<TaskStatus>
  /** `owner/name`, compared without case; null for all. */
  readonly repository: string | null
  /** `owner/name` of all that may be seen; `all` for who may see everything. */
  readonly readable: Readable
  /** Part of `<title> <owner/name> #<issue number>`, without case (ASCII); null for all. */
  readonly text: string | null
  /** `next` of the page before; null for the first. */
  readonly cursor: string | null
  /** 1 to 100. */
  readonly limit: number
}

export interface Totals extends Counters {
  /** When the oldest pending task was made, ms since the epoch. */
  readonly oldestPendingAt: number | null
}

/** The read model over all repositories (D1): lists, search, figures. Lags the coordinators by well under a second. */
export class TaskCatalogue extends Context.Service<
  TaskCatalogue,
  {
    /** Newest first. */
    readonly list: (filter: TaskFilter) => Effect.Effect<typeof TaskPage.Type, CatalogueUnavailable | BadCursor>
    /** Null when there is no such task. */
    readonly get: (taskId: string) => Effect.Effect<TaskDetail | null, CatalogueUnavailable>
    readonly events: (taskId: string, page: PageRequest) => Effect.Effect<typeof TaskEventPage.Type, CatalogueUnavailable>
    readonly logs: (taskId: string, page: PageRequest) => Effect.Effect<typeof TaskLogPage.Type, CatalogueUnavailable>
    /** By name, a page at a time. */
    readonly repositories: (
      readable: Readable,
      page: { readonly cursor: string | null; readonly limit: number },
    ) => Effect.Effect<typeof RepositoryPage.Type, CatalogueUnavailable | BadCursor>
    /** Null when no task of `owner/name` was ever seen; compared without case. */
    readonly repository: (name: string) => Effect.Effect<RepositorySummary | null, CatalogueUnavailable>
    /** Where the newest task of each issue was made, ms since the epoch; issues without one are left out. */
    readonly newestOfIssues: (
      repositoryId: number,
      issueNumbers: ReadonlyArray<number>,
    ) => Effect.Effect<ReadonlyMap<number, number>, CatalogueUnavailable>
    /** The repository whose task changed last; null when there is none. */
    readonly lastActive: Effect.Effect<RepositoryRef | null, CatalogueUnavailable>
    /** Runs that ended at or after `since`, by how. */
    readonly endedSince: (
      since: number,
    ) => Effect.Effect<{ readonly completed: number; readonly failed: number; readonly other: number }, CatalogueUnavailable>
    /** The ledger of the days `from` to `to`, both included, ms since the epoch. */
    readonly usage: (from: number, to: number) => Effect.Effect<UsageReport, CatalogueUnavailable>
    readonly totals: Effect.Effect<Totals, CatalogueUnavailable>
    /** Repositories of an installation that have open tasks; at most 1,000. */
    readonly openRepositories: (installationId: number) => Effect.Effect<ReadonlyArray<number>, CatalogueUnavailable>
  }
>()("@loom/core/ports/TaskCatalogue") {}
