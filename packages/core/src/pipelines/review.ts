import { Effect } from "effect"
import { Agents, type TaskContext } from "../ports/Agents.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import type { Progress } from "./Progress.ts"
import { RunLog } from "./RunLog.ts"
import type { Verified } from "./verify.ts"

/** Another prompt, and another model where there is one, reads the diff that the gate passed. */
export const review = Effect.fn("review")(function* (context: TaskContext, verified: Verified, progress: Progress, key: string) {
  const patch = (yield* (yield* Artifacts).get(verified.checkpoint.artifact)) ?? ""
  const work = progress.work ?? { summary: "", changes: [], risks: [] }
  const answer = yield* (yield* Agents).review(context, key, { patch, work, comparison: verified.comparison })
  const log = yield* RunLog
  for (const finding of answer.review.findings) yield* log.say("info", `review: ${finding}`)
  return answer
})
