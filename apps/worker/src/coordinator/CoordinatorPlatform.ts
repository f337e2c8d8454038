import type { RunInput } from "@loom/core/domain/Run"
import type { ProjectionBatch } from "@loom/core/ports/TaskProjection"

/** What became of a silent run: the engine goes on with it, never had it, or has ended it (`problem`: its own words, where it has any). */
export type Recovery = "continued" | "missing" | { readonly ended: true; readonly problem: string | null }

/** Everything outside of a coordinator's own storage. Each function may be called twice for the same run. */
export interface CoordinatorPlatform {
  readonly now: () => number
  /** 0 <= x < 1 */
  readonly random: () => number
  /** Starts the run, or the ending of one (`input.ended`); one that exists already is success. */
  readonly startRun: (input: RunInput) => Promise<void>
  readonly recoverRun: (runId: string) => Promise<Recovery>
  /** Ends the run by force. */
  readonly stopRun: (runId: string) => Promise<void>
  readonly project: (batch: ProjectionBatch) => Promise<void>
}
