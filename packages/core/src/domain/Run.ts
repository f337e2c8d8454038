import { Schema } from "effect"
import { Plan } from "./Change.ts"
import { GateReport } from "./Gate.ts"
import { RunId, TaskId } from "./Ids.ts"
import { RepositoryRef } from "./Repository.ts"
import { Recipe } from "./Recipe.ts"
import { Stage, StageRecord } from "./Stage.ts"
import { Usage } from "./Usage.ts"
import { Comparison, Verdict } from "./Verdict.ts"
import { Approval, KeptBy, RetryStage, WaitKind } from "./Wait.ts"

/**
 * A run that its coordinator ended: it fell silent, was lost, or did not stop in time. `retrying`: another run takes its place.
 * `held`: the task waits.
 */
export const RunEnd = Schema.Struct({
  status: Schema.Literals(["failed", "cancelled", "retrying", "held"]),
  /** One sentence for people. */
  reason: Schema.String,
  /** As far as it had reported. */
  stages: Schema.Array(StageRecord),
  usage: Usage,
})
export type RunEnd = typeof RunEnd.Type

/** The input of one Workflow instance; everything else is read again by `admit`. */
export const RunInput = Schema.Struct({
  runId: RunId,
  taskId: TaskId,
  kind: Schema.Literals(["implement"]),
  repository: RepositoryRef,
  issueNumber: Schema.Int,
  /** Login of the person whose label or command asked for it. */
  requestedBy: Schema.String,
  attempt: Schema.Int,
  /** The task counts already against the hour of who asked: the API took it, or an earlier run of it was admitted. Absent: it does not. */
  isCounted: Schema.optionalKey(Schema.Boolean),
  /** What to go on with; not there: from the beginning. */
  from: Schema.optionalKey(KeptBy),
  /** There when the plan needs a person's word. */
  approval: Schema.optionalKey(Approval),
  /** What earlier runs of the task have spent: it counts against the budget. */
  spent: Schema.optionalKey(Usage),
  /** Set: the run has ended without a word. Nothing is done but to close its box and to tell the issue. */
  ended: Schema.optionalKey(RunEnd),
})
export type RunInput = typeof RunInput.Type

export const PullRequestRef = Schema.Struct({
  number: Schema.Int,
  url: Schema.String,
  draft: Schema.Boolean,
  branch: Schema.String,
  base: Schema.String,
  headSha: Schema.String,
})
export type PullRequestRef = typeof PullRequestRef.Type

/** Who can mend it: nobody needs to (`transient`), the code or input (`permanent`), or a person (`needs_human`). */
export const FailureClass = Schema.Literals(["transient", "permanent", "needs_human"])
export type FailureClass = typeof FailureClass.Type

/** Why a run ended without a pull request, in words for people. */
export const RunFailure = Schema.Struct({
  class: FailureClass,
  stage: Stage,
  /** Stable code, e.g. `setup_failed`, `gate_regressed`, `budget_exhausted`, `model_auth`. */
  code: Schema.String,
  /** What happened. */
  reason: Schema.String,
  /** What a person can do, with the exact command to go on. */
  remedy: Schema.String,
  /** Quoted evidence: the tool's own error, at most 4,000 characters. */
  evidence: Schema.NullOr(Schema.String),
})
export type RunFailure = typeof RunFailure.Type

/**
 * How a run ended. `cancelled` is a stop that was asked for; `refused` means that nothing was to be done; `held` that the task waits,
 * and another run goes on with what this one kept.
 */
export const RunOutcome = Schema.Struct({
  status: Schema.Literals(["completed", "failed", "cancelled", "refused", "held"]),
  verdict: Schema.NullOr(Verdict),
  pullRequest: Schema.NullOr(PullRequestRef),
  failure: Schema.NullOr(RunFailure),
  recipe: Schema.NullOr(Recipe),
  baseCommit: Schema.NullOr(Schema.String),
  headCommit: Schema.NullOr(Schema.String),
  comparison: Schema.NullOr(Comparison),
  /** Everything else the gate says of the newest change; not there when no change came to the gate. */
  gate: Schema.optionalKey(GateReport),
  /** Not there when there was none. */
  plan: Schema.optionalKey(Plan),
  /** For whom or what a held run's task waits. */
  waiting: Schema.optionalKey(WaitKind),
  /** Stages that another run can begin with, on what this one kept; not there when it kept nothing. */
  kept: Schema.optionalKey(Schema.Array(RetryStage)),
  usage: Usage,
  stages: Schema.Array(StageRecord),
})
export type RunOutcome = typeof RunOutcome.Type

/** A line of a run's log, for people. */
export const LogLine = Schema.Struct({
  at: Schema.Finite,
  stage: Schema.NullOr(Stage),
  level: Schema.Literals(["debug", "info", "warn", "error"]),
  /** At most 2,000 characters, secrets redacted. */
  message: Schema.String,
})
export type LogLine = typeof LogLine.Type
