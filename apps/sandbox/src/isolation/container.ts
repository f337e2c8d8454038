import { spawn } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { IsolationProblem } from "@loom/core/domain/SandboxProtocol"
import { installFilter, PERL, takeEnvironment } from "./container-launcher.ts"
import { detectCgroups, SessionCgroup, sweepCgroups, type CgroupHost } from "./cgroup.ts"
import type { Box, Isolator, Launch, Limits } from "./Isolator.ts"
import { spawnTree } from "./launch.ts"
import { missingPrograms, probeBox } from "./probe.ts"
import { seccompFilter } from "./seccomp.ts"
import { FifoPool } from "./stdio.ts"
import { runningOf } from "./users-processes.ts"

export interface ContainerConfig {
  readonly dataDir: string
  readonly cgroupName: string
  /** Whether the image says that this is a container; on a bare host uid-drop alone is no wall. */
  readonly insideContainer: boolean
  readonly workspaceDir: string
  readonly homeDir: string
  readonly uid: number
  readonly path: string | null
  /** Whoever started the container holds its egress (Cloudflare's outbound handlers); else it must have no route out. */
  readonly platformHoldsEgress: boolean
}

const WALLS = ["seccomp", "no_new_privs", "capabilities", "uid", "limits"] as const
const REMEDY = "build the image of apps/sandbox/Dockerfile anew"
const NETWORK_REMEDY =
  "docker network create --internal loom-closed   # and start the container with --network loom-closed; LOOM_SANDBOX_EGRESS=platform where the platform holds the way out"

const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
const MARK = "LOOM_SANDBOX_EXEC"
/** What forks faster than it is killed meets its limit on processes first; this only bounds the trying. */
const KILL_ROUNDS = 20

/** All kills for memory that this kernel made. In a microVM these are ours. */
const kernelOomKills = (): number => {
  try {
    return Number(/^oom_kill (\d+)/m.exec(fs.readFileSync("/proc/vmstat", "utf8"))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Where any uid may leave something for the next session. */
const SHARED_DIRS = ["/tmp", "/var/tmp", "/dev/shm", "/run/lock"]

const ownedBy = async (uid: number): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  for (const dir of SHARED_DIRS) {
    for (const name of await fs.promises.readdir(dir).catch(() => [])) {
      const file = path.join(dir, name)
      if ((await fs.promises.lstat(file).catch(() => null))?.uid === uid) found.push(file)
    }
  }
  return found
}

/** The container or microVM is the wall; each exec drops to an unprivileged uid. One session per container. */
export class Container implements Isolator {
  readonly name = "container"
  readonly #config: ContainerConfig
  readonly #cgroups: CgroupHost | null
  readonly #fifos: FifoPool
  readonly #seccompFile: string

  constructor(config: ContainerConfig) {
    this.#config = config
    this.#seccompFile = path.join(config.dataDir, "seccomp.bpf")
    this.#cgroups = detectCgroups(config.cgroupName)
    this.#fifos = new FifoPool(path.join(config.dataDir, "fifo"))
    const filter = seccompFilter()
    if (filter !== null) fs.writeFileSync(this.#seccompFile, filter, { mode: 0o600 })
  }

  async probe(): Promise<ReadonlyArray<IsolationProblem>> {
    if (!this.#config.insideContainer) {
      return [
        { code: "not_a_container", detail: "isolator container on a bare host has no walls", remedy: "LOOM_SANDBOX_ISOLATOR=bubblewrap" },
      ]
    }
    if (process.getuid?.() !== 0) {
      return [{ code: "not_root", detail: "sandboxd must be root to drop to another uid", remedy: "start the image without --user" }]
    }
    const missing = missingPrograms(["setpriv", "prlimit", "mkfifo", PERL])
    if (missing.length > 0) return missing
    if (seccompFilter() === null) {
      return [{ code: "seccomp", detail: `no seccomp table for ${process.arch}`, remedy: "run the image on x64 or arm64" }]
    }
    return probeBox(
      (limits) => this.open({ id: `probe-${process.hrtime.bigint()}`, limits }),
      [...WALLS, ...(this.#config.platformHoldsEgress ? [] : (["network"] as const))],
      (wall) => (wall === "network" ? NETWORK_REMEDY : REMEDY),
    )
  }

  enforced(): Readonly<Record<string, boolean | string>> {
    const cgroup = this.#cgroups
    return {
      filesystem: "platform",
      processes: cgroup === null ? "uid" : "cgroup",
      network: this.#config.platformHoldsEgress ? "platform" : "no route",
      seccomp: true,
      uid: String(this.#config.uid),
      time: true,
      output: true,
      memory: cgroup?.memory ? cgroup.kind : "watchdog",
      pids: cgroup?.pids ? cgroup.kind : "rlimit",
      cpu: cgroup?.cpu ? cgroup.kind : "platform",
      kill: cgroup?.kill ? "cgroup.kill" : "uid",
      disk: "platform",
      tmp: "platform",
      fileSize: "rlimit",
      openFiles: "rlimit",
      egress: this.#config.platformHoldsEgress ? "platform" : "none",
    }
  }

  async open({ id, limits }: { readonly id: string; readonly limits: Limits }): Promise<Box> {
    const { workspaceDir, homeDir, uid, dataDir } = this.#config
    /** Nothing of the uid runs when this does, so that no name can be swapped under it. */
    const empty = async () => {
      for (const file of await ownedBy(uid)) await fs.promises.rm(file, { recursive: true, force: true, maxRetries: 5 })
      // A mount point itself cannot be removed.
      for (const dir of [workspaceDir, homeDir]) {
        for (const name of await fs.promises.readdir(dir).catch(() => [])) {
          await fs.promises.rm(path.join(dir, name), { recursive: true, force: true, maxRetries: 5 })
        }
      }
    }
    await empty()
    for (const dir of [workspaceDir, homeDir]) {
      await fs.promises.mkdir(dir, { recursive: true })
      await fs.promises.chown(dir, uid, uid)
    }
    const cgroup = this.#cgroups === null ? null : new SessionCgroup(this.#cgroups, id, limits)
    const running = new Set<{ readonly kill: () => void; readonly gone: Promise<void> }>()
    let count = 0
    return {
      workspace: workspaceDir,
      home: homeDir,
      listen: null,
      disk: async () => {
        const stat = await fs.promises.statfs(workspaceDir)
        const freeBytes = stat.bavail * stat.bsize
        return { totalBytes: stat.blocks * stat.bsize, freeBytes, full: freeBytes < 1_048_576 || stat.ffree === 0 }
      },
      launch: async (launch) => {
        const mark = `${id}-${count++}`
        const child = await spawnTree({
          launch,
          limits,
          cgroup: cgroup?.exec() ?? null,
          fifos: this.#fifos,
          scratchDir: dataDir,
          walls: [...this.#drop(), "prlimit", `--nproc=${limits.pids}`, "--", ...takeEnvironment],
          seccompFile: this.#seccompFile,
          wallArguments: this.#environment(launch, mark),
          killRest: () => this.#kill(running.size <= 1 ? null : mark),
          oomCounter: kernelOomKills,
        })
        running.add(child)
        void child.gone.then(() => running.delete(child))
        return child
      },
      close: async () => {
        for (const child of running) child.kill()
        await Promise.all([...running].map((child) => child.gone))
        await this.#kill(null)
        await cgroup?.remove()
        await empty()
      },
    }
  }

  /** Nothing ever runs as the uid without the filter, which is read from descriptor 3: whoever caught it could use it. */
  #drop(): ReadonlyArray<string> {
    const { uid } = this.#config
    return [
      ...installFilter(),
      "setpriv",
      `--reuid=${uid}`,
      `--regid=${uid}`,
      "--clear-groups",
      "--inh-caps=-all",
      "--bounding-set=-all",
      "--no-new-privs",
      "--",
    ]
  }

  #environment(launch: Launch, mark: string): ReadonlyArray<string> {
    const { homeDir } = this.#config
    const env = {
      PATH: this.#config.path ?? `${SYSTEM_PATH}:${homeDir}/.local/bin`,
      HOME: homeDir,
      USER: "loom",
      LOGNAME: "loom",
      SHELL: "/bin/bash",
      LANG: "C.UTF-8",
      TERM: "dumb",
      CI: "true",
      ...launch.env,
      [MARK]: mark,
    }
    return Object.entries(env).map(([name, value]) => `${name}=${value}`)
  }

  /**
   * Kills everything of the uid, and returns when it is dead; while other execs run, only what carries this exec's mark in its
   * environment. The mark can be shed, but not past the session's end, and not where cgroups work.
   */
  async #kill(mark: string | null): Promise<void> {
    const marked = mark === null ? null : `${MARK}=${mark}`
    for (let round = 0; round < KILL_ROUNDS; round++) {
      await this.#signal(marked)
      // A killed process needs a moment to leave.
      for (let look = 0; look < 5; look++) {
        if (runningOf(this.#config.uid, marked).length === 0) return
        await sleep(look * 5)
      }
    }
  }

  /** By a process of that very uid: `kill -1` is the kernel's one sweep over them, and a wrong pid could only be one of their own. */
  #signal(marked: string | null): Promise<void> {
    const each = `for f in /proc/[0-9]*/environ; do if grep -qzxF "$1" "$f" 2>/dev/null; then f=\${f%/environ}; kill -9 "\${f#/proc/}"; fi; done`
    const command = [...this.#drop(), "/bin/sh", "-c", marked === null ? "kill -9 -1" : each, "sh", marked ?? ""]
    const filter = fs.openSync(this.#seccompFile, "r")
    return new Promise<void>((resolve) => {
      spawn("/usr/bin/env", ["--", ...command], { stdio: ["ignore", "ignore", "ignore", filter], env: { PATH: SYSTEM_PATH } })
        .once("error", () => resolve())
        .once("exit", () => resolve())
    }).finally(() => fs.closeSync(filter))
  }

  async close(): Promise<void> {
    await sweepCgroups(this.#config.cgroupName)
    for (const name of ["fifo", "seccomp.bpf"])
      await fs.promises.rm(path.join(this.#config.dataDir, name), { recursive: true, force: true })
  }
}
