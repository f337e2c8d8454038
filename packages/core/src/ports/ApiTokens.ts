import { Context, type Effect } from "effect"
import type { Account } from "../domain/Account.ts"
import type { ApiToken } from "../domain/ApiToken.ts"
import type { AccessUnavailable } from "./Access.ts"

/** Personal API tokens, kept by their hash. */
export class ApiTokens extends Context.Service<
  ApiTokens,
  {
    /** False when the account has as many as it may have (50). Clears away its expired ones. */
    readonly add: (token: ApiToken & { readonly accountId: string; readonly hash: string }) => Effect.Effect<boolean, AccessUnavailable>
    /** Null when it is unknown or expired. Notes the use, to the minute. */
    readonly find: (
      hash: string,
      at: number,
    ) => Effect.Effect<{ readonly token: ApiToken; readonly account: Account } | null, AccessUnavailable>
    /** Newest first. */
    readonly list: (accountId: string, at: number) => Effect.Effect<ReadonlyArray<ApiToken>, AccessUnavailable>
    /** False when there is none of this account. */
    readonly revoke: (accountId: string, id: string) => Effect.Effect<boolean, AccessUnavailable>
  }
>()("@loom/core/ports/ApiTokens") {}
