/**
 * Durations of what is still running are "now minus a time of the server", so "now" must be the server's: the clock of a
 * phone may be minutes off. `Date` has whole seconds; smaller differences are left alone.
 */
let offsetMs = 0

/** How far the local clock is behind the server's, from a `Date` header; null when it says nothing. */
export const clockOffsetMs = (date: string | null, localNow: number): number | null => {
  const server = Date.parse(date ?? "")
  if (!Number.isFinite(server)) return null
  const offset = server - localNow
  return Math.abs(offset) < 2000 ? 0 : offset
}

export const noteServerDate = (date: string | null): void => {
  offsetMs = clockOffsetMs(date, Date.now()) ?? offsetMs
}

/** Milliseconds since the epoch by the server's clock. */
export const serverNow = (): number => Date.now() + offsetMs
