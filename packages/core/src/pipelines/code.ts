import { Clock, Effect, Schema } from "effect"
import { Work } from "../domain/Change.ts"
import type { Recipe } from "../domain/Recipe.ts"
import type { RunInput } from "../domain/Run.ts"
import { latestPatchKey } from "../domain/artifact-keys.ts"
import { addUsage, Usage } from "../domain/Usage.ts"
import { Agents, type TaskContext, type TranscriptMessage } from "../ports/Agents.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { RunReporter } from "../ports/RunReporter.ts"
import { Workspace } from "../ports/Workspace.ts"
import { tellingBlockedHosts } from "./blocked-hosts.ts"
import { type Admitted, Checkpoint } from "./RunContext.ts"
import { RunLog } from "./RunLog.ts"
import { rebuild, restoreCheckpoint } from "./prepare.ts"

const Messages = Schema.Array(Schema.Record(Schema.String, Schema.Unknown))

/** One durable model turn. The transcript is the fold of the turns' messages. */
export const Turn = Schema.Struct({
  messages: Messages,
  compacted: Schema.NullOr(Messages),
  actions: Schema.Array(Schema.String),
  finished: Schema.NullOr(Work),
  usage: Usage,
  model: Schema.String,
  checkpoint: Schema.NullOr(Checkpoint),
  endedAt: Schema.Finite,
})
export type Turn = typeof Turn.Type

export interface TurnInput {
  readonly input: RunInput
  readonly admitted: Admitted
  readonly recipe: Recipe
  readonly context: TaskContext
  /** By this run so far. */
  readonly spent: Usage
  /** The box does not hold the change yet: it is an earlier run's. */
  readonly isTakenUp: boolean
  readonly transcript: ReadonlyArray<TranscriptMessage>
  readonly checkpoint: Checkpoint | null
  /** Stable name of the turn's step. */
  readonly name: string
}

/**
 * Asks the model once and carries out its tool calls. A turn that was begun and not finished (the isolate died) starts again
 * from the checkpoint of the turn before, so that half-done edits never mix with new ones.
 */
export const codeTurn = Effect.fn("codeTurn")(function* (turn: TurnInput, key: string) {
  const agents = yield* Agents
  const artifacts = yield* Artifacts
  const log = yield* RunLog
  const { input, admitted } = turn
  const begun = `runs/${input.runId}/begun/${turn.name}`
  const earlier = yield* artifacts.get(begun)
  const nth = earlier === null ? 1 : Number(earlier) + 1
  yield* artifacts.put(begun, String(nth))
  // Every beginning has exec ids of its own: the model may answer differently this time.
  const execKey = `${key}.${nth}`
  if (nth > 1 || turn.isTakenUp)
    yield* inLivingBox(turn, execKey, restoreCheckpoint(input, admitted, turn.checkpoint, `${execKey}.restore`))

  // What the agent's own commands asked for in vain is in the log, like everything of a turn.
  const { value: answer } = yield* tellingBlockedHosts(
    input.runId,
    inLivingBox(turn, execKey, agents.codeTurn(turn.context, execKey, turn.transcript)),
  )
  // Within the step: told again from the top, a run must not report the totals of its youth.
  yield* (yield* RunReporter).usage(addUsage(turn.spent, answer.usage)).pipe(Effect.ignore)
  for (const action of answer.actions) yield* log.say("info", action)
  const checkpoint = answer.changedFiles ? yield* keepCheckpoint(input, admitted, `${execKey}.checkpoint`, turn.name) : turn.checkpoint
  return {
    messages: answer.messages,
    compacted: answer.compacted,
    actions: answer.actions,
    finished: answer.finished,
    usage: answer.usage,
    model: answer.model,
    checkpoint,
    endedAt: yield* Clock.currentTimeMillis,
  } satisfies Turn
})

/** The change so far, kept outside the sandbox as a patch against the base. */
export const keepCheckpoint = Effect.fn("keepCheckpoint")(function* (input: RunInput, admitted: Admitted, key: string, name: string) {
  const change = yield* (yield* Workspace).change(input.runId, key, admitted.baseCommit)
  const artifact = `runs/${input.runId}/checkpoints/${name}.patch`
  const artifacts = yield* Artifacts
  yield* artifacts.put(artifact, change.patch)
  // For people to look at while the run goes on.
  yield* artifacts.put(latestPatchKey(input.runId), change.patch).pipe(Effect.ignore)
  return { artifact, hash: change.hash, files: change.files.length } satisfies Checkpoint
})

/** Runs `work`; when the box is gone, rebuilds it once and runs `work` again. */
export const inLivingBox = <A, E, R>(
  turn: Pick<TurnInput, "input" | "admitted" | "recipe" | "checkpoint">,
  key: string,
  work: Effect.Effect<A, E, R>,
) =>
  work.pipe(
    Effect.catchIf(isBoxLost, () =>
      rebuild(turn.input, turn.admitted, turn.recipe, turn.checkpoint, `${key}.rebuild`).pipe(Effect.andThen(work)),
    ),
  )

export const isBoxLost = (error: unknown): boolean =>
  typeof error === "object" &&
  error !== null &&
  "_tag" in error &&
  error._tag === "SandboxError" &&
  "reason" in error &&
  typeof error.reason === "object" &&
  error.reason !== null &&
  "_tag" in error.reason &&
  error.reason._tag === "BoxLost"
