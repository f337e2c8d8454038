import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import fs from "node:fs"
import path from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { detectCgroups, ExecCgroup, instanceCgroups, SessionCgroup, sweepCgroups, type CgroupHost } from "./cgroup.ts"

const LIMITS = {
  memoryBytes: 64 * 1_048_576,
  pids: 16,
  cpus: 1,
  diskBytes: 0,
  tmpBytes: 0,
  fileBytes: 0,
  openFiles: 0,
}
const MOUNT = "/sys/fs/cgroup"
const name = `test-${randomUUID()}`
const host = detectCgroups(name)

/** Why a kind cannot be tested here, or null. A kernel hands a controller to one hierarchy: no machine has both. */
const lacks = (kind: CgroupHost["kind"]): string | null => {
  if (host === null) return `no writable hierarchy with memory or pids below ${MOUNT}`
  return host.kind === kind ? null : `memory and pids of this machine belong to ${host.kind}`
}

/** Runs inside the cgroup from its first instruction, as an exec's launcher does. */
const inside = async (exec: ExecCgroup, script: string) => {
  const join = exec.joinFiles.map((file) => `echo 0 > '${file}'`).join(" && ")
  const child = spawn("/bin/sh", ["-c", `${join} && exec /bin/bash -c "$0"`, script], { stdio: ["ignore", "pipe", "ignore"] })
  const exited = once(child, "exit") as Promise<[code: number | null, signal: string | null]>
  let out = ""
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()))
  return { child, exited, out: () => out }
}

/** Directories below this test's part of every hierarchy. */
const left = () =>
  ["", "memory", "pids", "cpu", "unified"].flatMap((base) => {
    const home = path.join(MOUNT, base, "loom-sandbox", name)
    return fs.existsSync(home) ? fs.readdirSync(home, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : []
  })

afterAll(() => sweepCgroups(name))

for (const kind of ["cgroup1", "cgroup2"] as const) {
  const why = lacks(kind)
  describe.skipIf(why !== null || host === null)(why === null ? kind : `${kind} (skipped: ${why})`, () => {
    const found = host as CgroupHost

    it.skipIf(found?.pids === null)("refuses processes beyond the limit, and counts how many it refused", async () => {
      const session = new SessionCgroup(found, "pids", LIMITS)
      const exec = session.exec()
      const { exited } = await inside(exec, `exec perl -e 'for (1..40) { my $p = fork // next; if (!$p) { sleep 600; exit } }'`)
      await exited
      expect(exec.pidsRefused()).toBeGreaterThan(0)
      exec.kill()
      await exec.remove()
      await session.remove()
      expect(left()).toEqual([])
    })

    it.skipIf(found?.memory === null)("ends what takes more memory than the session has, and counts it", async () => {
      const session = new SessionCgroup(found, "memory", LIMITS)
      const exec = session.exec()
      const { exited } = await inside(exec, "exec python3 -c 'x = bytearray(256 << 20)'")
      expect((await exited)[1]).toBe("SIGKILL")
      expect(exec.oomKills()).toBeGreaterThan(0)
      await exec.remove()
      await session.remove()
    })

    it("adds up what the execs of a session use together", async () => {
      const session = new SessionCgroup(found, "together", LIMITS)
      const [one, two] = [session.exec(), session.exec()]
      const first = await inside(one, "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 60 & done; echo up; wait")
      await expect.poll(first.out).toBe("up\n")
      expect(one.held()).toBe(11)
      // Seven more than the eleven are too many, though neither alone has 16.
      const second = await inside(two, `exec perl -e 'for (1..7) { my $p = fork // exit 3; if (!$p) { sleep 600; exit } }'`)
      expect((await second.exited)[0]).toBe(3)
      one.kill()
      two.kill()
      await first.exited
      await Promise.all([one.remove(), two.remove()])
      await session.remove()
      expect(left()).toEqual([])
    })

    it("kills a whole tree, whoever its parents are by now, and leaves no cgroup behind", async () => {
      const session = new SessionCgroup(found, "kill", LIMITS)
      const exec = session.exec()
      const { child, exited, out } = await inside(exec, "(setsid sh -c 'sleep 600 & sleep 600' &); echo up; sleep 600")
      await expect.poll(() => [out(), exec.held()]).toEqual(["up\n", 4])
      exec.kill()
      await exited
      // What is dead and not reaped yet still counts, but stands here no more.
      await expect.poll(() => exec.joinFiles.map((file) => fs.readFileSync(file, "utf8")).join("")).toBe("")
      expect(child.signalCode).toBe("SIGKILL")
      await exec.remove()
      await session.remove()
      expect(left()).toEqual([])
    })

    it("takes away what a daemon that died left, with what still runs in it", async () => {
      const crashed = `${name}-crashed`
      const its = detectCgroups(crashed)
      if (its === null) throw new Error("the hierarchies are gone")
      const { exited, out } = await inside(new SessionCgroup(its, "s", LIMITS).exec(), "echo up; sleep 600")
      await expect.poll(out).toBe("up\n")
      expect(instanceCgroups()).toContain(crashed)
      await sweepCgroups(crashed)
      expect((await exited)[1]).toBe("SIGKILL")
      expect(instanceCgroups()).not.toContain(crashed)
    })
  })
}
