import { Context, Schema, type Effect } from "effect"
import type { RunInput } from "../domain/Run.ts"
import type { AccessUnavailable } from "./Access.ts"

/**
 * Whether somebody's run may start, by the account of GitHub's user id: logins change hands. `limited`: their tier's runs and API
 * writes of the hour are used up; `again` is when there is room, ms since the epoch.
 */
export const Standing = Schema.TaggedUnion({
  Welcome: {},
  /** GitHub knows nobody of this login any more. */
  Unknown: {},
  Blocked: { reason: Schema.String },
  Limited: { tier: Schema.String, limit: Schema.Int, again: Schema.Finite },
})
export type Standing = typeof Standing.Type

/** What operators have decided about those who ask for runs on GitHub. */
export class Requesters extends Context.Service<
  Requesters,
  {
    /**
     * Counts the run against the hour of who asked for it, once for its task however often it is asked; what came by the API was
     * counted there. Fails while the accounts, GitHub or the limiter do not answer: the task is tried again later, never lost.
     */
    readonly standingOf: (
      input: Pick<RunInput, "attempt" | "cause" | "repository" | "requestedBy" | "taskId">,
    ) => Effect.Effect<Standing, AccessUnavailable>
  }
>()("@loom/core/ports/Requesters") {}
