import type { TaskStore } from "./TaskStore.ts"

/**
 * Calls that arrive while a flush is pending are written in one transaction of one turn: one fsync for all of them, which is
 * 4 to 5 times as many per second (facts/performance.md, finding 2). Each work has its own savepoint, so one that throws
 * takes nobody along. The platform's output gate holds every answer back until the transaction is on disk.
 */
export class GroupCommit {
  readonly #storage: DurableObjectStorage
  readonly #store: TaskStore
  readonly #afterCommit: () => void
  #pending: Array<() => () => void> = []
  #rejects: Array<(cause: unknown) => void> = []
  calls = 0
  transactions = 0

  /** `afterCommit` runs synchronously in the turn of the transaction, so what it writes is in the same commit. */
  constructor(storage: DurableObjectStorage, store: TaskStore, afterCommit: () => void) {
    this.#storage = storage
    this.#store = store
    this.#afterCommit = afterCommit
  }

  /** `work` is synchronous and touches only the store. Resolves once it is written. */
  run<A>(work: () => A): Promise<A> {
    return new Promise<A>((resolve, reject) => {
      this.#pending.push(() => {
        const rollback = this.#store.mark()
        try {
          const value = this.#storage.transactionSync(work)
          return () => resolve(value)
        } catch (cause) {
          rollback()
          return () => reject(cause)
        }
      })
      this.#rejects.push(reject)
      if (this.#pending.length === 1) void scheduler.wait(0).then(() => this.#flush())
    })
  }

  #flush(): void {
    const [works, rejects] = [this.#pending, this.#rejects]
    this.#pending = []
    this.#rejects = []
    this.calls += works.length
    this.transactions += 1
    const rollback = this.#store.mark()
    try {
      const settle = this.#storage.transactionSync(() => {
        const done = works.map((work) => work())
        this.#store.flush()
        return done
      })
      this.#afterCommit()
      for (const answer of settle) answer()
    } catch (cause) {
      rollback()
      for (const reject of rejects) reject(cause)
    }
  }
}
