import fs from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { collect, eventsOf, startTestDaemon, type TestDaemon } from "../testing/daemon.ts"

// What an exec must do is in testing/contract-execs.ts; here is what the host sees of one that ended.
describe("the host after an exec", () => {
  /** Seconds of sleep by which a program of this file is told from all others of the host. */
  const mark = (n: number) => `${n}.${process.pid}`
  let daemon: TestDaemon
  let session: Awaited<ReturnType<TestDaemon["open"]>>
  beforeAll(async () => {
    daemon = await startTestDaemon()
    session = await daemon.open()
  })
  afterAll(() => daemon?.stop())

  it("runs nothing of it when the time is over", async () => {
    const ran = await session.exec(`sh -c 'setsid sleep ${mark(4711)} & sleep ${mark(4711)}' & python3 -c 'while True: pass' & wait`, {
      timeoutMs: 500,
    })
    expect(ran.exit).toMatchObject({ code: null, signal: "SIGKILL", reason: "timeout" })
    expect(hostProcesses(mark(4711))).toEqual([])
  })

  it("runs nothing of it when it was cancelled", async () => {
    const events = eventsOf(await session.start(`echo ready; sleep ${mark(4712)}`, { id: "cancel" }))
    await events.next()
    await events.next()
    expect((await daemon.request("DELETE", `${session.base}/execs/cancel`)).status).toBe(204)
    expect((await collect("cancel", events)).exit).toMatchObject({ code: null, reason: "cancelled" })
    expect(hostProcesses(mark(4712))).toEqual([])
  })

  it("runs nothing that it left in the background", async () => {
    // Many times: what is left dies within a millisecond or so behind the program itself.
    for (let n = 0; n < 40; n++) {
      await session.exec(
        `setsid sleep ${mark(4713)} >/dev/null 2>&1 & (setsid sh -c 'sleep ${mark(4713)} & sleep ${mark(4713)}' &) ; echo done`,
      )
      expect(hostProcesses(mark(4713))).toEqual([])
    }
  })
})

/** Command lines on the host that hold `needle`; empty once the tree is dead. Zombies have none. */
const hostProcesses = (needle: string): ReadonlyArray<string> =>
  fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
        return line.includes(`sleep ${needle}`) ? [line] : []
      } catch {
        return []
      }
    })
