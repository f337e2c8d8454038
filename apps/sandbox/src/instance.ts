import { randomUUID } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { instanceCgroups, sweepCgroups } from "./isolation/cgroup.ts"

interface InstanceRecord {
  readonly instanceId: string
  readonly cgroupName: string
  readonly pid: number
  /** Start time in ticks, field 22 of /proc/<pid>/stat: a pid alone may be another process by now. */
  readonly startTime: string
}

const startTimeOf = (pid: number): string | null => {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8")
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null
  } catch {
    return null
  }
}

const readRecord = (file: string): InstanceRecord | null => {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as InstanceRecord
  } catch {
    return null
  }
}

/** Process numbers mean something only to those who share the namespace. */
const pidNamespace = (): string => /\d+/.exec(fs.readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0"

/** A cgroup name says whose it is, so that what a killed daemon left can be told from what a living one uses. */
const cgroupNameOf = (instanceId: string): string => [instanceId, pidNamespace(), process.pid, startTimeOf(process.pid)].join(".")

const isDead = (cgroupName: string): boolean => {
  const [, namespace, pid, startTime] = cgroupName.split(".")
  return namespace === pidNamespace() && startTimeOf(Number(pid)) !== startTime
}

/** Takes `dataDir` for this process, and sweeps what daemons that died left: sessions and images there, cgroups anywhere. */
export const takeDataDir = async (
  dataDir: string,
): Promise<{ readonly instanceId: string; readonly cgroupName: string; readonly release: () => void }> => {
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = path.join(dataDir, "instance.json")
  const before = readRecord(file)
  if (before !== null && startTimeOf(before.pid) === before.startTime) {
    throw new Error(`${dataDir} belongs to the sandboxd with pid ${before.pid}: stop it, or set LOOM_SANDBOX_DATA to another directory`)
  }
  for (const name of instanceCgroups().filter(isDead)) await sweepCgroups(name)
  for (const name of ["sessions", "fifo", "images", "stage"]) fs.rmSync(path.join(dataDir, name), { recursive: true, force: true })
  const instanceId = randomUUID()
  const cgroupName = cgroupNameOf(instanceId)
  const record: InstanceRecord = { instanceId, cgroupName, pid: process.pid, startTime: startTimeOf(process.pid) ?? "" }
  fs.writeFileSync(file, JSON.stringify(record), { mode: 0o600 })
  return { instanceId, cgroupName, release: () => fs.rmSync(file, { force: true }) }
}
