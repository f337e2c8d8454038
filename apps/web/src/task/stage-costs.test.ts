import { expect, it } from "vitest"
import { stageCosts } from "./stage-costs.ts"

const stage = (name: "plan" | "code", startedAt: number) => ({ name, startedAt, endedAt: null, outcome: "ok" as const, summary: "" })
const used = (seq: number, at: number, requests: number, costUsd: number | null, cause = "r1") => ({
  seq,
  at,
  type: "UsageReported",
  actor: "run",
  cause,
  data: { usage: { requests, inputTokens: requests * 100, outputTokens: requests * 10, cachedInputTokens: 0, costUsd } },
  hash: "",
})

it("gives what the total grew by to the stage that was running then", () => {
  const events = [used(1, 15, 1, 0.1), used(2, 25, 3, 0.5), used(3, 30, 4, 0.6), used(4, 40, 99, 9, "an earlier run")]
  expect(stageCosts(events, [stage("plan", 10), stage("code", 20)], "r1")).toEqual([
    { stage: "plan", requests: 1, inputTokens: 100, outputTokens: 10, costUsd: 0.1 },
    { stage: "code", requests: 3, inputTokens: 300, outputTokens: 30, costUsd: 0.5 },
  ])
})

it("does not make an unknown price free, nor break on a strange event", () => {
  const strange = { ...used(1, 5, 1, null), data: { usage: "?" } }
  expect(stageCosts([strange, used(2, 15, 1, null)], [stage("plan", 10)], "r1")[0]?.costUsd).toBeNull()
  expect(stageCosts([used(1, 1, 1, 1)], [], "r1")).toEqual([])
})
