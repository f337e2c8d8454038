import { Context, type Effect, type Schema } from "effect"

export interface StepOptions<A, E> {
  /** Stable within the run: the same name is the same step, and a finished one is not run again. */
  readonly name: string
  readonly success: Schema.Codec<A, unknown>
  readonly error: Schema.Codec<E, unknown>
  /** Wall clock of one attempt; a step that outlives it is run again by the engine, at most twice. */
  readonly timeoutMs: number
}

/**
 * Durable execution (Cloudflare Workflows behind it). Expected failures cross as encoded values and are not retried by the
 * engine; only what killed the isolate is (design section 2: Effect retries what it understands).
 */
export class Durable extends Context.Service<
  Durable,
  {
    readonly step: <A, E, R>(options: StepOptions<A, E>, effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  }
>()("@loom/core/ports/Durable") {}
