import { Context, type Effect } from "effect"
import type { Account } from "../domain/Account.ts"
import type { Session } from "../domain/Session.ts"
import type { AccessUnavailable } from "./Access.ts"

/** Sign-ins of browsers. A secret is never kept: only its hash (`hashOfToken`). */
export class Sessions extends Context.Service<
  Sessions,
  {
    /** Also clears away what has expired, and what is more than an account may have. */
    readonly open: (session: Session & { readonly accountId: string; readonly hash: string }) => Effect.Effect<void, AccessUnavailable>
    /** By its secret's hash, or that of the one before while it counts. Null when it is unknown, expired or idle for too long. */
    readonly find: (
      hash: string,
      at: number,
    ) => Effect.Effect<{ readonly session: Session; readonly account: Account } | null, AccessUnavailable>
    /** Exchanges the secret. False when somebody did before: then theirs counts. */
    readonly rotate: (fromHash: string, toHash: string, at: number) => Effect.Effect<boolean, AccessUnavailable>
    /** Newest first. */
    readonly list: (accountId: string, at: number) => Effect.Effect<ReadonlyArray<Session>, AccessUnavailable>
    /** Ends it. False when there is none of this account. */
    readonly end: (accountId: string, id: string) => Effect.Effect<boolean, AccessUnavailable>
  }
>()("@loom/core/ports/Sessions") {}
