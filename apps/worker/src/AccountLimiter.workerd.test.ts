import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test"
import { env } from "cloudflare:workers"
import { Effect } from "effect"
import { describe, expect, it, vi } from "vitest"
import { requestLimitsOf } from "./access/request-limits.ts"

const limits = requestLimitsOf(env.LIMITER)
const policy = { limit: 10, windowMs: 3_600_000 }
const take = (key: string) => Effect.runPromise(limits.take(key, policy))
const stored = (key: string) =>
  runInDurableObject(env.LIMITER.get(env.LIMITER.idFromName(key)), async (_, { storage }) => ({
    data: await storage.get<{ times: Array<number> }>("data"),
    alarm: await storage.getAlarm(),
  }))

describe("the limiter", () => {
  it("counts exactly when everybody comes at once, and each account for itself", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => take("u_1")))
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(10)
    expect((await take("u_2")).remaining).toBe(9)
    expect(await Effect.runPromise(limits.look("u_1", policy))).toMatchObject({ used: 10, remaining: 0 })
  })

  it("counts what has a name once, however often it comes, also at once", async () => {
    const named = (name: string) => Effect.runPromise(limits.take("u_5", { ...policy, limit: 2 }, name))
    const again = await Promise.all(Array.from({ length: 10 }, () => named("t_1_1_1")))
    expect(again.every(({ allowed, used }) => allowed && used === 1)).toBe(true)
    expect([(await named("t_1_2_1")).allowed, (await named("t_1_3_1")).allowed]).toEqual([true, false])
    // Full, and yet what is counted already goes on.
    expect(await named("t_1_1_1")).toMatchObject({ allowed: true, used: 2, remaining: 0 })
    expect((await named("t_1_3_1")).allowed).toBe(false)
  })

  it("keeps no more than what counts, nothing of the Worker's environment, and forgets itself an hour after the last", async () => {
    await Promise.all(Array.from({ length: 20 }, () => take("u_3")))
    const { alarm, data } = await stored("u_3")
    expect(Object.keys(data ?? {})).toEqual(["times", "names"])
    expect(data?.times).toHaveLength(10)
    expect(alarm).toBeGreaterThan(Date.now() + policy.windowMs - 60_000)
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + policy.windowMs + 2 })
    try {
      expect(await runDurableObjectAlarm(env.LIMITER.get(env.LIMITER.idFromName("u_3")))).toBe(true)
      expect(await stored("u_3")).toEqual({ data: undefined, alarm: null })
      expect((await take("u_3")).remaining).toBe(9)
    } finally {
      vi.useRealTimers()
    }
  })

  it("refuses what is no policy with a typed failure", async () => {
    const nonsense = { limit: Number.NaN, windowMs: 1 }
    expect(await Effect.runPromise(Effect.flip(limits.take("u_4", nonsense)))).toMatchObject({ _tag: "AccessUnavailable" })
  })
})
