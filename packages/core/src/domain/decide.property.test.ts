import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import * as fc from "fast-check"
import type { Command } from "./Command.ts"
import { decide } from "./decide.ts"
import { evolve } from "./evolve.ts"
import { RunId } from "./Ids.ts"
import { type Counters, defaultLimits, noTasks, type RepositoryState } from "./RepositoryState.ts"
import type { RunOutcome } from "./Run.ts"
import { isOpen, type Task, TaskEvent } from "./Task.ts"
import { noUsage } from "./Usage.ts"

const limits = {
  ...defaultLimits,
  concurrency: 2,
  maxAttempts: 3,
  maxRecoveries: 2,
  leaseMs: 10,
  cancelGraceMs: 10,
  backoffBaseMs: 2,
  backoffMaxMs: 8,
}
const failure = (kind: "transient" | "permanent") => ({
  class: kind,
  stage: "code" as const,
  code: "c",
  reason: "r",
  remedy: "d",
  evidence: null,
})
const outcomes: ReadonlyArray<RunOutcome> = (["completed", "failed", "cancelled", "refused", "held"] as const).flatMap((status) =>
  (["transient", "permanent"] as const).map((kind) => ({
    ...(status === "held" ? { waiting: kind === "transient" ? ("paused" as const) : ("awaiting_approval" as const) } : {}),
    ...(kind === "permanent" ? { kept: ["plan", "code"] as const } : {}),
    status,
    verdict: null,
    pullRequest: null,
    failure: status === "completed" ? null : failure(kind),
    recipe: null,
    baseCommit: null,
    headCommit: null,
    comparison: null,
    usage: { ...noUsage, requests: 1 },
    stages: [],
  })),
)

/** A step of a story: how long after the last one, on which issue, what. `stale` lets the run id be one that never was. */
const step = fc.record({
  after: fc.nat(12),
  issue: fc.integer({ min: 1, max: 3 }),
  stale: fc.nat(9).map((n) => n === 0),
  tag: fc.constantFrom(
    "Request",
    "Dispatch",
    "Heartbeat",
    "ReportStage",
    "ReportUsage",
    "Pause",
    "Resume",
    "Approve",
    "Finish",
    "LoseRun",
    "ExpireLease",
    "Cancel",
    "ExpireCancel",
    "Retry",
    "Request",
    "Request",
    "Request",
    "Dispatch",
    "Dispatch",
    "Dispatch",
    "Finish",
  ),
  outcome: fc.constantFrom(...outcomes),
  number: fc.nat(5),
})
type Step = typeof step extends fc.Arbitrary<infer A> ? A : never

const toCommand = ({ issue, number, outcome, stale, tag }: Step, at: number, task: Task | null, fresh: number): Command => {
  const runId = stale ? RunId.make("r-never") : (task?.runId ?? RunId.make("r-none"))
  switch (tag) {
    case "Request":
      return {
        _tag: tag,
        at,
        request: {
          repository: { id: 1, installationId: 1, owner: "o", name: "r" },
          issueNumber: issue,
          issueUrl: "",
          title: "",
          requestedBy: "a",
          cause: "c",
          deliveryId: null,
          intentAt: number === 0 ? at - 20 : null,
          ...(number > 3 ? { approval: true as const } : {}),
        },
      }
    case "Dispatch":
      return { _tag: tag, at, runId: RunId.make(`r-${fresh}`) }
    case "ReportStage":
      return { _tag: tag, at, runId, record: { name: "code", startedAt: number, endedAt: null, outcome: "running", summary: "" } }
    case "ReportUsage":
      return { _tag: tag, at, runId, usage: { ...noUsage, requests: number } }
    case "Pause":
      return { _tag: tag, at, reason: "rest" }
    case "Approve":
      return { _tag: tag, at, by: "c", note: null, isChecked: number > 2 }
    case "Finish":
      return { _tag: tag, at, runId, jitter: number / 6, outcome }
    case "LoseRun":
      return { _tag: tag, at, runId, jitter: number / 6, reason: "lost" }
    case "ExpireLease":
      return { _tag: tag, at, runId, silentSince: at - number * 4, leaseMs: limits.leaseMs }
    case "Cancel":
      return { _tag: tag, at, reason: "stop" }
    case "Retry":
      return {
        _tag: tag,
        at,
        requestedBy: "b",
        repositoryId: 1,
        from: ([null, "plan", "code", "verify", "publish"] as const)[number] ?? null,
      }
    case "Heartbeat":
      return { _tag: tag, at, runId }
    default:
      return { _tag: tag as "Resume" | "ExpireCancel", at }
  }
}

const scan = (tasks: ReadonlyArray<Task>): Counters =>
  tasks.reduce((counters, task) => ({ ...counters, [task.status]: counters[task.status] + 1 }), noTasks)

const codec = Schema.fromJsonString(TaskEvent)

describe("decide, over random stories", () => {
  it("keeps its invariants, and its events are the whole truth", () => {
    let accepted = 0
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (story) => {
        const tasks = new Map<string, Task>()
        const histories = new Map<string, Array<TaskEvent>>()
        let counters = noTasks
        let now = 1_000
        story.forEach((current, index) => {
          now += current.after
          const newest = [...tasks.values()].filter((task) => task.issueNumber === current.issue).at(-1) ?? null
          const before: RepositoryState = { limits, counters, task: newest }
          const command = toCommand(current, now, newest, index)
          const decision = decide(before, command)
          if (Result.isFailure(decision)) return
          accepted += decision.success.length
          let state = before
          for (const event of decision.success) {
            state = evolve(state, event)
            if (state.task === null) throw new Error("an event without a task")
            tasks.set(state.task.id, state.task)
            histories.set(state.task.id, [...(histories.get(state.task.id) ?? []), event])
          }
          counters = state.counters
          // Terminal is final: only a request or a retry passes, and both make another task.
          if (newest !== null && !isOpen(newest.status)) {
            assert.deepStrictEqual(
              decision.success.map((event) => event._tag),
              ["Requested"],
            )
            assert.notStrictEqual(state.task?.id, newest.id)
          }
          // Nobody but an approval sends a task on whose plan waits for one, unless it is to make another plan.
          if (newest?.waiting === "awaiting_approval" && state.task?.status === "pending" && command._tag !== "Approve")
            assert.strictEqual(state.task.from?.stage ?? "plan", "plan")
          // Waiting and resting are of their states only, and money is never forgotten.
          for (const task of tasks.values()) {
            assert.strictEqual(task.waiting !== null, task.status === "waiting")
            if (task.pause !== undefined) assert.strictEqual(task.status, "running")
          }
          if (newest !== null && state.task?.id === newest.id && command._tag === "Dispatch")
            assert.strictEqual(state.task.spent.requests, newest.spent.requests + newest.runUsage.requests)
          // A report of a run that is not the current one changes nothing.
          if ("runId" in command && command._tag !== "Dispatch") assert.strictEqual(command.runId, newest?.runId)
        })
        const all = [...tasks.values()]
        for (const issue of [1, 2, 3]) assert.isAtMost(all.filter((task) => task.issueNumber === issue && isOpen(task.status)).length, 1)
        assert.isAtMost(counters.running, limits.concurrency)
        assert.deepStrictEqual(counters, scan(all))
        for (const task of all) {
          assert.isAtMost(task.attempt, limits.maxAttempts)
          assert.isAtMost(task.recoveries, limits.maxRecoveries)
          // What was stored as JSON folds to the very state that was kept beside it.
          const stored = (histories.get(task.id) ?? []).map((event) => Schema.decodeSync(codec)(Schema.encodeSync(codec)(event)))
          const folded = stored.reduce<RepositoryState>(evolve, { limits, counters: noTasks, task: null })
          assert.deepStrictEqual(folded.task, task)
        }
      }),
      { numRuns: 1_000, seed: 2026 },
    )
    assert.isAbove(accepted, 5_000, "the stories must do something")
  })
})
