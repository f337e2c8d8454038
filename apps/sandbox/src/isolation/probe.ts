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

const explain = (message: string): IsolationProblem => {
  const detail = message.trim().slice(0, 1000) || "the probe ended without a word"
  if (/new namespace|uid map|user namespace|unshare failed: Operation not permitted/i.test(message)) {
    const remedy = fs.existsSync("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
      ? "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
      : "sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000"
    return { code: "user_namespaces", detail, remedy }
  }
  if (/seccomp/i.test(message)) return { code: "seccomp", detail, remedy: "boot a kernel with CONFIG_SECCOMP_FILTER=y" }
  if (/disable-userns|Unknown option/i.test(message)) {
    return { code: "bubblewrap_old", detail, remedy: "apt-get install -y bubblewrap   # 0.8.0 or newer" }
  }
  return { code: "isolation", detail, remedy: "LOOM_SANDBOX_ISOLATOR=container, inside the image of apps/sandbox/Dockerfile" }
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

export type ProbedWall = "seccomp" | "no_new_privs" | "capabilities" | "network" | "uid"

/** Runs one program behind the real walls and looks at them from the inside. */
export const probeBox = async (
  open: (limits: Limits) => Promise<Box>,
  expected: ReadonlyArray<ProbedWall>,
): Promise<ReadonlyArray<IsolationProblem>> => {
  let box: Box | undefined
  try {
    box = await open(PROBE_LIMITS)
    const child = await box.launch({
      argv: ["cat", "/proc/self/status", "/proc/net/route"],
      cwd: box.workspace,
      env: {},
      stdin: "none",
      network: "closed",
      keepRunning: false,
    })
    const [seen, errors, { started }] = await Promise.all([text(child.stdout), text(child.stderr), child.main])
    if (!started) return [explain(errors)]
    const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(seen)?.[1]
    const walls: ReadonlyArray<{ readonly code: ProbedWall; readonly holds: boolean; readonly detail: string }> = [
      { code: "seccomp", holds: field("Seccomp") === "2", detail: "the seccomp filter is not active inside" },
      { code: "no_new_privs", holds: field("NoNewPrivs") === "1", detail: "no_new_privs is not set inside" },
      { code: "capabilities", holds: /^0+$/.test(field("CapEff") ?? ""), detail: "capabilities are left inside" },
      { code: "uid", holds: field("Uid") !== "0", detail: "programs run as root" },
      { code: "network", holds: !/^\S+\s+00000000\s/m.test(seen), detail: "a default route is visible inside" },
    ]
    return walls
      .filter((wall) => expected.includes(wall.code) && !wall.holds)
      .map(({ code, detail }) => ({ ...explain(code), code, detail }))
  } catch (error) {
    return [explain(error instanceof Error ? error.message : String(error))]
  } finally {
    await box?.close()
  }
}
