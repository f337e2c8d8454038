import type { RunInput } from "@loom/core/domain/Run"
import type { ProjectionBatch } from "@loom/core/ports/TaskProjection"

/** What became of a silent run: the engine goes on with it, has ended it, or never had it. */
export type Recovery = "continued" | "ended" | "missing"

/** Everything outside of a coordinator's own storage. Each function may be called twice for the same run. */
export interface CoordinatorPlatform {
  readonly now: () => number
  /** 0 <= x < 1 */
  readonly random: () => number
  /** Starts the run; a run of this id that exists already is success. */
  readonly startRun: (input: RunInput) => Promise<void>
  readonly recoverRun: (runId: string) => Promise<Recovery>
  /** Ends the run by force. */
  readonly stopRun: (runId: string) => Promise<void>
  readonly project: (batch: ProjectionBatch) => Promise<void>
}
