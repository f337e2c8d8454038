import { Effect, Schema } from "effect"
import { Review } from "../domain/Change.ts"
import { PromptDigests } from "../domain/Proof.ts"
import { Usage } from "../domain/Usage.ts"
import { Agents, type TaskContext } from "../ports/Agents.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import type { Progress } from "./Progress.ts"
import { RunLog } from "./RunLog.ts"
import type { Verified } from "./verify.ts"

export const Reviewed = Schema.Struct({ review: Review, usage: Usage, model: Schema.String, prompts: PromptDigests })
export type Reviewed = typeof Reviewed.Type

/** Another prompt, and another model where there is one, reads the diff that the gate passed. */
export const review = Effect.fn("review")(function* (context: TaskContext, verified: Verified, progress: Progress, key: string) {
  const patch = (yield* (yield* Artifacts).get(verified.checkpoint.artifact)) ?? ""
  const work = progress.work ?? { summary: "", changes: [], risks: [] }
  const agents = yield* Agents
  const answer = yield* agents.review(context, key, { patch, work, comparison: verified.comparison })
  const log = yield* RunLog
  for (const finding of answer.review.findings) yield* log.say("info", `review: ${finding}`)
  const { reviewer } = agents.prompts
  return { ...answer, prompts: reviewer === undefined ? {} : { reviewer } } satisfies Reviewed
})
