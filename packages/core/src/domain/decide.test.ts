import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { Command, RefusalCode } from "./Command.ts"
import { backoffMs, decide } from "./decide.ts"
import { evolve } from "./evolve.ts"
import { RunId } from "./Ids.ts"
import { defaultLimits, noTasks, type RepositoryState } from "./RepositoryState.ts"
import type { RunOutcome } from "./Run.ts"
import type { TaskRequest } from "./Task.ts"
import { noUsage } from "./Usage.ts"

const limits = {
  ...defaultLimits,
  concurrency: 1,
  maxAttempts: 2,
  maxRecoveries: 1,
  leaseMs: 100,
  cancelGraceMs: 50,
  backoffBaseMs: 10,
  backoffMaxMs: 1_000,
}
const [run1, run2] = [RunId.make("r-1"), RunId.make("r-2")]
const wish: TaskRequest = {
  repository: { id: 7, installationId: 1, owner: "o", name: "r" },
  issueNumber: 3,
  issueUrl: "u",
  title: "t",
  requestedBy: "ada",
  cause: "d1",
  deliveryId: "d1",
  intentAt: null,
}
const outcome = (status: RunOutcome["status"], kind?: "transient" | "permanent" | "needs_human"): RunOutcome => ({
  status,
  verdict: null,
  pullRequest: null,
  recipe: null,
  baseCommit: null,
  headCommit: null,
  comparison: null,
  usage: noUsage,
  stages: [],
  failure: kind === undefined ? null : { class: kind, stage: "code", code: "c", reason: "why", remedy: "do", evidence: null },
})

const request: Command = { _tag: "Request", at: 0, request: wish }
const dispatch: Command = { _tag: "Dispatch", at: 0, runId: run1 }
const cancel: Command = { _tag: "Cancel", at: 5, reason: "The label was removed." }
const finish = (status: RunOutcome["status"], kind?: "transient" | "permanent" | "needs_human", runId = run1): Command => ({
  _tag: "Finish",
  at: 10,
  runId,
  jitter: 0,
  outcome: outcome(status, kind),
})
const wait: Command = { _tag: "WaitFor", at: 6, runId: run1, kind: "needs_input", reason: "A question." }
const silent = (at: number): Command => ({ _tag: "ExpireLease", at, runId: run1, silentSince: 0, leaseMs: limits.leaseMs })
const retry: Command = { _tag: "Retry", at: 20, requestedBy: "bob", repositoryId: 7 }

const empty: RepositoryState = { limits, counters: noTasks, task: null }
/** Every command must be accepted: a refusal in the preparation is a broken test. */
const after = (...commands: ReadonlyArray<Command>): RepositoryState =>
  commands.reduce((state, command) => Result.getOrThrow(decide(state, command)).reduce(evolve, state), empty)

/** Where a state comes from -> the command -> the events it makes, or the code of the refusal. */
const table: ReadonlyArray<
  [name: string, given: ReadonlyArray<Command>, when: Command, then: ReadonlyArray<string> | RefusalCode, status?: string]
> = [
  ["the first request makes a task", [], request, ["Requested"], "pending"],
  ["an unknown task refuses commands", [], cancel, "unknown_task"],
  ["a second request joins the pending task", [request], request, "already_open"],
  ["a second request joins the running task", [request, dispatch], request, "already_open"],
  ["a second request joins the waiting task", [request, dispatch, wait], request, "already_open"],
  ["a pending task is dispatched", [request], dispatch, ["Dispatched"], "running"],
  ["a running task is not dispatched again", [request, dispatch], dispatch, "not_pending"],
  [
    "a task in backoff is not due",
    [request, dispatch, finish("failed", "transient")],
    { _tag: "Dispatch", at: 11, runId: run2 },
    "not_due",
  ],
  [
    "a task after its backoff is dispatched",
    [request, dispatch, finish("failed", "transient")],
    { _tag: "Dispatch", at: 20, runId: run2 },
    ["Dispatched"],
    "running",
  ],
  ["a sign of life of the current run is no history", [request, dispatch], { _tag: "Heartbeat", at: 1, runId: run1 }, [], "running"],
  ["a stale run is told so", [request, dispatch], { _tag: "Heartbeat", at: 1, runId: run2 }, "stale_run"],
  ["a report before the run is stale", [request], { _tag: "ReportUsage", at: 1, runId: run1, usage: noUsage }, "stale_run"],
  ["a run waits for a person", [request, dispatch], wait, ["Waited"], "waiting"],
  ["a waiting task resumes into the queue", [request, dispatch, wait], { _tag: "Resume", at: 9 }, ["Resumed"], "pending"],
  ["a running task does not resume", [request, dispatch], { _tag: "Resume", at: 9 }, "not_waiting"],
  ["a run completes", [request, dispatch], finish("completed"), ["Completed"], "completed"],
  ["a permanent failure fails", [request, dispatch], finish("failed", "permanent"), ["Failed"], "failed"],
  ["a failure that needs a person fails", [request, dispatch], finish("failed", "needs_human"), ["Failed"], "failed"],
  ["a failure without a class fails", [request, dispatch], finish("failed"), ["Failed"], "failed"],
  ["a transient failure is tried again", [request, dispatch], finish("failed", "transient"), ["RetryScheduled"], "pending"],
  [
    "the last transient failure fails",
    [request, dispatch, finish("failed", "transient"), { _tag: "Dispatch", at: 20, runId: run2 }],
    finish("failed", "transient", run2),
    ["Failed"],
    "failed",
  ],
  ["a refused run ends as cancelled", [request, dispatch], finish("refused", "needs_human"), ["Cancelled"], "cancelled"],
  ["a finish of an old run is refused", [request, dispatch], finish("completed", undefined, run2), "stale_run"],
  ["a repeated finish is refused", [request, dispatch, finish("completed")], finish("completed"), "already_ended"],
  ["a pending task is cancelled at once", [request], cancel, ["Cancelled"], "cancelled"],
  ["a waiting task is cancelled at once", [request, dispatch, wait], cancel, ["Cancelled"], "cancelled"],
  ["a running task is asked to stop", [request, dispatch], cancel, ["CancelRequested"], "running"],
  ["asking twice is asking once", [request, dispatch, cancel], cancel, [], "running"],
  ["a wish while the run is stopping is kept", [request, dispatch, cancel], request, ["WishRenewed"], "running"],
  ["kept once", [request, dispatch, cancel, request], request, [], "running"],
  [
    "an old event of the first click is no new wish",
    [request, dispatch, cancel],
    { ...request, request: { ...wish, intentAt: 0 } },
    "same_intent",
  ],
  ["and taken back by another stop", [request, dispatch, cancel, request], cancel, ["CancelRequested"], "running"],
  ["the asked run stops", [request, dispatch, cancel], finish("cancelled"), ["Cancelled"], "cancelled"],
  ["a failure after the ask is a stop", [request, dispatch, cancel], finish("failed", "transient"), ["Cancelled"], "cancelled"],
  ["a pull request opened before the stop is said", [request, dispatch, cancel], finish("completed"), ["Completed"], "completed"],
  ["a run that wants to wait after the ask is a stop", [request, dispatch, cancel], wait, ["Cancelled"], "cancelled"],
  ["an overdue stop is forced", [request, dispatch, cancel], { _tag: "ExpireCancel", at: 55 }, ["Cancelled"], "cancelled"],
  ["a stop is not forced early", [request, dispatch, cancel], { _tag: "ExpireCancel", at: 54 }, "not_cancelling"],
  ["an ended task cannot be cancelled", [request, cancel], cancel, "already_ended"],
  ["a silent run is continued", [request, dispatch], silent(100), ["RunRecovered"], "running"],
  ["a run that spoke is left alone", [request, dispatch], silent(99), "not_silent"],
  ["a run silent too often fails", [request, dispatch, silent(100)], silent(200), ["Failed"], "failed"],
  ["a silent run that was to stop goes on to clean up", [request, dispatch, cancel], silent(100), ["RunRecovered"], "running"],
  [
    "a lost run is tried again",
    [request, dispatch],
    { _tag: "LoseRun", at: 9, runId: run1, jitter: 0, reason: "gone" },
    ["RetryScheduled"],
    "pending",
  ],
  ["retry of a failed task makes a new one", [request, dispatch, finish("failed")], retry, ["Requested"], "pending"],
  ["retry of a running task is refused", [request, dispatch], retry, "already_running"],
  ["retry of a queued task changes nothing", [request], retry, [], "pending"],
  [
    "retry hurries a task out of its backoff",
    [request, dispatch, { ...finish("failed", "transient"), at: 90 }],
    retry,
    ["Resumed"],
    "pending",
  ],
  ["retry resumes a waiting task", [request, dispatch, wait], retry, ["Resumed"], "pending"],
  ["a request after the end makes the next generation", [request, dispatch, finish("completed")], request, ["Requested"], "pending"],
  [
    "a late event of the same click does not",
    [request, dispatch, finish("completed")],
    { _tag: "Request", at: 30, request: { ...wish, intentAt: 0 } },
    "same_intent",
  ],
  [
    "a cancelled task never swallows a request",
    [request, cancel],
    { _tag: "Request", at: 30, request: { ...wish, intentAt: 0 } },
    ["Requested"],
    "pending",
  ],
]

describe("decide", () => {
  for (const [name, given, when, then, status] of table) {
    it(`${name}`, () => {
      const state = after(...given)
      const decision = decide(state, when)
      if (typeof then === "string") {
        assert.isTrue(Result.isFailure(decision))
        if (Result.isFailure(decision)) assert.strictEqual(decision.failure.code, then)
      } else {
        const events = Result.getOrThrow(decision)
        assert.deepStrictEqual(
          events.map((event) => event._tag),
          [...then],
        )
        assert.strictEqual(events.reduce(evolve, state).task?.status, status)
      }
    })
  }

  it("a full repository dispatches nothing", () => {
    const decision = decide({ ...after(request), counters: { ...noTasks, pending: 1, running: 1 } }, dispatch)
    assert.isTrue(Result.isFailure(decision) && decision.failure.code === "no_slot")
  })

  it("a resumed task goes on with the same attempt, a retried one with the next", () => {
    const resumed = after(request, dispatch, wait, { _tag: "Resume", at: 9 }, { _tag: "Dispatch", at: 9, runId: run2 })
    assert.strictEqual(resumed.task?.attempt, 1)
    const retried = after(request, dispatch, finish("failed", "transient"), { _tag: "Dispatch", at: 20, runId: run2 })
    assert.strictEqual(retried.task?.attempt, 2)
  })

  it("a stage report replaces the one with the same name and beginning", () => {
    const record = { name: "code" as const, startedAt: 1, endedAt: null, outcome: "running" as const, summary: "" }
    const report: Command = { _tag: "ReportStage", at: 2, runId: run1, record }
    const state = after(request, dispatch, report, report, { ...report, record: { ...record, endedAt: 3, outcome: "ok" } })
    assert.deepStrictEqual(
      state.task?.stages.map((stage) => stage.outcome),
      ["ok"],
    )
    assert.strictEqual(state.task?.reports, 2)
  })

  it("backoff doubles, is spread over its upper half, and is bounded", () => {
    assert.deepStrictEqual(
      [1, 2, 3, 20].map((attempt) => backoffMs(limits, attempt, 0)),
      [5, 10, 20, 500],
    )
    assert.strictEqual(backoffMs(limits, 1, 0.999999), 10)
  })
})
