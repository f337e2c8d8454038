import { assert, describe, it } from "@effect/vitest"
import { noUsage } from "@loom/core/domain/Usage"
import type { ModelChoice } from "../model/ModelSettings.ts"
import { checkBudget } from "./check-budget.ts"
import { costOf, priceOf } from "./price-of.ts"

const opus: ModelChoice = { provider: "anthropic", model: "claude-opus-5-5", price: "known" }
const local: ModelChoice = { provider: "openai-compatible", model: "my-llama", price: "free" }
const million = { inputTokens: 1_000_000, outputTokens: 0, cachedInputTokens: 0 }
const budget = { maxUsd: 1, maxTokens: 100_000, maxTurns: 50 }

describe("priceOf", () => {
  it("knows the models of each provider", () => {
    for (const [provider, model] of [
      ["anthropic", "claude-opus-5-5"],
      ["openai", "gpt-6-sol"],
      ["workers-ai", "@cf/moonshotai/kimi-k2.7-code"],
    ] as const)
      assert.isAbove(priceOf(provider, model, million) ?? 0, 0, model)
  })
  it("makes cached input cheaper and cache writes dearer", () => {
    const plain = priceOf("anthropic", "claude-opus-5-5", million) ?? 0
    assert.isBelow(priceOf("anthropic", "claude-opus-5-5", { ...million, cachedInputTokens: 1_000_000 }) ?? Infinity, plain)
    assert.isAbove(priceOf("anthropic", "claude-opus-5-5", { ...million, cacheWriteTokens: 1_000_000 }) ?? 0, plain)
  })
  it("finds who stands behind a compatible endpoint by its address", () => {
    assert.isNull(priceOf("openai-compatible", "no-such-model", million, "https://api.groq.com/openai/v1"))
    assert.isAbove(priceOf("openai-compatible", "llama-3.3-70b-versatile", million, "https://api.groq.com/openai/v1") ?? 0, 0)
  })
  it("says null for what it does not know", () => assert.isNull(priceOf("anthropic", "no-such-model", million)))
})

describe("costOf", () => {
  it("takes the operator's word", () => {
    assert.strictEqual(costOf(local, million), 0)
    const own: ModelChoice = { ...local, price: { inputUsdPerMillion: 2, outputUsdPerMillion: 10, cachedInputUsdPerMillion: 1 } }
    assert.strictEqual(costOf(own, { inputTokens: 1_000_000, outputTokens: 100_000, cachedInputTokens: 500_000 }), 1 + 0.5 + 1)
  })
})

describe("checkBudget", () => {
  it("lets a request through that fits", () => assert.isNull(checkBudget(budget, noUsage, opus, 1000)))
  it("stops at the token limit, also where tokens are free", () =>
    assert.strictEqual(
      checkBudget(budget, { ...noUsage, inputTokens: 90_000, outputTokens: 9_500 }, local, 1000)?.code,
      "budget_exhausted",
    ))
  it("stops at the money limit", () =>
    assert.strictEqual(checkBudget(budget, { ...noUsage, costUsd: 1 }, opus, 10)?.code, "budget_exhausted"))
  it("does not count money where nothing is charged", () => assert.isNull(checkBudget({ ...budget, maxUsd: 0 }, noUsage, local, 10)))
  it("fails closed without a price", () => {
    assert.strictEqual(checkBudget(budget, noUsage, { ...opus, model: "no-such-model" }, 10)?.code, "price_unknown")
    assert.strictEqual(checkBudget(budget, noUsage, { ...local, price: "known" }, 10)?.code, "price_unknown")
    assert.strictEqual(checkBudget(budget, { ...noUsage, costUsd: null }, opus, 10)?.code, "price_unknown")
  })
})
