import fs from "node:fs"

const statusOf = (pid: string): string => {
  try {
    return fs.readFileSync(`/proc/${pid}/status`, "utf8")
  } catch {
    return ""
  }
}

const ofUser = (status: string, uid: number): boolean => new RegExp(`^Uid:\\s+${uid}\\s`, "m").test(status)

/** proc_pid_status(5) of everything of `uid`, also of what has died and is not reaped yet: until then it counts against RLIMIT_NPROC. */
export const statusesOf = (uid: number): ReadonlyArray<{ readonly pid: number; readonly status: string }> =>
  fs.readdirSync("/proc").flatMap((name) => {
    const status = /^\d+$/.test(name) ? statusOf(name) : ""
    return ofUser(status, uid) ? [{ pid: Number(name), status }] : []
  })

/**
 * Pids of `uid` that still run; with `group` only those that have this supplementary group, which a program without capabilities can
 * neither give up nor choose. A zombie runs no more: whoever is its parent reaps it.
 */
export const runningOf = (uid: number, group: number | null): ReadonlyArray<string> =>
  fs.readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    // Not by the owner of the directory: a program can hand that to root (prctl(2), PR_SET_DUMPABLE).
    const status = statusOf(pid)
    if (!/^State:\s+[^ZX\s]/m.test(status) || !ofUser(status, uid)) return false
    return group === null || (/^Groups:(.*)$/m.exec(status)?.[1] ?? "").trim().split(" ").includes(String(group))
  })

/** The number that the last process or thread of this pid namespace got (proc_loadavg(5)). */
const lastPid = (): string => {
  try {
    return fs.readFileSync("/proc/loadavg", "utf8").trim().split(" ")[4] ?? ""
  } catch {
    return ""
  }
}

/**
 * Whether certainly nothing of them runs. /proc is no snapshot: a chain of processes that each fork and exit can be missed by looking.
 * Where no number was given out between the first look and the last, none was born that could have been missed.
 */
export const noneRuns = (uid: number, group: number | null): boolean => {
  for (let look = 0; look < 3; look++) {
    const before = lastPid()
    if (runningOf(uid, group).length > 0) return false
    if (before !== "" && lastPid() === before) return true
  }
  return false
}
