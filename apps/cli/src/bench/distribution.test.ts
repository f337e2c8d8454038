import { assert, describe, it } from "@effect/vitest"
import { distribution, measure, median, medianRatio } from "./distribution.ts"

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

describe("medianRatio", () => {
  it("is of rounds, not of medians: a round that was slow for both weighs as any other", () => {
    const ratio = medianRatio([50, 5, 60], [100, 10, 100])
    assert.deepStrictEqual(ratio, { median: 0.5, rounds: [0.5, 0.5, 0.6] })
  })

  it("refuses rounds that have no counterpart", () => assert.throws(() => medianRatio([1, 2], [1]), /2 rounds cannot be compared with 1/))
})

it("median leaves the order of its samples alone", () => {
  const samples = [3, 1, 2]
  assert.strictEqual(median(samples), 2)
  assert.deepStrictEqual(samples, [3, 1, 2])
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
