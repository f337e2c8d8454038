import { Context, type Effect } from "effect"
import type { Account, AccountChange, AccountPage, AccountPatch, AccountUsage } from "../domain/Account.ts"
import type { AccessUnavailable } from "./Access.ts"

/** Who has signed in, in which tier, and what operators changed about them. */
export class Accounts extends Context.Service<
  Accounts,
  {
    /** Makes it, or renews its login and the time it was seen. New ones are `free`. */
    readonly signIn: (
      person: { readonly githubId: number; readonly login: string },
      at: number,
    ) => Effect.Effect<Account, AccessUnavailable>
    readonly byId: (accountId: string) => Effect.Effect<Account | null, AccessUnavailable>
    /**
     * By the login that is kept, which may be somebody else's by now: for reading, where GitHub cannot be asked. Compared without
     * case, as GitHub does. Of two that bore the login, the one that was seen last. Null when there is none.
     */
    readonly byLogin: (login: string) => Effect.Effect<Account | null, AccessUnavailable>
    /** By login, a page at a time; `after` is `next` of the page before. */
    readonly list: (page: {
      readonly after: string | null
      readonly limit: number
    }) => Effect.Effect<typeof AccountPage.Type, AccessUnavailable>
    /** Makes it for somebody who has not signed in yet, so that they can be blocked before; one that there is gets the login they have now. */
    readonly enrol: (person: { readonly githubId: number; readonly login: string }, at: number) => Effect.Effect<void, AccessUnavailable>
    /** The change and its line in the audit log, both or neither. Null when there is no such account. */
    readonly change: (accountId: string, patch: AccountPatch, by: string, at: number) => Effect.Effect<Account | null, AccessUnavailable>
    /** Newest first, at most 100. */
    readonly changes: (accountId: string) => Effect.Effect<ReadonlyArray<AccountChange>, AccessUnavailable>
    readonly usage: (login: string) => Effect.Effect<AccountUsage, AccessUnavailable>
  }
>()("@loom/core/ports/Accounts") {}
