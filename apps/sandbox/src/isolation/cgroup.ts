import fs from "node:fs"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { Limits } from "./Isolator.ts"

/** Controllers that this host lets us use, and by which hierarchy. `kill` is `cgroup.kill`, the atomic kill of a tree. */
export interface CgroupHost {
  readonly kind: "cgroup1" | "cgroup2"
  readonly memory: string | null
  readonly pids: string | null
  readonly cpu: string | null
  readonly kill: string | null
}

const ROOT_NAME = "loom-sandbox"

const write = (file: string, value: number | string) => fs.writeFileSync(file, String(value))
const tryWrite = (file: string, value: number | string): boolean => {
  try {
    write(file, value)
    return true
  } catch {
    return false
  }
}
const readNumber = (file: string, pattern: RegExp): number => {
  try {
    return Number(pattern.exec(fs.readFileSync(file, "utf8"))?.[1] ?? 0)
  } catch {
    return 0
  }
}
const makeDir = (dir: string): string | null => {
  try {
    fs.mkdirSync(dir, { recursive: true })
    return dir
  } catch {
    return null
  }
}

/** v2: each by itself, since one that was not delegated would refuse them all. */
const enableControllers = (dir: string): void => {
  for (const name of ["memory", "pids", "cpu"]) tryWrite(path.join(dir, "cgroup.subtree_control"), `+${name}`)
}

/** Finds writable hierarchies below `mount`; null where there are none (then limits are rlimits and a watchdog). */
export const detectCgroups = (cgroupName: string, mount = "/sys/fs/cgroup"): CgroupHost | null => {
  const below = (base: string) => makeDir(path.join(base, ROOT_NAME, cgroupName))
  if (fs.existsSync(path.join(mount, "cgroup.controllers"))) {
    enableControllers(mount)
    const home = below(mount)
    if (home === null) return null
    enableControllers(path.dirname(home))
    enableControllers(home)
    const has = fs.readFileSync(path.join(home, "cgroup.subtree_control"), "utf8").trim().split(/\s+/)
    const when = (name: string) => (has.includes(name) ? home : null)
    const host: CgroupHost = { kind: "cgroup2", memory: when("memory"), pids: when("pids"), cpu: when("cpu"), kill: home }
    return host.memory === null && host.pids === null ? null : host
  }
  const v1 = (name: string) => (fs.existsSync(path.join(mount, name, "cgroup.procs")) ? below(path.join(mount, name)) : null)
  const unified = v1("unified")
  const host: CgroupHost = {
    kind: "cgroup1",
    memory: v1("memory"),
    pids: v1("pids"),
    cpu: v1("cpu"),
    kill: unified !== null && fs.existsSync(path.join(unified, "cgroup.kill")) ? unified : null,
  }
  return host.memory === null && host.pids === null ? null : host
}

const basesOf = (host: CgroupHost) => [...new Set([host.memory, host.pids, host.cpu, host.kill])].filter((dir) => dir !== null)

const setLimits = (host: CgroupHost, relative: string, limits: Limits, withCpu: boolean) => {
  const at = (base: string | null, file: string, value: number | string, required = true) => {
    if (base === null) return
    const target = path.join(base, relative, file)
    if (required) write(target, value)
    else tryWrite(target, value)
  }
  if (host.kind === "cgroup2") {
    at(host.memory, "memory.max", limits.memoryBytes)
    at(host.memory, "memory.swap.max", 0, false)
    // The kernel ends all of an exec at once; in v1 the watch does.
    if (!withCpu) at(host.memory, "memory.oom.group", 1, false)
    if (withCpu && limits.cpus !== null) at(host.cpu, "cpu.max", `${Math.round(limits.cpus * 100_000)} 100000`)
  } else {
    at(host.memory, "memory.limit_in_bytes", limits.memoryBytes)
    at(host.memory, "memory.memsw.limit_in_bytes", limits.memoryBytes, false)
    if (withCpu && limits.cpus !== null) at(host.cpu, "cpu.cfs_quota_us", Math.round(limits.cpus * 100_000))
  }
  at(host.pids, "pids.max", limits.pids)
}

/** Removes an empty cgroup; zombies keep it busy for a moment, so it is tried for five seconds. */
const removeDirs = async (dirs: ReadonlyArray<string>): Promise<void> => {
  let left = dirs
  for (let tries = 0; left.length > 0 && tries < 250; tries++) {
    left = left.filter((dir) => {
      try {
        fs.rmdirSync(dir)
        return false
      } catch (error) {
        return (error as NodeJS.ErrnoException).code !== "ENOENT"
      }
    })
    if (left.length > 0) await sleep(20)
  }
}

const killDirs = (dirs: ReadonlyArray<string>) => {
  if (dirs.some((dir) => tryWrite(path.join(dir, "cgroup.kill"), "1"))) return
  for (const dir of dirs.slice(0, 1)) {
    for (let round = 0; round < 20; round++) {
      let pids: ReadonlyArray<number> = []
      try {
        pids = fs.readFileSync(path.join(dir, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number)
      } catch {}
      if (pids.length === 0) break
      for (const pid of pids) {
        try {
          process.kill(pid, "SIGKILL")
        } catch {}
      }
    }
  }
}

/** The cgroups of one exec: limits, counters, and the way to kill its tree. */
export class ExecCgroup {
  readonly #host: CgroupHost
  readonly #relative: string
  /** `cgroup.procs` files that the launcher writes itself into before it gives up root. */
  readonly joinFiles: ReadonlyArray<string>
  readonly #onDead: (exec: ExecCgroup) => void

  constructor(host: CgroupHost, session: string, name: string, limits: Limits, onDead: (exec: ExecCgroup) => void) {
    this.#host = host
    this.#onDead = onDead
    this.#relative = path.join(session, name)
    for (const dir of this.#dirs()) fs.mkdirSync(dir, { recursive: true })
    setLimits(host, this.#relative, limits, false)
    const cpu = host.kind === "cgroup1" && host.cpu !== null ? [path.join(host.cpu, session)] : []
    this.joinFiles = [...this.#dirs(), ...cpu].map((dir) => path.join(dir, "cgroup.procs"))
  }

  /** In v1 the session's own cpu cgroup is joined: the quota is the session's, and without one each session gets an equal share. */
  #dirs() {
    const bases = this.#host.kind === "cgroup2" ? basesOf(this.#host) : [this.#host.kill, this.#host.memory, this.#host.pids]
    return [...new Set(bases)].filter((dir) => dir !== null).map((base) => path.join(base, this.#relative))
  }
  oomKills(): number {
    const { memory, kind } = this.#host
    if (memory === null) return 0
    return readNumber(path.join(memory, this.#relative, kind === "cgroup2" ? "memory.events" : "memory.oom_control"), /^oom_kill (\d+)/m)
  }
  pidsRefused(): number {
    return this.#host.pids === null ? 0 : readNumber(path.join(this.#host.pids, this.#relative, "pids.events"), /^max (\d+)/m)
  }
  kill(): void {
    killDirs(this.#dirs())
  }
  /** Resolves when nothing of it lives any more, for what was killed takes a moment to die; after two seconds in any case. */
  async emptied(): Promise<void> {
    const [dir] = this.#dirs()
    if (dir === undefined) return
    for (let tries = 0; tries < 200; tries++) {
      try {
        if (fs.readFileSync(path.join(dir, "cgroup.procs"), "utf8") === "") return
      } catch {
        return
      }
      await sleep(tries < 20 ? 1 : 10)
    }
  }
  /** Processes that count. */
  held(): number {
    return this.#host.pids === null ? 0 : readNumber(path.join(this.#host.pids, this.#relative, "pids.current"), /^(\d+)/)
  }
  /** After everything in it was killed. */
  async remove(): Promise<void> {
    this.#onDead(this)
    await removeDirs(this.#dirs())
  }
}

/** The cgroups of one session. They carry the same limits again, so that parallel execs cannot add up. */
export class SessionCgroup {
  readonly #host: CgroupHost
  readonly #id: string
  readonly #limits: Limits
  readonly #living = new Set<ExecCgroup>()
  #count = 0
  #forDead = 0

  constructor(host: CgroupHost, id: string, limits: Limits) {
    this.#host = host
    this.#id = id
    this.#limits = limits
    for (const base of basesOf(host)) {
      fs.mkdirSync(path.join(base, id), { recursive: true })
      if (host.kind === "cgroup2") enableControllers(path.join(base, id))
    }
    setLimits(host, id, limits, true)
  }
  exec(): ExecCgroup {
    this.#makeRoom()
    const exec = new ExecCgroup(this.#host, this.#id, `e${this.#count++}`, this.#limits, (dead) => this.#living.delete(dead))
    this.#living.add(exec)
    return exec
  }

  /**
   * bwrap ends before its namespace's first process does, which is then an orphan, and a zombie for as long as the machine's first process
   * pleases. Until it is reaped it counts, though its own cgroup is gone already; but not against what the session may run.
   */
  #makeRoom(): void {
    if (this.#host.pids === null) return
    const dir = path.join(this.#host.pids, this.#id)
    const living = [...this.#living].reduce((sum, exec) => sum + exec.held(), 0)
    const forDead = Math.max(0, readNumber(path.join(dir, "pids.current"), /^(\d+)/) - living)
    if (forDead === this.#forDead) return
    this.#forDead = forDead
    tryWrite(path.join(dir, "pids.max"), this.#limits.pids + forDead)
  }
  async remove(): Promise<void> {
    for (const base of basesOf(this.#host)) await removeTree(path.join(base, this.#id))
  }
}

const removeTree = async (dir: string): Promise<void> => {
  let children: ReadonlyArray<string> = []
  try {
    children = fs
      .readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => path.join(dir, entry.name))
  } catch {
    return
  }
  for (const child of children) await removeTree(child)
  killDirs([dir])
  await removeDirs([dir])
}

const BASES = ["", "memory", "pids", "cpu", "unified"]

/** The names of all daemons that have cgroups here. */
export const instanceCgroups = (mount = "/sys/fs/cgroup"): ReadonlyArray<string> => {
  const dirs = BASES.map((base) => path.join(mount, base, ROOT_NAME)).filter((dir) => fs.existsSync(dir))
  const entries = dirs.flatMap((dir) => fs.readdirSync(dir, { withFileTypes: true }))
  return [...new Set(entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name))]
}

/** Kills and removes whatever an instance (this one, or one that crashed) still has. */
export const sweepCgroups = async (cgroupName: string, mount = "/sys/fs/cgroup"): Promise<void> => {
  for (const base of BASES) {
    await removeTree(path.join(mount, base, ROOT_NAME, cgroupName))
    try {
      // Other daemons of this host may still have theirs.
      fs.rmdirSync(path.join(mount, base, ROOT_NAME))
    } catch {}
  }
}
