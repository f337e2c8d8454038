import { spawn } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { IsolationProblem } from "@loom/core/domain/SandboxProtocol"
import { installFilter, PERL, takeEnvironment } from "./container-launcher.ts"
import { detectCgroups, SessionCgroup, sweepCgroups, type CgroupHost } from "./cgroup.ts"
import { useOf } from "./filesystems.ts"
import type { Box, BoxProcess, Isolator, Launch, Limits } from "./Isolator.ts"
import { spawnTree, type OomCounter } from "./launch.ts"
import { LimitsWatch } from "./LimitsWatch.ts"
import { ofUid, Watchdog } from "./memory-watchdog.ts"
import { missingPrograms, probeBox } from "./probe.ts"
import { emptyDirs } from "./remove-files.ts"
import { SharedDisk } from "./shared-disk.ts"
import { seccompFilter } from "./seccomp.ts"
import { withinContainer } from "./container-pids.ts"
import { FifoPool } from "./stdio.ts"
import { noneRuns, runningOf } from "./users-processes.ts"

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
/** Each exec has a group of its own, by which its processes are known. Below the 65,536 that a container may be given. */
const FIRST_GROUP = 61_184
const GROUPS = 4096
/** Where every uid may write; a container belongs to one session, and is emptied with it. */
const TMP_DIRS = ["/tmp", "/var/tmp"].filter((dir) => fs.existsSync(dir))
const SHM_DIRS = ["/dev/shm"].filter((dir) => fs.existsSync(dir))
const SHARED_DIRS = [...TMP_DIRS, ...SHM_DIRS, "/run/lock", "/dev/mqueue"].filter((dir) => fs.existsSync(dir))
/** Kills what has the supplementary group $1; only builtins, so that it is quick. */
const KILL_GROUP = `for f in /proc/[0-9]*; do
while read -r key values; do case "$key $values " in "Groups: "*" $1 "*|"Groups: $1 "*) kill -9 "\${f#/proc/}"; break;; esac; done < "$f/status"
done 2>/dev/null`
/** What forks faster than it is killed meets its limit on processes first; this only bounds the trying. */
const KILL_ROUNDS = 20

/** The container's own count of kills for memory (cgroup2, cgroup1), or else the whole kernel's: in a microVM that is ours too. */
const oomCounter = (): OomCounter => {
  const count = (file: string): number | null => {
    try {
      return Number(/^oom_kill (\d+)/m.exec(fs.readFileSync(file, "utf8"))?.[1] ?? Number.NaN)
    } catch {
      return null
    }
  }
  const own = ["/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"].find((file) => count(file) !== null)
  return { own: own !== undefined, count: () => count(own ?? "/proc/vmstat") ?? 0 }
}

/** The container or microVM is the wall; each exec drops to an unprivileged uid. One session per container. */
export class Container implements Isolator {
  readonly name = "container"
  readonly #config: ContainerConfig
  readonly #cgroups: CgroupHost | null
  readonly #fifos: FifoPool
  readonly #oomCounter = oomCounter()
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
      disk: "watchdog",
      tmp: "watchdog",
      fileSize: "rlimit",
      openFiles: "rlimit",
      egress: this.#config.platformHoldsEgress ? "platform" : "none",
    }
  }

  async open({ id, limits: wanted }: { readonly id: string; readonly limits: Limits }): Promise<Box> {
    const limits = { ...wanted, pids: withinContainer(wanted.pids) }
    const { workspaceDir, homeDir, uid, dataDir } = this.#config
    // Nothing of an earlier daemon of this container may go on in the new session.
    await this.#kill(null)
    const empty = () => Promise.all([emptyDirs([workspaceDir, homeDir], null), emptyDirs(SHARED_DIRS, uid)])
    await Promise.all([workspaceDir, homeDir].map((dir) => fs.promises.mkdir(dir, { recursive: true })))
    await empty()
    await Promise.all([workspaceDir, homeDir].map((dir) => fs.promises.chown(dir, uid, uid)))
    const cgroup = this.#cgroups === null ? null : new SessionCgroup(this.#cgroups, id, limits)
    const running = new Set<BoxProcess>()
    const { full, watch } = this.#watch(limits)
    let count = 0
    let starting = 0
    // A sweep over the uid would hit an exec that starts meanwhile.
    let sweep: Promise<void> | null = null
    /** Counts a start in the same turn in which no sweep is seen. */
    const begin = (): Promise<void> => {
      if (sweep !== null) return sweep.then(begin)
      starting += 1
      return Promise.resolve()
    }
    const killRest = (group: number): Promise<void> => {
      if (running.size > 1 || starting > 0) return this.#kill(group)
      return (sweep ??= this.#kill(null).finally(() => (sweep = null)))
    }
    return {
      workspace: workspaceDir,
      home: homeDir,
      listen: null,
      disk: async () => await useOf(workspaceDir),
      full,
      launch: async (launch) => {
        const group = FIRST_GROUP + (count++ % GROUPS)
        await watch.begin()
        await begin()
        try {
          const child = await spawnTree({
            launch,
            limits,
            cgroup: cgroup?.exec() ?? null,
            fifos: this.#fifos,
            scratchDir: dataDir,
            walls: [...this.#drop(group), ...this.#limitProcesses(limits), ...takeEnvironment],
            seccompFile: this.#seccompFile,
            wallArguments: this.#environment(launch),
            killRest: () => killRest(group),
            oomCounter: this.#oomCounter,
          })
          running.add(child)
          watch.add(child)
          void child.gone.then(() => running.delete(child))
          return child
        } finally {
          starting -= 1
        }
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

  /** What the session's programs can run out of together, and who looks. */
  #watch(limits: Limits): { readonly watch: LimitsWatch } & Pick<Box, "full"> {
    const { workspaceDir, homeDir, uid } = this.#config
    const place = { own: [], shared: [], uid, maxBytes: limits.tmpBytes }
    const disk = new SharedDisk({
      ...place,
      name: "the disk (workspace and home)",
      maxBytes: limits.diskBytes,
      own: [workspaceDir, homeDir],
    })
    const tmp = new SharedDisk({ ...place, name: "/tmp", shared: TMP_DIRS })
    const shm = new SharedDisk({ ...place, name: "/dev/shm", shared: SHM_DIRS })
    const uncounted = {
      memoryBytes: this.#cgroups?.memory ? null : limits.memoryBytes,
      pids: this.#cgroups?.pids ? null : limits.pids,
    }
    const watchdog = new Watchdog({ ...uncounted, processes: () => ofUid(uid), filesInMemory: () => shm.held() })
    const shared = [disk, tmp, shm, ...(Object.values(uncounted).every((limit) => limit === null) ? [] : [watchdog])]
    const full = async () => (await disk.full()) ?? (await tmp.full()) ?? (await shm.full())
    return { watch: new LimitsWatch(limits.pids, shared), full }
  }

  /** Nothing ever runs as the uid without the filter, which is read from descriptor 3: whoever caught it could use it. */
  #drop(group: number | null): ReadonlyArray<string> {
    const { uid } = this.#config
    return [
      ...installFilter(),
      "setpriv",
      `--reuid=${uid}`,
      `--regid=${uid}`,
      group === null ? "--clear-groups" : `--groups=${group}`,
      "--inh-caps=-all",
      "--bounding-set=-all",
      "--no-new-privs",
      "--",
    ]
  }

  /** Where the cgroup counts, this would refuse first, and nobody would know. */
  #limitProcesses(limits: Limits): ReadonlyArray<string> {
    return this.#cgroups?.pids ? [] : ["prlimit", `--nproc=${limits.pids}`, "--"]
  }

  #environment(launch: Launch): ReadonlyArray<string> {
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
    }
    return Object.entries(env).map(([name, value]) => `${name}=${value}`)
  }

  /**
   * Kills everything of the uid, and returns when it is dead; while other execs run, only what has this exec's group. Usually nothing is
   * left, and seeing that is all it takes.
   */
  async #kill(group: number | null): Promise<void> {
    const { uid } = this.#config
    for (let round = 0; round < KILL_ROUNDS; round++) {
      if (noneRuns(uid, group)) return
      await this.#signal(group)
      // A killed process needs a moment to leave.
      for (let look = 0; look < 5; look++) {
        const left = runningOf(uid, group)
        // The sweep over the whole uid missed nothing that looking could miss.
        if (left.length === 0 && group === null) return
        if (left.length === 0) break
        await sleep(look * 5)
      }
    }
  }

  /** By a process of that very uid: `kill -1` is the kernel's one sweep over them, and a wrong pid could only be one of their own. */
  #signal(group: number | null): Promise<void> {
    const command = [...this.#drop(null), "/bin/sh", "-c", group === null ? "kill -9 -1" : KILL_GROUP, "sh", String(group)]
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
