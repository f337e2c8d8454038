import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { runningOf } from "./isolation/users-processes.ts"
import { startTestContainer } from "./testing/container.ts"
import { eventsOf, startTestDaemon } from "./testing/daemon.ts"

const cgroupsOf = (instanceId: string) =>
  ["memory", "pids", "cpu", "unified", ""].flatMap((base) => {
    const dir = path.join("/sys/fs/cgroup", base, "loom-sandbox")
    const names = fs.existsSync(dir) ? fs.readdirSync(dir) : []
    return names.filter((name) => name.startsWith(instanceId)).map((name) => path.join(dir, name))
  })

const eventually = async (check: () => boolean | Promise<boolean>) => {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    if (await check()) return true
    await sleep(25)
  }
  return false
}

describe("sandboxd", () => {
  it("asks for the token everywhere but at /healthz", async () => {
    const daemon = await startTestDaemon()
    try {
      expect((await fetch(`${daemon.url}/healthz`)).status).toBe(200)
      for (const authorization of ["", "Bearer wrong", `bearer ${daemon.config.token}`, daemon.config.token]) {
        const refused = await fetch(`${daemon.url}/v1/capabilities`, { headers: { authorization } })
        expect([refused.status, (await daemon.problemOf(refused)).code]).toEqual([401, "unauthorized"])
      }
      const capabilities = await daemon.request("GET", "/v1/capabilities")
      expect(capabilities.headers.get("x-loom-instance")).toBe(daemon.instanceId)
      expect(await capabilities.json()).toMatchObject({
        protocol: 1,
        isolator: "bubblewrap",
        ready: true,
        problems: [],
        enforced: { seccomp: true, network: "network namespace" },
      })
      expect((await daemon.problemOf(await daemon.request("GET", "/v1/nothing"))).code).toBe("route_not_found")
    } finally {
      await daemon.stop()
    }
  })

  it("opens an id once, closes it once, and knows no other", async () => {
    const daemon = await startTestDaemon({ maxSessions: 2 })
    try {
      const body = { id: "same", egress: { gateways: [], registries: [] }, reapAfterMs: 60_000 }
      const opened = await Promise.all([1, 2, 3].map(async () => (await daemon.request("POST", "/v1/sessions", body)).json()))
      expect(opened.map((one: { created: boolean }) => one.created).toSorted()).toEqual([false, false, true])
      const session = await daemon.open({ id: "same" })
      await session.exec("echo kept > f")
      expect(await (await daemon.request("GET", "/v1/sessions/same")).json()).toMatchObject({
        id: "same",
        instanceId: daemon.instanceId,
        execs: [{ running: false }],
      })
      await daemon.open({ id: "second" })
      expect((await daemon.problemOf(await daemon.request("POST", "/v1/sessions", { ...body, id: "third" }))).code).toBe(
        "too_many_sessions",
      )
      expect((await daemon.problemOf(await daemon.request("POST", "/v1/sessions", { ...body, id: "../third" }))).code).toBe(
        "invalid_request",
      )
      const waiting = session.exec("sleep 100")
      await session.exec("true")
      expect([(await session.close()).status, (await session.close()).status]).toEqual([204, 204])
      expect((await waiting).exit).toMatchObject({ reason: "cancelled", code: null })
      expect((await daemon.problemOf(await session.start("true"))).code).toBe("session_not_found")
      const again = await daemon.open({ id: "same" })
      expect((await again.exec("ls -A")).out).toBe("")
    } finally {
      await daemon.stop()
    }
  })

  it("leaves no cgroup, directory, mount, loop device or descriptor behind", async () => {
    const daemon = await startTestDaemon()
    // Sockets aside, which the test's own client keeps alive.
    const fds = () =>
      fs.readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return !fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:")
        } catch {
          return false
        }
      }).length
    const warm = await daemon.open()
    await warm.exec("true", { gateways: true, network: "registries" })
    await warm.close()
    const before = fds()
    for (let round = 0; round < 3; round++) {
      const sessions = await Promise.all([daemon.open(), daemon.open()])
      await Promise.all(
        sessions.flatMap((session) => [
          session.exec("sleep 100 & echo x > f", { keepRunning: true }),
          session.exec("true", { gateways: true, network: "registries" }),
        ]),
      )
      await Promise.all(sessions.map((session) => session.close()))
    }
    expect(await eventually(() => fds() <= before)).toBe(true)
    expect(fs.readdirSync(path.join(daemon.config.dataDir, "sessions"))).toEqual([])
    const dirs = cgroupsOf(daemon.instanceId)
    expect(dirs.length).toBeGreaterThan(0)
    // A cgroup stays while the kernel takes its last process apart.
    const inside = () => dirs.flatMap((dir) => fs.readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    expect(await eventually(() => inside().length === 0)).toBe(true)
    await daemon.close()
    expect(cgroupsOf(daemon.instanceId)).toEqual([])
    expect(fs.readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(daemon.config.dataDir)
    expect(backingFiles().filter((file) => file.includes(daemon.config.dataDir))).toEqual([])
    // Installed states outlive the daemon; nothing kept one here.
    expect(fs.readdirSync(daemon.config.dataDir)).toEqual(["sessions", "states"])
    expect(fs.readdirSync(path.join(daemon.config.dataDir, "states"))).toEqual([])
    await daemon.stop()
  })

  it("fails closed when a wall is missing, and names the command that mends it", async () => {
    const daemon = await startTestDaemon({ bwrap: "/nowhere/bwrap" })
    try {
      expect(await (await daemon.request("GET", "/v1/capabilities")).json()).toMatchObject({
        ready: false,
        problems: [{ code: "program_missing", remedy: "apt-get install -y bubblewrap" }],
      })
      const refused = await daemon.request("POST", "/v1/sessions", { id: "a", egress: { gateways: [], registries: [] }, reapAfterMs: 1000 })
      expect([refused.status, await daemon.problemOf(refused)]).toMatchObject([
        503,
        { code: "isolation_missing", remedy: "apt-get install -y bubblewrap" },
      ])
    } finally {
      await daemon.stop()
    }
    const lost = await startTestDaemon({ tools: [{ hostDir: "/nowhere/tool", sandboxDir: "/opt/tool" }] })
    expect(lost.problems).toMatchObject([{ code: "tool_missing" }])
    await lost.stop()
    const fake = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "loom-fake-")), "bwrap")
    fs.writeFileSync(fake, '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n', { mode: 0o755 })
    const naked = await startTestDaemon({ bwrap: fake })
    try {
      expect(naked.problems.length).toBeGreaterThan(0)
    } finally {
      await naked.stop()
      fs.rmSync(path.dirname(fake), { recursive: true })
    }
  })

  it("takes everything down when killed, and the next daemon sweeps what is left", async () => {
    const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "loom-crash-"))
    const mark = `4719.${process.pid}`
    const env = {
      PATH: process.env["PATH"],
      LOOM_SANDBOX_DATA: dataDir,
      LOOM_SANDBOX_TOKEN: `token-${randomUUID()}`,
      LOOM_SANDBOX_PORT: "0",
    }
    const child = spawn(process.execPath, [path.join(import.meta.dirname, "main.ts")], { env, stdio: ["ignore", "pipe", "inherit"] })
    const ready = JSON.parse(String((await once(createInterface({ input: child.stdout }), "line"))[0])) as {
      event: string
      port: number
      instanceId: string
    }
    expect(ready.event).toBe("sandboxd.ready")
    const headers = { authorization: `Bearer ${env.LOOM_SANDBOX_TOKEN}` }
    const base = `http://127.0.0.1:${ready.port}/v1/sessions`
    await fetch(base, {
      method: "POST",
      headers,
      body: JSON.stringify({ id: "s", egress: { gateways: [], registries: [] }, reapAfterMs: 60_000 }),
    })
    const started = await fetch(`${base}/s/execs`, {
      method: "POST",
      headers,
      body: JSON.stringify({ id: "e", argv: ["sh", "-c", `setsid sleep ${mark} & echo up; sleep ${mark}`], timeoutMs: 60_000 }),
    })
    const reader = started.body?.getReader()
    let text = ""
    while (!text.includes("up")) text += new TextDecoder().decode((await reader?.read())?.value)

    child.kill("SIGKILL")
    await once(child, "exit")
    await reader?.cancel().catch(() => undefined)
    const alive = () =>
      fs.readdirSync("/proc").some((pid) => {
        try {
          return /^\d+$/.test(pid) && fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(`sleep\0${mark}\0`)
        } catch {
          return false
        }
      })
    expect(await eventually(() => !alive())).toBe(true)
    expect(await eventually(() => !backingFiles().some((file) => file.includes(dataDir)))).toBe(true)
    expect(cgroupsOf(ready.instanceId).length).toBeGreaterThan(0)
    const next = await startTestDaemon({ dataDir })
    expect(cgroupsOf(ready.instanceId)).toEqual([])
    expect(next.instanceId).not.toBe(ready.instanceId)
    await expect(startTestDaemon({ dataDir })).rejects.toThrow(/belongs to the sandboxd with pid/)
    await next.stop()
  })

  it("takes its programs with it when the container is lost", { skip: process.getuid?.() !== 0 }, async () => {
    const uid = 400_000 + process.pid
    const container = await startTestContainer({ LOOM_SANDBOX_UID: String(uid) })
    const session = await container.open()
    const events = eventsOf(await session.start("setsid sleep 600 & echo up; sleep 600"))
    await events.next()
    expect((await events.next()).value).toMatchObject({ t: "out", data: "up\n" })
    expect(runningOf(uid, null).length).toBeGreaterThan(0)
    await container.stop()
    // The stream breaks without an exit: the client asks again, finds nobody or another instance, and says box_lost.
    await expect(
      (async () => {
        for await (const event of events) if (event.t === "exit") return "told of an exit"
        throw new Error("ended without an exit")
      })(),
    ).rejects.toThrow(/terminated|ended without an exit/)
    expect(await eventually(() => runningOf(uid, null).length === 0)).toBe(true)
  })
})

const backingFiles = (): ReadonlyArray<string> =>
  fs
    .readdirSync("/sys/block")
    .filter((name) => name.startsWith("loop"))
    .flatMap((name) => {
      try {
        return [fs.readFileSync(`/sys/block/${name}/loop/backing_file`, "utf8").trim()]
      } catch {
        return []
      }
    })
