import { expect } from "vitest"

/** A limit is told within 300 ms of being met; 500 more are room for a busy machine. `pnpm bench` has the figure of a calm one. */
const LATE_MS = 300 + 500
/** No machine is so busy. */
const NEVER_MS = 3_000
const TRIES = 5

/**
 * Does it again where the machine was too busy to tell the limit in time: a daemon that is slow by itself is so each time. Measured by
 * what the daemon and the program say. `lateOf`: ms behind the limit; null where nobody can say when it was met.
 */
export const inTime = async <A>(run: () => Promise<A>, lateOf: (ran: A) => number | null): Promise<A> => {
  for (let tries = 1; ; tries++) {
    const ran = await run()
    const late = lateOf(ran) ?? 0
    expect(late).toBeLessThan(NEVER_MS)
    if (late < LATE_MS) return ran
    expect(tries, `the limit was told ${late} ms late, and too late each time before`).toBeLessThan(TRIES)
  }
}
