import fs from "node:fs"
import path from "node:path"

/** Node's threads, the entrypoint, and what starts and removes execs. */
const DAEMON_PROCESSES = 64
const MIN_PIDS = 16

/**
 * The limit on processes that a session may really have: below the container's own (`docker run --pids-limit`), at which the daemon
 * itself could start nothing more, and which tells nobody who met it. `mount` is where the container sees its cgroup.
 */
export const withinContainer = (pids: number, mount = "/sys/fs/cgroup"): number => {
  const own = ["pids.max", "pids/pids.max"].map((file) => numberIn(path.join(mount, file))).find((max) => max !== null) ?? null
  return own === null ? pids : Math.min(pids, Math.max(MIN_PIDS, own - DAEMON_PROCESSES))
}

/** null where there is no such file, or no limit (`max`). */
const numberIn = (file: string): number | null => {
  try {
    const text = fs.readFileSync(file, "utf8").trim()
    return /^\d+$/.test(text) ? Number(text) : null
  } catch {
    return null
  }
}
