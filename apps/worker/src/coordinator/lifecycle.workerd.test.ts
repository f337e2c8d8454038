import { evictDurableObject } from "cloudflare:test"
import { beforeAll, describe, expect, it } from "vitest"
import { defaultLimits } from "@loom/core/domain/RepositoryState"
import { engineOf } from "../../test/engine.ts"
import { coordinator, migrated, newRepository, outcomeOf, ring, run, stubOf, wishFor } from "../../test/fixtures.ts"

beforeAll(migrated)

/** A repository with one task whose run the engine has. */
const running = async () => {
  const repository = newRepository()
  const engine = engineOf(repository.id)
  const { taskId } = await run(coordinator.request(wishFor(repository)))
  await engine.until(() => engine.started.length === 1)
  await ring(repository)
  const task = await run(coordinator.task(repository.id, taskId))
  return { repository, engine, taskId, runId: task.runId ?? "", task: () => run(coordinator.task(repository.id, taskId)) }
}
const eventTypes = async (repositoryId: number, taskId: string) =>
  (await run(coordinator.events(repositoryId, taskId, { after: 0, limit: 100 }))).items.map((event) => event.type)

describe("the alarm", () => {
  it("dispatches without any further request, within the repository's limit", async () => {
    const repository = newRepository()
    const engine = engineOf(repository.id)
    await Promise.all([1, 2, 3, 4].map((issue) => run(coordinator.request(wishFor(repository, issue)))))
    await engine.until(() => engine.started.length === defaultLimits.concurrency)
    expect((await stubOf(repository).stats()).counters).toMatchObject({ running: 2, pending: 2 })
    expect(engine.started[0]).toMatchObject({ kind: "implement", repository, requestedBy: "ada", attempt: 1 })

    await run(coordinator.finish(repository.id, engine.started[0]?.runId ?? "", outcomeOf("completed")))
    await engine.until(() => engine.started.length === 3)
    expect((await stubOf(repository).stats()).counters).toMatchObject({ completed: 1, running: 2, pending: 1 })
  })

  it("starts a run again that the engine did not take, under the same id", async () => {
    const repository = newRepository()
    const engine = engineOf(repository.id)
    engine.failStarts = 2
    const { taskId } = await run(coordinator.request(wishFor(repository)))
    await engine.until(() => engine.started.length === 1)
    expect((await run(coordinator.task(repository.id, taskId))).runId).toBe(engine.started[0]?.runId)
    expect((await eventTypes(repository.id, taskId)).filter((type) => type === "Dispatched")).toHaveLength(1)
  })
})

describe("a run", () => {
  it("reports, logs once per key, and completes", async () => {
    const { repository, runId, task, taskId } = await running()
    const record = { name: "code" as const, startedAt: 1, endedAt: null, outcome: "running" as const, summary: "turn 1" }
    const line = { at: 5, stage: "code" as const, level: "info" as const, message: "hello" }
    expect(await run(coordinator.report(repository.id, runId, { kind: "stage", record }))).toEqual({ stop: false })
    for (let again = 0; again < 2; again++)
      await run(coordinator.report(repository.id, runId, { kind: "log", key: "k1", lines: [line, line] }))
    await run(coordinator.report(repository.id, runId, { kind: "log", key: "k2", lines: [line] }))
    await run(
      coordinator.report(repository.id, runId, {
        kind: "usage",
        total: { requests: 1, inputTokens: 3, outputTokens: 1, cachedInputTokens: 0, costUsd: 0.5 },
      }),
    )
    expect(await task()).toMatchObject({ status: "running", stage: "code", usage: { requests: 1, costUsd: 0.5 } })
    expect((await run(coordinator.logs(repository.id, taskId, { after: 0, limit: 10 }))).items.map((item) => item.seq)).toEqual([1, 2, 3])
    expect(await run(coordinator.logs(repository.id, taskId, { after: 1, limit: 1 }))).toMatchObject({ items: [{ seq: 2 }], next: "2" })

    await run(coordinator.finish(repository.id, runId, outcomeOf("completed")))
    await run(coordinator.finish(repository.id, runId, outcomeOf("failed")))
    expect(await task()).toMatchObject({ status: "completed", verdict: "pass", pullRequest: { number: 9 }, outcome: { headCommit: "h" } })
    expect(await run(coordinator.report(repository.id, runId, { kind: "heartbeat" }))).toMatchObject({ stop: true })
  })

  it("that is not the current one is told to stop and changes nothing", async () => {
    const { repository, runId, task } = await running()
    expect(await run(coordinator.report(repository.id, "r-old", { kind: "usage", total: outcomeOf("failed").usage }))).toMatchObject({
      stop: true,
    })
    await run(coordinator.finish(repository.id, "r-old", outcomeOf("completed")))
    expect(await task()).toMatchObject({ status: "running", runId, usage: { requests: 0 } })
  })

  it("that failed for a passing reason is tried again after a backoff, at most three times", async () => {
    const { engine, repository, task } = await running()
    for (const attempt of [1, 2, 3]) {
      await engine.until(() => engine.started.length === attempt)
      await run(coordinator.finish(repository.id, engine.started[attempt - 1]?.runId ?? "", outcomeOf("failed", "transient")))
      engine.skipMs += defaultLimits.backoffMaxMs
      await ring(repository)
    }
    expect(engine.started.map((input) => input.attempt)).toEqual([1, 2, 3])
    expect(await task()).toMatchObject({ status: "failed", reason: "It broke.", attempt: 3, usage: { requests: 6 } })
  })
})

describe("the watchdog", () => {
  it("continues a silent run and leaves one that speaks alone", async () => {
    const { engine, repository, runId, taskId } = await running()
    engine.skipMs += defaultLimits.leaseMs - 5_000
    await run(coordinator.report(repository.id, runId, { kind: "heartbeat" }))
    engine.skipMs += defaultLimits.leaseMs - 5_000
    await ring(repository)
    expect(engine.recovered).toEqual([])
    engine.skipMs += 10_000
    await ring(repository)
    expect(engine.recovered).toEqual([runId])
    expect(await eventTypes(repository.id, taskId)).toEqual(["Requested", "Dispatched", "RunRecovered"])
  })

  it("starts a run the engine never had, and retries one that ended without a word", async () => {
    const { engine, repository, runId, taskId } = await running()
    engine.recovery = "missing"
    engine.skipMs += defaultLimits.leaseMs
    await ring(repository)
    expect(engine.started[1]?.runId).toBe(runId)

    engine.recovery = "ended"
    engine.skipMs += defaultLimits.leaseMs
    await ring(repository)
    expect(await eventTypes(repository.id, taskId)).toEqual(["Requested", "Dispatched", "RunRecovered", "RunRecovered", "RetryScheduled"])
    // Its box is closed; the issue hears from the run that takes its place.
    expect(engine.ended).toMatchObject([
      { runId, ended: { status: "retrying", reason: "The run ended without saying how: Execution timed out." } },
    ])
  })

  it("gives a run up that falls silent too often", async () => {
    const { engine, repository, task } = await running()
    for (let silence = 0; silence <= defaultLimits.maxRecoveries; silence++) {
      engine.skipMs += defaultLimits.leaseMs
      await ring(repository)
    }
    expect(engine.recovered).toHaveLength(defaultLimits.maxRecoveries)
    expect(await task()).toMatchObject({ status: "failed", reason: expect.stringContaining("fell silent") })
    expect(engine.stopped).toHaveLength(1)
    expect(engine.ended).toMatchObject([{ ended: { status: "failed", reason: expect.stringContaining("fell silent") } }])
  })

  it("finds a run whose engine died with the process, soon after the object wakes", async () => {
    const { engine, repository, runId, task } = await running()
    engine.recoverOnWakeMs = 20
    await evictDurableObject(stubOf(repository))
    expect(await task()).toMatchObject({ status: "running" })
    await engine.until(() => engine.recovered.length === 1)
    expect(engine.recovered).toEqual([runId])
  })
})

describe("cancel", () => {
  const stop = { reason: "The label was removed.", actor: "bob", cause: "d-2" }

  it("ends a queued task at once and asks a running one to stop", async () => {
    const repository = newRepository()
    const engine = engineOf(repository.id)
    const answers = await Promise.all([1, 2, 3].map((issue) => run(coordinator.request(wishFor(repository, issue)))))
    await engine.until(() => engine.started.length === 2)
    const queued = answers.find(({ taskId }) => !engine.started.some((input) => input.taskId === taskId))
    const [first] = engine.started
    const cancelled = await run(coordinator.cancel(repository.id, { ...stop, target: { kind: "all" } }))
    expect(cancelled.map(({ status }) => status).toSorted()).toEqual(["cancelled", "running", "running"])
    expect((await run(coordinator.task(repository.id, queued?.taskId ?? ""))).status).toBe("cancelled")

    expect(await run(coordinator.report(repository.id, first?.runId ?? "", { kind: "heartbeat" }))).toEqual({
      stop: true,
      reason: stop.reason,
    })
    await run(coordinator.finish(repository.id, first?.runId ?? "", outcomeOf("cancelled")))
    expect(await run(coordinator.task(repository.id, first?.taskId ?? ""))).toMatchObject({ status: "cancelled", reason: stop.reason })
  })

  it("is forced when the run does not stop in time", async () => {
    const { engine, repository, runId, task } = await running()
    await run(coordinator.cancel(repository.id, { ...stop, target: { kind: "issue", issueNumber: 1 } }))
    engine.skipMs += defaultLimits.cancelGraceMs
    await ring(repository)
    expect(engine.stopped).toEqual([runId])
    expect(await task()).toMatchObject({ status: "cancelled", reason: expect.stringContaining("by force") })
    expect(engine.ended).toMatchObject([{ runId, ended: { status: "cancelled", reason: expect.stringContaining("by force") } }])
  })

  it("followed by the label again is a new task as soon as the run has stopped, and not when the label went again", async () => {
    const label = (repository: ReturnType<typeof newRepository>) => run(coordinator.request(wishFor(repository, 1, { requestedBy: "eve" })))
    const unlabel = (repository: ReturnType<typeof newRepository>) =>
      run(coordinator.cancel(repository.id, { ...stop, target: { kind: "issue", issueNumber: 1 } }))
    const again = await running()
    await unlabel(again.repository)
    expect(await label(again.repository)).toEqual({ taskId: again.taskId, status: "running", effect: "joined" })
    await run(coordinator.finish(again.repository.id, again.runId, outcomeOf("cancelled")))
    expect(await again.task()).toMatchObject({ status: "cancelled", reason: stop.reason })
    await again.engine.until(() => again.engine.started.length === 2)
    expect(again.engine.started[1]).toMatchObject({ taskId: `t_${again.repository.id}_1_2`, requestedBy: "eve" })

    const forced = await running()
    await unlabel(forced.repository)
    await label(forced.repository)
    forced.engine.skipMs += defaultLimits.cancelGraceMs
    await ring(forced.repository)
    await forced.engine.until(() => forced.engine.started.length === 2)

    const gone = await running()
    await unlabel(gone.repository)
    await label(gone.repository)
    await unlabel(gone.repository)
    await run(coordinator.finish(gone.repository.id, gone.runId, outcomeOf("cancelled")))
    expect((await stubOf(gone.repository).stats()).counters).toMatchObject({ cancelled: 1, pending: 0, running: 0 })
  })

  it("that is forced tells the issue also when the engine is down for a while, and once", async () => {
    const { engine, repository, runId } = await running()
    await run(coordinator.cancel(repository.id, { ...stop, target: { kind: "issue", issueNumber: 1 } }))
    engine.failStarts = 3
    engine.skipMs += defaultLimits.cancelGraceMs
    for (let look = 0; look < 6; look++) {
      await ring(repository)
      engine.skipMs += 60_000
    }
    expect(engine.ended.map((input) => input.runId)).toEqual([runId])
  })

  it("of an issue without an open task changes nothing; of an ended or unknown task it is refused", async () => {
    const { repository, runId, taskId } = await running()
    expect(await run(coordinator.cancel(repository.id, { ...stop, target: { kind: "issue", issueNumber: 99 } }))).toEqual([])
    await run(coordinator.finish(repository.id, runId, outcomeOf("completed")))
    await expect(run(coordinator.cancel(repository.id, { ...stop, target: { kind: "task", taskId } }))).rejects.toMatchObject({
      _tag: "Refusal",
      code: "already_ended",
    })
    await expect(run(coordinator.cancel(repository.id, { ...stop, target: { kind: "task", taskId: "t_1_1_1" } }))).rejects.toMatchObject({
      _tag: "TaskNotFound",
    })
  })
})

describe("retry", () => {
  const again = (taskId: string) => ({
    target: { kind: "task" as const, taskId },
    what: { kind: "retry" as const, from: null },
    actor: "operator",
    cause: "api",
  })
  it("of an ended task is a new task of the same issue; of an older one it is refused", async () => {
    const { engine, repository, runId, taskId } = await running()
    await run(coordinator.finish(repository.id, runId, outcomeOf("failed")))
    const next = await run(coordinator.steer(repository.id, again(taskId)))
    expect(next).toMatchObject({ taskId: `t_${repository.id}_1_2`, effect: "created" })
    await engine.until(() => engine.started.length === 2)
    // An operator is nobody on GitHub: the permission that counts is still that of the person who set the label.
    expect(engine.started[1]).toMatchObject({ taskId: next.taskId, requestedBy: "ada" })
    const { items } = await run(coordinator.events(repository.id, next.taskId, { after: 0, limit: 1 }))
    expect(items[0]).toMatchObject({ actor: "operator", cause: "api" })
    await expect(run(coordinator.steer(repository.id, again(taskId)))).rejects.toMatchObject({ code: "superseded" })
  })
})
