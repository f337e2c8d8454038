import { Duration, Effect, Schedule } from "effect"
import type { ModelFailure } from "./ModelFailure.ts"

/** A provider that asks to wait longer is given up for this request: the second model, or the workflow's own retry, is faster. */
const MAX_WAIT_MS = 60_000
const MAX_RETRIES = 4
/** The same question that got no usable answer twice will hardly get one the third time. */
const MAX_MALFORMED_RETRIES = 2

const mayRetry = (failure: ModelFailure, attempt: number): boolean =>
  failure.isRetryable &&
  (failure.retryAfterMs ?? 0) <= MAX_WAIT_MS &&
  attempt <= (failure.code === "malformed_output" ? MAX_MALFORMED_RETRIES : MAX_RETRIES)

/** Jittered, half a second doubling; never sooner than the provider asks (`retry-after`). */
export const retrySchedule = Schedule.exponential("500 millis").pipe(
  Schedule.jittered,
  Schedule.setInputType<ModelFailure>(),
  Schedule.modifyDelay(({ input, duration }) => Effect.succeed(Duration.max(duration, Duration.millis(input.retryAfterMs ?? 0)))),
  Schedule.while(({ input, attempt }) => mayRetry(input, attempt)),
  Schedule.tap(({ input, attempt, duration }) =>
    Effect.logInfo("model.retry", { model: input.model, code: input.code, attempt, delay: Duration.format(duration) }),
  ),
)
