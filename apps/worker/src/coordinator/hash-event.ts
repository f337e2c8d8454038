import { createHash } from "node:crypto"

/** What the chain covers. `data` is the stored JSON text, byte for byte. */
export interface HashedEvent {
  readonly taskId: string
  readonly seq: number
  readonly at: number
  readonly actor: string
  readonly cause: string
  readonly type: string
  readonly data: string
}

/** The `previous` of a task's first event. */
export const CHAIN_START = "0".repeat(64)

/** sha-256, hex, of the previous event's hash and this event. Synchronous, because it happens inside a transaction. */
export const hashEvent = (previous: string, event: HashedEvent): string =>
  createHash("sha256")
    .update(JSON.stringify([previous, event.taskId, event.seq, event.at, event.actor, event.cause, event.type, event.data]))
    .digest("hex")
