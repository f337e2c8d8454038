import { Context } from "effect"
import type { Provider } from "./ModelSettings.ts"

/** The part of a Workers AI binding that is used. */
export interface WorkersAiBinding {
  readonly run: (model: string, inputs: Record<string, unknown>, options?: Record<string, unknown>) => Promise<unknown>
}

/**
 * The way to the models, given by the composition root. All HTTP goes to the model gateway, which adds the real key, meters
 * and enforces the budget; nothing here is a provider's secret.
 */
export class ModelTransport extends Context.Service<
  ModelTransport,
  {
    /**
     * What stands before `/messages` (anthropic), `/responses` (openai) or `/chat/completions` (openai-compatible), without
     * trailing slash: e.g. `http://model.loom.internal/anthropic/v1`.
     */
    readonly baseUrl: (provider: Provider, model: string) => string
    readonly fetch: typeof fetch
    /** Sent with every request: the run's capability. */
    readonly headers: Readonly<Record<string, string>>
    /** The account's binding, or null where there is none. */
    readonly workersAi: WorkersAiBinding | null
  }
>()("@loom/agents/model/ModelTransport") {}
