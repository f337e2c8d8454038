import type { Context, Redacted } from "effect"
import type { TierLimits } from "@loom/core/domain/Tier"
import type { Access } from "@loom/core/ports/Access"
import type { Accounts } from "@loom/core/ports/Accounts"
import type { ApiTokens } from "@loom/core/ports/ApiTokens"
import type { GitHubPeople } from "@loom/core/ports/GitHubPeople"
import type { KnownRoles } from "@loom/core/ports/KnownRoles"
import type { RequestLimits } from "@loom/core/ports/RequestLimits"
import type { Sessions } from "@loom/core/ports/Sessions"

export type AuthServices = Access | Accounts | Sessions | ApiTokens | KnownRoles | GitHubPeople | RequestLimits

export interface AuthSettings {
  /** Public origin of this Loom: `https://…`, or `http://` of this machine. */
  readonly publicUrl: string
  /** Signs cookies; made from the deployment's secret, so that changing that signs everybody out. */
  readonly cookieSecret: Redacted.Redacted<string>
  /** GitHub logins in lower case, or numeric user ids: they administer this Loom. */
  readonly operators: ReadonlyArray<string>
  /** Who everybody is that reaches this Loom by a name of this machine; null in every deployment. */
  readonly localUser: string | null
  readonly tiers: TierLimits
}

/** What signing in, accounts and limits are served with. */
export interface AuthScope {
  readonly settings: AuthSettings
  readonly services: Context.Context<AuthServices>
}
