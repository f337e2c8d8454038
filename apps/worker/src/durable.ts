import { Effect, Schema } from "effect"
import { Durable, type StepOptions } from "@loom/core/ports/Durable"

/** The part of Cloudflare's WorkflowStep that Loom uses. */
export interface StepRunner {
  readonly do: (
    name: string,
    config: {
      readonly retries: { readonly limit: number; readonly delay: "2 seconds"; readonly backoff: "exponential" }
      readonly timeout: number
    },
    callback: () => Promise<string>,
  ) => Promise<string>
}

/**
 * Durable steps on Cloudflare Workflows. What crosses `step.do` is the encoded Result, because a thrown error comes back
 * without tag and fields (facts/idioms.md 6.10). Only a dead isolate, a time-out or a defect makes the engine try again.
 */
export const durableOn = (step: StepRunner): Durable["Service"] =>
  Durable.of({
    step: <A, E, R>(options: StepOptions<A, E>, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.gen(function* () {
        const codec = Schema.fromJsonString(Schema.toCodecJson(Schema.Result(options.success, options.error)))
        const run = Effect.runPromiseWith(yield* Effect.context<R>())
        const work = Effect.result(effect).pipe(Effect.flatMap(Schema.encodeEffect(codec)), Effect.orDie)
        const encoded = yield* Effect.promise((signal) =>
          step.do(options.name, { retries: { limit: 2, delay: "2 seconds", backoff: "exponential" }, timeout: options.timeoutMs }, () =>
            run(work, { signal }),
          ),
        )
        return yield* Effect.fromResult(yield* Schema.decodeEffect(codec)(encoded).pipe(Effect.orDie))
      }),
  })
