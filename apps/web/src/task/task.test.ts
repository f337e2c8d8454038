import type { StageRecord } from "@loom/core/domain/Stage"
import type { TestResult } from "@loom/core/domain/TestReport"
import type { Comparison } from "@loom/core/domain/Verdict"
import { describe, expect, it } from "vitest"
import { announcement } from "./announcement.ts"
import { addressOf, filterOf } from "./list-address.ts"
import { testRows } from "./test-rows.ts"
import { timelineRows, totalMs } from "./timeline.ts"

const stage = (
  name: StageRecord["name"],
  startedAt: number,
  endedAt: number | null,
  outcome: StageRecord["outcome"] = endedAt === null ? "running" : "ok",
  summary = "",
): StageRecord => ({ name, startedAt, endedAt, outcome, summary })

describe("the timeline", () => {
  const records = [
    stage("admit", 1_000, 2_000),
    stage("code", 2_000, 5_000),
    stage("verify", 5_000, 6_000, "failed"),
    stage("code", 6_000, null),
  ]

  it("keeps repeated stages, lets the running one grow, and adds what is to come in order", () => {
    const rows = timelineRows(records, true, 9_500)
    expect(rows.slice(0, 4).map((row) => [row.name, row.outcome, row.durationMs])).toEqual([
      ["admit", "ok", 1_000],
      ["code", "ok", 3_000],
      ["verify", "failed", 1_000],
      ["code", "running", 3_500],
    ])
    expect(rows.slice(4).map((row) => `${row.name} ${row.outcome}`)).toEqual([
      "prepare next",
      "baseline next",
      "plan next",
      "review next",
      "publish next",
      "close next",
    ])
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length)
  })

  it("has nothing running in a task that ended", () => {
    const rows = timelineRows(records, false, 9_500)
    expect(rows[3]).toMatchObject({ outcome: "not_reached", durationMs: null })
    expect(rows.some((row) => row.outcome === "next" || row.outcome === "running")).toBe(false)
  })

  it("keeps the cleaning up last when the run stopped early", () => {
    const rows = timelineRows([stage("admit", 0, 1), stage("prepare", 1, 2, "failed"), stage("close", 2, 3)], false, 9)
    expect(rows.map((row) => row.name)).toEqual(["admit", "prepare", "baseline", "plan", "code", "verify", "review", "publish", "close"])
  })

  it("never counts backwards when clocks differ", () => {
    expect(timelineRows([stage("admit", 5_000, null)], true, 1_000)[0]?.durationMs).toBe(0)
    expect(totalMs([stage("admit", 5_000, null)], true, 1_000)).toBe(0)
  })

  it("sums to now while open and to the last end after", () => {
    expect([totalMs(records, true, 9_500), totalMs(records, false, 9_500), totalMs([], true, 1)]).toEqual([8_500, 5_000, null])
  })
})

describe("the announcement", () => {
  const before = { status: "running" as const, reason: null, stages: [stage("admit", 0, 1), stage("prepare", 1, null)] }

  it("tells what ended and what began", () => {
    const after = { ...before, stages: [stage("admit", 0, 1), stage("prepare", 1, 2, "ok", "12 packages."), stage("baseline", 2, null)] }
    expect(announcement(before, after)).toBe("Set up the sandbox: finished. 12 packages. Test the untouched code: started.")
  })

  it("tells the end with its reason", () => {
    expect(announcement(before, { ...before, status: "failed", reason: "No budget." })).toBe("Task: Failed. No budget.")
  })

  it("is silent when only a summary changed", () => {
    expect(announcement(before, { ...before, stages: [stage("admit", 0, 1), stage("prepare", 1, null, "running", "half way")] })).toBeNull()
  })
})

describe("the test table", () => {
  const failure = (id: string): TestResult => ({
    id,
    file: null,
    name: id,
    status: "failed",
    durationMs: null,
    message: `${id} broke`,
    location: null,
  })
  const nothing: Comparison = {
    verdict: "pass",
    reason: "",
    base: { passed: 1, failed: 0, skipped: 0 },
    head: { passed: 1, failed: 0, skipped: 0 },
    fixed: [],
    regressed: [],
    stillFailing: [],
    added: [],
    removed: [],
    flaky: [],
    failures: [],
  }

  it("shows the worst first, each test once, with its message", () => {
    const rows = testRows({
      ...nothing,
      fixed: ["f"],
      regressed: ["r", "n"],
      stillFailing: ["s"],
      added: ["n", "a", "f"],
      removed: ["x"],
      flaky: ["k"],
      failures: [failure("r"), failure("s"), failure("unlisted")],
    })
    expect(rows.map((row) => [row.id, row.change, row.before, row.after])).toEqual([
      ["r", "regressed", "passed", "failed"],
      ["n", "regressed", "absent", "failed"],
      ["k", "flaky", "unknown", "flaky"],
      ["s", "stillFailing", "failed", "failed"],
      ["unlisted", "failing", "unknown", "failed"],
      ["f", "fixed", "absent", "passed"],
      ["x", "removed", "unknown", "absent"],
      ["a", "added", "absent", "passed"],
    ])
    expect(rows.map((row) => row.failure?.message ?? null)).toEqual(["r broke", null, null, "s broke", "unlisted broke", null, null, null])
  })

  it("does not call a new test passed when some were skipped", () => {
    expect(testRows({ ...nothing, added: ["a"], head: { passed: 1, failed: 0, skipped: 1 } })[0]?.after).toBe("not_failing")
  })
})

describe("the address of the list", () => {
  it("round-trips a filter", () => {
    const filter = { status: "failed", repository: "acme/parser", text: "a&b #7", cursor: "c/1" } as const
    expect(filterOf(new URL(addressOf(filter), "http://x").searchParams)).toEqual(filter)
    expect(addressOf({ status: null, repository: null, text: "", cursor: null })).toBe("/")
  })

  it("leaves out what it does not know", () => {
    expect(filterOf(new URLSearchParams("status=constructor&q=%20%20"))).toEqual({ status: null, repository: null, text: "", cursor: null })
  })
})
