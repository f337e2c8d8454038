import { Context, Schema, type Effect } from "effect"
import type { AccessScope } from "../domain/AccessScope.ts"
import type { Tier } from "../domain/Tier.ts"

/** What somebody may do on a repository, in GitHub's words (docs.github.com, "Repository roles for an organization"). */
export const RepositoryRole = Schema.Literals(["none", "read", "triage", "write", "maintain", "admin"])
export type RepositoryRole = typeof RepositoryRole.Type

/** Who asks. `operator` holds LOOM_API_TOKEN or is a configured login; `local` is the user of this machine (never in a deployment). */
export interface Principal {
  readonly kind: "anonymous" | "user" | "operator" | "local"
  /** GitHub login; null for who has none. */
  readonly login: string | null
  /** What limits and usage are counted under; null for who has no account. */
  readonly accountId: string | null
  readonly scopes: ReadonlyArray<AccessScope>
  /** What it was recognised by; absent for who showed nothing that counts. `id` names the session or the token. */
  readonly credential?: { readonly kind: "session" | "token" | "operator_token" | "local"; readonly id: string | null }
  /** Of the account; absent for who has none. Operators and the local user are not limited by it. */
  readonly tier?: Tier
  /** An operator has shut this account out, for this reason: it has no scope, and sees nothing. */
  readonly blocked?: string
}

export const anonymous: Principal = { kind: "anonymous", login: null, accountId: null, scopes: [] }

/** What a request says of who sends it. */
export interface Credentials {
  readonly authorization: string | null
  /** The whole `Cookie` header. */
  readonly cookie: string | null
  /**
   * Every name by which the request says that it reached Loom: the URL's host and the `Host` header. Only the local user is
   * known by them; absent: there is no local user.
   */
  readonly hosts?: ReadonlyArray<string>
  /** A browser says, in a header that no page can set, that a page of this very address sent it, or a person. */
  readonly isOwnPage?: boolean
}

/** Permissions could not be looked up. Fail closed: nobody may anything until they can. */
export class AccessUnavailable extends Schema.TaggedError<AccessUnavailable>()("AccessUnavailable", { detail: Schema.String }) {
  override get message(): string {
    return `Permissions could not be checked: ${this.detail}. Try again in a moment.`
  }
}

/** Who somebody is, and what GitHub lets them see and do. */
export class Access extends Context.Service<
  Access,
  {
    /** Never fails for a bad credential: that is `anonymous`. */
    readonly identify: (credentials: Credentials) => Effect.Effect<Principal, AccessUnavailable>
    /** `owner/name` of all that may be read; `all` for operators, the local user, and where the status page is public. */
    readonly readable: (principal: Principal) => Effect.Effect<"all" | ReadonlyArray<string>, AccessUnavailable>
    /** Kept briefly; `fresh` asks GitHub again, as every write does. */
    readonly roleOn: (
      principal: Principal,
      repository: string,
      options?: { readonly fresh?: boolean },
    ) => Effect.Effect<RepositoryRole, AccessUnavailable>
  }
>()("@loom/core/ports/Access") {}
