import { Schema } from "effect"

/** The named parts of a run, in order (design section 6). */
export const stages = ["admit", "prepare", "baseline", "plan", "code", "verify", "review", "publish", "close"] as const
export const Stage = Schema.Literals(stages)
export type Stage = typeof Stage.Type

/** One finished or running stage, as shown to people. Times are milliseconds since the epoch. */
export const StageRecord = Schema.Struct({
  name: Stage,
  startedAt: Schema.Finite,
  endedAt: Schema.NullOr(Schema.Finite),
  outcome: Schema.Literals(["running", "ok", "failed", "skipped"]),
  /** One sentence for people: what was found or done. */
  summary: Schema.String,
})
export type StageRecord = typeof StageRecord.Type
