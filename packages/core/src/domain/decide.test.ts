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
import type { RetryStage } from "./Wait.ts"

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
const held = (waiting: "paused" | "awaiting_approval", kept: ReadonlyArray<RetryStage> = ["plan", "code"]): Command => ({
  _tag: "Finish",
  at: 6,
  runId: run1,
  jitter: 0,
  outcome: { ...outcome("held", "needs_human"), waiting, kept },
})
const wait = held("paused")
const askApproval = held("awaiting_approval")
const pause: Command = { _tag: "Pause", at: 4, reason: "Bob paused it." }
const resume: Command = { _tag: "Resume", at: 9 }
const approve: Command = { _tag: "Approve", at: 9, by: "bob", note: "Mind the docs.", isChecked: true }
const failedWith = (kept: ReadonlyArray<RetryStage>): Command => ({
  _tag: "Finish",
  at: 10,
  runId: run1,
  jitter: 0,
  outcome: { ...outcome("failed", "needs_human"), kept },
})
const silent = (at: number): Command => ({ _tag: "ExpireLease", at, runId: run1, silentSince: 0, leaseMs: limits.leaseMs })
const retryFrom = (from: RetryStage | null): Command => ({ _tag: "Retry", at: 20, requestedBy: "bob", repositoryId: 7, from })
const retry = retryFrom(null)

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
  ["a running run is asked to rest", [request, dispatch], pause, ["PauseRequested"], "running"],
  ["asking twice to rest is asking once", [request, dispatch, pause], pause, [], "running"],
  ["the asked run rests", [request, dispatch, pause], wait, ["Waited"], "waiting"],
  ["a paused task is paused already", [request, dispatch, wait], pause, [], "waiting"],
  ["a pending task is paused at once", [request], pause, ["Waited"], "waiting"],
  ["and is not dispatched", [request, pause], dispatch, "not_pending"],
  ["a task that is being cancelled is not paused", [request, dispatch, cancel], pause, "being_cancelled"],
  ["an ended task is not paused", [request, cancel], pause, "already_ended"],
  ["a run that is about to rest does not resume", [request, dispatch, pause], resume, "not_waiting"],
  ["a stop goes before a pause", [request, dispatch, pause], cancel, ["CancelRequested"], "running"],
  ["a run that was to rest and is done is done", [request, dispatch, pause], finish("completed"), ["Completed"], "completed"],
  ["a run that was to rest and broke waits", [request, dispatch, pause], finish("failed", "transient"), ["Waited"], "waiting"],
  [
    "a run that was to rest and failed for good has failed",
    [request, dispatch, pause],
    finish("failed", "permanent"),
    ["Failed"],
    "failed",
  ],
  [
    "a run that was to rest and was lost waits",
    [request, dispatch, pause],
    { _tag: "LoseRun", at: 9, runId: run1, jitter: 0, reason: "gone" },
    ["Waited"],
    "waiting",
  ],
  ["a plan waits for approval", [request, dispatch], askApproval, ["Waited"], "waiting"],
  ["an approved plan goes on", [request, dispatch, askApproval], approve, ["Approved", "Resumed"], "pending"],
  ["a plan that waits is not resumed past its approval", [request, dispatch, askApproval], resume, "awaiting_approval"],
  ["nor begun by a retry", [request, dispatch, askApproval], retryFrom("code"), "awaiting_approval"],
  ["another plan may be had", [request, dispatch, askApproval], retry, ["Resumed"], "pending"],
  ["a paused task has no plan to approve", [request, dispatch, wait], approve, "not_awaiting_approval"],
  ["nor has a running one", [request, dispatch], approve, "not_awaiting_approval"],
  ["approved once", [request, dispatch, askApproval, approve], approve, "not_awaiting_approval"],
  ["retry from what is kept", [request, dispatch, failedWith(["plan", "code", "verify"])], retryFrom("verify"), ["Requested"], "pending"],
  ["retry from what is not kept is refused", [request, dispatch, failedWith(["plan", "code"])], retryFrom("verify"), "nothing_kept"],
  ["retry from the plan needs nothing", [request, dispatch, finish("failed")], retryFrom("plan"), ["Requested"], "pending"],
  ["a waiting task goes on from a stage", [request, dispatch, wait], retryFrom("code"), ["Resumed"], "pending"],
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

  it("a task that was paused in the queue has used no attempt", () => {
    const state = after(request, pause, resume, { ...dispatch, at: 9 })
    assert.deepInclude(state.task, { status: "running", attempt: 1 })
    assert.isUndefined(state.task?.from)
  })

  it("a resumed run goes on with what the last one kept, and what that spent stays spent", () => {
    const usage = { ...noUsage, requests: 3, costUsd: 0.5 }
    const spent: Command = {
      _tag: "Finish",
      at: 6,
      runId: run1,
      jitter: 0,
      outcome: { ...outcome("held", "needs_human"), waiting: "paused", kept: ["plan", "code"], usage },
    }
    const state = after(request, dispatch, pause, spent, resume, { _tag: "Dispatch", at: 9, runId: run2 })
    assert.deepStrictEqual(state.task?.from, { runId: run1, stage: null })
    assert.deepStrictEqual(state.task?.spent, usage)
    assert.isUndefined(state.task?.pause)
  })

  it("an approval is for one plan: who may not approve, and who has another made, has it wait again", () => {
    const approved = after(request, dispatch, askApproval, approve, { _tag: "Dispatch", at: 9, runId: run1 })
    assert.deepStrictEqual(approved.task?.approval, { state: "given", by: "bob", note: "Mind the docs.", isChecked: true })
    const again = Result.getOrThrow(decide(approved, askApproval)).reduce(evolve, approved)
    assert.deepStrictEqual(again.task?.approval, { state: "wanted" })
    const failed = Result.getOrThrow(decide(approved, failedWith(["plan", "code"]))).reduce(evolve, approved)
    const from = (stage: RetryStage | null) => Result.getOrThrow(decide(failed, retryFrom(stage))).reduce(evolve, failed).task
    assert.deepInclude(from("plan")?.approval, { state: "wanted" })
    assert.deepInclude(from(null)?.approval, { state: "wanted" })
    assert.deepInclude(from("code")?.approval, { state: "given" })
    assert.deepStrictEqual(from("code")?.from, { runId: run1, stage: "code" })
  })

  it("a wish for a plan waits for approval from the beginning on", () => {
    const state = after({ ...request, request: { ...wish, approval: true } })
    assert.deepStrictEqual(state.task?.approval, { state: "wanted" })
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
