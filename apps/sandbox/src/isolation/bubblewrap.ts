import fs from "node:fs"
import path from "node:path"
import type { IsolationProblem } from "@loom/core/domain/SandboxProtocol"
import { defaultPath, INSIDE_HOME, INSIDE_UID, isolationArgs, mountArgs, processLimit, type ToolMount } from "./bwrap-args.ts"
import { detectCgroups, SessionCgroup, sweepCgroups, type CgroupHost } from "./cgroup.ts"
import { DiskImages, diskOf } from "./disk.ts"
import { writeEtc } from "./etc-files.ts"
import type { Box, Isolator, Limits, Network } from "./Isolator.ts"
import { spawnTree } from "./launch.ts"
import { Namespaces } from "./namespaces.ts"
import { missingPrograms, probeBox } from "./probe.ts"
import { seccompFilter } from "./seccomp.ts"
import { FifoPool } from "./stdio.ts"

export interface BubblewrapConfig {
  readonly dataDir: string
  readonly cgroupName: string
  /** Program name or path; tests point it at nothing. */
  readonly bwrap: string
  readonly tools: ReadonlyArray<ToolMount>
  /** PATH inside; default: the tools' `bin`, then the system's. */
  readonly path: string | null
}

/** Host uid of programs when the daemon is root: nobody. Unprivileged daemons keep their own uid behind a user namespace. */
const HOST_UID = 65534
const WALLS = [
  "seccomp",
  "no_new_privs",
  "capabilities",
  "uid",
  "limits",
  "network",
  "processes",
  "filesystem",
  "ipc",
  "uts",
  "cgroup",
  "user",
] as const
const REMEDY = "apt-get install -y --reinstall bubblewrap util-linux"

/** Every exec is a fresh bubblewrap sandbox; what a session's execs share is its namespaces, disk and cgroup. */
export class Bubblewrap implements Isolator {
  readonly name = "bubblewrap"
  readonly #config: BubblewrapConfig
  readonly #uid: number | null
  readonly #cgroups: CgroupHost | null
  readonly #fifos: FifoPool
  readonly #images: DiskImages
  readonly #seccompFile: string
  readonly #stageDir: string
  #diskImages: boolean

  constructor(config: BubblewrapConfig) {
    this.#config = config
    this.#uid = process.getuid?.() === 0 ? HOST_UID : null
    this.#cgroups = detectCgroups(config.cgroupName)
    this.#fifos = new FifoPool(path.join(config.dataDir, "fifo"))
    this.#images = new DiskImages(path.join(config.dataDir, "images"))
    this.#seccompFile = path.join(config.dataDir, "seccomp.bpf")
    this.#stageDir = path.join(config.dataDir, "stage")
    this.#diskImages = this.#uid !== null
    fs.mkdirSync(this.#stageDir, { recursive: true })
    const filter = seccompFilter()
    if (filter !== null) fs.writeFileSync(this.#seccompFile, filter, { mode: 0o600 })
  }

  async probe(): Promise<ReadonlyArray<IsolationProblem>> {
    if (seccompFilter() === null) {
      return [{ code: "seccomp", detail: `no seccomp table for ${process.arch}`, remedy: "run sandboxd on x64 or arm64, or in its image" }]
    }
    const missing = missingPrograms([this.#config.bwrap, "nsenter", "unshare", "prlimit", "ip", "mkfifo", "mount"])
    if (missing.length > 0) return missing
    const lost = this.#config.tools.find((tool) => !fs.existsSync(tool.hostDir))
    if (lost !== undefined) {
      return [
        {
          code: "tool_missing",
          detail: `the tool directory ${lost.hostDir} does not exist`,
          remedy: "install it, or take it out of LOOM_SANDBOX_TOOLS",
        },
      ]
    }
    const attempt = () =>
      probeBox(
        (limits) => this.open({ id: `probe-${process.hrtime.bigint()}`, limits, hosts: [] }),
        WALLS,
        () => REMEDY,
      )
    const problems = await attempt()
    if (problems.length === 0 || !this.#diskImages) return problems
    // No loop devices here (a container, say): a plain directory does, and the capabilities say that the disk has no limit.
    this.#diskImages = false
    return attempt()
  }

  enforced(): Readonly<Record<string, boolean | string>> {
    const cgroup = this.#cgroups
    const counted = (controller: string | null) => (cgroup !== null && controller !== null ? cgroup.kind : null)
    return {
      filesystem: "mount namespace",
      processes: "pid namespace",
      network: "network namespace",
      seccomp: true,
      uid: this.#uid === null ? "own uid in a user namespace" : String(this.#uid),
      time: true,
      output: true,
      memory: counted(cgroup?.memory ?? null) ?? "watchdog",
      pids: counted(cgroup?.pids ?? null) ?? "rlimit",
      cpu: counted(cgroup?.cpu ?? null) ?? false,
      kill: cgroup?.kill ? "cgroup.kill" : "pid namespace",
      disk: this.#diskImages ? "image" : false,
      tmp: "tmpfs",
      fileSize: "rlimit",
      openFiles: "rlimit",
      egress: "daemon",
    }
  }

  async open({ id, limits, hosts }: { readonly id: string; readonly limits: Limits; readonly hosts: ReadonlyArray<string> }): Promise<Box> {
    const dir = path.join(this.#config.dataDir, "sessions", id)
    const etcDir = path.join(dir, "etc")
    const diskDir = path.join(dir, "disk")
    const image = this.#diskImages ? path.join(dir, "disk.img") : null
    const remove = () => fs.promises.rm(dir, { recursive: true, force: true, maxRetries: 5 })
    await fs.promises.mkdir(diskDir, { recursive: true, mode: 0o755 })
    try {
      const etcFiles = writeEtc(etcDir, { uid: INSIDE_UID, home: INSIDE_HOME, hosts })
      if (image !== null) await this.#images.create(image, limits.diskBytes)
      const cgroup = this.#cgroups === null ? null : new SessionCgroup(this.#cgroups, id, limits)
      const tools = this.#config.tools
      const namespaces = await Namespaces.open({
        stageDir: this.#stageDir,
        etcDir,
        image,
        diskDir,
        uid: this.#uid,
        tmpBytes: limits.tmpBytes,
        tools: tools.map((tool) => tool.hostDir),
      }).catch(async (error: unknown) => {
        await cgroup?.remove()
        throw error
      })
      return this.#box({ limits, cgroup, namespaces, mounts: mountArgs(tools, etcFiles), scratchDir: dir, remove })
    } catch (error) {
      await remove()
      throw error
    }
  }

  #box(parts: {
    readonly limits: Limits
    readonly cgroup: SessionCgroup | null
    readonly namespaces: Namespaces
    readonly mounts: ReadonlyArray<string>
    readonly scratchDir: string
    readonly remove: () => Promise<void>
  }): Box {
    const { limits, cgroup, namespaces, mounts } = parts
    const networks = new Map<Network, number>([["closed", namespaces.closed]])
    const running = new Set<{ readonly kill: () => void; readonly gone: Promise<void> }>()
    const basePath = this.#config.path ?? defaultPath(this.#config.tools)
    const env = {
      PATH: basePath,
      HOME: INSIDE_HOME,
      USER: "loom",
      LOGNAME: "loom",
      SHELL: "/bin/bash",
      LANG: "C.UTF-8",
      TERM: "dumb",
      CI: "true",
    }
    return {
      workspace: "/workspace",
      home: INSIDE_HOME,
      launch: async (launch) => {
        const network = networks.get(launch.network)
        if (network === undefined) throw new Error(`network ${launch.network} was not opened`)
        const exec = cgroup?.exec() ?? null
        const limitProcesses = this.#cgroups?.pids ? [] : processLimit(limits)
        const child = await spawnTree({
          launch,
          limits,
          cgroup: exec,
          fifos: this.#fifos,
          scratchDir: parts.scratchDir,
          walls: [...namespaces.enter(network, this.#uid), ...limitProcesses, this.#config.bwrap, "--args", "4", "--"],
          seccompFile: this.#seccompFile,
          wallArguments: [...mounts, ...isolationArgs({ ...env, ...launch.env })],
          // The pid namespace dies with its first process.
          killRest: () => Promise.resolve(),
        })
        running.add(child)
        void child.gone.then(() => running.delete(child))
        return child
      },
      listen: async (network, ports) => {
        const opened = await namespaces.network(ports)
        networks.set(network, opened.fd)
        return opened.listeners
      },
      disk: async () => {
        const [disk, tmp] = await Promise.all([diskOf(namespaces.diskFd), diskOf(namespaces.tmpFd)])
        return this.#diskImages ? { ...disk, full: disk.full || tmp.full } : null
      },
      close: async () => {
        for (const child of running) child.kill()
        await Promise.all([...running].map((child) => child.gone))
        await namespaces.close()
        await Promise.all([cgroup?.remove(), parts.remove()])
      },
    }
  }

  async close(): Promise<void> {
    await sweepCgroups(this.#config.cgroupName)
    for (const name of ["fifo", "images", "stage", "seccomp.bpf"]) {
      await fs.promises.rm(path.join(this.#config.dataDir, name), { recursive: true, force: true })
    }
  }
}
