import { Schema } from "effect"
import { TaskDetail, TaskEventView, TaskLogView } from "./TaskView.ts"

/**
 * What the live feed of a task says over its WebSocket, `GET /api/v1/tasks/{id}/live`, as one JSON text per message. `cursor` is the place
 * behind the message (`<event seq>.<log seq>`), for `?after=` of the next connection: nothing is then lost and nothing comes twice.
 */
const Cursor = Schema.String

export const LiveMessage = Schema.Union([
  /** The task as it is: first of all, and after every event. */
  Schema.Struct({ type: Schema.Literal("task"), cursor: Cursor, task: TaskDetail }),
  /** New entries of its history, in order. */
  Schema.Struct({ type: Schema.Literal("event"), cursor: Cursor, items: Schema.Array(TaskEventView) }),
  /** New lines of its log, in order. */
  Schema.Struct({ type: Schema.Literal("log"), cursor: Cursor, items: Schema.Array(TaskLogView) }),
  /** The task has ended and all of it was told. Late lines of its run may still follow. */
  Schema.Struct({ type: Schema.Literal("end"), cursor: Cursor }),
])
export type LiveMessage = typeof LiveMessage.Type

/** What a viewer says: how many characters (UTF-16) of messages it has taken since it last said so. At most every 64 kB is enough. */
export const LiveAck = Schema.Struct({ type: Schema.Literal("ack"), chars: Schema.Int.check(Schema.isGreaterThan(0)) })

/** What the feed closes a connection with; every one of them means: connect again behind your cursor. */
export const liveCloseCodes = {
  /** It has lasted five minutes: who connects again is checked again. */
  renew: 4001,
  /** The viewer did not take what was sent for half a minute. */
  slow: 4008,
  /** It said something that is no acknowledgement. */
  refused: 1008,
} as const

/** A place in a task's history and log: the last event and the last line that were seen. */
export interface LivePlace {
  readonly event: number
  readonly log: number
}

export const printCursor = ({ event, log }: LivePlace): string => `${event}.${log}`

/** `<event seq>.<log seq>`; the beginning when it is anything else. */
export const parseCursor = (cursor: string | null | undefined): LivePlace => {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor ?? "")
  return match === null ? { event: 0, log: 0 } : { event: Number(match[1]), log: Number(match[2]) }
}
