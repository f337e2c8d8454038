import type { BoxProcess, LimitHit } from "./Isolator.ts"

/** Short enough to end a bomb within 300 ms of its limit, seldom enough to cost nothing. */
const LOOK_MS = 50
/** Refused forks are counted over so long. */
const WINDOW_MS = 1000

/** What a session's process trees use together. */
export interface SharedLimit {
  /** Something is about to run, after nothing ran but what was left in the background. */
  readonly begin?: () => Promise<void>
  /** The limit that they are at now, or null. `now` in milliseconds of a clock that only goes forward. */
  readonly look: (now: number) => Promise<LimitHit | null> | LimitHit | null
}

/**
 * A program that is refused a fork and waits or gives up is honest (make, bash and thread pools meet EAGAIN and go on). One that is
 * refused an eighth of all it may have within a second is a bomb.
 */
export const isForkBomb = (refusedInWindow: number, pids: number): boolean => refusedInWindow >= Math.max(16, pids / 8)

interface Watched {
  readonly tree: BoxProcess
  /** Its main program has ended, and been told: what still runs was asked to. */
  background: boolean
  /** Count of refused forks at some moments of the window. */
  refusals: Array<{ readonly at: number; readonly count: number }>
}

/**
 * Looks at a session while something runs in it, and ends what ran into a limit. The kernel only refuses or kills single processes: a
 * bomb that goes on after that would last until its timeout.
 */
export class LimitsWatch {
  readonly #pids: number
  readonly #shared: ReadonlyArray<SharedLimit>
  readonly #trees = new Set<Watched>()
  #looking = false

  constructor(pids: number, shared: ReadonlyArray<SharedLimit>) {
    this.#pids = pids
    this.#shared = shared
  }

  /** To be awaited before a tree is started. */
  async begin(): Promise<void> {
    if ([...this.#trees].some(({ background }) => !background)) return
    await Promise.all(this.#shared.map((shared) => shared.begin?.().catch(() => undefined)))
  }

  add(tree: BoxProcess): void {
    const watched: Watched = { tree, background: false, refusals: [] }
    this.#trees.add(watched)
    void tree.main.then(() => (watched.background = true))
    void tree.gone.then(() => this.#trees.delete(watched))
    if (!this.#looking) this.#later()
  }

  #later(): void {
    this.#looking = true
    setTimeout(() => {
      void this.#look(performance.now()).finally(() => {
        this.#looking = false
        if (this.#trees.size > 0) this.#later()
      })
    }, LOOK_MS)
  }

  async #look(now: number): Promise<void> {
    for (const watched of this.#trees) {
      const hit = this.#own(watched, now)
      if (hit !== null) watched.tree.end(hit)
    }
    for (const shared of this.#shared) {
      // Those of this moment: what starts while the answer is awaited begins with what is there.
      const trees = [...this.#trees]
      const hit = await Promise.resolve(shared.look(now)).catch(() => null)
      if (hit === null) continue
      // Whose fault it is cannot be told; what was left running is spared as long as something else can be ended.
      const first = trees.filter(({ background }) => !background)
      for (const { tree } of first.length > 0 ? first : trees) tree.end(hit)
    }
  }

  #own(watched: Watched, now: number): LimitHit | null {
    const { oomKills, pidsRefused } = watched.tree.counts()
    // As Kubernetes and systemd do: a program that lost a part of itself at random is in no state to go on.
    if (oomKills > 0) return { reason: "oom", detail: "the kernel killed a process of it: the session's memory was used up" }
    const recent = watched.refusals.filter(({ at }) => now - at <= WINDOW_MS)
    recent.push({ at: now, count: pidsRefused })
    watched.refusals = recent
    const before = recent.length === 1 ? 0 : (recent[0]?.count ?? 0)
    if (!isForkBomb(pidsRefused - before, this.#pids)) return null
    return { reason: "pids", detail: `${pidsRefused} forks were refused: it may have ${this.#pids} processes and threads` }
  }
}
