import { env } from "cloudflare:workers"
import { Effect, Layer } from "effect"
import { beforeAll, describe, expect, it } from "vitest"
import type { RunOutcome } from "@loom/core/domain/Run"
import type { Steering } from "@loom/core/ports/Coordinator"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { DatabaseLive } from "@loom/db/Database"
import { TaskCatalogueD1 } from "@loom/db/TaskCatalogueD1"
import { engineOf } from "../../test/engine.ts"
import { coordinator, migrated, newRepository, outcomeOf, ring, run, stubOf, wishFor } from "../../test/fixtures.ts"

beforeAll(migrated)

/** A repository with one task whose run the engine has. */
const running = async (approval = false) => {
  const repository = newRepository()
  const engine = engineOf(repository.id)
  const { taskId } = await run(coordinator.request(wishFor(repository, 1, approval ? { approval: true } : {})))
  await engine.until(() => engine.started.length === 1)
  await ring(repository)
  const task = () => run(coordinator.task(repository.id, taskId))
  const steer = (what: Steering, actor = "bob") =>
    run(coordinator.steer(repository.id, { target: { kind: "task", taskId }, what, actor, cause: "api" }))
  return { repository, engine, taskId, runId: (await task()).runId ?? "", task, steer }
}
const held = (waiting: "paused" | "awaiting_approval", kept: RunOutcome["kept"] = ["plan", "code"]): RunOutcome => ({
  ...outcomeOf("held", "needs_human"),
  waiting,
  ...(kept === undefined ? {} : { kept }),
})
const inD1 = (taskId: string) =>
  Effect.runPromise(
    Effect.provide(
      TaskCatalogue.use((d1) => d1.get(taskId)),
      TaskCatalogueD1.pipe(Layer.provide(DatabaseLive(env.DB))),
    ),
  )
const pause = { kind: "pause", reason: "Bob paused it." } as const

describe("a pause", () => {
  it("is told to the run, frees its slot, is in D1, and is over when the task is resumed", async () => {
    const { engine, repository, runId, steer, task, taskId } = await running()
    expect(await steer(pause)).toMatchObject({ status: "running", effect: "changed" })
    expect(await steer(pause)).toMatchObject({ effect: "unchanged" })
    expect(await task()).toMatchObject({ pausing: true })
    expect(await run(coordinator.report(repository.id, runId, { kind: "heartbeat" }))).toEqual({ stop: false, hold: "Bob paused it." })
    await expect(steer({ kind: "resume" })).rejects.toMatchObject({ code: "not_waiting" })

    await run(coordinator.finish(repository.id, runId, held("paused")))
    await run(coordinator.finish(repository.id, runId, held("paused")))
    const waiting = await task()
    expect(waiting).toMatchObject({ status: "waiting", waiting: "paused", retryFrom: ["plan", "code"], usage: { requests: 2 } })
    expect(waiting).not.toHaveProperty("pausing")
    expect((await stubOf(repository).stats()).counters).toMatchObject({ running: 0, waiting: 1 })
    expect(await run(coordinator.report(repository.id, runId, { kind: "heartbeat" }))).toMatchObject({ stop: true })
    // The outbox waits a moment for more.
    await engine.until(() => engine.projected.some(({ tasks }) => tasks.some(({ detail }) => detail.status === "waiting")))
    expect(await inD1(taskId)).toEqual(waiting)

    expect(await steer({ kind: "resume" })).toMatchObject({ status: "pending", effect: "changed" })
    await engine.until(() => engine.started.length === 2)
    expect(engine.started[1]).toMatchObject({ attempt: 1, from: { runId, stage: null }, spent: { requests: 2 } })
    expect(engine.started[1]?.runId).not.toBe(runId)
  })

  it("of a queued task is at once, and of one that is being cancelled or has ended is refused", async () => {
    const { engine, repository, steer, taskId } = await running()
    const { taskId: second } = await run(coordinator.request(wishFor(repository, 2)))
    await engine.until(() => engine.started.length === 2)
    const { taskId: queued } = await run(coordinator.request(wishFor(repository, 3)))
    const at = (id: string) => ({ target: { kind: "task" as const, taskId: id }, actor: "bob", cause: "api" })
    expect(await run(coordinator.steer(repository.id, { ...at(queued), what: pause }))).toMatchObject({ status: "waiting" })
    await run(coordinator.cancel(repository.id, { target: { kind: "task", taskId }, reason: "r", actor: "bob", cause: "api" }))
    await expect(steer(pause)).rejects.toMatchObject({ code: "being_cancelled" })
    await run(coordinator.finish(repository.id, engine.started[1]?.runId ?? "", outcomeOf("completed")))
    await expect(run(coordinator.steer(repository.id, { ...at(second), what: pause }))).rejects.toMatchObject({ code: "already_ended" })
    // Its place is free, and the paused one does not take it.
    await ring(repository)
    expect(engine.started).toHaveLength(2)
    await run(coordinator.steer(repository.id, { ...at(queued), what: { kind: "resume" } }))
    await engine.until(() => engine.started.length === 3)
    expect(engine.started[2]).toMatchObject({ taskId: queued, attempt: 1 })
    expect(engine.started[2]).not.toHaveProperty("from")
  })

  it("of a run that the engine lost waits as well, its box is closed and the issue told", async () => {
    const { engine, repository, runId, steer, task } = await running()
    await steer(pause)
    engine.recovery = "ended"
    engine.skipMs += 1_000_000
    await ring(repository)
    expect(await task()).toMatchObject({ status: "waiting", waiting: "paused" })
    await engine.until(() => engine.ended.length === 1)
    expect(engine.ended).toMatchObject([{ runId, ended: { status: "held", reason: "Bob paused it." } }])
  })

  it("that is cancelled is told on the issue, for which there is no run", async () => {
    const { engine, repository, runId, steer, task, taskId } = await running()
    await steer(pause)
    await run(coordinator.finish(repository.id, runId, held("paused")))
    await run(coordinator.cancel(repository.id, { target: { kind: "task", taskId }, reason: "Enough.", actor: "bob", cause: "api" }))
    expect(await task()).toMatchObject({ status: "cancelled", retryFrom: ["plan", "code"] })
    await engine.until(() => engine.ended.length === 1)
    expect(engine.ended).toMatchObject([{ runId, ended: { status: "cancelled", reason: "Enough." } }])
  })
})

describe("a plan first", () => {
  it("waits for approval, which goes to the next run with its note; nothing else sends it on", async () => {
    const { engine, repository, runId, steer, task } = await running(true)
    expect(engine.started[0]).toMatchObject({ approval: { state: "wanted" } })
    const approve = { kind: "approve", note: "Mind the docs.", isChecked: true } as const
    await expect(steer(approve)).rejects.toMatchObject({ code: "not_awaiting_approval" })
    await run(coordinator.finish(repository.id, runId, held("awaiting_approval")))
    expect(await task()).toMatchObject({ status: "waiting", waiting: "awaiting_approval" })
    await expect(steer({ kind: "resume" })).rejects.toMatchObject({ code: "awaiting_approval" })
    await expect(steer({ kind: "retry", from: "code" })).rejects.toMatchObject({ code: "awaiting_approval" })
    await steer(approve)
    await engine.until(() => engine.started.length === 2)
    expect(engine.started[1]).toMatchObject({
      from: { runId, stage: null },
      approval: { state: "given", by: "bob", note: "Mind the docs.", isChecked: true },
    })
    await expect(steer(approve)).rejects.toMatchObject({ code: "not_awaiting_approval" })
  })
})

describe("a retry from a stage", () => {
  it("makes a task whose run goes on with what the last one kept, and no other", async () => {
    const { engine, repository, runId, steer } = await running()
    await run(coordinator.finish(repository.id, runId, { ...outcomeOf("failed"), kept: ["plan", "code"] }))
    await expect(steer({ kind: "retry", from: "publish" })).rejects.toMatchObject({ code: "nothing_kept" })
    const next = await steer({ kind: "retry", from: "code" })
    expect(next).toMatchObject({ taskId: `t_${repository.id}_1_2`, effect: "created" })
    await engine.until(() => engine.started.length === 2)
    expect(engine.started[1]).toMatchObject({ taskId: next.taskId, from: { runId, stage: "code" }, spent: { requests: 0 } })
  })
})
