import type { SandboxdCapabilities } from "@loom/core/domain/SandboxProtocol"
import { spawn, spawnSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { collect, eventsOf } from "../testing/daemon.ts"

const main = path.join(import.meta.dirname, "../main.ts")
const isRoot = process.getuid?.() === 0
/** An unprivileged uid that nobody has; the checkout and this Node must be readable for it. */
const drop = ["setpriv", "--reuid=64997", "--regid=64997", "--clear-groups", "--"]
const readable = isRoot && spawnSync(drop[0] ?? "", [...drop.slice(1), process.execPath, "--check", main]).status === 0

/** Runs a daemon of its own process behind `prefix`, which takes something of the host away. */
const withDaemon = async (
  prefix: ReadonlyArray<string>,
  use: (daemon: {
    readonly capabilities: SandboxdCapabilities
    readonly exec: (argv: ReadonlyArray<string>) => Promise<Awaited<ReturnType<typeof collect>>>
  }) => Promise<void>,
): Promise<void> => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "loom-honest-"))
  fs.chmodSync(root, 0o777)
  const token = `token-${randomUUID()}`
  const [command = "", ...args] = [...prefix, process.execPath, main]
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], LOOM_SANDBOX_TOKEN: token, LOOM_SANDBOX_PORT: "0", LOOM_SANDBOX_DATA: path.join(root, "data") },
  })
  const ended = once(child, "exit")
  try {
    const { port } = JSON.parse(String((await once(child.stdout, "data"))[0])) as { readonly port: number }
    const request = (method: string, url: string, body?: unknown) =>
      fetch(`http://127.0.0.1:${port}/v1${url}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    const capabilities = (await (await request("GET", "/capabilities")).json()) as SandboxdCapabilities
    const limits = { memoryBytes: 134_217_728, pids: 48, fileBytes: 16_777_216, openFiles: 128, tmpBytes: 8_388_608 }
    await request("POST", "/sessions", { id: "s", egress: { gateways: [], registries: [] }, reapAfterMs: 60_000, limits })
    await use({
      capabilities,
      exec: async (argv) => {
        const id = randomUUID()
        return collect(id, eventsOf(await request("POST", "/sessions/s/execs", { id, argv, timeoutMs: 120_000 })))
      },
    })
  } finally {
    child.kill("SIGTERM")
    await ended
    fs.rmSync(root, { recursive: true, force: true })
  }
}

const HOG = ["perl", "-e", 'my @a; for (1 .. 64) { push @a, "x" x (16 << 20); select undef, undef, undef, 0.05 }']
const FORKS = [
  "perl",
  "-e",
  "my $n = 0; for (1 .. 200) { my $p = fork; last unless defined $p; if (!$p) { sleep 20; exit } $n++ } print $n",
]
const FILE = ["sh", "-c", "head -c 100M /dev/zero > big; stat -c %s big"]

describe.skipIf(!isRoot)(`what a host says of itself holds${isRoot ? "" : " (skipped: only root can take something away)"}`, () => {
  it("without cgroups: a watchdog for memory, rlimits for processes, no quota of cores, and it says so", async () => {
    const hidden = 'mount -t tmpfs -o ro,size=4k none /sys/fs/cgroup && exec "$@"'
    await withDaemon(["unshare", "--mount", "sh", "-c", hidden, "sh"], async ({ capabilities, exec }) => {
      expect(capabilities).toMatchObject({
        ready: true,
        enforced: { memory: "watchdog", cpu: false, kill: "pid namespace", seccomp: true, processes: "pid namespace" },
      })
      expect(capabilities.enforced["pids"]).not.toBe(false)
      expect((await exec(HOG)).exit.reason).toBe("oom")
      expect(Number((await exec(FORKS)).out)).toBeLessThan(48)
      expect((await exec(["echo", "alive"])).out).toBe("alive\n")
    })
  })

  it.skipIf(!readable)(
    `without root${readable ? "" : " (skipped: this checkout cannot be read by others)"}: every wall stands, and it says what does not`,
    async () => {
      await withDaemon(drop, async ({ capabilities, exec }) => {
        expect(capabilities).toMatchObject({
          ready: true,
          enforced: { memory: "watchdog", cpu: false, seccomp: true, uid: "own uid in a user namespace", network: "network namespace" },
        })
        expect(capabilities.enforced["disk"]).not.toBe("image")
        expect((await exec(HOG)).exit.reason).toBe("oom")
        expect((await exec(FILE)).out).toBe("16777216\n")
        expect(
          (await exec(["sh", "-c", "id -u; grep -c . /etc/shadow 2>/dev/null; cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' '"])).out,
        ).toBe("1000\nlo\n")
      })
    },
  )
})
