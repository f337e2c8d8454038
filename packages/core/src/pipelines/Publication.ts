import { Effect, Schema } from "effect"
import { Plan, Work } from "../domain/Change.ts"
import { RunId } from "../domain/Ids.ts"
import { ModelsUsed, PromptDigests, SetupCommand } from "../domain/Proof.ts"
import { Recipe } from "../domain/Recipe.ts"
import type { RunInput } from "../domain/Run.ts"
import { StageRecord } from "../domain/Stage.ts"
import { Usage } from "../domain/Usage.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { Admitted } from "./RunContext.ts"
import { Verified } from "./verify.ts"

/**
 * Everything that is published. Kept per task from the moment the first push may happen: an attempt that dies in the middle
 * leaves its branch, or its pull request, to the next attempt of the same task, which makes the same commit and goes on.
 */
export const Publication = Schema.Struct({
  /** The run whose gate passed it. */
  provenBy: RunId,
  requestedBy: Schema.String,
  admitted: Admitted,
  recipe: Recipe,
  plan: Plan,
  work: Work,
  verified: Verified,
  reviewFindings: Schema.Array(Schema.String),
  model: Schema.String,
  modelNote: Schema.NullOr(Schema.String),
  models: ModelsUsed,
  prompts: PromptDigests,
  setup: Schema.Array(SetupCommand),
  /** Versions of the tools in the box. */
  tools: Schema.Record(Schema.String, Schema.String),
  /** Version of the Loom that proved it. */
  loom: Schema.String,
  usage: Usage,
  /** When the run was admitted, milliseconds: the commit's date, so that the same change is the same commit. */
  startedAt: Schema.Finite,
  /** Up to the publication. */
  stages: Schema.Array(StageRecord),
})
export type Publication = typeof Publication.Type

const publicationCodec = Schema.fromJsonString(Publication)
const publicationOf = (input: RunInput) => `tasks/${input.taskId}/publication.json`

/** What an earlier attempt of this task began to publish; null when none came so far. */
export const unfinishedPublication = Effect.fn("unfinishedPublication")(function* (input: RunInput) {
  const { attempt, from } = input
  // A run that is told where to begin is not told so in vain.
  const isWanted = from === undefined ? attempt > 1 : from.stage === null || from.stage === "publish"
  const text = isWanted ? yield* (yield* Artifacts).get(publicationOf(input)) : null
  return text === null ? null : yield* Schema.decodeEffect(publicationCodec)(text).pipe(Effect.orDie)
})

/**
 * Writes down what is published, before the first push. What was written first stays: however often the same run publishes, its
 * commit and its proof are made from the same words, also when Loom itself was deployed anew in between.
 */
export const settle = Effect.fn("settle")(function* (input: RunInput, what: Publication) {
  const artifacts = yield* Artifacts
  const known = yield* artifacts.get(publicationOf(input))
  const settled = known === null ? null : yield* Schema.decodeEffect(publicationCodec)(known).pipe(Effect.orDie)
  if (settled?.provenBy === what.provenBy) return settled
  yield* artifacts.put(publicationOf(input), yield* Schema.encodeEffect(publicationCodec)(what).pipe(Effect.orDie))
  return what
})
