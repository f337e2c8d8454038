import { Effect, Result } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { Review, type Work } from "@loom/core/domain/Change"
import type { Comparison } from "@loom/core/domain/Verdict"
import type { TaskContext } from "@loom/core/ports/Agents"
import { chooseModels } from "../model/choose-models.ts"
import type { ModelSettings } from "../model/ModelSettings.ts"
import { quoteUntrusted } from "../prompts/quote-untrusted.ts"
import { renderTask } from "../prompts/render-task.ts"
import { reviewerPrompt } from "../prompts/reviewer.ts"
import { boundOutput } from "../tools/bound-output.ts"
import { askStructured } from "./ask-structured.ts"

const SUBMIT = "submit_review"
const toolkit = Toolkit.make(Tool.make(SUBMIT, { description: "Hand in the review.", parameters: Review }))

const PATCH_CHARS = 90_000

export interface ReviewInput {
  readonly patch: string
  readonly work: Work
  readonly comparison: Comparison
}

const renderChange = ({ patch, work, comparison }: ReviewInput): string =>
  [
    "\n# The engineer's words",
    quoteUntrusted(
      "the coder's own summary",
      [work.summary, ...work.changes.map((line) => `- ${line}`), ...work.risks.map((line) => `risk: ${line}`)].join("\n"),
      6_000,
    ),
    "\n# The tests",
    `${comparison.verdict}: ${comparison.reason}`,
    `before: ${comparison.base.passed} passed, ${comparison.base.failed} failed; after: ${comparison.head.passed} passed, ${comparison.head.failed} failed`,
    "\n# The diff",
    quoteUntrusted("git diff of the change", boundOutput(patch, "The diff is cut; say so in a finding.", PATCH_CHARS), PATCH_CHARS + 500),
  ].join("\n")

/**
 * The reviewer: sees the task, the coder's words, the gate's figures and the diff. A review that cannot be read after one re-ask
 * is said in its findings with score 0, and lets the run go on: the gate has proven the change, sending it back would send back
 * no finding to work on, and a person reads the sentence in the draft pull request.
 */
export const review = Effect.fn("agents.review")(function* (settings: ModelSettings, context: TaskContext, input: ReviewInput) {
  const choices = yield* chooseModels(settings, "reviewer", context.model)
  const kit = yield* toolkit.pipe(Effect.provide(yield* toolkit.toHandlers({ [SUBMIT]: () => Effect.void })))
  const answer = yield* askStructured({
    role: "reviewer",
    choices,
    context,
    system: reviewerPrompt.text,
    user: renderTask(context) + renderChange(input),
    tool: SUBMIT,
    schema: Review,
    send: (model, prompt) => model.generateText({ prompt, toolkit: kit, disableToolCallResolution: true, toolCallValidation: "deferred" }),
  })
  const { usage, model } = answer
  if (Result.isFailure(answer.value)) {
    const findings = [`Nobody but the tests has reviewed this change: the answer of ${model} could not be read.`]
    return { review: { approve: true, score: 0, findings }, usage, model }
  }
  const { approve, score, findings } = answer.value.success
  const bounded: Review = {
    approve,
    score: Math.min(100, Math.max(0, score)),
    findings: findings.slice(0, 20).map((finding) => finding.slice(0, 500)),
  }
  return { review: bounded, usage, model }
})
