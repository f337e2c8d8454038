import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { inTime } from "../testing/in-time.ts"
import { startTestDaemon, type TestDaemon } from "../testing/daemon.ts"
import { runningOf } from "./users-processes.ts"

// The container itself is the wall; what can be shown on any root shell is the uid drop and the protocol.
describe.skipIf(process.getuid?.() !== 0)("container isolator", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "loom-container-"))
  const uid = 64_000 + (process.pid % 1000)
  const container = { inside: true, workspaceDir: path.join(root, "workspace"), homeDir: path.join(root, "home"), uid }
  let daemon: TestDaemon
  let session: Awaited<ReturnType<TestDaemon["open"]>>
  beforeAll(async () => {
    fs.chmodSync(root, 0o755)
    daemon = await startTestDaemon({ isolator: "container", maxSessions: 1, container })
    session = await daemon.open({ limits: { memoryBytes: 268_435_456, pids: 64, fileBytes: 33_554_432 } })
  })
  afterAll(async () => {
    await daemon?.stop()
    fs.rmSync(root, { recursive: true, force: true })
  })

  it("drops to the unprivileged uid without capabilities", async () => {
    const ran = await session.exec(
      "id -u; pwd; echo $HOME; grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status; cat /etc/shadow; echo e > /dev/stderr; env | grep -c TOKEN",
      { cwd: "." },
    )
    expect(ran.out).toMatch(
      new RegExp(
        `^${uid}\n${container.workspaceDir}\n${container.homeDir}\nCapBnd:\\s+0+\nCapEff:\\s+0+|^${uid}\n.*\n.*\nCapEff:\\s+0+\nCapBnd:\\s+0+\nNoNewPrivs:\\s+1\n0\n$`,
      ),
    )
    expect(ran.err).toMatch(/Permission denied\ne\n$/)
  })

  it("speaks the same protocol", async () => {
    await session.put("dir/file", "content")
    expect(await (await session.get("/workspace/dir/file")).text()).toBe("content")
    expect((await session.exec("cat file", { cwd: "dir", id: "twice" })).out).toBe("content")
    expect((await session.exec("cat file", { cwd: "dir", id: "twice" })).out).toBe("content")
    expect((await session.exec(["no-such-program"])).exit.code).toBe(127)
    expect((await session.exec("yes", { maxOutputBytes: 1000 })).exit.reason).toBe("output_limit")
    expect((await session.exec(["python3", "-c", "x = bytearray(2 << 30)"])).exit.reason).toBe("oom")
    const refused = await daemon.request("POST", "/v1/sessions", {
      id: "second",
      egress: { gateways: [], registries: [] },
      reapAfterMs: 1000,
    })
    expect((await daemon.problemOf(refused)).code).toBe("too_many_sessions")
  })

  const survivors = () => runningOf(uid, null)

  it("kills daemons that outlive their exec, also at the timeout", async () => {
    await session.exec("setsid sleep 600 >/dev/null 2>&1 & (setsid sh -c 'sleep 600 & sleep 600' >/dev/null 2>&1 &); echo")
    const late = await inTime(
      () => session.exec("setsid sleep 600 & sleep 600", { timeoutMs: 300 }),
      ({ exit }) => exit.ms - 300,
    )
    expect(late.exit).toMatchObject({ reason: "timeout" })
    expect(survivors()).toEqual([])
  })

  it("kills only its own while another exec runs, and leaves nothing after the session", async () => {
    const server = await session.exec("sleep 600 >/dev/null 2>&1 & echo $!", { keepRunning: true })
    await session.exec("setsid sleep 601 >/dev/null 2>&1 & echo")
    expect((await session.exec(`kill -0 ${server.out.trim()} && echo lives; pgrep -fxc 'sleep 601'`)).out).toBe("lives\n0\n")
    await session.close()
    expect(survivors()).toEqual([])
    expect(fs.readdirSync(container.workspaceDir)).toEqual([])
  })

  it("is refused on a bare host", async () => {
    const bare = await startTestDaemon({ isolator: "container", container: { ...container, inside: false } })
    expect(bare.problems).toMatchObject([{ code: "not_a_container" }])
    await bare.stop()
  })
})
