import fs from "node:fs"
import path from "node:path"
import { sharedEtc } from "./etc-files.ts"
import type { Launch, Limits } from "./Isolator.ts"
import { STAGE } from "./namespaces.ts"

export const INSIDE_UID = 1000
export const INSIDE_HOME = "/home/loom"
const MEBIBYTE = 1_048_576

export interface ToolMount {
  readonly hostDir: string
  readonly sandboxDir: string
}

/** `/bin`, `/lib` … are links into `/usr` on today's systems and directories on older ones. */
const systemDirs = (): ReadonlyArray<string> =>
  ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].flatMap((dir) => {
    const stat = fs.lstatSync(dir, { throwIfNoEntry: false })
    if (stat === undefined) return []
    return stat.isSymbolicLink() ? ["--symlink", fs.readlinkSync(dir), dir] : ["--ro-bind", dir, dir]
  })

/** The mounts that are the same for every exec of a session. Sources are below `STAGE`, where the session's setup put them. */
export const mountArgs = (tools: ReadonlyArray<ToolMount>, etcFiles: ReadonlyArray<string>): ReadonlyArray<string> => [
  "--ro-bind",
  "/usr",
  "/usr",
  ...systemDirs(),
  "--dir",
  "/etc",
  ...sharedEtc().flatMap((file) => ["--ro-bind", file, file]),
  ...etcFiles.flatMap((name) => ["--ro-bind", `${STAGE}/etc/${name}`, `/etc/${name}`]),
  "--proc",
  "/proc",
  "--dev",
  "/dev",
  // One tmpfs of the session with one limit, which the daemon can look at. Only /run is new for each exec: it holds pid files.
  "--bind",
  `${STAGE}/memory/shm`,
  "/dev/shm",
  "--bind",
  `${STAGE}/memory/tmp`,
  "/tmp",
  "--size",
  String(16 * MEBIBYTE),
  "--tmpfs",
  "/run",
  "--dir",
  "/var",
  "--symlink",
  "/tmp",
  "/var/tmp",
  "--symlink",
  "/run",
  "/var/run",
  ...tools.flatMap((tool, i) => ["--ro-bind", `${STAGE}/tools/${i}`, tool.sandboxDir]),
  "--bind",
  `${STAGE}/disk/work`,
  "/workspace",
  "--bind",
  `${STAGE}/disk/home`,
  INSIDE_HOME,
  // Without these two the root and /dev are writable tmpfs (facts/sandbox.md 1).
  "--remount-ro",
  "/dev",
  "--remount-ro",
  "/",
]

/** Namespaces, identity and environment. The network namespace is the one that nsenter entered. */
export const isolationArgs = (env: Launch["env"]): ReadonlyArray<string> => [
  "--unshare-user",
  "--unshare-pid",
  "--unshare-ipc",
  "--unshare-uts",
  "--unshare-cgroup",
  "--uid",
  String(INSIDE_UID),
  "--gid",
  String(INSIDE_UID),
  "--hostname",
  "loom",
  "--disable-userns",
  "--cap-drop",
  "ALL",
  "--seccomp",
  "3",
  "--die-with-parent",
  "--new-session",
  "--clearenv",
  ...Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
  "--chdir",
  "/",
]

/** `<tool>/bin` of every tool, then the system's. */
export const defaultPath = (tools: ReadonlyArray<ToolMount>): string =>
  [
    ...tools.map(({ hostDir, sandboxDir }) => (fs.existsSync(path.join(hostDir, "bin")) ? path.posix.join(sandboxDir, "bin") : sandboxDir)),
    "/usr/local/bin",
    "/usr/bin",
    "/bin",
    "/usr/local/sbin",
    "/usr/sbin",
    "/sbin",
    `${INSIDE_HOME}/.local/bin`,
  ].join(":")

/** RLIMIT_NPROC stands in for the pids cgroup; it binds because the uid is not root's. */
export const processLimit = (limits: Limits): ReadonlyArray<string> => ["prlimit", `--nproc=${limits.pids}`, "--"]
