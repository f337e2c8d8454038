/** At most `limit` requests in any `windowMs`. */
export interface WindowPolicy {
  readonly limit: number
  readonly windowMs: number
}

/** What is left of a window. */
export interface WindowState {
  readonly limit: number
  readonly windowMs: number
  /** Requests counted in the window that ends now. */
  readonly used: number
  readonly remaining: number
  /** When a request that counts falls out of the window: 0 when none counts. */
  readonly resetMs: number
}

export interface WindowAnswer extends WindowState {
  readonly allowed: boolean
}

/** When each request that has a name was counted, ms since the epoch: it is counted once in a window. */
export type WindowNames = Readonly<Record<string, number>>

/** Times of the requests that still count, oldest first, ms since the epoch. */
export type WindowTimes = ReadonlyArray<number>

const counting = (times: WindowTimes, nowMs: number, windowMs: number): WindowTimes =>
  // A time of the future (the clock was set back) counts as now: it must not count longer than a window.
  times.map((time) => Math.min(time, nowMs)).filter((time) => time > nowMs - windowMs)

const stateOf = (times: WindowTimes, nowMs: number, { limit, windowMs }: WindowPolicy): WindowState => {
  const remaining = Math.max(0, limit - times.length)
  // After a limit was lowered, more than one must fall out before there is room.
  const next = times[remaining > 0 ? 0 : times.length - Math.max(1, limit)]
  return { limit, windowMs, used: times.length, remaining, resetMs: next === undefined ? 0 : next + windowMs - nowMs }
}

/** What is left, without taking any of it. */
export const lookAt = (times: WindowTimes, nowMs: number, policy: WindowPolicy): WindowState =>
  stateOf(counting(times, nowMs, policy.windowMs), nowMs, policy)

/**
 * One request of a sliding window: exact, so that no hour ever holds more than its limit (a fixed window lets twice as many
 * through at its edge). The state is one number per request allowed, never more than the limit. A refused request is not counted.
 */
export const takeFrom = (
  times: WindowTimes,
  nowMs: number,
  policy: WindowPolicy,
): { readonly times: WindowTimes; readonly answer: WindowAnswer } => {
  const before = counting(times, nowMs, policy.windowMs)
  const allowed = before.length < policy.limit
  const after = allowed ? [...before, nowMs] : before
  return { times: after, answer: { ...stateOf(after, nowMs, policy), allowed } }
}

/** The same for a request that may come twice: while one of its name counts, it is let through and not counted again. */
export const takeNamed = (
  state: { readonly times: WindowTimes; readonly names: WindowNames },
  name: string,
  nowMs: number,
  policy: WindowPolicy,
): { readonly times: WindowTimes; readonly names: WindowNames; readonly answer: WindowAnswer } => {
  const counted = Object.entries(state.names).filter(([, at]) => Math.min(at, nowMs) > nowMs - policy.windowMs)
  if (counted.some(([known]) => known === name))
    return { times: state.times, names: Object.fromEntries(counted), answer: { ...lookAt(state.times, nowMs, policy), allowed: true } }
  const { answer, times } = takeFrom(state.times, nowMs, policy)
  return { times, names: Object.fromEntries(answer.allowed ? [...counted, [name, nowMs]] : counted), answer }
}
