import type { IsolationProblem } from "@loom/core/domain/SandboxProtocol"
import type { Socket } from "node:dgram"
import type { Server } from "node:net"
import type { Readable, Writable } from "node:stream"

/** A session's limits with every default filled in. `cpus: null` means all of them. */
export interface Limits {
  readonly memoryBytes: number
  readonly pids: number
  readonly cpus: number | null
  readonly diskBytes: number
  readonly tmpBytes: number
  readonly fileBytes: number
  readonly openFiles: number
}

/** Which listeners a network namespace holds. `closed` has loopback only, and is shared by all execs without network. */
export type Network = "closed" | "gateways" | "registries" | "gateways+registries" | "tests"
export const GATEWAY_PORT = 80
export const REGISTRY_PORT = 3128

export interface Launch {
  readonly argv: ReadonlyArray<string>
  /** Absolute inside the sandbox. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** `pipe` gives a writable `stdin`; a buffer becomes a file, so that `/dev/stdin` works. */
  readonly stdin: "none" | "pipe" | Buffer
  readonly network: Network
  readonly keepRunning: boolean
}

/** How the main program ended, before any limit is taken into account. */
export interface MainExit {
  /** Null when it was killed from outside. */
  readonly code: number | null
  /** False when the walls could not be built, so that nothing ran. */
  readonly started: boolean
}

/** A process tree behind walls. */
export interface BoxProcess {
  readonly stdin: Writable | null
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves when the main program ended (its output may still be in flight). Never rejects. */
  readonly main: Promise<MainExit>
  /** Resolves when the whole tree is dead; equals `main` unless `keepRunning`. Never rejects. */
  readonly gone: Promise<void>
  readonly kill: () => void
  readonly oomKills: () => number
  /** Forks that were refused for the limit on processes. */
  readonly pidsRefused: () => number
  /** Memory watchdog, where no cgroup counts: whether it killed the tree. */
  readonly overMemory: () => boolean
}

export interface Disk {
  readonly totalBytes: number
  readonly freeBytes: number
  readonly full: boolean
}

export interface Listeners {
  readonly sockets: ReadonlyArray<Server>
  /** UDP, port 53. */
  readonly names: Socket
}

/** One session's walls. */
export interface Box {
  /** Where `/workspace` and home are, as the programs inside see them. */
  readonly workspace: string
  readonly home: string
  readonly launch: (launch: Launch) => Promise<BoxProcess>
  /**
   * Makes listening sockets inside `network`, once, and one where a name server would be; the daemon serves them, outside. Null where the platform answers for the
   * gateways and registries (Cloudflare's outbound handlers), and the daemon holds no door.
   */
  readonly listen: ((network: Network, ports: ReadonlyArray<number>) => Promise<Listeners>) | null
  /** Null where the disk is shared with others. */
  readonly disk: () => Promise<Disk | null>
  /** Kills everything, then removes everything. */
  readonly close: () => Promise<void>
}

export interface Isolator {
  readonly name: "bubblewrap" | "container"
  /** Builds every wall once around a probe. Called at start; sessions are refused while there are problems. */
  readonly probe: () => Promise<ReadonlyArray<IsolationProblem>>
  readonly enforced: () => Readonly<Record<string, boolean | string>>
  readonly open: (options: { readonly id: string; readonly limits: Limits; readonly hosts: ReadonlyArray<string> }) => Promise<Box>
  readonly close: () => Promise<void>
}
