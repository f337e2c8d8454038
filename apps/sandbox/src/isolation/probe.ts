import fs from "node:fs"
import path from "node:path"
import { text } from "node:stream/consumers"
import type { IsolationProblem } from "@loom/core/domain/SandboxProtocol"
import type { Box, Limits } from "./Isolator.ts"

const PACKAGES: Record<string, string> = { ip: "iproute2", mkfifo: "coreutils", mount: "mount" }

/** Programs that are not on PATH, each with the package that brings it. */
export const missingPrograms = (programs: ReadonlyArray<string>): ReadonlyArray<IsolationProblem> => {
  const dirs = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin", "/usr/bin", "/bin"]
  const exists = (program: string) =>
    program.includes("/") ? fs.existsSync(program) : dirs.some((dir) => fs.existsSync(path.join(dir, program)))
  return programs
    .filter((program) => !exists(program))
    .map((program) => {
      const name = path.basename(program) === "bwrap" || program.includes("/") ? "bubblewrap" : (PACKAGES[program] ?? "util-linux")
      return { code: "program_missing", detail: `${program} is not installed`, remedy: `apt-get install -y ${name}` }
    })
}

const IN_A_CONTAINER = "LOOM_SANDBOX_ISOLATOR=container, inside the image of apps/sandbox/Dockerfile"

const explain = (message: string): IsolationProblem => {
  const detail = message.trim().slice(0, 1000) || "the probe ended without a word"
  if (/new namespace|uid map|user namespace|unshare failed: (Operation not permitted|No space left)/i.test(message)) {
    // Root without CAP_SYS_ADMIN is inside a container already.
    if (process.getuid?.() === 0 && /Operation not permitted/.test(message))
      return { code: "user_namespaces", detail, remedy: IN_A_CONTAINER }
    const remedy = fs.existsSync("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
      ? "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
      : "sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000"
    return { code: "user_namespaces", detail, remedy }
  }
  if (/seccomp/i.test(message)) return { code: "seccomp", detail, remedy: "boot a kernel with CONFIG_SECCOMP_FILTER=y" }
  if (/disable-userns|Unknown option/i.test(message)) {
    return { code: "bubblewrap_old", detail, remedy: "apt-get install -y bubblewrap   # 0.8.0 or newer" }
  }
  return { code: "isolation", detail, remedy: IN_A_CONTAINER }
}

const PROBE_LIMITS: Limits = {
  memoryBytes: 256 * 1_048_576,
  pids: 64,
  cpus: null,
  diskBytes: 64 * 1_048_576,
  tmpBytes: 4 * 1_048_576,
  fileBytes: 16 * 1_048_576,
  openFiles: 256,
}

export type ProbedWall =
  | "seccomp"
  | "no_new_privs"
  | "capabilities"
  | "uid"
  | "limits"
  | "network"
  | "processes"
  | "filesystem"
  | "ipc"
  | "uts"
  | "cgroup"
  | "user"

const NAMESPACES = { network: "net", processes: "pid", filesystem: "mnt", ipc: "ipc", uts: "uts", cgroup: "cgroup", user: "user" } as const

const LOOK = `cat /proc/self/status /proc/self/limits
sed 's/^/route4 /' /proc/net/route; sed 's/^/route6 /' /proc/net/ipv6_route 2>/dev/null
for n in ${Object.values(NAMESPACES).join(" ")}; do echo "$n $(readlink /proc/self/ns/$n)"; done
(: > /loom-probe) 2>/dev/null && echo writable; true`

const ownFilters = (): number => Number(/^Seccomp_filters:\s+(\d+)/m.exec(fs.readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0)

/** What is missing of `LOOK`'s answer: wall and what was seen. Pure but for the daemon's own namespaces and filters. */
const missingWalls = (seen: string): ReadonlyArray<{ readonly wall: ProbedWall; readonly detail: string }> => {
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(seen)?.[1]
  const limit = (name: string) => Number(new RegExp(`^${name}\\s+\\d+\\s+(\\d+)`, "m").exec(seen)?.[1])
  const filters = field("Seccomp_filters")
  // A platform's own filter does not count for ours; kernels before 5.9 do not tell how many there are.
  const filtered = field("Seccomp") === "2" && (filters === undefined || Number(filters) > ownFilters())
  const limited = limit("Max file size") === PROBE_LIMITS.fileBytes && limit("Max open files") === PROBE_LIMITS.openFiles
  const route = /^route4 \S+\s+00000000\s/m.test(seen) || /^route6 0{32} 00 .*\s(?!lo$)\S+$/m.test(seen)
  const walls: ReadonlyArray<readonly [ProbedWall, boolean, string]> = [
    ["seccomp", filtered, "the seccomp filter is not active inside"],
    ["no_new_privs", field("NoNewPrivs") === "1", "no_new_privs is not set inside"],
    ["capabilities", ["CapEff", "CapPrm", "CapBnd"].every((set) => /^0+$/.test(field(set) ?? "")), "capabilities are left inside"],
    ["uid", field("Uid") !== "0", "programs run as root"],
    ["limits", limited, "limits on file size and open files do not hold inside"],
    ["network", !route, "a default route is visible inside: programs reach whatever it leads to"],
    ["filesystem", !/^writable$/m.test(seen), "the root directory can be written to inside"],
    ...Object.entries(NAMESPACES).map(([wall, name]): readonly [ProbedWall, boolean, string] => {
      const inside = new RegExp(`^${name} (\\S+)$`, "m").exec(seen)?.[1]
      const own = inside !== undefined && inside !== fs.readlinkSync(`/proc/self/ns/${name}`)
      return [wall as ProbedWall, own, `programs share the daemon's ${name} namespace`]
    }),
  ]
  return walls.flatMap(([wall, holds, detail]) => (holds ? [] : [{ wall, detail }]))
}

/** Runs one program behind the real walls and looks at them from the inside. `remedyOf` is the one command that mends a wall. */
export const probeBox = async (
  open: (limits: Limits) => Promise<Box>,
  expected: ReadonlyArray<ProbedWall>,
  remedyOf: (wall: ProbedWall) => string,
): Promise<ReadonlyArray<IsolationProblem>> => {
  let box: Box | undefined
  try {
    box = await open(PROBE_LIMITS)
    const child = await box.launch({
      argv: ["/bin/sh", "-c", LOOK],
      cwd: box.workspace,
      env: {},
      stdin: "none",
      network: "closed",
      keepRunning: false,
    })
    const [seen, errors, { started }] = await Promise.all([text(child.stdout), text(child.stderr), child.main])
    if (!started) return [explain(errors)]
    return missingWalls(seen)
      .filter(({ wall }) => expected.includes(wall))
      .map(({ wall, detail }) => ({ code: wall, detail, remedy: remedyOf(wall) }))
  } catch (error) {
    return [explain(error instanceof Error ? error.message : String(error))]
  } finally {
    await box?.close()
  }
}
