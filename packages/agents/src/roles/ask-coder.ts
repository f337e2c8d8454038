import { Effect } from "effect"
import type { Prompt } from "effect/ai"
import type { TaskContext } from "@loom/core/ports/Agents"
import type { Question } from "../model/ask-model.ts"
import { askModels } from "../model/ask-models.ts"
import { DEFAULT_CONTEXT_TOKENS, type ModelChoice } from "../model/ModelSettings.ts"
import { CoderToolkit } from "../tools/CoderToolkit.ts"
import { compactTranscript } from "../transcript/compact-transcript.ts"
import { estimateTokens } from "../transcript/estimate-tokens.ts"

/** The part of the window a prompt may fill; the rest is for the answer and for the estimate's error. */
const FILL = 0.7
/** After a provider refused the prompt as too long, the estimate was wrong: make much more room. */
const FILL_AFTER_OVERFLOW = 0.35

const send: Question["send"] = (model, prompt) =>
  Effect.gen(function* () {
    // Handlers are never called here: the turn carries out the calls itself, one by one.
    const unused = () => Effect.die("tool calls are carried out by the coder's turn")
    const handlers = {
      list: unused,
      read: unused,
      search: unused,
      edit: unused,
      write: unused,
      delete: unused,
      bash: unused,
      run_tests: unused,
      finish: unused,
    }
    const toolkit = yield* CoderToolkit.pipe(Effect.provide(yield* CoderToolkit.toHandlers(handlers)))
    return yield* model.generateText({ prompt, toolkit, disableToolCallResolution: true, toolCallValidation: "deferred" })
  })

/**
 * Asks for the coder's next turn. A transcript that fills too much of the smallest window is compacted first; one that a
 * provider refuses as too long is compacted harder and sent once more. `compacted` is what was sent when that happened.
 */
export const askCoder = Effect.fn("agents.askCoder")(function* (
  choices: ReadonlyArray<ModelChoice>,
  context: TaskContext,
  messages: ReadonlyArray<Prompt.Message>,
) {
  const window = Math.min(...choices.map((choice) => choice.contextTokens ?? DEFAULT_CONTEXT_TOKENS))
  const ask = (prompt: ReadonlyArray<Prompt.Message>) =>
    askModels("coder", choices, { messages: prompt, budget: context.budget, spent: context.spent, send })
  const compacted = estimateTokens(messages) > window * FILL ? compactTranscript(messages, window * FILL) : null
  const prompt = compacted ?? messages
  return yield* ask(prompt).pipe(
    Effect.map((answer) => ({ ...answer, compacted })),
    Effect.catchIf(
      (error) => error.code === "context_overflow",
      (error) => {
        const shorter = compactTranscript(prompt, Math.min(window, estimateTokens(prompt)) * FILL_AFTER_OVERFLOW)
        return shorter === null ? Effect.fail(error) : ask(shorter).pipe(Effect.map((answer) => ({ ...answer, compacted: shorter })))
      },
    ),
  )
})
