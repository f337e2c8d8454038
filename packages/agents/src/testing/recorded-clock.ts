import { Clock, Duration, Effect } from "effect"

/** A longer sleep is a time limit, not a wait between attempts. */
const LIMIT_MS = 120_000

/**
 * Runs `effect` on a clock whose waits pass at once and are written down in milliseconds, while its requests travel over real
 * HTTP. Time limits never strike.
 */
export const withRecordedWaits = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<{ readonly value: A; readonly waitsMs: ReadonlyArray<number> }, E, R> =>
  Effect.gen(function* () {
    const waitsMs: Array<number> = []
    const real = yield* Clock.Clock
    const clock: Clock.Clock = {
      currentTimeMillisUnsafe: () => real.currentTimeMillisUnsafe(),
      currentTimeMillis: real.currentTimeMillis,
      currentTimeNanosUnsafe: () => real.currentTimeNanosUnsafe(),
      currentTimeNanos: real.currentTimeNanos,
      monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: real.monotonicTimeNanos,
      sleep: (duration) => {
        const ms = Duration.toMillis(duration)
        return ms > LIMIT_MS ? Effect.never : Effect.sync(() => void waitsMs.push(ms))
      },
    }
    const value = yield* effect.pipe(Effect.provideService(Clock.Clock, clock))
    return { value, waitsMs }
  })
