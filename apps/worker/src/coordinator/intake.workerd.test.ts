import { evictDurableObject, runInDurableObject } from "cloudflare:test"
import { env } from "cloudflare:workers"
import { beforeAll, describe, expect, it } from "vitest"
import { engineOf } from "../../test/engine.ts"
import { coordinator, migrated, newRepository, ring, run, stubOf, wishFor } from "../../test/fixtures.ts"

beforeAll(migrated)

const statsOf = (repository: ReturnType<typeof newRepository>) => stubOf(repository).stats()
const alarmOf = (repository: ReturnType<typeof newRepository>) =>
  runInDurableObject(stubOf(repository), async (_, state) => (await state.storage.getAlarm()) ?? 0)

describe("intake", () => {
  it("20 parallel copies, another event of the same click, and a redelivery are one task", async () => {
    const repository = newRepository()
    const copies = await Promise.all(
      Array.from({ length: 20 }, () => run(coordinator.request(wishFor(repository, 1, { deliveryId: "d-1" })))),
    )
    const opened = await run(coordinator.request(wishFor(repository, 1, { deliveryId: "d-2" })))
    const redelivered = await run(coordinator.request(wishFor(repository, 1, { deliveryId: "d-1" })))

    expect(new Set([...copies, opened, redelivered].map((answer) => answer.taskId))).toEqual(new Set([`t_${repository.id}_1_1`]))
    expect(copies.map((answer) => answer.effect).toSorted()).toEqual(["created", ...Array.from({ length: 19 }, () => "repeated")])
    expect([opened.effect, redelivered.effect]).toEqual(["joined", "repeated"])
    const { counters } = await statsOf(repository)
    expect(counters.pending + counters.running).toBe(1)
  })

  it("calls that arrive together share transactions", async () => {
    const repository = newRepository()
    await Promise.all(Array.from({ length: 200 }, (_, issue) => run(coordinator.request(wishFor(repository, issue + 1)))))
    await ring(repository)
    const { calls, counters, transactions } = await statsOf(repository)
    expect(calls).toBeGreaterThanOrEqual(200)
    expect(transactions).toBeLessThan(20)
    expect(counters.pending + counters.running).toBe(200)
  })

  it("tells old wishes from new ones that arrive in the same group", async () => {
    const repository = newRepository()
    await run(coordinator.request(wishFor(repository, 1, { deliveryId: "d-1" })))
    const { answers, transactions } = await runInDurableObject(stubOf(repository), async (instance) => {
      const before = (await instance.stats()).transactions
      const wishes = [
        wishFor(repository, 1, { deliveryId: "d-1" }),
        wishFor(repository, 1, { deliveryId: "d-2" }),
        wishFor(repository, 2, { deliveryId: "d-3" }),
        wishFor(repository, 2, { deliveryId: "d-3" }),
        wishFor(repository, 2, { deliveryId: null }),
      ]
      const given = await Promise.all(wishes.map((wish) => instance.request(JSON.stringify(wish))))
      return { answers: given, transactions: (await instance.stats()).transactions - before }
    })
    expect(answers.map(({ effect }) => effect)).toEqual(["repeated", "joined", "created", "repeated", "joined"])
    expect(answers.map(({ taskId }) => taskId)).toEqual([1, 1, 2, 2, 2].map((issue) => `t_${repository.id}_${issue}_1`))
    expect(transactions).toBe(1)
    const { counters } = await statsOf(repository)
    expect(counters.pending + counters.running).toBe(2)
  })

  it("a delivery whose work never finished leaves nothing, and runs when it comes again", async () => {
    const repository = newRepository()
    const wish = wishFor(repository, 1, { deliveryId: "d-9" })
    // The transaction breaks after the task was written: as if the disk was full.
    const broken = await runInDurableObject(stubOf(repository), async (instance, state) => {
      await instance.request(JSON.stringify(wishFor(repository, 7)))
      state.storage.sql.exec("CREATE TRIGGER broken BEFORE INSERT ON deliveries BEGIN SELECT raise(ABORT, 'disk full'); END")
      const failure = await instance.request(JSON.stringify(wish)).then(
        () => null,
        (cause: Error) => cause.message,
      )
      state.storage.sql.exec("DROP TRIGGER broken")
      return { failure, tasks: state.storage.sql.exec("SELECT id FROM tasks WHERE issue_number = 1").toArray().length }
    })
    expect(broken).toEqual({ failure: expect.stringContaining("disk full"), tasks: 0 })
    expect((await statsOf(repository)).counters).toMatchObject({ pending: expect.any(Number) })

    const again = await run(coordinator.request(wish))
    expect(again.effect).toBe("created")
    const { counters } = await statsOf(repository)
    expect(counters.pending + counters.running).toBe(2)
  })

  it("a work that throws takes nobody of its group along", async () => {
    const repository = newRepository()
    const answers = await runInDurableObject(stubOf(repository), async (instance, state) => {
      await instance.request(JSON.stringify(wishFor(repository, 1)))
      state.storage.sql.exec("CREATE TRIGGER broken BEFORE INSERT ON deliveries WHEN NEW.guid = 'bad' BEGIN SELECT raise(ABORT, 'no'); END")
      return Promise.allSettled(
        ["a", "bad", "c"].map((deliveryId, index) => instance.request(JSON.stringify(wishFor(repository, index + 10, { deliveryId })))),
      )
    })
    expect(answers.map((answer) => answer.status)).toEqual(["fulfilled", "rejected", "fulfilled"])
    const { counters } = await statsOf(repository)
    expect(counters.pending + counters.running).toBe(3)
  })

  it("what is written once stays so and is answered, also when the next alarm cannot be worked out", async () => {
    const repository = newRepository()
    const outcome = await runInDurableObject(stubOf(repository), async (instance, state) => {
      await instance.request(JSON.stringify(wishFor(repository, 1)))
      state.storage.sql.exec("UPDATE tasks SET status = 'running', state = '{'")
      const answers = await Promise.all(
        [2, 3].map((issue) => instance.request(JSON.stringify(wishFor(repository, issue, { deliveryId: `d-${issue}` })))),
      )
      state.storage.sql.exec("DELETE FROM tasks WHERE issue_number = 1")
      return answers.map((answer) => answer.effect)
    })
    expect(outcome).toEqual(["created", "created"])
  })

  it("brings the alarm forward, though one is set for the runs that go on: for a free slot, and for D1", async () => {
    const repository = newRepository()
    const engine = engineOf(repository.id)
    const toldOf = (issue: number) => engine.projected.some(({ tasks }) => tasks.some(({ detail }) => detail.issueNumber === issue))
    // Two may run at once. Each wish comes when nothing is due but the leases of those before.
    for (const [issue, started] of [
      [1, 1],
      [2, 2],
      [3, 2],
    ] as const) {
      await run(coordinator.request(wishFor(repository, issue)))
      await engine.until(() => engine.started.length === started && toldOf(issue))
      while ((await alarmOf(repository)) < Date.now() + 10_000) await scheduler.wait(5)
    }
    expect((await statsOf(repository)).counters).toMatchObject({ running: 2, pending: 1 })
  })

  it("everything is still there after the object was evicted", async () => {
    const repository = newRepository()
    const { taskId } = await run(coordinator.request(wishFor(repository, 4, { deliveryId: "d-4" })))
    await evictDurableObject(stubOf(repository))
    expect(await run(coordinator.task(repository.id, taskId))).toMatchObject({
      id: taskId,
      issueNumber: 4,
      repository: `octo/${repository.name}`,
    })
    expect((await run(coordinator.request(wishFor(repository, 4, { deliveryId: "d-4" })))).effect).toBe("repeated")
  })

  it("reading a task of a repository nobody ever asked for makes no storage", async () => {
    const repository = newRepository()
    await expect(run(coordinator.task(repository.id, `t_${repository.id}_1_1`))).rejects.toMatchObject({ _tag: "TaskNotFound" })
    const tables = await runInDurableObject(env.COORDINATOR.getByName(String(repository.id)), (_, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'tasks'").toArray(),
    )
    expect(tables).toEqual([])
  })
})
