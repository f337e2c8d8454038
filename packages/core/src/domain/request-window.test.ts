import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { lookAt, takeFrom, type WindowTimes } from "./request-window.ts"

const policies = fc.record({ limit: fc.integer({ min: 1, max: 12 }), windowMs: fc.integer({ min: 1, max: 500 }) })
/** Steps of the clock between requests; it never goes back. */
const steps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 80 })

const play = (gaps: ReadonlyArray<number>, policy: { readonly limit: number; readonly windowMs: number }) => {
  let now = 1_000
  let times: WindowTimes = []
  return gaps.map((gap) => {
    now += gap
    const taken = takeFrom(times, now, policy)
    times = taken.times
    return { at: now, times, answer: taken.answer }
  })
}

describe("a sliding window", () => {
  it("never lets more than its limit through in any window, wherever the window begins", () =>
    fc.assert(
      fc.property(policies, steps, (policy, gaps) => {
        const through = play(gaps, policy).flatMap(({ answer, at }) => (answer.allowed ? [at] : []))
        for (const start of through)
          assert.isAtMost(through.filter((at) => at >= start && at < start + policy.windowMs).length, policy.limit)
      }),
    ))

  it("refuses nothing that fits, keeps at most its limit of times, and says what is left", () =>
    fc.assert(
      fc.property(policies, steps, (policy, gaps) => {
        const through: Array<number> = []
        for (const { answer, at, times } of play(gaps, policy)) {
          const counted = through.filter((time) => time > at - policy.windowMs).length
          assert.strictEqual(answer.allowed, counted < policy.limit)
          if (answer.allowed) through.push(at)
          assert.isAtMost(times.length, policy.limit)
          assert.strictEqual(answer.remaining, policy.limit - answer.used)
          assert.deepStrictEqual({ ...lookAt(times, at, policy), allowed: answer.allowed }, answer)
        }
      }),
    ))

  it("lets the next request through after exactly the time it names, and not one millisecond before", () =>
    fc.assert(
      fc.property(policies, steps, (policy, gaps) => {
        const last = play(gaps, policy).findLast(({ answer }) => !answer.allowed)
        if (last === undefined) return
        const { answer, at, times } = last
        assert.isAbove(answer.resetMs, 0)
        assert.isAtMost(answer.resetMs, policy.windowMs)
        assert.isTrue(takeFrom(times, at + answer.resetMs, policy).answer.allowed)
        assert.isFalse(takeFrom(times, at + answer.resetMs - 1, policy).answer.allowed)
      }),
    ))

  it("holds nobody longer than a window when the clock was set back", () => {
    const policy = { limit: 1, windowMs: 100 }
    const { times } = takeFrom([], 10_000, policy)
    const refused = takeFrom(times, 500, policy)
    assert.isFalse(refused.answer.allowed)
    assert.isTrue(takeFrom(refused.times, 500 + refused.answer.resetMs, policy).answer.allowed)
  })

  it("applies a lowered limit at once and names the time when there is room again", () => {
    let times: WindowTimes = []
    for (let at = 1; at <= 5; at++) times = takeFrom(times, at, { limit: 5, windowMs: 100 }).times
    const lowered = { limit: 2, windowMs: 100 }
    const { answer } = takeFrom(times, 6, lowered)
    assert.isFalse(answer.allowed)
    assert.isTrue(takeFrom(times, 6 + answer.resetMs, lowered).answer.allowed)
    assert.isFalse(takeFrom(times, 5 + answer.resetMs, lowered).answer.allowed)
  })
})
