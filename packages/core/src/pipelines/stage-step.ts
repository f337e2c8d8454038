import { Clock, Effect, Schedule, Schema } from "effect"
import { redact } from "../domain/redact.ts"
import { type Stage, StageRecord } from "../domain/Stage.ts"
import { Durable } from "../ports/Durable.ts"
import { RunReporter } from "../ports/RunReporter.ts"
import { withLifeSigns } from "./life-signs.ts"
import { cancelled, failed, paused, StageFailed, toStageFailed } from "./StageFailed.ts"

type PortError = Parameters<ReturnType<typeof toStageFailed>>[0]

export interface StageStep<A> {
  readonly stage: Stage
  /** Stable step name; the stage's name where the stage is one step. */
  readonly name: string
  readonly success: Schema.Codec<A, unknown>
  readonly timeoutMs: number
  /** One sentence for people. */
  readonly summary: (value: A) => string
  /** When an earlier step of the same stage began it (milliseconds). */
  readonly startedAt?: number
  /** False while further steps of this stage follow. Default true. */
  readonly ends?: (value: A) => boolean
}

const isTransient = (error: StageFailed) => error.status === "failed" && error.failure.class === "transient"

const MAX_TRIES = 2
/** Some five minutes, with the ten seconds that the port itself asks again each time: a sandbox host is replaced, its image pulled. */
const MAX_SANDBOX_TRIES = 8

/** One second, doubling to at most half a minute; twice, since the ports have retried already. A sandbox that is away is waited for. */
const stageRetry = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("30 seconds")]).pipe(
  Schedule.jittered,
  Schedule.setInputType<StageFailed>(),
  Schedule.while(({ attempt, input }) => attempt <= (input.failure.code === "sandbox_lost" ? MAX_SANDBOX_TRIES : MAX_TRIES)),
)

const reportRetry = Schedule.exponential("500 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 3 }))

/**
 * One durable step of a stage: asks the coordinator for leave, works under life signs and a time limit, and reports the end.
 * Its output carries the stage's times, so that a replay shows the same timeline.
 * `work` gets a key for its execs: the same when the engine runs the step again, so that it attaches to what already runs;
 * another one when a transient failure is tried again, so that it really is.
 */
export const stageStep = <A, R>(options: StageStep<A>, work: (key: string) => Effect.Effect<A, PortError, R>) =>
  Effect.gen(function* () {
    const durable = yield* Durable
    const reporter = yield* RunReporter
    const output = Schema.Struct({ value: options.success, record: StageRecord })
    let tries = 0
    const attempt = Effect.gen(function* () {
      const key = `${options.name}.${tries++}`
      const startedAt = options.startedAt ?? (yield* Clock.currentTimeMillis)
      const running: StageRecord = { name: options.stage, startedAt, endedAt: null, outcome: "running", summary: "" }
      const leave = yield* reporter.stage(running).pipe(Effect.mapError(toStageFailed(options.stage)))
      if (leave.stop) return yield* cancelled(options.stage, leave.reason)
      if (leave.hold !== undefined) return yield* paused(options.stage, leave.hold)
      const end = (outcome: "ok" | "failed" | "skipped", summary: string) =>
        Effect.gen(function* () {
          const record: StageRecord = {
            ...running,
            endedAt: yield* Clock.currentTimeMillis,
            outcome,
            summary: redact(summary).slice(0, 500),
          }
          // What is done stays done, and what failed stays so, also when nobody can be told now: `finish` tells all of it.
          yield* reporter.stage(record).pipe(
            Effect.retry(reportRetry),
            Effect.catch((error) => Effect.logWarning("stage.not_reported", { reason: error.message })),
          )
          return record
        })
      const value = yield* work(key).pipe(
        Effect.mapError(toStageFailed(options.stage)),
        withLifeSigns(running, key),
        Effect.timeoutOrElse({
          duration: options.timeoutMs,
          orElse: () => Effect.fail(timedOut(options)),
        }),
        Effect.tapError((error) => end(error.status === "held" ? "skipped" : "failed", error.failure.reason)),
      )
      const ends = options.ends?.(value) ?? true
      const record = ends ? yield* end("ok", options.summary(value)) : running
      return { value, record }
    })
    return yield* durable.step(
      // The engine's own limit is a second wall behind ours, behind the last of three tries; an isolate that hangs falls silent long before.
      { name: options.name, success: output, error: StageFailed, timeoutMs: 3 * options.timeoutMs + 60_000 },
      attempt.pipe(Effect.retry({ schedule: stageRetry, while: isTransient })),
    )
  })

const timedOut = (options: { readonly stage: Stage; readonly timeoutMs: number }) =>
  failed("needs_human", options.stage, {
    code: "stage_timed_out",
    reason: `The stage took longer than ${Math.round(options.timeoutMs / 60_000)} minutes.`,
    remedy: "Make installing or testing faster, or raise `max_minutes` in `.github/loom.yml`, then set the label again.",
  })
