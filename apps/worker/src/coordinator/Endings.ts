import { Schema } from "effect"
import { type RunEnd, RunInput } from "@loom/core/domain/Run"
import type { StoredTask, TaskStore } from "./TaskStore.ts"

type EndingRow = { run_id: string; input: string; failures: number }

/** A run that ended without a word, and how often its ending could not be started. */
export interface Ending {
  readonly input: RunInput
  readonly failures: number
}

const decodeInput = Schema.decodeSync(Schema.fromJsonString(RunInput))
const MAX_FAILURES = 10
const BACKOFF_MS = 1_000
const MAX_BACKOFF_MS = 60_000

/**
 * Runs that this coordinator ended, whose box is still open and whose issue was not told: "no silent stop". Each is one more
 * run of the engine that only does what `close` does. Written in the transaction that ends the run, removed when the engine
 * has it. Writes belong inside `GroupCommit.run`.
 */
export class Endings {
  readonly #store: TaskStore
  readonly #sql: SqlStorage

  constructor(store: TaskStore, sql: SqlStorage) {
    this.#store = store
    this.#sql = sql
  }

  /** `ended` is the task after its run was ended, and says how. */
  add(ended: StoredTask, runId: RunInput["runId"], now: number): void {
    const { task } = ended
    const status: RunEnd["status"] =
      task.status === "cancelled" || task.status === "failed" ? task.status : task.status === "waiting" ? "held" : "retrying"
    const input: RunInput = {
      runId,
      taskId: task.id,
      kind: "implement",
      repository: this.#store.repository,
      issueNumber: task.issueNumber,
      requestedBy: task.requestedBy,
      attempt: task.attempt,
      ...(task.approval === undefined ? {} : { approval: task.approval }),
      ended: { status, reason: task.reason ?? "The run ended without saying how.", stages: task.stages.slice(-50), usage: task.runUsage },
    }
    this.#sql.exec(
      "INSERT OR IGNORE INTO endings (run_id, input, start_at, failures) VALUES (?, ?, ?, 0)",
      runId,
      JSON.stringify(input),
      now,
    )
  }

  due(now: number): ReadonlyArray<Ending> {
    if (!this.#store.initialised) return []
    return this.#sql
      .exec<EndingRow>("SELECT run_id, input, failures FROM endings WHERE start_at <= ? LIMIT 20", now)
      .toArray()
      .map(({ failures, input }) => ({ input: decodeInput(input), failures }))
  }

  started({ input }: Ending): void {
    this.#sql.exec("DELETE FROM endings WHERE run_id = ?", input.runId)
  }

  /** Tried again, ten times in a quarter of an hour; then the host's own reaper closes the box, and this line is all that tells. */
  failed({ failures, input }: Ending, problem: string, now: number): void {
    if (failures + 1 >= MAX_FAILURES) {
      console.error(JSON.stringify({ event: "ending.given_up", runId: input.runId, problem }))
      this.started({ input, failures })
      return
    }
    const startAt = now + Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** failures)
    this.#sql.exec("UPDATE endings SET start_at = ?, failures = ? WHERE run_id = ?", startAt, failures + 1, input.runId)
  }

  nextTime(): number | null {
    return this.#store.initialised ? this.#sql.exec<{ at: number | null }>("SELECT min(start_at) AS at FROM endings").one().at : null
  }
}
