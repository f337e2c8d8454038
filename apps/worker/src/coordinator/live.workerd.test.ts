import { SELF, evictDurableObject, runInDurableObject } from "cloudflare:test"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { Schema } from "effect"
import { LiveMessage } from "@loom/core/domain/LiveMessage"
import { engineOf } from "../../test/engine.ts"
import { coordinator, migrated, newRepository, outcomeOf, ring, run, stubOf, wishFor } from "../../test/fixtures.ts"

beforeAll(migrated)

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(LiveMessage))

const running = async () => {
  const repository = newRepository()
  const engine = engineOf(repository.id)
  const { taskId } = await run(coordinator.request(wishFor(repository)))
  await engine.until(() => engine.started.length === 1)
  await ring(repository)
  const runId = engine.started[0]?.runId ?? ""
  let batches = 0
  const log = (messages: ReadonlyArray<string>) =>
    run(
      coordinator.report(repository.id, runId, {
        kind: "log",
        key: `k${++batches}`,
        lines: messages.map((message) => ({ at: 5, stage: "code", level: "info", message })),
      }),
    )
  const finish = () => run(coordinator.finish(repository.id, runId, outcomeOf("completed")))
  return { repository, engine, taskId, runId, log, finish }
}

/** A viewer as the page is one: it keeps its cursor and counts what it takes. `acks: false` is one that takes nothing. */
class Viewer {
  cursor = "0.0"
  readonly events: Array<number> = []
  readonly lines: Array<string> = []
  status = ""
  ended = false
  closed: number | null = null
  chars = 0
  pongs = 0
  socket: WebSocket | null = null
  readonly #taskId: string
  readonly #acks: boolean
  /** Takes this many messages of the connection, then cuts it. */
  cutAfter = Number.POSITIVE_INFINITY

  constructor(taskId: string, acks = true) {
    this.#taskId = taskId
    this.#acks = acks
  }

  async connect(): Promise<void> {
    const response = await SELF.fetch(`https://loom.test/api/v1/tasks/${this.#taskId}/live?after=${this.cursor}`, {
      headers: { upgrade: "websocket" },
    })
    const socket = response.webSocket
    if (response.status !== 101 || socket === null) throw new Error(`status ${response.status}: ${await response.text()}`)
    this.socket = socket
    this.closed = null
    let left = this.cutAfter
    socket.addEventListener("message", ({ data }) => {
      // What arrives behind the cut is as lost as on a broken line.
      if (data === "pong") this.pongs += 1
      if (data === "pong" || left-- <= 0 || typeof data !== "string") return
      this.#take(data)
      if (left === 0) this.cut()
      else if (this.#acks) socket.send(JSON.stringify({ type: "ack", chars: data.length }))
    })
    socket.addEventListener("close", ({ code }) => {
      this.closed = code
    })
    socket.accept()
  }

  cut(): void {
    this.socket?.close(4000, "cut by the test")
    this.closed = 4000
  }

  #take(data: string): void {
    const message = decode(data)
    this.chars += data.length
    this.cursor = message.cursor
    if (message.type === "event") this.events.push(...message.items.map((item) => item.seq))
    if (message.type === "log") this.lines.push(...message.items.map((item) => item.message))
    if (message.type === "task") this.status = message.task.status
    if (message.type === "end") this.ended = true
  }

  async until(when: () => boolean): Promise<void> {
    while (!when()) await scheduler.wait(2)
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe("the live feed", () => {
  it("tells the task, its history and its log, then what happens, then the end", async () => {
    const { finish, log, taskId } = await running()
    await log(["one", "two"])
    const viewer = new Viewer(taskId)
    await viewer.connect()
    await viewer.until(() => viewer.lines.length === 2)
    expect(viewer.status).toBe("running")
    await log(["three"])
    await viewer.until(() => viewer.lines.length === 3)
    expect(viewer.ended).toBe(false)
    await finish()
    await viewer.until(() => viewer.ended)
    expect(viewer.status).toBe("completed")
    expect(viewer.events).toEqual(upTo(viewer.events.length))
    // Lines that come late are still told.
    await log(["late"])
    await viewer.until(() => viewer.lines.length === 4)
    expect(viewer.lines).toEqual(["one", "two", "three", "late"])
    viewer.cut()
  })

  it("loses nothing and doubles nothing, wherever the connection is cut and the object put to sleep", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ lines: fc.integer({ min: 1, max: 500 }), cutAfter: fc.integer({ min: 1, max: 6 }), sleeps: fc.boolean() }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (steps) => {
          const { finish, log, repository, taskId } = await running()
          const viewer = new Viewer(taskId)
          const written: Array<string> = []
          for (const { cutAfter, lines, sleeps } of steps) {
            viewer.cutAfter = cutAfter
            await viewer.connect()
            const batch = upTo(lines).map((line) => `line ${written.length + line} ${"x".repeat(line % 90)}`)
            written.push(...batch)
            if (sleeps) await evictDurableObject(stubOf(repository))
            await log(batch)
            await viewer.until(() => viewer.closed !== null || viewer.lines.length === written.length)
            viewer.cut()
          }
          await finish()
          viewer.cutAfter = Number.POSITIVE_INFINITY
          await viewer.connect()
          await viewer.until(() => viewer.ended)
          expect(viewer.lines).toEqual(written)
          expect(viewer.events).toEqual(upTo(viewer.events.length))
          expect(viewer.status).toBe("completed")
          viewer.cut()
        },
      ),
      { numRuns: 8 },
    )
  })

  it("goes on over the same connection after the object has hibernated", async () => {
    const { log, repository, taskId } = await running()
    const viewer = new Viewer(taskId)
    await viewer.connect()
    await viewer.until(() => viewer.status === "running")
    await evictDurableObject(stubOf(repository))
    await log(["after the sleep"])
    await viewer.until(() => viewer.lines.length === 1)
    expect(viewer.closed).toBeNull()
    viewer.cut()
  })

  it("serialises once for all who stand at the same place", async () => {
    const { log, repository, taskId } = await running()
    const viewers = await Promise.all(
      upTo(20).map(async () => {
        const viewer = new Viewer(taskId)
        await viewer.connect()
        return viewer
      }),
    )
    for (const viewer of viewers) await viewer.until(() => viewer.status === "running")
    const before = (await stubOf(repository).stats()).serialised
    await log(["to all"])
    for (const viewer of viewers) await viewer.until(() => viewer.lines.length === 1)
    expect((await stubOf(repository).stats()).serialised - before).toBe(1)
    for (const viewer of viewers) viewer.cut()
  })

  it("holds a viewer that takes nothing to its window, lets it go, and it resumes", async () => {
    const { engine, log, taskId } = await running()
    const slow = new Viewer(taskId, false)
    const quick = new Viewer(taskId)
    await slow.connect()
    await quick.connect()
    const long = upTo(200).map(() => "x".repeat(1_900))
    for (let batch = 0; batch < 4; batch++) await log(long)
    await quick.until(() => quick.lines.length === 800)
    await slow.until(() => slow.chars > 262_144)
    expect(slow.lines).toHaveLength(200)
    engine.skipMs += 31_000
    await log(["news"])
    await slow.until(() => slow.closed === 4008)
    await quick.until(() => quick.lines.length === 801)
    const resumed = new Viewer(taskId)
    resumed.cursor = slow.cursor
    await resumed.connect()
    await resumed.until(() => resumed.lines.length === 601)
    expect(slow.lines.length + resumed.lines.length).toBe(801)
    for (const viewer of [quick, resumed]) viewer.cut()
  })

  it("has everybody come again after five minutes", async () => {
    const { engine, repository, taskId } = await running()
    const viewer = new Viewer(taskId)
    await viewer.connect()
    await ring(repository)
    expect(viewer.closed).toBeNull()
    engine.skipMs += 5 * 60_000
    await ring(repository)
    await viewer.until(() => viewer.closed === 4001)
    // An object without viewers has no alarm for them.
    expect(await runInDurableObject(stubOf(repository), (_, state) => state.getWebSockets().length)).toBe(0)
  })

  it("answers a ping, and refuses what is no acknowledgement", async () => {
    const { taskId } = await running()
    const viewer = new Viewer(taskId)
    await viewer.connect()
    viewer.socket?.send("ping")
    await viewer.until(() => viewer.pongs === 1)
    expect(viewer.closed).toBeNull()
    viewer.socket?.send('{"type":"ack","chars":-1}')
    await viewer.until(() => viewer.closed === 1008)
  })

  it("refuses an unknown task, a foreign page and who may not read", async () => {
    const { taskId } = await running()
    const ask = (path: string, headers: Record<string, string> = {}) =>
      SELF.fetch(`https://loom.test/api/v1/tasks/${path}`, { headers: { upgrade: "websocket", ...headers } })
    expect((await ask("t_1_1_1/live")).status).toBe(404)
    expect((await ask("nonsense/live?after=x")).status).toBe(404)
    expect((await ask(`${taskId}/live`, { origin: "https://evil.example" })).status).toBe(403)
    expect((await ask(`${taskId}/live?closed`)).status).toBe(401)
    const own = await ask(`${taskId}/live?after=nonsense`, { origin: "https://loom.test" })
    expect(own.status).toBe(101)
    own.webSocket?.accept()
    own.webSocket?.close()
  })
})
