import { randomUUID } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { sweepCgroups } from "./isolation/cgroup.ts"

interface InstanceRecord {
  readonly instanceId: string
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

/** Takes `dataDir` for this process, and sweeps what a daemon that died there left: cgroups, sessions, images. Answers a new instance id. */
export const takeDataDir = async (dataDir: string): Promise<{ readonly instanceId: string; readonly release: () => void }> => {
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = path.join(dataDir, "instance.json")
  const before = readRecord(file)
  if (before !== null && startTimeOf(before.pid) === before.startTime) {
    throw new Error(`${dataDir} belongs to the sandboxd with pid ${before.pid}: stop it, or set LOOM_SANDBOX_DATA to another directory`)
  }
  if (before !== null) await sweepCgroups(before.instanceId)
  for (const name of ["sessions", "fifo", "images", "stage"]) fs.rmSync(path.join(dataDir, name), { recursive: true, force: true })
  const record: InstanceRecord = { instanceId: randomUUID(), pid: process.pid, startTime: startTimeOf(process.pid) ?? "" }
  fs.writeFileSync(file, JSON.stringify(record), { mode: 0o600 })
  return { instanceId: record.instanceId, release: () => fs.rmSync(file, { force: true }) }
}
