import { Effect, Schema } from "effect"
import type { Artifacts } from "@loom/core/ports/Artifacts"
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

/** A step's output may have 1 MiB (Workflows limits); a character has up to three bytes, and some room is the engine's. */
const MAX_INLINE_CHARS = 256 * 1024
/** No JSON begins with it. */
const KEPT_ELSEWHERE = "artifact:"

const sha256Hex = async (text: string): Promise<string> =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("")

/**
 * Durable steps on Cloudflare Workflows. What crosses `step.do` is the encoded Result, because a thrown error comes back
 * without tag and fields (facts/idioms.md 6.10). Only a dead isolate, a time-out or a defect makes the engine try again.
 * A large output (a turn that read many files, an issue with a hundred comments, a thousand test ids) is kept in `artifacts`
 * below `prefix`, named by its content, and the step keeps the key: a late twin of the step cannot change what was remembered.
 */
export const durableOn = (step: StepRunner, artifacts: Artifacts["Service"], prefix: string): Durable["Service"] => {
  const stow = (name: string, encoded: string) =>
    encoded.length <= MAX_INLINE_CHARS
      ? Effect.succeed(encoded)
      : Effect.gen(function* () {
          const key = `${prefix}/${name}.${yield* Effect.promise(() => sha256Hex(encoded))}.json`
          yield* artifacts.put(key, encoded)
          return `${KEPT_ELSEWHERE}${key}`
        })
  const fetched = (stored: string) =>
    Effect.gen(function* () {
      if (!stored.startsWith(KEPT_ELSEWHERE)) return stored
      const text = yield* artifacts.get(stored.slice(KEPT_ELSEWHERE.length))
      return text ?? (yield* Effect.die(new Error(`the output of a step is no longer in the artifact store: ${stored}`)))
    })
  return Durable.of({
    step: <A, E, R>(options: StepOptions<A, E>, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.gen(function* () {
        const codec = Schema.fromJsonString(Schema.toCodecJson(Schema.Result(options.success, options.error)))
        const run = Effect.runPromiseWith(yield* Effect.context<R>())
        const work = Effect.result(effect).pipe(
          Effect.flatMap(Schema.encodeEffect(codec)),
          Effect.flatMap((encoded) => stow(options.name, encoded)),
          Effect.orDie,
        )
        const stored = yield* Effect.promise((signal) =>
          step.do(options.name, { retries: { limit: 2, delay: "2 seconds", backoff: "exponential" }, timeout: options.timeoutMs }, () =>
            run(work, { signal }),
          ),
        )
        const encoded = yield* fetched(stored).pipe(Effect.orDie)
        return yield* Effect.fromResult(yield* Schema.decodeEffect(codec)(encoded).pipe(Effect.orDie))
      }),
  })
}
