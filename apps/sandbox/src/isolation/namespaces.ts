import { spawn, type ChildProcess } from "node:child_process"
import fs from "node:fs"
import type { Socket } from "node:dgram"
import type { Server } from "node:net"
import { promisify } from "node:util"
import type { Listeners } from "./Isolator.ts"

/** Where a session's mounts are gathered, inside its own mount namespace only. */
export const STAGE = "/mnt"

/**
 * Sets a session up with the daemon's rights, in namespaces that nobody else sees: loopback up; disk, tmp, generated /etc and tools
 * below one directory that the unprivileged uid can traverse, wherever on the host they lie (also below /root). The disk does not outlive
 * the session, so no fsync and no rename waits for it to be safe.
 */
const SETUP = `set -e
ip link set lo up
stage=$1 etc=$2 image=$3 dir=$4 owner=$5 tmp=$6; shift 6
mount -n -t tmpfs -o mode=0755,size=1m,nosuid,nodev loom "$stage"
mkdir "$stage/etc" "$stage/disk" "$stage/tmp" "$stage/tools"
mount -n --bind "$etc" "$stage/etc"
if [ -n "$image" ]; then mount -n -o loop,nosuid,nodev,noatime,nobarrier,noauto_da_alloc "$image" "$stage/disk"; else mount -n --bind "$dir" "$stage/disk"; fi
mkdir -p "$stage/disk/work" "$stage/disk/home"
if [ -n "$owner" ]; then chown "$owner" "$stage/disk/work" "$stage/disk/home"; fi
mount -n -t tmpfs -o "mode=1777,size=$tmp,nosuid,nodev" loom-tmp "$stage/tmp"
n=0
for tool; do mkdir "$stage/tools/$n"; mount -n --rbind "$tool" "$stage/tools/$n"; n=$((n + 1)); done
mount -n --move "$stage" ${STAGE}
echo ready
read -r _ || true`

const NAMES_PORT = 53

/** Listens inside a network namespace and hands the sockets out; run by `node -e` there, gone a moment later. */
const LISTENER = `const names = require("node:dgram").createSocket("udp4")
names.on("error", (error) => process.send({ port: ${NAMES_PORT}, error: error.message }))
names.bind(${NAMES_PORT}, "127.0.0.1", () => process.send({ port: ${NAMES_PORT} }, names))
for (const port of process.argv.slice(1).map(Number)) {
  const server = require("node:net").createServer().listen(port, "127.0.0.1", () => process.send({ port }, server))
  server.on("error", (error) => process.send({ port, error: error.message }))
}`

const closeFd = promisify(fs.close)
const childEnv = () => ({ PATH: process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin" })

export interface NamespaceSpec {
  readonly stageDir: string
  readonly etcDir: string
  /** Disk image to mount, or null to use `diskDir`. */
  readonly image: string | null
  readonly diskDir: string
  /** Host uid of the programs, or null when the daemon is not root (then it is the daemon's). */
  readonly uid: number | null
  readonly tmpBytes: number
  readonly tools: ReadonlyArray<string>
}

/**
 * A session's namespaces. The daemon holds them by descriptors alone, no process lives in them between execs: if it dies, the kernel
 * takes mounts, loop device and networks away.
 */
export class Namespaces {
  readonly #fds = new Set<number>()
  readonly #user: number | null
  readonly #mount: number
  readonly closed: number
  /** Directories of the session, opened to ask for free space without ever resolving a path in them. */
  readonly diskFd: number
  readonly tmpFd: number

  private constructor(pid: number, rootless: boolean) {
    const open = (file: string) => {
      const fd = fs.openSync(file, "r")
      this.#fds.add(fd)
      return fd
    }
    this.#user = rootless ? open(`/proc/${pid}/ns/user`) : null
    this.#mount = open(`/proc/${pid}/ns/mnt`)
    this.closed = open(`/proc/${pid}/ns/net`)
    this.diskFd = open(`/proc/${pid}/root${STAGE}/disk`)
    this.tmpFd = open(`/proc/${pid}/root${STAGE}/tmp`)
  }

  static async open(spec: NamespaceSpec): Promise<Namespaces> {
    const rootless = spec.uid === null
    const owner = spec.uid === null ? "" : `${spec.uid}:${spec.uid}`
    const args = [spec.stageDir, spec.etcDir, spec.image ?? "", spec.diskDir, owner, String(spec.tmpBytes), ...spec.tools]
    const userns = rootless ? ["--user", "--map-root-user"] : []
    const holder = spawn("/usr/bin/env", ["--", "unshare", ...userns, "--net", "--mount", "/bin/sh", "-c", SETUP, "sh", ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: childEnv(),
    })
    const dead = new Promise<void>((resolve) => holder.once("close", () => resolve()))
    try {
      return new Namespaces(await ready(holder), rootless)
    } finally {
      holder.stdin.end()
      holder.kill("SIGKILL")
      await dead
    }
  }

  /** Command prefix that enters the session. No descriptor is inherited: they are named through the daemon's own /proc. */
  enter(network: number, uid: number | null): ReadonlyArray<string> {
    const at = (fd: number) => `/proc/${process.pid}/fd/${fd}`
    return [
      "nsenter",
      ...(this.#user === null ? [] : ["--preserve-credentials", `--user=${at(this.#user)}`]),
      `--net=${at(network)}`,
      `--mount=${at(this.#mount)}`,
      ...(uid === null ? [] : ["-S", String(uid), "-G", String(uid)]),
      "--",
    ]
  }

  /** A further network namespace with listening sockets on its loopback; accepting on them happens in the daemon. */
  async network(ports: ReadonlyArray<number>): Promise<{ readonly fd: number; readonly listeners: Listeners }> {
    const userns = this.#user === null ? [] : ["nsenter", "--preserve-credentials", `--user=/proc/${process.pid}/fd/${this.#user}`, "--"]
    const script = 'ip link set lo up && exec "$0" -e "$@"'
    const command = [...userns, "unshare", "--net", "/bin/sh", "-c", script, process.execPath, LISTENER, ...ports.map(String)]
    const helper = spawn("/usr/bin/env", ["--", ...command], { stdio: ["ignore", "ignore", "pipe", "ipc"], env: childEnv() })
    try {
      const listeners = await listenersOf(helper, ports)
      const fd = fs.openSync(`/proc/${helper.pid}/ns/net`, "r")
      this.#fds.add(fd)
      return { fd, listeners }
    } finally {
      helper.kill("SIGKILL")
    }
  }

  /** The last descriptor unmounts the disk, which may flush to it: never on the event loop. */
  async close(): Promise<void> {
    const fds = [...this.#fds]
    this.#fds.clear()
    await Promise.all(fds.map((fd) => closeFd(fd).catch(() => undefined)))
  }
}

/** The holder's pid, once everything is mounted. */
const ready = (holder: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    let errors = ""
    holder.stderr?.on("data", (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(0, 2000)))
    holder.stdout?.once("data", () => (holder.pid === undefined ? reject(new Error("no holder")) : resolve(holder.pid)))
    holder.stdin?.on("error", () => undefined)
    holder.once("error", reject)
    holder.once("close", (code) => reject(new Error(`session setup ended with ${code}: ${errors.trim()}`)))
  })

const listenersOf = (helper: ChildProcess, ports: ReadonlyArray<number>): Promise<Listeners> =>
  new Promise((resolve, reject) => {
    const found = new Map<number, Server>()
    let names: Socket | null = null
    let errors = ""
    helper.stderr?.on("data", (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(0, 2000)))
    helper.on("message", (message: { readonly port: number; readonly error?: string }, handle) => {
      if (message.error !== undefined) return reject(new Error(`port ${message.port} inside the session: ${message.error}`))
      if (message.port === NAMES_PORT) names = handle as Socket
      else found.set(message.port, handle as Server)
      const servers = ports.flatMap((port) => found.get(port) ?? [])
      if (servers.length === ports.length && names !== null) resolve({ sockets: servers, names })
    })
    helper.once("error", reject)
    helper.once("exit", (code) => reject(new Error(`listener ended with ${code}: ${errors.trim()}`)))
  })
