import type { Effect } from "effect"
import { Prompt } from "effect/ai"
import type { Plan } from "@loom/core/domain/Change"
import type { TaskContext, TranscriptMessage } from "@loom/core/ports/Agents"
import { coderPrompt } from "../prompts/coder.ts"
import { renderPlan, renderTask } from "../prompts/render-task.ts"
import { encodeTranscript } from "../transcript/transcript-codec.ts"

/** The coder's first messages: system prompt, then task and plan. */
export const brief = (context: TaskContext, plan: Plan): Effect.Effect<ReadonlyArray<TranscriptMessage>> =>
  encodeTranscript([
    Prompt.systemMessage({ content: coderPrompt.text }),
    Prompt.userMessage({ content: [Prompt.textPart({ text: `${renderTask(context)}\n${renderPlan(plan, context.guidance)}` })] }),
  ])
