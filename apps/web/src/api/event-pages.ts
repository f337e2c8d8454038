import type { TaskEventView } from "@loom/core/domain/TaskView"

/** A task's history as far as it is known, in order, each `seq` once. */
export interface TaskEvents {
  readonly events: ReadonlyArray<TaskEventView>
  /** Where to go on. 0 at the start. */
  readonly lastSeq: number
}

export const noEvents: TaskEvents = { events: [], lastSeq: 0 }

/** The history with the entries added; those that are known already are dropped. */
export const appendEvents = (known: TaskEvents, items: ReadonlyArray<TaskEventView>): TaskEvents => {
  const fresh = items.filter(({ seq }) => seq > known.lastSeq).toSorted((a, b) => a.seq - b.seq)
  const once = fresh.filter(({ seq }, i) => seq !== fresh[i - 1]?.seq)
  const last = once.at(-1)
  return last === undefined ? known : { events: [...known.events, ...once], lastSeq: last.seq }
}
