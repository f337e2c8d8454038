import { Schema } from "effect"
import { RunId } from "./Ids.ts"

/** Why a task waits for a person. */
export const WaitKind = Schema.Literals(["needs_input", "awaiting_approval", "budget", "paused", "blocked"])
export type WaitKind = typeof WaitKind.Type

/**
 * Stages that a run can begin with, on what an earlier one kept; everything before them is kept. `plan`: nothing is kept.
 * `code`: the plan. `verify`: plan and change. `publish`: a change that the gate let through, and its evidence.
 */
export const retryStages = ["plan", "code", "verify", "publish"] as const
export const RetryStage = Schema.Literals(retryStages)
export type RetryStage = typeof RetryStage.Type

/** The run whose kept work is gone on with. `stage` null: where that run stopped. */
export const KeptBy = Schema.Struct({ runId: RunId, stage: Schema.NullOr(RetryStage) })
export type KeptBy = typeof KeptBy.Type

/** Whether a plan needs a person's word before anything is written. */
export const Approval = Schema.Union([
  Schema.Struct({ state: Schema.Literal("wanted") }),
  Schema.Struct({
    state: Schema.Literal("given"),
    /** Login, or the name of an API token. */
    by: Schema.String,
    /** For the coder; at most 4,000 characters. */
    note: Schema.NullOr(Schema.String),
    /** False: set by a label, which GitHub lets people without write access do; the run's `admit` asks for the permission. */
    isChecked: Schema.Boolean,
  }),
])
export type Approval = typeof Approval.Type
