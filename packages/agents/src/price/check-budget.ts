import type { Budget, Usage } from "@loom/core/domain/Usage"
import type { ModelChoice } from "../model/ModelSettings.ts"
import { costOf } from "./price-of.ts"

export type BudgetRefusal = { readonly code: "budget_exhausted" | "price_unknown"; readonly detail: string }

const NOTHING = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 }

/**
 * Decides before a request whether it may be made; null means yes. Tokens always count; money counts, too, and a price that
 * nobody knows would never exhaust it, so it refuses (fail closed). `nextInputTokens` is the estimate of the request's prompt.
 */
export const checkBudget = (budget: Budget, spent: Usage, choice: ModelChoice, nextInputTokens: number): BudgetRefusal | null => {
  if (costOf(choice, NOTHING) === null)
    return { code: "price_unknown", detail: `Nobody knows what ${choice.provider}/${choice.model} costs, so the budget could not be kept.` }
  const tokens = spent.inputTokens + spent.outputTokens
  if (tokens + nextInputTokens > budget.maxTokens)
    return {
      code: "budget_exhausted",
      detail: `The run has used ${tokens} tokens; the next request of about ${nextInputTokens} would pass its limit of ${budget.maxTokens}.`,
    }
  if (spent.costUsd === null) return { code: "price_unknown", detail: "What the run has spent so far has no known price." }
  // A model that costs nothing can go on without money.
  const next = costOf(choice, { ...NOTHING, inputTokens: nextInputTokens }) ?? 0
  if (next > 0 && spent.costUsd + next > budget.maxUsd)
    return {
      code: "budget_exhausted",
      detail: `The run has spent $${spent.costUsd.toFixed(4)}; the next request would pass its limit of $${budget.maxUsd.toFixed(2)}.`,
    }
  return null
}
