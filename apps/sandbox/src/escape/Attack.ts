import type { TestDaemon } from "../testing/daemon.ts"

export type TestSession = Awaited<ReturnType<TestDaemon["open"]>>

/** What an attack gets: a daemon with one isolator, a fresh session to attack from, and one that must not notice. */
export interface Battlefield {
  readonly isolator: "bubblewrap" | "container"
  readonly daemon: TestDaemon
  /** Closed by the harness afterwards. */
  readonly session: TestSession
  /** A session of somebody else on the same host; null in a container, which holds one. */
  readonly bystander: TestSession | null
  /** Files, environment values and ports of the host that must never be seen from inside. */
  readonly canaries: {
    readonly token: string
    readonly file: string
    readonly port: number
    readonly abstractSocket: string
    readonly bystanderFile: string
  }
}

/** How it was held. `by` names the wall (`pids.max`, `seccomp`, `mount namespace`), `evidence` what was seen (one line). */
export interface Contained {
  readonly by: string
  readonly evidence: string
}

/**
 * One attack of the list (facts/sandbox.md, 22 groups). `run` asserts the outcome with `expect` and throws where the attack was not held.
 * The harness asserts the state of the host after each: the daemon is the same and answers, the bystander works, no process, mount,
 * cgroup, namespace or file is left behind, and the canaries are untouched.
 */
export interface Attack {
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
