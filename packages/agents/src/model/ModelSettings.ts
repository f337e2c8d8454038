import { Schema } from "effect"

export const Provider = Schema.Literals(["anthropic", "openai", "openai-compatible", "workers-ai"])
export type Provider = typeof Provider.Type

/** US dollars per million tokens, set by the operator for a model that no price list knows. */
export const CustomPrice = Schema.Struct({
  inputUsdPerMillion: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
  outputUsdPerMillion: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
  /** Default: the input price. */
  cachedInputUsdPerMillion: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
})

/** One model the operator allows. */
export const ModelChoice = Schema.Struct({
  provider: Provider,
  /** The provider's own model id, e.g. `claude-opus-5-5`, `gpt-6-sol`, `@cf/moonshotai/kimi-k2.7-code`. */
  model: Schema.NonEmptyString,
  /** Where the model gateway forwards to; the agent itself only ever talks to the gateway. Needed for `openai-compatible`. */
  baseURL: Schema.optionalKey(Schema.NonEmptyString),
  /** The model's context window in tokens; default 128,000. */
  contextTokens: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  /** The longest answer in tokens; default: the provider's. */
  maxOutputTokens: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  /** `known`: the public price list, and fail closed when it has no entry. `free`: a model on one's own machine. */
  price: Schema.Union([Schema.Literals(["known", "free"]), CustomPrice]),
}).check(
  Schema.makeFilter((choice) =>
    choice.price === "free" && choice.provider !== "openai-compatible"
      ? `price "free" is only for provider "openai-compatible"; ${choice.provider} bills: use "known" or a price`
      : undefined,
  ),
)
export type ModelChoice = typeof ModelChoice.Type

/** What the operator configures: the main model first, then the one to fall back to. Empty means that no model is configured. */
export const ModelSettings = Schema.Struct({ models: Schema.Array(ModelChoice) })
export type ModelSettings = typeof ModelSettings.Type

export const DEFAULT_CONTEXT_TOKENS = 128_000

/** `anthropic/claude-opus-5-5`: how a model is named to people and in `model=`. */
export const modelName = (choice: ModelChoice): string => `${choice.provider}/${choice.model}`
