import { Context, type Effect } from "effect"
import type { RunInput } from "../domain/Run.ts"
import type { AccessUnavailable } from "./Access.ts"

/** The runs and API writes of somebody's hour are used up. */
export interface RunLimit {
  readonly tier: string
  /** In an hour. */
  readonly limit: number
  /** When there is room again, ms since the epoch. */
  readonly again: number
}

/** What operators have decided about those who ask for runs on GitHub, by GitHub's user id: logins change hands. */
export class Requesters extends Context.Service<
  Requesters,
  {
    /** Why an operator has blocked the account of this person; null: it is not blocked, or there is none. */
    readonly blockedBecause: (githubId: number) => Effect.Effect<string | null, AccessUnavailable>
    /**
     * Counts the run against the hour of who asked for it, once for its task however often it is asked; null: it may start. Fails
     * while the accounts or the limiter do not answer, so that the run is tried again: neither free nor lost.
     */
    readonly countRun: (
      run: Pick<RunInput, "isCounted" | "requestedBy" | "taskId">,
      githubId: number,
    ) => Effect.Effect<RunLimit | null, AccessUnavailable>
  }
>()("@loom/core/ports/Requesters") {}
