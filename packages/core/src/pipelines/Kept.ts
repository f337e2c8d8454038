import { Effect, Schema } from "effect"
import { Plan, Work } from "../domain/Change.ts"
import { TestProof } from "../domain/Gate.ts"
import { TaskId } from "../domain/Ids.ts"
import { ModelsUsed, PromptDigests } from "../domain/Proof.ts"
import type { RunInput } from "../domain/Run.ts"
import type { RetryStage } from "../domain/Wait.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { Publication } from "./Publication.ts"
import { Checkpoint } from "./RunContext.ts"
import { RunLog } from "./RunLog.ts"

/** How far the coder has come: everything a further turn needs, and what need not be asked again. */
export const Coding = Schema.Struct({
  /** Empty: it was too long to keep. */
  transcript: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)),
  round: Schema.Int,
  /** Finished turns of this round. */
  turns: Schema.Int,
  checkpoint: Schema.NullOr(Checkpoint),
  /** Set when the coder has said that this round's work is done. */
  work: Schema.NullOr(Work),
  isReviewed: Schema.Boolean,
  reviewFindings: Schema.Array(Schema.String),
  /** What the gate has advised once already. */
  advised: Schema.Array(TestProof.fields.status),
})
export type Coding = typeof Coding.Type

/**
 * What a run that ended without a pull request leaves to the next: `runs/<runId>/kept.json`. Never proof of anything but
 * `publication`, which is what the gate passed: base, set-up and tests are always done anew.
 */
export const Kept = Schema.Struct({
  taskId: TaskId,
  /** Where plan and change were made. */
  baseBranch: Schema.String,
  baseCommit: Schema.String,
  plan: Plan,
  model: Schema.NullOr(Schema.String),
  models: ModelsUsed,
  prompts: PromptDigests,
  /** Null: nothing is written. */
  coding: Schema.NullOr(Coding),
  publication: Schema.NullOr(Publication),
  /** Milliseconds that runs of the task have worked; time spent waiting is not in it. */
  workedMs: Schema.Finite,
})
export type Kept = typeof Kept.Type

const codec = Schema.fromJsonString(Kept)
const keyOf = (runId: string) => `runs/${runId}/kept.json`

/** Characters of a transcript as JSON: some thirty contexts of a model. A longer one is not kept; plan and change are. */
const MAX_TRANSCRIPT_CHARS = 8_000_000

/** Stages that a run can begin with on this. */
export const stagesOf = ({ coding, publication }: Kept): ReadonlyArray<RetryStage> => [
  "plan",
  "code",
  ...(coding !== null && coding.work !== null && coding.checkpoint !== null ? (["verify"] as const) : []),
  ...(publication === null ? [] : (["publish"] as const)),
]

export const saveKept = Effect.fn("saveKept")(function* (runId: string, kept: Kept) {
  const { coding } = kept
  const isTooLong = coding !== null && JSON.stringify(coding.transcript).length > MAX_TRANSCRIPT_CHARS
  const bounded = isTooLong ? { ...kept, coding: { ...coding, transcript: [] } } : kept
  yield* (yield* Artifacts).put(keyOf(runId), yield* Schema.encodeEffect(codec)(bounded).pipe(Effect.orDie))
})

/** Everything before `stage`; with null all there is. */
const before = (stage: RetryStage | null, kept: Kept): Kept => {
  const { coding } = kept
  switch (stage) {
    case "code":
      return { ...kept, coding: null, publication: null }
    case "verify":
      return {
        ...kept,
        publication: null,
        coding: coding === null ? null : { ...coding, round: 1, isReviewed: false, reviewFindings: [], advised: [] },
      }
    default:
      return kept
  }
}

/**
 * What this run is to go on with; null when it begins anew. Kept work that is gone, or that this Loom cannot read, is no reason to
 * fail: the run begins with the plan, and says so.
 */
export const loadKept = Effect.fn("loadKept")(function* (input: RunInput) {
  const { from } = input
  if (from === undefined || from.stage === "plan") return null
  const log = yield* RunLog
  const text = yield* (yield* Artifacts).get(keyOf(from.runId))
  const kept =
    text === null
      ? null
      : yield* Schema.decodeEffect(codec)(text).pipe(
          Effect.catch((error) =>
            Effect.as(log.say("warn", `what run ${from.runId} kept cannot be read: ${error.message.slice(0, 300)}`), null),
          ),
        )
  if (kept === null) {
    yield* log.say("warn", `nothing is kept of run ${from.runId} to go on with: this run begins with a plan`)
    return null
  }
  const artifacts = yield* Artifacts
  const isThere = (checkpoint: Checkpoint | null) =>
    checkpoint === null ? Effect.succeed(true) : Effect.map(artifacts.get(checkpoint.artifact), (patch) => patch !== null)
  if (kept.coding !== null && !(yield* isThere(kept.coding.checkpoint))) {
    yield* log.say("warn", `the change of run ${from.runId} is kept no longer: it is written anew by its plan`)
    return { ...before("code", kept), taskId: input.taskId, workedMs: 0 }
  }
  // The time and the money of another task are its own.
  return { ...before(from.stage, kept), taskId: input.taskId, workedMs: kept.taskId === input.taskId ? kept.workedMs : 0 }
})
