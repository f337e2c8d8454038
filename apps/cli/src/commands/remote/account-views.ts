import { Schema } from "effect"

/*
 * The answers about people that the command line reads (`/auth/device`, `/me`, `/accounts`). They are read here as they
 * come over the wire, so that a Loom may tell more than this command line knows.
 */

export const tiers = ["free", "advanced", "premium", "tester", "admin"] as const
export const Tier = Schema.Literals(tiers)
export type Tier = typeof Tier.Type

/** `POST /auth/device`, RFC 8628 section 3.2; seconds. */
export const DeviceCode = Schema.Struct({
  device_code: Schema.NonEmptyString,
  user_code: Schema.NonEmptyString,
  verification_uri: Schema.NonEmptyString,
  expires_in: Schema.Finite,
  interval: Schema.Finite,
})
export type DeviceCode = typeof DeviceCode.Type

/** `POST /auth/device/token`: the one time that the token is told. Times are ms since the epoch. */
export const DeviceToken = Schema.Struct({
  id: Schema.NonEmptyString,
  login: Schema.NonEmptyString,
  token: Schema.NonEmptyString,
  scopes: Schema.Array(Schema.String),
  expiresAt: Schema.Finite,
})

/** What is left of the hour; null limit: nothing limits it. */
const Allowance = Schema.Struct({
  limit: Schema.NullOr(Schema.Int),
  used: Schema.Int,
  remaining: Schema.NullOr(Schema.Int),
  resetSeconds: Schema.Int,
})

/** `GET /api/v1/me` */
export const Me = Schema.Struct({
  kind: Schema.String,
  login: Schema.NullOr(Schema.String),
  scopes: Schema.Array(Schema.String),
  tier: Schema.NullOr(Schema.String),
  blocked: Schema.NullOr(Schema.String),
  allowance: Schema.NullOr(Allowance),
})

const Account = Schema.Struct({
  id: Schema.String,
  githubId: Schema.Int,
  login: Schema.String,
  tier: Schema.String,
  blocked: Schema.NullOr(Schema.Struct({ reason: Schema.String, at: Schema.Finite, by: Schema.String })),
  createdAt: Schema.Finite,
  lastSeenAt: Schema.Finite,
})
/** `GET /api/v1/accounts`, for operators. */
export const AccountPage = Schema.Struct({ items: Schema.Array(Account), next: Schema.NullOr(Schema.String) })

/** `GET` and `PATCH /api/v1/accounts/{login}`; US dollars, null when a price is unknown. */
export const AccountDetail = Schema.Struct({
  ...Account.fields,
  usage: Schema.Struct({
    tasks: Schema.Int,
    open: Schema.Int,
    completed: Schema.Int,
    failed: Schema.Int,
    cancelled: Schema.Int,
    inputTokens: Schema.Int,
    outputTokens: Schema.Int,
    costUsd: Schema.NullOr(Schema.Finite),
  }),
  allowance: Allowance,
  changes: Schema.Array(Schema.Struct({ at: Schema.Finite, by: Schema.String, change: Schema.String })),
})
export type AccountDetail = typeof AccountDetail.Type
