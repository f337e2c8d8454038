import { Result } from "effect"
import type { Command, Refusal } from "@loom/core/domain/Command"
import { decide } from "@loom/core/domain/decide"
import { evolve } from "@loom/core/domain/evolve"
import type { StoredTask, TaskStore } from "./TaskStore.ts"

/** Who and what is written beside the events of a command. */
export interface Origin {
  readonly actor: string
  readonly cause: string
}

/** The task after a command, and whether it made history. */
export interface Executed {
  readonly stored: StoredTask
  readonly changed: boolean
}

/**
 * One command against one task: decide, append, fold. Inside a transaction; a refusal writes nothing. A stop during which
 * somebody asked again is followed by the next task, in the same transaction.
 */
export const execute = (
  store: TaskStore,
  before: StoredTask | null,
  command: Command,
  origin: Origin,
): Result.Result<Executed, Refusal> => {
  const state = store.stateOf(before)
  return Result.map(decide(state, command), (events) => {
    if (events.length > 0) {
      const stored = store.append(before, events, events.reduce(evolve, state), origin.actor, origin.cause)
      const renewed = before?.task.cancel?.renewed
      if (renewed !== undefined && stored.task.status === "cancelled") {
        const again: Command = { _tag: "Request", at: command.at, request: renewed }
        execute(store, stored, again, { actor: renewed.requestedBy, cause: renewed.cause })
      }
      return { stored, changed: true }
    }
    if (before === null) throw new Error(`${command._tag} was accepted without a task and without an event`)
    return { stored: before, changed: false }
  })
}
