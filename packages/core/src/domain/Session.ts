import { Schema } from "effect"

/** A sign-in as it is listed: without its secret. Times are ms since the epoch. */
export const Session = Schema.Struct({
  id: Schema.String,
  /** The browser's own words (`User-Agent`), at most 200 characters: untrusted text. */
  client: Schema.String,
  createdAt: Schema.Int,
  lastSeenAt: Schema.Int,
  expiresAt: Schema.Int,
})
export type Session = typeof Session.Type

const DAY_MS = 86_400_000

export const sessionLife = {
  /** However much it is used. */
  absoluteMs: 30 * DAY_MS,
  /** Since it was used last. */
  idleMs: 7 * DAY_MS,
  /** Its secret is exchanged that often. */
  rotateMs: DAY_MS / 2,
  /** An exchanged secret still counts that long after its successor was first seen: requests overtake each other. */
  graceMs: 60_000,
  /** Last-seen times are this coarse, so that reads do not write. */
  seenMs: 5 * 60_000,
} as const

/** Older ones of an account end when it signs in once more. */
export const MAX_SESSIONS = 20
