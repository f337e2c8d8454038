import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startTestDaemon, type TestDaemon } from "../testing/daemon.ts"

// Bombs and what copes with a limit: testing/contract-sessions.ts. Here is what only a host with cgroups and uids of its own has.
describe("limits of a host", () => {
  let daemon: TestDaemon
  let session: Awaited<ReturnType<TestDaemon["open"]>>
  beforeAll(async () => {
    daemon = await startTestDaemon()
    session = await daemon.open({ limits: { cpus: 1 } })
  })
  afterAll(() => daemon?.stop())

  it("throttles to the quota of cores", async () => {
    const ran = await session.exec(
      "echo $EPOCHREALTIME; python3 -c 'while True: pass' & python3 -c 'while True: pass' & python3 -c 'while True: pass' & sleep 1; kill %1 %2 %3; wait 2>/dev/null; echo $EPOCHREALTIME; times | tail -1",
    )
    const [, from, to, minutes, seconds] = /^([\d.]+)\n([\d.]+)\n(\d+)m([\d.]+)s \d+m[\d.]+s\s*$/.exec(ran.out) ?? []
    // One core for as long as it took, which may be longer than a second; without a quota it is three, or what the machine has.
    const used = Number(minutes) * 60 + Number(seconds)
    expect(used).toBeLessThan((Number(to) - Number(from)) * 1.2 + 0.4)
  })

  it("counts what the kernel keeps per uid for each session alone", { skip: process.getuid?.() !== 0 }, async () => {
    const inotify =
      "python3 -c 'import ctypes; libc = ctypes.CDLL(None); n = 0\nwhile n < 5000 and libc.inotify_init1(0) >= 0: n += 1\nprint(n, flush=True); import time; time.sleep(LEFT)'"
    const hoard = await session.exec(
      `${inotify.replace("LEFT", "600")} & sleep 0.5; until pgrep -x python3 >/dev/null; do sleep 0.05; done`,
      { keepRunning: true, id: "hoard" },
    )
    expect(hoard.exit.reason).toBe(null)
    const other = await daemon.open()
    const got = await other.exec(inotify.replace("LEFT", "0"))
    expect(Number(got.out)).toBeGreaterThan(100)
    await other.close()
  })

  it("does not count against a session what has died and is not reaped yet", async () => {
    const small = await daemon.open({ limits: { pids: 16 } })
    const ran = []
    for (let i = 0; i < 120; i++) ran.push(await small.exec(["true"]))
    expect(ran.filter(({ exit }) => exit.code !== 0).map(({ err, exit }) => [exit.reason, err])).toEqual([])
    await small.close()
  })
})
