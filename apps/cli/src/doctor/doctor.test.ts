import { assert, describe, it } from "@effect/vitest"
import type { SandboxdCapabilities } from "@loom/core/domain/SandboxProtocol"
import { spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { doctorLines } from "../commands/doctor.ts"
import { parseArguments } from "../parse-arguments.ts"
import { noColors } from "../render/colors.ts"
import type { Check } from "./Check.ts"
import { deploymentChecks } from "./deployment-checks.ts"
import { registryChecks } from "./registry-checks.ts"
import { sandboxChecks } from "./sandbox-checks.ts"

const whole: SandboxdCapabilities["enforced"] = {
  filesystem: "mount namespace",
  processes: "pid namespace",
  network: "network namespace",
  seccomp: true,
  uid: "65534",
  memory: "cgroup2",
  pids: "cgroup2",
  cpu: "cgroup2",
  disk: "image",
  egress: "daemon",
}
const capabilities = (parts: Partial<SandboxdCapabilities>): SandboxdCapabilities => ({
  protocol: 1,
  version: "0",
  instanceId: "i",
  isolator: "bubblewrap",
  ready: true,
  enforced: whole,
  problems: [],
  tools: [],
  ...parts,
})
const states = (checks: ReadonlyArray<Check>) => Object.fromEntries(checks.map(({ name, state }) => [name, state]))

describe("the sandbox's lines", () => {
  it("are ok where everything is enforced", () => {
    const checks = sandboxChecks(capabilities({}))
    assert.isTrue(checks.every(({ state, remedy }) => state === "ok" && remedy === null))
    assert.include(states(checks), { network: "ok", memory: "ok", isolator: "ok" })
  })

  it("note what is weaker, with the way to make it stronger, and fail what is not there", () => {
    const checks = sandboxChecks(
      capabilities({ enforced: { ...whole, memory: "watchdog", pids: "rlimit", cpu: false, disk: false, network: false } }),
    )
    assert.include(states(checks), { memory: "note", pids: "note", cpu: "note", disk: "note", network: "failed", seccomp: "ok" })
    for (const { state, remedy } of checks) assert.strictEqual(remedy === null, state === "ok")
  })

  it("are the host's own problems where it is not ready: nothing else it says counts", () => {
    const problems = [{ code: "program_missing", detail: "bwrap is not installed", remedy: "apt-get install -y bubblewrap" }]
    const checks = sandboxChecks(capabilities({ ready: false, problems }))
    assert.deepStrictEqual(
      checks.map(({ name, remedy, state }) => [name, state, remedy]),
      [["program_missing", "failed", "apt-get install -y bubblewrap"]],
    )
  })
})

/** A deployment that gives one answer to everything. */
const withDeployment = async <A>(status: number, body: unknown, use: (url: string) => Promise<A>): Promise<A> => {
  const server = createServer((_, response) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)))
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.close()
  }
}

describe("the deployment's lines", () => {
  /** Nobody signed in anywhere. */
  const noHome = { XDG_CONFIG_HOME: join(tmpdir(), "no-home-here") }
  const health = { github: "ok", model: "no model is configured; set LOOM_MODEL", sandbox: "ok", database: "ok" }
  const counts = { queued: 2, running: 1, waiting: 0, oldestPendingMs: null, completed: 0, failed: 0, cancelled: 0 }
  const lastDay = { ended: 0, successRate: null, errorRate: null }
  const status = { version: "1.2.3", ...counts, lastDay, githubRateLimit: null, health }

  it("show each part; one that is not well fails with a remedy", async () => {
    const checks = await withDeployment(200, status, (url) => deploymentChecks(tmpdir(), { LOOM_URL: url, LOOM_API_TOKEN: "t" }))
    assert.deepStrictEqual(states(checks), { Loom: "ok", github: "ok", model: "failed", sandbox: "ok", database: "ok" })
    assert.match(checks.find(({ name }) => name === "model")?.remedy ?? "", /LOOM_MODEL/)
  })

  it("say what to do when it refuses the token, does not answer, or is not there at all", async () => {
    const [refused] = await withDeployment(401, {}, (url) => deploymentChecks(tmpdir(), { ...noHome, LOOM_URL: url }))
    assert.deepInclude(refused, { state: "failed" })
    assert.match(refused?.remedy ?? "", /loom -- login --url http.*LOOM_API_TOKEN/)
    const [away] = await deploymentChecks(tmpdir(), { ...noHome, LOOM_URL: "http://127.0.0.1:9" })
    assert.deepInclude(away, { state: "failed", detail: "http://127.0.0.1:9 does not answer" })
    const [none] = await deploymentChecks(join(tmpdir(), "no-loom-here"), noHome)
    assert.deepInclude(none, { state: "note", detail: "none runs here" })
  })
})

it("registries that do not answer are told, and the machine is not called broken for it", async () => {
  const answers: Record<string, string> = { npm: '{"registry":"https://near.example/","@x:registry":"https://far.example/"}' }
  const discovery = {
    run: async (command: string) => answers[command] ?? null,
    readFile: async () => null,
    fetchText: async () => null,
    env: {},
  }
  const checks = await registryChecks(discovery, async (host) => host === "near.example")
  assert.deepStrictEqual(states(checks), { "near.example": "ok", "far.example": "note" })
})

it("a table has a failing line's remedy below it, whole, and counts what failed", () => {
  const failed: Check = { part: "machine", name: "git", state: "failed", detail: "not installed", remedy: "sudo apt-get install -y git" }
  const lines = doctorLines([{ ...failed, name: "Node", state: "ok", detail: "v24", remedy: null }, failed], 40, noColors)
  assert.deepStrictEqual(lines, [
    "machine",
    "ok      Node  v24",
    "FAILED  git   not installed",
    "              mend it: sudo apt-get install -y git",
    "",
    "1 of 2 failed: git",
  ])
})

it("is asked for as a table or as JSON", () => {
  assert.deepStrictEqual(parseArguments(["doctor", "--json"]), { name: "doctor", json: true })
  assert.deepStrictEqual(parseArguments(["doctor"]), { name: "doctor", json: false })
})

it("loom doctor where the kernel grants no namespaces: exit code 1, the wall that is missing, the command that mends it", () => {
  const tools = mkdtempSync(join(tmpdir(), "loom-doctor-"))
  try {
    // What unshare(1) says where user.max_user_namespaces is 0.
    const script = '#!/bin/sh\necho "unshare: unshare failed: No space left on device" >&2\nexit 1\n'
    writeFileSync(join(tools, "unshare"), script, { mode: 0o755 })
    const main = join(import.meta.dirname, "../main.ts")
    const env = { ...process.env, LOOM_URL: "http://127.0.0.1:9", PATH: `${tools}:${process.env["PATH"]}` }
    const { status, stdout } = spawnSync(process.execPath, [main, "doctor", "--json"], { env, encoding: "utf8", timeout: 60_000 })
    const answer = JSON.parse(stdout) as { readonly ok: boolean; readonly checks: ReadonlyArray<Check> }
    assert.deepStrictEqual([status, answer.ok], [1, false])
    const failed = answer.checks.filter(({ state }) => state === "failed")
    assert.deepStrictEqual(
      failed.map(({ name, part }) => `${part} ${name}`),
      ["sandbox user_namespaces", "deployment Loom"],
    )
    assert.match(failed[0]?.remedy ?? "", /^sysctl -w \S+/)
  } finally {
    rmSync(tools, { recursive: true })
  }
}, 300_000)
