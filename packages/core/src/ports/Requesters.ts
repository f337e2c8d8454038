import { Context, type Effect } from "effect"
import type { AccessUnavailable } from "./Access.ts"

/** What operators have decided about those who ask for runs on GitHub. */
export class Requesters extends Context.Service<
  Requesters,
  {
    /** Why an operator has blocked the account of this login; null: it is not blocked, or has never signed in. */
    readonly blockedBecause: (login: string) => Effect.Effect<string | null, AccessUnavailable>
  }
>()("@loom/core/ports/Requesters") {}
