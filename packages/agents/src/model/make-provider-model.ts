import { createAnthropic } from "@ai-sdk/anthropic"
import { createOpenAI } from "@ai-sdk/openai"
import { createOpenAICompatible } from "@ai-sdk/openai-compatible"
import type { LanguageModelV4, SharedV4ProviderOptions } from "@ai-sdk/provider"
import { createWorkersAI } from "workers-ai-provider"
import { Effect } from "effect"
import { ModelFailure } from "./ModelFailure.ts"
import { modelName, type ModelChoice } from "./ModelSettings.ts"
import type { ModelTransport } from "./ModelTransport.ts"

/** Cloudflare's `Ai`, of which the provider calls `run` only. */
type Ai = NonNullable<Parameters<typeof createWorkersAI>[0]["binding"]>

/** The SDKs insist on a key. The gateway replaces it; the agent never holds a real one. */
const PLACEHOLDER_KEY = "loom-the-gateway-adds-the-key"

/**
 * Provider options of every request. OpenAI would keep each response and let later requests point at it; Loom sends its whole
 * transcript (it must be able to change the provider), so nothing is stored there.
 */
export const requestOptions = (choice: ModelChoice): SharedV4ProviderOptions | undefined =>
  choice.provider === "openai" ? { openai: { store: false } } : undefined

/** The provider's client for one configured model, talking to the gateway only. Fails `not_configured` without a Workers AI binding. */
export const makeProviderModel = (
  choice: ModelChoice,
  transport: ModelTransport["Service"],
): Effect.Effect<LanguageModelV4, ModelFailure> => {
  // Called without a receiver: workerd's own fetch refuses any other `this`.
  const { fetch } = transport
  const shared = () => ({
    baseURL: transport.baseUrl(choice.provider, choice.model),
    apiKey: PLACEHOLDER_KEY,
    headers: { ...transport.headers },
    fetch: (input: RequestInfo | URL, init?: RequestInit) => fetch(input, init),
  })
  switch (choice.provider) {
    case "anthropic":
      return Effect.sync(() => createAnthropic(shared())(choice.model))
    case "openai":
      return Effect.sync(() => createOpenAI(shared()).responses(choice.model))
    case "openai-compatible":
      return Effect.sync(() => createOpenAICompatible({ ...shared(), name: "openai-compatible", includeUsage: true })(choice.model))
    case "workers-ai": {
      const binding = transport.workersAi
      return binding === null
        ? Effect.fail(
            new ModelFailure({
              code: "not_configured",
              model: modelName(choice),
              detail: "This Loom has no Workers AI binding.",
              retryAfterMs: null,
            }),
          )
        : Effect.sync(() => createWorkersAI({ binding: binding as Partial<Ai> as Ai })(choice.model))
    }
  }
}
