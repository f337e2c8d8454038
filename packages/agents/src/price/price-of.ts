import { calcPrice } from "@pydantic/genai-prices"
import type { ModelChoice, Provider } from "../model/ModelSettings.ts"

/** Tokens of one request. `inputTokens` is the total and includes cached and cache-writing ones. */
export interface TokenUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens: number
  readonly cacheWriteTokens?: number
}

/** The providers as the price list calls them; `null`: found by the base URL, or by the model's name alone. */
const listName: Record<Provider, string | null> = {
  anthropic: "anthropic",
  openai: "openai",
  "workers-ai": "cloudflare",
  "openai-compatible": null,
}

/**
 * US dollars of `usage` by the public price list (`@pydantic/genai-prices`: tiers and cache prices included), or null when it
 * does not know the model. `baseURL` tells which provider stands behind `openai-compatible`.
 */
export const priceOf = (provider: Provider, model: string, usage: TokenUsage, baseURL?: string): number | null => {
  const providerId = listName[provider]
  const cacheRead = Math.min(usage.cachedInputTokens, usage.inputTokens)
  const price = calcPrice(
    {
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      cache_read_tokens: cacheRead,
      cache_write_tokens: Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens - cacheRead),
    },
    model,
    providerId !== null ? { providerId } : baseURL !== undefined ? { providerApiUrl: baseURL } : {},
  )
  return price?.total_price ?? null
}

/** US dollars of `usage` on a configured model: the operator's price wins over the list. Null: unknown, so it must not be used. */
export const costOf = (choice: ModelChoice, usage: TokenUsage): number | null => {
  if (choice.price === "free") return 0
  if (choice.price === "known") return priceOf(choice.provider, choice.model, usage, choice.baseURL)
  const { inputUsdPerMillion, outputUsdPerMillion, cachedInputUsdPerMillion = inputUsdPerMillion } = choice.price
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens)
  return (
    ((usage.inputTokens - cached) * inputUsdPerMillion + cached * cachedInputUsdPerMillion + usage.outputTokens * outputUsdPerMillion) /
    1_000_000
  )
}
