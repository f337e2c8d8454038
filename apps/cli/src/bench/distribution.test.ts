import { assert, describe, it } from "@effect/vitest"
import { distribution, measure } from "./distribution.ts"

describe("distribution", () => {
  it("takes the nearest rank", () =>
    assert.deepStrictEqual(distribution([4, 1, 3, 2]), { samples: 4, medianMs: 2, p99Ms: 4, minMs: 1, maxMs: 4 }))

  it("of one sample is that sample", () =>
    assert.deepStrictEqual(distribution([1.234]), { samples: 1, medianMs: 1.23, p99Ms: 1.23, minMs: 1.23, maxMs: 1.23 }))

  it("is not moved by one slow sample in the middle", () => {
    const { medianMs, p99Ms, maxMs } = distribution([...Array.from({ length: 199 }, () => 1), 1_000])
    assert.deepStrictEqual([medianMs, p99Ms, maxMs], [1, 1, 1_000])
  })
})

it("measure warms up once, counts the rest, and cleans up after each", async () => {
  const seen: Array<string> = []
  const { samples } = await measure(
    2,
    async (index) => void seen.push(`work ${index}`),
    async (index) => void seen.push(`after ${index}`),
  )
  assert.strictEqual(samples, 2)
  assert.deepStrictEqual(seen, ["work -1", "after -1", "work 0", "after 0", "work 1", "after 1"])
})
