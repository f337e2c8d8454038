import fs from "node:fs"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { runningOf } from "../isolation/users-processes.ts"

/** What of the host a session may change while it lives, and must leave as it found it. Names of what is there, for a message. */
export interface HostState {
  readonly processes: ReadonlyArray<string>
  readonly zombies: ReadonlyArray<string>
  readonly namespaces: ReadonlyArray<string>
  readonly mounts: ReadonlyArray<string>
  readonly cgroups: ReadonlyArray<string>
  readonly files: ReadonlyArray<string>
}

/** Where to look: only what belongs to this daemon, since other daemons work on the same machine. */
export interface Scope {
  readonly dataDir: string
  readonly instanceId: string
  /** Uid of the container's programs, and its directories; null with bubblewrap. */
  readonly container: { readonly uid: number; readonly workspaceDir: string; readonly homeDir: string } | null
}

/** Directories that every uid may write to. */
const SHARED = ["/tmp", "/var/tmp", "/dev/shm", "/run/lock"]

const list = (dir: string): ReadonlyArray<string> => {
  try {
    return fs.readdirSync(dir)
  } catch {
    return []
  }
}
const read = (file: string): string => {
  try {
    return fs.readFileSync(file, "utf8")
  } catch {
    return ""
  }
}
const pids = () => list("/proc").filter((name) => /^\d+$/.test(name))
const statusOf = (pid: string, field: string) => new RegExp(`^${field}:\\s+(\\S+)`, "m").exec(read(`/proc/${pid}/status`))?.[1]
const named = (pid: string) => `${pid} ${read(`/proc/${pid}/comm`).trim()}`

/** A session's programs see its generated /etc: its directory stands in their table of mounts, whatever else they did to themselves. */
const processesOf = ({ dataDir, container }: Scope): ReadonlyArray<string> => {
  const sessions = `${path.basename(dataDir)}/sessions/`
  const behindMounts = pids().filter((pid) => pid !== String(process.pid) && read(`/proc/${pid}/mountinfo`).includes(sessions))
  return [...behindMounts, ...(container === null ? [] : runningOf(container.uid, null))].map(named)
}

const namespacesHeld = (): ReadonlyArray<string> =>
  list("/proc/self/fd").flatMap((fd) => {
    try {
      const target = fs.readlinkSync(`/proc/self/fd/${fd}`)
      return /^(net|mnt|user|pid):\[/.test(target) ? [target] : []
    } catch {
      return []
    }
  })

const mountsOf = (dataDir: string): ReadonlyArray<string> => [
  ...read("/proc/self/mountinfo")
    .split("\n")
    .filter((line) => line.includes(dataDir)),
  ...list("/sys/block").flatMap((name) => {
    const file = name.startsWith("loop") ? read(`/sys/block/${name}/loop/backing_file`).trim() : ""
    return file.includes(dataDir) ? [`${name} ${file}`] : []
  }),
]

const cgroupsOf = (instanceId: string): ReadonlyArray<string> =>
  ["", "memory", "pids", "cpu", "unified"].flatMap((base) => {
    const home = path.join("/sys/fs/cgroup", base, "loom-sandbox")
    return list(home)
      .filter((name) => name.startsWith(instanceId))
      .flatMap((name) =>
        fs
          .readdirSync(path.join(home, name), { withFileTypes: true, recursive: true })
          .filter((entry) => entry.isDirectory())
          .map((entry) => path.join(entry.parentPath, entry.name)),
      )
  })

const filesOf = ({ dataDir, container }: Scope): ReadonlyArray<string> => {
  const ofDaemon = [
    ...list(dataDir),
    ...list(path.join(dataDir, "sessions")),
    ...list(path.join(dataDir, "fifo")).filter((name) => !name.startsWith("fifo-")),
  ]
  if (container === null) return ofDaemon
  const { uid, workspaceDir, homeDir } = container
  const ofSession = [workspaceDir, homeDir].flatMap((dir) => list(dir).map((name) => path.join(dir, name)))
  const shared = SHARED.flatMap((dir) => list(dir).map((name) => path.join(dir, name))).filter((file) => {
    return fs.lstatSync(file, { throwIfNoEntry: false })?.uid === uid
  })
  return [...ofDaemon, ...ofSession, ...shared]
}

export const hostState = (scope: Scope): HostState => ({
  processes: processesOf(scope),
  zombies: pids()
    .filter((pid) => statusOf(pid, "PPid") === String(process.pid) && statusOf(pid, "State") === "Z")
    .map(named),
  namespaces: namespacesHeld(),
  mounts: mountsOf(scope.dataDir),
  cgroups: cgroupsOf(scope.instanceId),
  files: filesOf(scope),
})

/** What is there now and was not before: `cgroups: /sys/fs/…`. */
export const leftBehind = (before: HostState, now: HostState): ReadonlyArray<string> =>
  (Object.keys(now) as ReadonlyArray<keyof HostState>).flatMap((kind) => {
    const known = [...before[kind]]
    return now[kind].flatMap((name) => {
      const at = known.indexOf(name)
      if (at < 0) return [`${kind}: ${name}`]
      known.splice(at, 1)
      return []
    })
  })

/** The kernel takes a killed tree apart in its own time; what is still there after `patienceMs` was left behind. */
export const settle = async (scope: Scope, before: HostState, patienceMs = 10_000): Promise<ReadonlyArray<string>> => {
  for (const end = Date.now() + patienceMs; ; await sleep(25)) {
    const left = leftBehind(before, hostState(scope))
    if (left.length === 0 || Date.now() > end) return left
  }
}
