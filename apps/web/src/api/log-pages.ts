import type { TaskLogPage, TaskLogView } from "@loom/core/domain/TaskView"

/** The log as far as it is known, in order, each `seq` once. */
export interface TaskLog {
  readonly lines: ReadonlyArray<TaskLogView>
  /** Where to go on: `?after=`. 0 at the start. */
  readonly lastSeq: number
  /** How often in a row the end was reached without a new line, counted only after the task had ended. */
  readonly quietEnds: number
}

export const emptyLog: TaskLog = { lines: [], lastSeq: 0, quietEnds: 0 }

/** The log with the page added: lines that are known already are dropped, the rest is put in order. */
export const appendPage = (log: TaskLog, items: ReadonlyArray<TaskLogView>): TaskLog => {
  const fresh = items.filter((line) => line.seq > log.lastSeq).toSorted((a, b) => a.seq - b.seq)
  const once = fresh.filter((line, i) => line.seq !== fresh[i - 1]?.seq)
  const last = once.at(-1)
  return last === undefined ? log : { ...log, lines: [...log.lines, ...once], lastSeq: last.seq, quietEnds: 0 }
}

type Page = typeof TaskLogPage.Type

/**
 * Reads on from where the log ends until the server has no more. `known` is asked before each page is added, because the live feed may
 * have brought lines meanwhile; `onPage` shows each page as it comes.
 * `ended` is whether the task had ended before the first request: only then does an empty end count as quiet.
 */
export const readOn = async (
  known: () => TaskLog,
  ended: boolean,
  fetchAfter: (seq: number) => Promise<Page>,
  onPage: (log: TaskLog) => void,
): Promise<TaskLog> => {
  const start = known()
  for (;;) {
    const asked = known().lastSeq
    const page = await fetchAfter(asked)
    const current = appendPage(known(), page.items)
    // A page that promises more but brings nothing new would be asked for ever.
    if (page.next === null || current.lastSeq === asked) {
      if (!ended) return current.quietEnds === 0 ? current : { ...current, quietEnds: 0 }
      return current.lastSeq === start.lastSeq ? { ...current, quietEnds: start.quietEnds + 1 } : current
    }
    onPage(current)
  }
}

/** The last lines may reach the read model a moment after the status: a second quiet end settles it. */
export const isSettled = (log: TaskLog): boolean => log.quietEnds >= 2

/** One JSON object per line (NDJSON), newline at the end. */
export const toNdjson = (lines: ReadonlyArray<TaskLogView>): string => lines.map((line) => `${JSON.stringify(line)}\n`).join("")

export const levels = ["debug", "info", "warn", "error"] as const
export type Level = (typeof levels)[number]

/** The lines of a level or worse. The same array when that is all of them. */
export const atLeast = (lines: ReadonlyArray<TaskLogView>, level: Level): ReadonlyArray<TaskLogView> =>
  level === "debug" ? lines : lines.filter((line) => levels.indexOf(line.level) >= levels.indexOf(level))

/** The lines whose text or stage holds `text`, without case. The same array when there is nothing to look for. */
export const containing = (lines: ReadonlyArray<TaskLogView>, text: string): ReadonlyArray<TaskLogView> => {
  const wanted = text.trim().toLowerCase()
  return wanted === "" ? lines : lines.filter((line) => line.message.toLowerCase().includes(wanted) || line.stage === wanted)
}
