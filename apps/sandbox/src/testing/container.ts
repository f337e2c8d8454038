import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { createInterface } from "node:readline"
import { connect } from "./daemon.ts"

/** What Docker leaves a container's root by default. */
const DOCKER_CAPABILITIES = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FSETID",
  "FOWNER",
  "MKNOD",
  "NET_RAW",
  "SETGID",
  "SETUID",
  "SETFCAP",
  "SETPCAP",
  "NET_BIND_SERVICE",
  "SYS_CHROOT",
  "KILL",
  "AUDIT_WRITE",
]
const repository = path.resolve(import.meta.dirname, "../../../..")
const INSIDE = "/opt/loom"

const systemDirs = (): ReadonlyArray<string> =>
  ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].flatMap((dir) => {
    const stat = fs.lstatSync(dir, { throwIfNoEntry: false })
    if (stat === undefined) return []
    return stat.isSymbolicLink() ? ["--symlink", fs.readlinkSync(dir), dir] : ["--ro-bind", dir, dir]
  })

/** Root, the capabilities and the mounts of a Docker container with its defaults, read-only cgroups among them; the host's network. */
const containerArgs = (cgroupDir: string): ReadonlyArray<string> =>
  [
    ["--ro-bind", "/usr", "/usr", ...systemDirs(), "--ro-bind", "/etc", "/etc", "--ro-bind", "/sys", "/sys"],
    // A container sees the counters of its own cgroup, and may not make others. Nothing counts in this one.
    ["--ro-bind", cgroupDir, "/sys/fs/cgroup"],
    ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--size", String(64 * 1_048_576), "--tmpfs", "/dev/shm"],
    // These lie on one filesystem, as in an image; home has one of its own, as behind the flags of docs/hosting-the-sandbox.md.
    ["--perms", "1777", "--dir", "/tmp", "--dir", "/var", "--perms", "1777", "--dir", "/var/tmp"],
    ["--dir", "/workspace", "--dir", "/run", "--perms", "1777", "--dir", "/run/lock"],
    ["--size", String(512 * 1_048_576), "--tmpfs", "/home/loom"],
    ["--ro-bind", repository, `${INSIDE}/src`, "--ro-bind", path.dirname(fs.realpathSync(process.execPath)), `${INSIDE}/node`],
    ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--cap-drop", "ALL"],
    DOCKER_CAPABILITIES.flatMap((name) => ["--cap-add", `CAP_${name}`]),
  ].flat()

/**
 * `main.ts` as the only daemon of a container, without an engine: bubblewrap as root makes what Docker would, so that the daemon has no
 * right that it would not have there.
 */
export const startTestContainer = async (env: Readonly<Record<string, string>> = {}) => {
  const cgroupDir = fs.mkdtempSync(path.join(os.tmpdir(), "loom-cgroup-"))
  fs.writeFileSync(path.join(cgroupDir, "memory.events"), "oom 0\noom_kill 0\n")
  const token = `daemon-token-${randomUUID()}`
  const child = spawn(
    "/usr/bin/env",
    ["--", "bwrap", ...containerArgs(cgroupDir), "--", `${INSIDE}/node/node`, `${INSIDE}/src/apps/sandbox/src/main.ts`],
    {
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        LOOM_SANDBOX_TOKEN: token,
        LOOM_SANDBOX_PORT: "0",
        LOOM_SANDBOX_DATA: "/var/lib/sandboxd",
        LOOM_SANDBOX_ISOLATOR: "container",
        LOOM_SANDBOX_INSIDE: "1",
        // Its network is the host's: what is tested here is not the way out.
        LOOM_SANDBOX_EGRESS: "platform",
        // RLIMIT_NPROC counts a uid on the whole host.
        LOOM_SANDBOX_UID: String(200_000 + process.pid),
        ...env,
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  )
  const exited = once(child, "exit")
  const lines = createInterface({ input: child.stdout })
  const [line] = (await Promise.race([
    once(lines, "line"),
    exited.then(() => Promise.reject(new Error("the container ended before its daemon was ready"))),
  ])) as [string]
  const ready = JSON.parse(line) as {
    readonly event: string
    readonly port: number
    readonly instanceId: string
    readonly problems: unknown[]
  }
  if (ready.event !== "sandboxd.ready" || ready.problems.length > 0) throw new Error(`the daemon in the container: ${line}`)
  return {
    ...connect({ url: `http://127.0.0.1:${ready.port}`, token }),
    instanceId: ready.instanceId,
    token,
    stop: async () => {
      child.kill("SIGKILL")
      await exited
      fs.rmSync(cgroupDir, { recursive: true, force: true })
    },
  }
}
