import { Effect } from "effect"
import { Prompt, type AiError, type LanguageModel, type Response } from "effect/ai"
import { addUsage, noUsage, type Budget, type Usage } from "@loom/core/domain/Usage"
import { checkBudget } from "../price/check-budget.ts"
import { costOf } from "../price/price-of.ts"
import { estimateTokens } from "../transcript/estimate-tokens.ts"
import { adaptLanguageModel } from "./adapt-language-model.ts"
import { withCacheHints } from "./cache-hints.ts"
import { makeProviderModel, requestOptions } from "./make-provider-model.ts"
import { ModelFailure } from "./ModelFailure.ts"
import { modelName, type ModelChoice } from "./ModelSettings.ts"
import { ModelTransport } from "./ModelTransport.ts"
import { retrySchedule } from "./retry-schedule.ts"
import { toModelFailure } from "./to-ai-error.ts"

/** What Loom reads of an answer; `effect/ai`'s responses of every toolkit have this shape. */
export interface ModelResponse {
  readonly content: ReadonlyArray<Response.AnyPart>
  readonly text: string
  readonly toolCalls: ReadonlyArray<{ readonly id: string; readonly name: string; readonly params: unknown }>
  readonly finishReason: Response.FinishReason
  readonly usage: Response.Usage
}

export interface Question {
  readonly messages: ReadonlyArray<Prompt.Message>
  readonly budget: Budget
  /** Spent by the run before this question. */
  readonly spent: Usage
  /** Sends the prompt with the role's own tools. */
  readonly send: (model: LanguageModel.LanguageModel, prompt: Prompt.Prompt) => Effect.Effect<ModelResponse, AiError.AiError>
}

/** Wall clock of one request with its whole answer. */
const REQUEST_TIMEOUT = "10 minutes"

/**
 * Tokens and money of one answer. A server that reports no figures (some local ones) is counted by estimate: a token budget that
 * sees zeros would never be exhausted.
 */
const usageOf = (choice: ModelChoice, question: Question, { usage, content }: ModelResponse): Usage => {
  const counted = {
    inputTokens: usage.inputTokens.total || estimateTokens(question.messages),
    outputTokens: usage.outputTokens.total || estimateTokens(content),
    cachedInputTokens: usage.inputTokens.cacheRead ?? 0,
  }
  return { requests: 1, ...counted, costUsd: costOf(choice, { ...counted, cacheWriteTokens: usage.inputTokens.cacheWrite ?? 0 }) }
}

/** An answer that answers nothing is a failure, whatever its HTTP status was. */
const problemOf = (response: ModelResponse): Pick<ModelFailure, "code" | "detail"> | null => {
  if (response.finishReason === "content-filter") return { code: "refused", detail: "The provider's safety system stopped the answer." }
  if (response.finishReason === "error") return { code: "unreachable", detail: "The answer ended with an error." }
  return response.toolCalls.length === 0 && response.text.trim() === ""
    ? { code: "malformed_output", detail: "The model answered nothing." }
    : null
}

/**
 * Asks one model, again while that may help. `meter` is told of every answered request, also of one that could not be used, and
 * what it returns is what this question has used so far.
 */
export const askModel = (
  choice: ModelChoice,
  question: Question,
  meter: (usage: Usage) => Usage,
): Effect.Effect<ModelResponse, ModelFailure, ModelTransport> =>
  Effect.gen(function* () {
    const model = modelName(choice)
    const failure = (code: ModelFailure["code"], detail: string) => new ModelFailure({ code, model, detail, retryAfterMs: null })
    const provider = yield* makeProviderModel(choice, yield* ModelTransport)
    const { maxOutputTokens } = choice
    const providerOptions = requestOptions(choice)
    const languageModel = yield* adaptLanguageModel(provider, {
      streaming: true,
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
      ...(providerOptions === undefined ? {} : { providerOptions }),
    })
    const prompt = Prompt.fromMessages(withCacheHints(choice.provider, question.messages))
    const estimate = estimateTokens(question.messages)
    const once = Effect.gen(function* () {
      const refusal = checkBudget(question.budget, addUsage(question.spent, meter(noUsage)), choice, estimate)
      if (refusal !== null) return yield* failure(refusal.code, refusal.detail)
      const response = yield* question.send(languageModel, prompt).pipe(
        Effect.mapError(toModelFailure(model)),
        Effect.timeoutOrElse({
          duration: REQUEST_TIMEOUT,
          orElse: () => Effect.fail(failure("unreachable", `No answer within ${REQUEST_TIMEOUT}.`)),
        }),
      )
      meter(usageOf(choice, question, response))
      const problem = problemOf(response)
      return problem === null ? response : yield* failure(problem.code, problem.detail)
    })
    return yield* once.pipe(Effect.retry(retrySchedule), Effect.withSpan("model.ask", { attributes: { model } }))
  })
