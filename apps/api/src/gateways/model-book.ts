import { Effect, Result, Schedule } from "effect"
import type { Context as Service } from "effect"
import type { Budget, Usage } from "@loom/core/domain/Usage"
import type { Ledger } from "@loom/core/ports/Ledger"
import type { UsageMeter } from "./model-usage.ts"

export interface ModelBookDeps {
  readonly ledger: Service.Service.Shape<typeof Ledger>
  /** US dollars; null when the price is unknown. */
  readonly priceOf: (provider: string, model: string, usage: Usage) => number | null
  readonly nowMs?: () => number
}

/** One request to a model whose answer was read to its end. */
interface Asked {
  readonly requestId: string
  readonly runId: string
  readonly provider: string
  /** As asked; what the answer names counts more. */
  readonly model: string
  readonly meter: UsageMeter
  readonly sentBytes: number
  readonly answerBytes: number
}

/** What classifies as `budget_exhausted` for whoever asked (`classifyFailure` of the agents). */
export const BUDGET_EXHAUSTED = "run budget exhausted"
const LEDGER_SILENT = "the ledger does not answer, so nothing may be spent; try again"

/** Roughly four characters a token: only for answers that ended without figures. */
const estimateTokens = (bytes: number): number => Math.ceil(bytes / 4)

/** Tokens count always; money where every price is known (`Budget`). Requests in flight at once may each pass: the overshoot is theirs. */
const isExhausted = (spent: Usage, budget: Budget): boolean =>
  spent.inputTokens + spent.outputTokens >= budget.maxTokens || (spent.costUsd !== null && spent.costUsd >= budget.maxUsd)

/** The two things every way to a model does with the ledger: ask before, write down behind. */
export const modelBook = ({ ledger, nowMs = Date.now, priceOf }: ModelBookDeps) => ({
  /** Why the run may not ask a model now; null when it may. Fails closed. */
  refusalFor: async (
    runId: string,
    budget: Effect.Effect<Budget, unknown>,
  ): Promise<typeof BUDGET_EXHAUSTED | typeof LEDGER_SILENT | null> => {
    const state = await Effect.runPromise(Effect.result(Effect.all([ledger.spent(runId), budget])))
    if (Result.isFailure(state)) return LEDGER_SILENT
    return isExhausted(...state.success) ? BUDGET_EXHAUSTED : null
  },
  settle: ({ answerBytes, meter, model, provider, requestId, runId, sentBytes }: Asked): Promise<void> => {
    const told = meter.result({ input: estimateTokens(sentBytes), output: estimateTokens(answerBytes) })
    const usedModel = told.model ?? model
    const usage: Usage = { ...told.usage, costUsd: priceOf(provider, usedModel, told.usage) }
    return Effect.runPromise(
      ledger.record({ requestId, runId, at: nowMs(), provider, model: usedModel, usage }).pipe(
        Effect.retry(Schedule.max([Schedule.exponential("50 millis"), Schedule.recurs(5)])),
        // The answer is paid for and is not held back; what is missing in the book is said in the log.
        Effect.catch((error) => Effect.logError("ledger.not_recorded", { requestId, runId, usage, error: String(error) })),
      ),
    )
  },
})
