import type { SandboxdCapabilities } from "@loom/core/domain/SandboxProtocol"
import type { Check } from "./Check.ts"

/** In the order that a person reads them: walls, then limits. */
const WALLS = ["filesystem", "processes", "network", "seccomp", "uid", "egress"]
const LIMITS = ["memory", "pids", "cpu", "disk", "tmp", "fileSize", "openFiles", "output", "time", "kill"]

const AS_ROOT = "run the sandbox host as root, where /sys/fs/cgroup can be written to"
/** What is enforced less well than it could be, and what makes it better. */
const weaker: Readonly<
  Record<string, { readonly when: ReadonlyArray<string | boolean>; readonly detail: string; readonly remedy: string }>
> = {
  memory: { when: ["watchdog"], detail: "watched, not bounded: killed within a moment of exceeding it", remedy: AS_ROOT },
  pids: { when: ["rlimit", "watchdog"], detail: "bounded per user, not per session", remedy: AS_ROOT },
  cpu: { when: [false], detail: "no quota of cores: sessions share them all", remedy: AS_ROOT },
  disk: {
    when: [false, "watchdog"],
    detail: "watched or unbounded: no file system of its own",
    remedy: "modprobe loop   # and run the sandbox host as root",
  },
}

/** Pure: what a sandbox host says of itself as lines. A wall that is missing fails; a limit that is weaker is a note. */
export const sandboxChecks = ({ enforced, isolator, problems }: SandboxdCapabilities): ReadonlyArray<Check> => {
  const sandbox = (name: string, state: Check["state"], detail: string, remedy: string | null = null): Check => ({
    part: "sandbox",
    name,
    state,
    detail,
    remedy,
  })
  if (problems.length > 0) return problems.map(({ code, detail, remedy }) => sandbox(code, "failed", detail, remedy))
  const lines = [...WALLS, ...LIMITS].flatMap((name) => {
    const by = enforced[name]
    if (by === undefined) return []
    const less = weaker[name]
    if (less !== undefined && less.when.includes(by))
      return [sandbox(name, "note", by === false ? less.detail : `${by}: ${less.detail}`, less.remedy)]
    return [
      sandbox(
        name,
        by === false ? "failed" : "ok",
        by === false ? "not enforced" : by === true ? "enforced" : by,
        by === false ? AS_ROOT : null,
      ),
    ]
  })
  return [sandbox("isolator", "ok", `${isolator}: every wall was built once and looked at from inside`), ...lines]
}
