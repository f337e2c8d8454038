import fs from "node:fs"

const stateOf = (pid: string): string | null => {
  try {
    return /^State:\s+(\S)/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? null
  } catch {
    return null
  }
}

/**
 * Pids of `uid` that still run; with `mark` only those that have this line in their environment. A zombie runs no more: whoever
 * is its parent reaps it.
 */
export const runningOf = (uid: number, mark: string | null): ReadonlyArray<string> =>
  fs.readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      if (fs.statSync(`/proc/${pid}`).uid !== uid) return false
      if (mark !== null && !fs.readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(mark)) return false
    } catch {
      return false
    }
    const state = stateOf(pid)
    return state !== null && state !== "Z" && state !== "X"
  })
