import { Redacted } from "effect"
import type { ModelChoice, ModelSettings, Provider } from "@loom/agents/model/ModelSettings"
import { costOf } from "@loom/agents/price/price-of"
import type { ModelProvider } from "@loom/api/gateways/model-dialects"
import type { Usage } from "@loom/core/domain/Usage"
import type { Settings } from "./LoomConfig.ts"

/** A model of one's own costs nothing whatever its wire format; everywhere else the price must be known (fail closed). */
const FREE = { inputUsdPerMillion: 0, outputUsdPerMillion: 0 }

const choice = (settings: Settings, name: string): ModelChoice => {
  const slash = name.indexOf("/")
  const provider = name.slice(0, slash) as Provider
  const baseURL = provider === "openai-compatible" ? settings.compatible.url : null
  return {
    provider,
    model: name.slice(slash + 1),
    price: settings.modelPrice === "free" ? FREE : "known",
    ...(baseURL === null ? {} : { baseURL }),
  }
}

/** The operator's models, main one first. `LoomConfig` has checked the names. */
export const modelSettings = (settings: Settings): ModelSettings => ({
  models: [settings.model, settings.fallbackModel].filter((name) => name !== null).map((name) => choice(settings, name)),
})

/** What a request to a model cost, by the operator's own choice of that model; null when the price is unknown. */
export const priceOf =
  (settings: Settings) =>
  (provider: string, model: string, usage: Usage): number | null => {
    const { models } = modelSettings(settings)
    const known =
      models.find((entry) => entry.provider === provider && entry.model === model) ?? models.find((entry) => entry.provider === provider)
    return known === undefined ? null : costOf({ ...known, model }, usage)
  }

/** Base URLs are written with and without `/v1`; the gateway adds it. */
const upstream = (url: string) => url.replace(/\/v1$/, "")
const reveal = (key: Redacted.Redacted<string> | null) => (key === null ? null : Redacted.value(key))

/** Where the model gateway forwards to, and with which key. */
export const modelProviders = (settings: Settings): Readonly<Record<string, ModelProvider>> => ({
  anthropic: {
    dialect: "anthropic",
    upstream: upstream(settings.anthropic.url ?? "https://api.anthropic.com"),
    key: reveal(settings.anthropic.key),
    keyHeader: "x-api-key",
    setting: "ANTHROPIC_API_KEY",
  },
  openai: {
    dialect: "openai",
    upstream: upstream(settings.openai.url ?? "https://api.openai.com"),
    key: reveal(settings.openai.key),
    keyHeader: "authorization",
    setting: "OPENAI_API_KEY",
  },
  ...(settings.compatible.url === null
    ? {}
    : {
        // A local server wants no key, and takes any.
        "openai-compatible": {
          dialect: "openai" as const,
          upstream: upstream(settings.compatible.url),
          key: reveal(settings.compatible.key) ?? "none",
          keyHeader: "authorization" as const,
          setting: "OPENAI_COMPATIBLE_API_KEY",
        },
      }),
})
