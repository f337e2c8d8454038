import { Context, Schema, type Effect } from "effect"
import type { Counters } from "../domain/RepositoryState.ts"
import type { TaskDetail, TaskEventPage, TaskLogPage, TaskPage, TaskStatus } from "../domain/TaskView.ts"
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
  /** Part of the title, the repository or the issue number; null for all. */
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
    readonly totals: Effect.Effect<Totals, CatalogueUnavailable>
    /** Repositories of an installation that have open tasks; at most 1,000. */
    readonly openRepositories: (installationId: number) => Effect.Effect<ReadonlyArray<number>, CatalogueUnavailable>
  }
>()("@loom/core/ports/TaskCatalogue") {}
