import { Schema } from "effect"
import { Tier } from "./Tier.ts"

/** Somebody who has signed in with GitHub. Known by GitHub's numeric id: logins change hands. */
export const Account = Schema.Struct({
  /** `u_<GitHub's user id>` */
  id: Schema.String,
  githubId: Schema.Int,
  /** As it was at the last sign-in, or when an operator named them. */
  login: Schema.String,
  tier: Tier,
  /** Null: may use Loom. */
  blocked: Schema.NullOr(Schema.Struct({ reason: Schema.String, at: Schema.Int, by: Schema.String })),
  createdAt: Schema.Int,
  lastSeenAt: Schema.Int,
})
export type Account = typeof Account.Type

export const accountIdOf = (githubId: number): string => `u_${githubId}`

/** What an operator changed, newest first: the newest thousand of this Loom are kept. */
export const AccountChange = Schema.Struct({
  at: Schema.Int,
  /** Who: a login, or `operator token`. */
  by: Schema.String,
  /** In words: `tier free -> premium`. */
  change: Schema.String,
})
export type AccountChange = typeof AccountChange.Type

/** Runs that somebody asked for, by label or API. Times are ms since the epoch. */
export const AccountUsage = Schema.Struct({
  tasks: Schema.Int,
  open: Schema.Int,
  completed: Schema.Int,
  failed: Schema.Int,
  cancelled: Schema.Int,
  inputTokens: Schema.Int,
  outputTokens: Schema.Int,
  /** US dollars; null when a price is unknown. */
  costUsd: Schema.NullOr(Schema.Finite),
})
export type AccountUsage = typeof AccountUsage.Type

/** What is left of the hour; null limit: nothing limits it. */
export const Allowance = Schema.Struct({
  limit: Schema.NullOr(Schema.Int),
  used: Schema.Int,
  remaining: Schema.NullOr(Schema.Int),
  /** Seconds until a request falls out of the hour; 0 when none counts. */
  resetSeconds: Schema.Int,
})
export type Allowance = typeof Allowance.Type

export const AccountDetail = Schema.Struct({
  ...Account.fields,
  usage: AccountUsage,
  allowance: Allowance,
  changes: Schema.Array(AccountChange),
})
export const AccountPage = Schema.Struct({ items: Schema.Array(Account), next: Schema.NullOr(Schema.String) })

const Reason = Schema.NonEmptyString.check(Schema.isMaxLength(500))

/** `PATCH /accounts/{login}`: at least one of them. `blocked: null` lets them in again. */
export const AccountPatch = Schema.Struct({
  tier: Schema.optionalKey(Tier),
  blocked: Schema.optionalKey(Schema.NullOr(Schema.Struct({ reason: Reason }))),
})
export type AccountPatch = typeof AccountPatch.Type
