import { Effect, Result, type Schema } from "effect"
import { Prompt } from "effect/ai"
import { addUsage, type Usage } from "@loom/core/domain/Usage"
import type { AgentError, TaskContext } from "@loom/core/ports/Agents"
import type { Question } from "../model/ask-model.ts"
import { askModels } from "../model/ask-models.ts"
import type { ModelChoice } from "../model/ModelSettings.ts"
import type { ModelTransport } from "../model/ModelTransport.ts"
import { readStructured } from "./structured-answer.ts"

export interface StructuredQuestion<A> {
  readonly role: AgentError["role"]
  readonly choices: ReadonlyArray<ModelChoice>
  readonly context: TaskContext
  readonly system: string
  readonly user: string
  /** Name of the tool that takes the answer. */
  readonly tool: string
  readonly schema: Schema.Codec<A, unknown>
  readonly send: Question["send"]
}

export interface StructuredAnswer<A> {
  /** Or, after one re-ask, why it could not be read. */
  readonly value: Result.Result<A, string>
  readonly usage: Usage
  readonly model: string
}

/** Asks for one structured answer; a malformed one is told what is wrong with it and asked for once more. */
export const askStructured = <A>(question: StructuredQuestion<A>): Effect.Effect<StructuredAnswer<A>, AgentError, ModelTransport> =>
  Effect.gen(function* () {
    const { role, choices, context, tool, schema, send } = question
    const messages = [
      Prompt.systemMessage({ content: question.system }),
      Prompt.userMessage({ content: [Prompt.textPart({ text: question.user })] }),
    ]
    const first = yield* askModels(role, choices, { messages, budget: context.budget, spent: context.spent, send })
    const value = yield* readStructured(schema, tool, first.response)
    if (Result.isSuccess(value)) return { value, usage: first.usage, model: first.model }
    // The bad answer is not shown again: a broken call without a result would itself be refused by the providers.
    const again = Prompt.userMessage({
      content: [Prompt.textPart({ text: `Your last answer could not be read: ${value.failure} Answer again by calling ${tool} once.` })],
    })
    const second = yield* askModels(role, choices, {
      messages: [...messages, again],
      budget: context.budget,
      spent: addUsage(context.spent, first.usage),
      send,
    })
    return { value: yield* readStructured(schema, tool, second.response), usage: addUsage(first.usage, second.usage), model: second.model }
  })
