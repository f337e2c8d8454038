import { Context, type Effect } from "effect"
import type { RepositoryRef } from "../domain/Repository.ts"
import type { Counters } from "../domain/RepositoryState.ts"
import type { TaskEvent } from "../domain/Task.ts"
import type { TaskDetail, TaskEventView, TaskLogView } from "../domain/TaskView.ts"
import type { CatalogueUnavailable } from "./TaskCatalogue.ts"

/** A piece of a coordinator's outbox. May be written again, whole or in part; `(task, seq)` is the key of every entry. */
export interface ProjectionBatch {
  readonly repository: RepositoryRef
  readonly counters: Counters
  /** Position of the coordinator's newest event: an older snapshot never replaces a newer one. */
  readonly position: number
  /** The tasks the events belong to, as they are now. `seq` is the task's newest event. */
  readonly tasks: ReadonlyArray<{ readonly seq: number; readonly generation: number; readonly detail: TaskDetail }>
  readonly events: ReadonlyArray<{ readonly taskId: string; readonly view: TaskEventView; readonly event: TaskEvent }>
  readonly logs: ReadonlyArray<{ readonly taskId: string; readonly line: TaskLogView }>
}

/** Writes the read model. Idempotent; all of a batch or nothing. */
export class TaskProjection extends Context.Service<
  TaskProjection,
  {
    readonly write: (batch: ProjectionBatch) => Effect.Effect<void, CatalogueUnavailable>
  }
>()("@loom/core/ports/TaskProjection") {}
