import { Duration, Effect, Schedule } from "effect"
import type { GitHubError } from "@loom/core/ports/GitHub"

/** A longer wait is the Workflow's to sleep, not a request's to sit out. */
export const MAX_WAIT_MS = 60_000
const MAX_RETRIES = 4

const waitFor = (error: GitHubError): number | null => (error.reason._tag === "RateLimited" ? error.reason.retryAfterMs : null)

/** Jittered, 250 ms doubling, four retries; never sooner than GitHub asked for, and not at all when it asks for more than a minute. */
const schedule = (mayRetry: (error: GitHubError) => boolean) =>
  Schedule.max([Schedule.exponential("250 millis").pipe(Schedule.jittered), Schedule.recurs(MAX_RETRIES)]).pipe(
    Schedule.setInputType<GitHubError>(),
    Schedule.while(({ input }) => mayRetry(input) && (waitFor(input) ?? 0) <= MAX_WAIT_MS),
    Schedule.modifyDelay(({ duration, input }) => Effect.succeed(Duration.max(duration, Duration.millis(waitFor(input) ?? 0)))),
  )

/** Reads may be asked again whatever happened. */
export const readRetry = schedule((error) => error.isRetryable)

/** A rate-limited request was not carried out, so even a write may be sent again; after any other failure look first. */
export const refusedRetry = schedule((error) => error.reason._tag === "RateLimited")

/** For a whole find-or-create: it begins with a look, so an unknown outcome is found and not made twice. */
export const lookAgainRetry = schedule((error) => error.reason._tag === "Unreachable")
