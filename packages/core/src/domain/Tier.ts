import { Schema } from "effect"

/** What an account may ask for in an hour. */
export const Tier = Schema.Literals(["free", "advanced", "premium", "tester", "admin"])
export type Tier = typeof Tier.Type

/** Also what one account's window holds in memory: one number for each request. */
const MAX_PER_HOUR = 10_000
const PerHour = Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MAX_PER_HOUR })))

/** Writes and runs in any hour, by tier; null: as many as they like. */
export const TierLimits = Schema.Struct({ free: PerHour, advanced: PerHour, premium: PerHour, tester: PerHour, admin: PerHour })
export type TierLimits = typeof TierLimits.Type

export const defaultTierLimits: TierLimits = { free: 10, advanced: 50, premium: 200, tester: 100, admin: null }

/** `LOOM_TIERS`: those that differ from the default, as JSON, e.g. `{"free":20,"tester":null}`. */
export const TierOverrides = Schema.fromJsonString(
  Schema.Struct({
    free: Schema.optionalKey(PerHour),
    advanced: Schema.optionalKey(PerHour),
    premium: Schema.optionalKey(PerHour),
    tester: Schema.optionalKey(PerHour),
    admin: Schema.optionalKey(PerHour),
  }),
)

export const HOUR_MS = 3_600_000
