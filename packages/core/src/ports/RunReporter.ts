import { Context, Schema, type Effect } from "effect"
import type { LogLine, RunOutcome } from "../domain/Run.ts"
import type { StageRecord } from "../domain/Stage.ts"
import type { Usage } from "../domain/Usage.ts"

/** The coordinator does not answer. Transient. */
export class CoordinatorUnavailable extends Schema.TaggedError<CoordinatorUnavailable>()("CoordinatorUnavailable", {
  operation: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `coordinator ${this.operation}: ${this.detail}`
  }
}

/** What the coordinator answers to a sign of life: go on, come to rest (`hold`: why) at the next place where nothing is lost, or stop. */
export type RunSignal = { readonly stop: false; readonly hold?: string } | { readonly stop: true; readonly reason: string }

/** What a run tells its coordinator. Every call is a heartbeat; every call may be repeated. */
export class RunReporter extends Context.Service<
  RunReporter,
  {
    /** A stage began, ended, or is going on (heartbeat). `(run, stage name, startedAt)` is the key. */
    readonly stage: (record: StageRecord) => Effect.Effect<RunSignal, CoordinatorUnavailable>
    /** `key` makes a repeated batch one batch. */
    readonly log: (key: string, lines: ReadonlyArray<LogLine>) => Effect.Effect<RunSignal, CoordinatorUnavailable>
    readonly usage: (total: Usage) => Effect.Effect<RunSignal, CoordinatorUnavailable>
    readonly finish: (outcome: RunOutcome) => Effect.Effect<void, CoordinatorUnavailable>
  }
>()("@loom/core/ports/RunReporter") {}
