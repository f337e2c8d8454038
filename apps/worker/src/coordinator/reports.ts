import { Result } from "effect"
import type { Command } from "@loom/core/domain/Command"
import { RunId } from "@loom/core/domain/Ids"
import type { LogLine, RunOutcome } from "@loom/core/domain/Run"
import { boundOutcome } from "@loom/core/domain/task-detail"
import type { RunReport } from "@loom/core/ports/Coordinator"
import type { RunSignal } from "@loom/core/ports/RunReporter"
import { execute } from "./execute.ts"
import type { StoredTask, TaskStore } from "./TaskStore.ts"

const MAX_MESSAGE_CHARS = 2_000

const commandOf = (report: RunReport, runId: RunId, at: number): Command => {
  switch (report.kind) {
    case "stage":
      return { _tag: "ReportStage", at, runId, record: report.record }
    case "usage":
      return { _tag: "ReportUsage", at, runId, usage: report.total }
    case "heartbeat":
    case "log":
      return { _tag: "Heartbeat", at, runId }
  }
}

/** Once per `(run, key)`; at most `maxLines` per task, the last of which says that more was dropped. */
const appendLog = (
  sql: SqlStorage,
  stored: StoredTask,
  runId: string,
  key: string,
  lines: ReadonlyArray<LogLine>,
  maxLines: number,
): void => {
  const fresh = sql.exec("INSERT INTO log_batches VALUES (?, ?) ON CONFLICT DO NOTHING", runId, key).rowsWritten > 0
  const room = maxLines - stored.logSeq
  if (!fresh || room <= 0) return
  let seq = stored.logSeq
  for (const line of lines.slice(0, room)) {
    const message =
      ++seq === maxLines
        ? `The log of this task is full (${maxLines} lines); later lines are dropped.`
        : line.message.slice(0, MAX_MESSAGE_CHARS)
    sql.exec(
      "INSERT INTO logs (task_id, seq, at, stage, level, message) VALUES (?, ?, ?, ?, ?, ?)",
      stored.task.id,
      seq,
      line.at,
      line.stage,
      line.level,
      message,
    )
  }
  sql.exec("UPDATE tasks SET log_seq = ? WHERE id = ?", seq, stored.task.id)
}

/** A sign of life with news. Answers whether the run is to go on; a run that is no longer current is to stop. */
export const report = (store: TaskStore, sql: SqlStorage, runId: string, given: RunReport, now: number, maxLines: number): RunSignal => {
  const stored = store.byRun(runId)
  if (stored === null) return { stop: true, reason: `Run ${runId} is not known here: another run has taken its place.` }
  // Lines of a run that has just ended are still evidence.
  if (given.kind === "log") appendLog(sql, stored, runId, given.key, given.lines, maxLines)
  const done = execute(store, stored, commandOf(given, RunId.make(runId), now), { actor: "run", cause: runId })
  if (Result.isFailure(done)) return { stop: true, reason: stored.task.reason ?? done.failure.detail }
  store.seen(stored.task.id, now)
  const { cancel, pause } = done.success.stored.task
  if (cancel !== null) return { stop: true, reason: cancel.reason }
  return pause === undefined ? { stop: false } : { stop: false, hold: pause.reason }
}

/** How a run ended. Stale and repeated ends change nothing. */
export const finish = (store: TaskStore, sql: SqlStorage, runId: string, outcome: RunOutcome, now: number, jitter: number): void => {
  const stored = store.byRun(runId)
  if (stored === null) return
  const command: Command = { _tag: "Finish", at: now, runId: RunId.make(runId), jitter, outcome: boundOutcome(outcome) }
  if (Result.isSuccess(execute(store, stored, command, { actor: "run", cause: runId })))
    sql.exec("DELETE FROM log_batches WHERE run_id = ?", runId)
}
