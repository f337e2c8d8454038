import { Clock, Effect } from "effect"
import { redact } from "../domain/redact.ts"
import { LineRedactor } from "../domain/redact-lines.ts"
import type { LogLine } from "../domain/Run.ts"
import type { Stage, StageRecord } from "../domain/Stage.ts"
import { RunReporter, type RunSignal } from "../ports/RunReporter.ts"
import { RunLog } from "./RunLog.ts"
import { cancelled, paused } from "./StageFailed.ts"

const FLUSH_MS = 1000
const HEARTBEAT_MS = 3_000
/** Lines of output one stage may log: a flood must not fill the coordinator. */
const MAX_LINES = 2000
/** Lines of Loom's own, which no flood of output may hide. */
const MAX_SAID = 500
const MAX_LINE_CHARS = 2000
/** No model is asked in them and all of it is done anew: a pause breaks them off. A model's answer is waited for, since it is paid. */
const BROKEN_OFF: ReadonlySet<Stage> = new Set(["admit", "prepare", "baseline", "verify"])

/** Collects lines; `take` empties it. Not durable: a killed step logs again under another key. */
const lineBuffer = (stage: Stage) => {
  let lines: Array<LogLine> = []
  const redactor = new LineRedactor()
  const counter = (max: number) => {
    let total = 0
    return (at: number, level: LogLine["level"], message: string) => {
      total += 1
      if (total < max) lines.push({ at, stage, level, message: message.slice(0, MAX_LINE_CHARS) })
      else if (total === max) lines.push({ at, stage, level: "warn", message: "more output follows and is not shown here" })
    }
  }
  const [say, show] = [counter(MAX_SAID), counter(MAX_LINES)]
  return {
    add: (at: number, level: LogLine["level"], message: string) => say(at, level, redact(message)),
    output: (at: number, text: string) => {
      for (const line of redactor.push(text)) if (line.trim() !== "") show(at, "debug", line)
    },
    take: (): ReadonlyArray<LogLine> => {
      const taken = lines
      lines = []
      return taken
    },
  }
}

/**
 * Runs `work` while telling the coordinator about it: log lines every second, a heartbeat every three. When the coordinator
 * answers that the run is to stop, `work` is interrupted and the stage ends as cancelled; that it is to rest, so does a stage in which
 * nothing is lost, and the others go on to the end of their step. Only publishing is not cut in the
 * middle: it takes seconds, and a pull request that nobody was told of is worse than one that came too late to be stopped.
 */
export const withLifeSigns =
  (record: StageRecord, key: string) =>
  <A, E, R>(work: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const reporter = yield* RunReporter
      const clock = yield* Clock.Clock
      const buffer = lineBuffer(record.name)
      const born = clock.currentTimeMillisUnsafe()
      let batch = 0
      let lastSign = born

      const flush = Effect.suspend((): Effect.Effect<RunSignal> => {
        const lines = buffer.take()
        const now = clock.currentTimeMillisUnsafe()
        if (lines.length === 0 && now - lastSign < HEARTBEAT_MS) return Effect.succeed({ stop: false })
        lastSign = now
        batch += 1
        const sent = lines.length > 0 ? reporter.log(`${key}.${born}.${batch}`, lines) : reporter.stage(record)
        // A coordinator that does not answer now will be told at the next beat; the stage's end is reported for certain.
        return sent.pipe(Effect.catch(() => Effect.succeed<RunSignal>({ stop: false })))
      })
      const watch = Effect.gen(function* () {
        for (;;) {
          yield* Effect.sleep(FLUSH_MS)
          const signal = yield* flush
          if (signal.stop && record.name !== "publish") return yield* cancelled(record.name, signal.reason)
          if (!signal.stop && signal.hold !== undefined && BROKEN_OFF.has(record.name)) return yield* paused(record.name, signal.hold)
        }
      })
      const log = RunLog.of({
        say: (level, message) => Effect.sync(() => buffer.add(clock.currentTimeMillisUnsafe(), level, message)),
        output: (text) => buffer.output(clock.currentTimeMillisUnsafe(), text),
      })
      return yield* Effect.raceFirst(Effect.provideService(work, RunLog, log), watch).pipe(Effect.ensuring(flush))
    })
