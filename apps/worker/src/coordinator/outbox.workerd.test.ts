import { env } from "cloudflare:workers"
import { runInDurableObject } from "cloudflare:test"
import { Effect, Layer } from "effect"
import { beforeAll, describe, expect, it } from "vitest"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { DatabaseLive } from "@loom/db/Database"
import { TaskCatalogueD1 } from "@loom/db/TaskCatalogueD1"
import { engineOf } from "../../test/engine.ts"
import { coordinator, migrated, newRepository, outcomeOf, ring, run, stubOf, wishFor } from "../../test/fixtures.ts"
import { cloudflarePlatform } from "./cloudflare-platform.ts"
import { CHAIN_START, hashEvent } from "./hash-event.ts"

beforeAll(migrated)

const catalogue = <A, E>(use: (service: TaskCatalogue["Service"]) => Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.provide(TaskCatalogue.use(use), TaskCatalogueD1.pipe(Layer.provide(DatabaseLive(env.DB)))))
const page = { after: 0, limit: 1_000 }

/** A task that went all the way, with 1,200 log lines; D1 has not been told yet when `failing` projections are asked for. */
const finished = async (failing = 0) => {
  const repository = newRepository()
  const engine = engineOf(repository.id)
  engine.failProjections = failing
  const { taskId } = await run(coordinator.request(wishFor(repository)))
  await engine.until(() => engine.started.length === 1)
  const runId = engine.started[0]?.runId ?? ""
  const line = { at: 5, stage: "code" as const, level: "info" as const, message: "über 'quoted' \"text\" \u0000 end" }
  await run(coordinator.report(repository.id, runId, { kind: "log", key: "k", lines: Array.from({ length: 1_200 }, () => line) }))
  await run(coordinator.finish(repository.id, runId, outcomeOf("completed")))
  return { repository, engine, taskId, runId }
}
const drained = async (repository: ReturnType<typeof newRepository>) => {
  while ((await stubOf(repository).stats()).outbox > 0) await ring(repository)
}

describe("the outbox", () => {
  it("brings task, events, logs, run and counters to D1 as the coordinator has them", async () => {
    const { repository, runId, taskId } = await finished()
    await drained(repository)
    expect(await catalogue((d1) => d1.get(taskId))).toEqual(await run(coordinator.task(repository.id, taskId)))
    expect(await catalogue((d1) => d1.events(taskId, page))).toEqual(await run(coordinator.events(repository.id, taskId, page)))
    expect(await catalogue((d1) => d1.logs(taskId, { after: 700, limit: 100 }))).toEqual(
      await run(coordinator.logs(repository.id, taskId, { after: 700, limit: 100 })),
    )
    const runs = await env.DB.prepare("SELECT status, verdict, attempt, ended_at FROM runs WHERE id = ?").bind(runId).all()
    expect(runs.results).toEqual([{ status: "completed", verdict: "pass", attempt: 1, ended_at: expect.any(Number) }])
    const counters = await env.DB.prepare("SELECT completed, pending, running FROM repositories WHERE id = ?").bind(repository.id).all()
    expect(counters.results).toEqual([{ completed: 1, pending: 0, running: 0 }])
  })

  it("tells the list for what a task waits, and that it no longer does", async () => {
    const repository = newRepository()
    const { taskId } = await run(coordinator.request(wishFor(repository)))
    const steer = (what: Parameters<typeof coordinator.steer>[1]["what"]) =>
      run(coordinator.steer(repository.id, { target: { kind: "task", taskId }, what, actor: "ada", cause: "api" }))
    const listed = async () => {
      await drained(repository)
      expect(await catalogue((d1) => d1.get(taskId))).toEqual(await run(coordinator.task(repository.id, taskId)))
      const { items } = await catalogue((d1) =>
        d1.list({
          statuses: [],
          repository: `${repository.owner}/${repository.name}`,
          text: null,
          readable: "all",
          cursor: null,
          limit: 1,
        }),
      )
      return items[0]
    }
    await steer({ kind: "pause", reason: "It was paused by ada." })
    const { runId } = await run(coordinator.task(repository.id, taskId))
    if (runId !== null)
      await run(coordinator.finish(repository.id, runId, { ...outcomeOf("completed"), status: "held", waiting: "paused" }))
    expect(await listed()).toMatchObject({ status: "waiting", waiting: "paused" })
    await steer({ kind: "resume" })
    expect(await listed()).not.toHaveProperty("waiting")
  })

  it("loses nothing while D1 is down, and catches up", async () => {
    const { engine, repository, taskId } = await finished(3)
    expect(await catalogue((d1) => d1.get(taskId))).toBeNull()
    expect((await stubOf(repository).stats()).outbox).toBeGreaterThan(1_000)
    while ((await stubOf(repository).stats()).outbox > 0) {
      engine.skipMs += 60_000
      await ring(repository)
    }
    expect(await catalogue((d1) => d1.get(taskId))).toMatchObject({ status: "completed" })
    expect((await catalogue((d1) => d1.logs(taskId, { after: 1_199, limit: 10 }))).items).toHaveLength(1)
  })

  it("cuts its batches by size, also where many large tasks ended while D1 was down", async () => {
    const repository = newRepository()
    const engine = engineOf(repository.id)
    engine.failProjections = Number.POSITIVE_INFINITY
    const comparison = {
      verdict: "pass" as const,
      reason: "r",
      base: { passed: 1, failed: 0, skipped: 0 },
      head: { passed: 1, failed: 0, skipped: 0 },
      fixed: [],
      regressed: [],
      stillFailing: [],
      removed: [],
      flaky: [],
      failures: [],
      added: Array.from({ length: 10_000 }, (_, index) => `file-${index}.test.ts > ${"x".repeat(200)}`),
    }
    const large = { ...outcomeOf("completed"), comparison: { ...comparison, removed: comparison.added, fixed: comparison.added } }
    for (let issue = 1; issue <= 20; issue++) {
      await run(coordinator.request(wishFor(repository, issue)))
      await ring(repository)
      await engine.until(() => engine.started.length === issue)
      await run(coordinator.finish(repository.id, engine.started[issue - 1]?.runId ?? "", large))
    }
    engine.failProjections = 0
    while ((await stubOf(repository).stats()).outbox > 0) {
      engine.skipMs += 60_000
      await ring(repository)
    }
    const sizes = engine.projected.map((batch) => JSON.stringify(batch).length)
    expect(Math.max(...sizes)).toBeLessThan(1_000_000)
    expect(await env.DB.prepare("SELECT count(*) AS n FROM tasks WHERE repository_id = ?").bind(repository.id).first("n")).toBe(20)
  })

  it("may repeat everything: nothing doubles and nothing newer is replaced", async () => {
    const { repository, taskId } = await finished()
    await drained(repository)
    const before = await catalogue((d1) => Effect.all([d1.get(taskId), d1.events(taskId, page), d1.logs(taskId, page)]))
    await runInDurableObject(stubOf(repository), (_, state) => {
      state.storage.sql.exec("UPDATE meta SET value = '0' WHERE key LIKE 'projected_%'")
    })
    await drained(repository)
    expect(await catalogue((d1) => Effect.all([d1.get(taskId), d1.events(taskId, page), d1.logs(taskId, page)]))).toEqual(before)
    expect(await env.DB.prepare("SELECT count(*) AS n FROM runs WHERE task_id = ?").bind(taskId).first("n")).toBe(1)
  })
})

describe("a batch that comes late", () => {
  it("does not bring an older state back", async () => {
    const repository = newRepository()
    const engine = engineOf(repository.id)
    const { taskId } = await run(coordinator.request(wishFor(repository)))
    await engine.until(() => engine.started.length === 1)
    await drained(repository)
    await run(coordinator.finish(repository.id, engine.started[0]?.runId ?? "", outcomeOf("completed")))
    await drained(repository)
    const [oldest] = engine.projected
    if (oldest === undefined) throw new Error("nothing was projected")
    expect(oldest.tasks[0]?.detail.status).not.toBe("completed")
    await cloudflarePlatform({ TASK_WORKFLOW: env.ENGINE, DB: env.DB }).project(oldest)
    expect(await catalogue((d1) => d1.get(taskId))).toMatchObject({ status: "completed" })
    expect(await env.DB.prepare("SELECT completed FROM repositories WHERE id = ?").bind(repository.id).first("completed")).toBe(1)
    expect(await env.DB.prepare("SELECT status FROM runs WHERE task_id = ?").bind(taskId).first("status")).toBe("completed")
  })
})

describe("the history", () => {
  it("is a chain: every hash follows from the one before, and a changed entry breaks it", async () => {
    const { repository, taskId } = await finished()
    const rows = await runInDurableObject(stubOf(repository), (_, state) =>
      state.storage.sql
        .exec<{ task_id: string; seq: number; at: number; actor: string; cause: string; type: string; data: string; hash: string }>(
          "SELECT task_id, seq, at, actor, cause, type, data, hash FROM events ORDER BY seq",
        )
        .toArray(),
    )
    const rehashed = (entries: typeof rows) => {
      let previous = CHAIN_START
      return entries.map(({ task_id, ...event }) => (previous = hashEvent(previous, { taskId: task_id, ...event })))
    }
    expect(rows.map((row) => row.seq)).toEqual([1, 2, 3])
    expect(rehashed(rows)).toEqual(rows.map((row) => row.hash))
    const forged = rows.map((row, index) => (index === 1 ? { ...row, actor: "mallory" } : row))
    expect(rehashed(forged).map((hash, index) => hash === rows[index]?.hash)).toEqual([true, false, false])
    expect((await run(coordinator.events(repository.id, taskId, page))).items.map((event) => event.hash)).toEqual(
      rows.map((row) => row.hash),
    )
  })

  it("is bounded: a log that is full says so and takes no more", async () => {
    const repository = newRepository()
    const engine = engineOf(repository.id)
    engine.maxLogLines = 10
    const { taskId } = await run(coordinator.request(wishFor(repository)))
    await engine.until(() => engine.started.length === 1)
    const line = { at: 5, stage: null, level: "info" as const, message: "x".repeat(5_000) }
    for (const key of ["a", "b"])
      await run(
        coordinator.report(repository.id, engine.started[0]?.runId ?? "", {
          kind: "log",
          key,
          lines: Array.from({ length: 8 }, () => line),
        }),
      )
    const { items } = await run(coordinator.logs(repository.id, taskId, page))
    expect(items).toHaveLength(10)
    expect(items[0]?.message).toHaveLength(2_000)
    expect(items.at(-1)?.message).toContain("is full (10 lines)")
  })
})
