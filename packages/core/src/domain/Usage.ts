import { Schema } from "effect"

/** Tokens and money of model requests. `inputTokens` includes cached ones. */
export const Usage = Schema.Struct({
  requests: Schema.Int,
  inputTokens: Schema.Int,
  outputTokens: Schema.Int,
  cachedInputTokens: Schema.Int,
  /** US dollars; null when the price of a model used is unknown. */
  costUsd: Schema.NullOr(Schema.Finite),
})
export type Usage = typeof Usage.Type

export const noUsage: Usage = { requests: 0, inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, costUsd: 0 }

export const addUsage = (a: Usage, b: Usage): Usage => ({
  requests: a.requests + b.requests,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
  costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd,
})

/** One row of the ledger: one request to a model, metered by the gateway. `requestId` is the idempotency key. */
export const LedgerEntry = Schema.Struct({
  requestId: Schema.NonEmptyString,
  runId: Schema.NonEmptyString,
  at: Schema.Finite,
  provider: Schema.String,
  model: Schema.String,
  usage: Usage,
})
export type LedgerEntry = typeof LedgerEntry.Type

/** The most a run may spend. Money counts only where prices are known; tokens count always (fail closed). */
export const Budget = Schema.Struct({ maxUsd: Schema.Finite, maxTokens: Schema.Int, maxTurns: Schema.Int })
export type Budget = typeof Budget.Type
