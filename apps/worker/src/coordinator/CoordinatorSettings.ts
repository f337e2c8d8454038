import { Config, ConfigProvider, Effect, Schema } from "effect"
import { defaultLimits, type Limits } from "@loom/core/domain/RepositoryState"

export interface CoordinatorSettings {
  readonly limits: Limits
  /**
   * For an engine that forgets its running instances when its process dies (the local one; facts/idioms.md section 8): a run
   * not heard of for this long after the object woke is continued, and the object looks that often. Null on Cloudflare.
   */
  readonly recoverOnWakeMs: number | null
  /** How long events gather before they are projected to D1. */
  readonly projectionDelayMs: number
  /** Log lines kept per task; later ones are dropped and the last line says so. */
  readonly maxLogLines: number
}

const Positive = Schema.Int.check(Schema.isGreaterThan(0))
const positive = (name: string, fallback: number) => Config.schema(Positive, name).pipe(Config.withDefault(fallback))

const limits = Config.all({
  concurrency: positive("LOOM_CONCURRENCY", defaultLimits.concurrency),
  maxAttempts: positive("LOOM_MAX_ATTEMPTS", defaultLimits.maxAttempts),
  leaseMs: positive("LOOM_LEASE_MS", defaultLimits.leaseMs),
  cancelGraceMs: positive("LOOM_CANCEL_GRACE_MS", defaultLimits.cancelGraceMs),
  backoffBaseMs: positive("LOOM_BACKOFF_MS", defaultLimits.backoffBaseMs),
})

/** Read from the Worker's environment; every setting has a default. */
export const coordinatorSettings: Config.Config<CoordinatorSettings> = Config.all({
  limits: limits.pipe(Config.map((given): Limits => ({ ...defaultLimits, ...given }))),
  /** 0 means: the engine resumes by itself. */
  recoverOnWakeMs: Config.Int("LOOM_RECOVER_ON_WAKE_MS").pipe(
    Config.withDefault(0),
    Config.map((value) => (value > 0 ? value : null)),
  ),
  projectionDelayMs: positive("LOOM_PROJECTION_DELAY_MS", 50),
  maxLogLines: positive("LOOM_MAX_LOG_LINES", 20_000),
})

/** Throws with the name of the bad setting: an object that is misconfigured must not start. */
export const settingsFrom = (env: object): CoordinatorSettings =>
  Effect.runSync(
    coordinatorSettings.parse(
      ConfigProvider.fromUnknown(
        Object.fromEntries(Object.entries(env).filter(([, value]) => typeof value === "string" || typeof value === "number")),
      ),
    ),
  )
