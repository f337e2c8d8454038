import type { TaskStore } from "./TaskStore.ts"

/**
 * A group is written once a turn of the event loop brought no further call, after so many turns, or as soon as it is so large: a larger
 * one saves little more, and lets whoever calls stand idle until all of it is answered.
 */
const MAX_TURNS = 8
const ENOUGH = 16

/** A call that waits to be written. `attempt` does its work and answers how to settle it once it is on disk. */
interface Pending {
  readonly isWish: boolean
  readonly attempt: () => () => void
  readonly reject: (cause: unknown) => void
}

/**
 * Calls that arrive while a flush is pending are written in one transaction of one turn: one fsync for all of them, which is
 * 4 to 5 times as many per second (facts/performance.md, finding 2). A lone call waits one turn; while calls keep coming in, the
 * group grows for a few turns, so that it is the larger the busier the object is. When one of them throws, the group is rolled back and
 * done again with a savepoint each, so that it takes nobody along. The platform's output gate holds every answer back until
 * the transaction is on disk.
 */
export class GroupCommit {
  readonly #storage: DurableObjectStorage
  readonly #store: TaskStore
  readonly #afterCommit: (areNew: boolean) => void
  #pending: Array<Pending> = []
  calls = 0
  transactions = 0

  /**
   * `afterCommit` runs synchronously in the turn of the transaction, so what it writes is in the same commit. `areNew`: nothing but new
   * tasks was written.
   */
  constructor(storage: DurableObjectStorage, store: TaskStore, afterCommit: (areNew: boolean) => void) {
    this.#storage = storage
    this.#store = store
    this.#afterCommit = afterCommit
  }

  /** `work` is synchronous, touches only the store, and may be done again. Resolves once it is written. */
  run<A>(work: () => A): Promise<A> {
    return this.#add(work, false)
  }

  /** The same for what asks for a task, which `TaskStore.takeForNew` makes cheap where only such calls are in a group. */
  runWish<A>(work: () => A): Promise<A> {
    return this.#add(work, true)
  }

  #add<A>(work: () => A, isWish: boolean): Promise<A> {
    return new Promise<A>((resolve, reject) => {
      const attempt = () => {
        const value = work()
        return () => resolve(value)
      }
      this.#pending.push({ attempt, reject, isWish })
      if (this.#pending.length === 1) void this.#gather()
    })
  }

  async #gather(): Promise<void> {
    for (let turns = 0, size = 0; turns < MAX_TURNS && this.#pending.length > size && this.#pending.length < ENOUGH; turns++) {
      size = this.#pending.length
      await scheduler.wait(0)
    }
    this.#flush()
  }

  #flush(): void {
    const group = this.#pending
    this.#pending = []
    this.calls += group.length
    const ways = [
      ...(group.every(({ isWish }) => isWish) ? [() => this.#write(group, ({ attempt }) => attempt(), true)] : []),
      () => this.#write(group, ({ attempt }) => attempt(), false),
      () => this.#write(group, (pending) => this.#alone(pending), false),
    ]
    let problem: unknown
    for (const write of ways) {
      try {
        return write()
      } catch (cause) {
        problem = cause
      }
    }
    for (const { reject } of group) reject(problem)
  }

  #write(group: ReadonlyArray<Pending>, one: (pending: Pending) => () => void, areNew: boolean): void {
    const rollback = this.#store.mark()
    try {
      const settle = this.#storage.transactionSync(() => {
        if (areNew) this.#store.takeForNew()
        const done = group.map(one)
        this.#store.flush()
        return done
      })
      this.transactions += 1
      for (const answer of settle) answer()
    } catch (cause) {
      rollback()
      throw cause
    }
    try {
      this.#afterCommit(areNew)
    } catch (cause) {
      // It is written: done again, it would be done twice. The next commit or the alarm that is set works out the next one.
      console.error(JSON.stringify({ event: "coordinator.not_scheduled", message: cause instanceof Error ? cause.message : String(cause) }))
    }
  }

  #alone({ attempt, reject }: Pending): () => void {
    const rollback = this.#store.mark()
    try {
      return this.#storage.transactionSync(() => {
        const settle = attempt()
        this.#store.flush()
        return settle
      })
    } catch (cause) {
      rollback()
      return () => reject(cause)
    }
  }
}
