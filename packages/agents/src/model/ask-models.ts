import { Effect, Result } from "effect"
import { addUsage, noUsage, type Usage } from "@loom/core/domain/Usage"
import { AgentError } from "@loom/core/ports/Agents"
import { askModel, type ModelResponse, type Question } from "./ask-model.ts"
import { remedyOf, type ModelFailure } from "./ModelFailure.ts"
import { modelName, type ModelChoice } from "./ModelSettings.ts"
import type { ModelTransport } from "./ModelTransport.ts"

export interface Answer {
  readonly response: ModelResponse
  /** Of every answered request, unusable ones included. */
  readonly usage: Usage
  /** `provider/model` that answered. */
  readonly model: string
}

/**
 * Not a weakness of one model, so the next one must not be tried: the budget is the run's, an overflow is for the caller, who can
 * shorten the prompt, and a main model without a price is the operator's mistake (fail closed).
 */
const isFinal = ({ code }: ModelFailure, index: number): boolean =>
  code === "budget_exhausted" || code === "context_overflow" || (code === "price_unknown" && index === 0)

const toAgentError = (role: AgentError["role"], failures: ReadonlyArray<ModelFailure>): AgentError => {
  const [first] = failures
  const code = first?.code ?? "not_configured"
  const detail =
    first === undefined
      ? "No language model is configured."
      : failures.map((failure) => `${failure.model}: ${failure.detail}`).join(" Then ")
  return new AgentError({ role, code, detail, remedy: remedyOf(code) })
}

/**
 * Asks the models in their order until one answers. What each could not do is retried by `askModel`; when none is left, the
 * first model's failure names the code, and the detail tells of all of them.
 */
export const askModels = (
  role: AgentError["role"],
  choices: ReadonlyArray<ModelChoice>,
  question: Question,
): Effect.Effect<Answer, AgentError, ModelTransport> =>
  Effect.gen(function* () {
    let usage = noUsage
    const meter = (used: Usage): Usage => (usage = addUsage(usage, used))
    const failures: Array<ModelFailure> = []
    for (const [index, choice] of choices.entries()) {
      const result = yield* Effect.result(askModel(choice, question, meter))
      if (Result.isSuccess(result)) return { response: result.success, usage, model: modelName(choice) }
      failures.push(result.failure)
      yield* Effect.logWarning("model.failed", {
        role,
        model: result.failure.model,
        code: result.failure.code,
        detail: result.failure.detail,
      })
      if (isFinal(result.failure, index)) return yield* toAgentError(role, [result.failure, ...failures.slice(0, -1)])
    }
    return yield* toAgentError(role, failures)
  })
