import type { TestDaemon } from "../testing/daemon.ts"

export type TestSession = Awaited<ReturnType<TestDaemon["open"]>>

/**
 * What an attack gets: a daemon with one isolator, a fresh session to attack from, and one that must not notice.
 * Output of `session.exec` that holds the canary token fails the attack, whatever it asserts itself.
 */
export interface Battlefield {
  readonly isolator: "bubblewrap" | "container"
  readonly daemon: TestDaemon
  /** Closed by the harness afterwards. */
  readonly session: TestSession
  /** A session of somebody else on the same host; null in a container, which holds one. */
  readonly bystander: TestSession | null
  readonly canaries: Canaries
  /** As an attacker would guess them. In a container of an engine those of its own pid namespace. */
  readonly daemonPid: number
  readonly daemonParentPid: number
}

/** Of the host, never to be seen or touched from inside. */
export interface Canaries {
  /** In the daemon's environment (`LOOM_ESCAPE_CANARY`), in `file` and in `bystanderFile`. Split it in an exec's own arguments. */
  readonly token: string
  /** A file of the host. Readable for everybody under bubblewrap, root's alone in a container, where only the uid protects it. */
  readonly file: string
  /** A TCP port of all addresses of the host that counts who connects. */
  readonly port: number
  /** Name of an abstract unix socket (without the leading NUL) that counts likewise. */
  readonly abstractSocket: string
  /** A path inside the bystander's session; in a container the same as `file`. */
  readonly bystanderFile: string
}

/** How it was held. `by` names the wall (`pids.max`, `seccomp`, `mount namespace`), `evidence` what was seen (one line). */
export interface Contained {
  readonly by: string
  readonly evidence: string
}

/**
 * One attack of the list. `attacks/*.ts` export arrays of them; the harness finds them there. `run` asserts the outcome with `expect` and
 * throws where the attack was not held. The harness asserts the state of the host after each (host-state.ts): the daemon is the same and
 * answers, the bystander works, no process, mount, cgroup, namespace or file is left behind, and the canaries are untouched.
 */
export interface Attack {
  /** Row of the table it belongs to (`groups` in table.ts). */
  readonly group: number
  readonly name: string
  /** Default: both. */
  readonly isolators?: ReadonlyArray<Battlefield["isolator"]>
  /** Takes more than five seconds: runs in the lane of long ones. */
  readonly long?: boolean
  /** Opens the session with these instead of the harness's small defaults. */
  readonly session?: Parameters<TestDaemon["open"]>[0]
  readonly run: (field: Battlefield) => Promise<Contained>
}
