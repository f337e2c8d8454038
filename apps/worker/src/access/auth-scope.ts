import { Context, Effect, type Layer, type Redacted } from "effect"
import { accessOf } from "@loom/api/auth/access-of"
import type { AuthScope, AuthSettings } from "@loom/api/auth/AuthScope"
import { Access } from "@loom/core/ports/Access"
import { Accounts } from "@loom/core/ports/Accounts"
import { ApiTokens } from "@loom/core/ports/ApiTokens"
import { GitHubPeople } from "@loom/core/ports/GitHubPeople"
import { KnownRoles } from "@loom/core/ports/KnownRoles"
import { RequestLimits } from "@loom/core/ports/RequestLimits"
import { Sessions } from "@loom/core/ports/Sessions"
import { accountsOf } from "@loom/db/AccountsD1"
import { apiTokensOf } from "@loom/db/ApiTokensD1"
import { databaseOf } from "@loom/db/Database"
import { knownRolesOf } from "@loom/db/KnownRolesD1"
import { sessionsOf } from "@loom/db/SessionsD1"
import { requestLimitsOf } from "./request-limits.ts"

interface Bindings {
  readonly DB: D1Database
  readonly LIMITER: DurableObjectNamespace
}

/** GitHub as the place to sign in: an address that costs nothing to make, and clients that are made when they are needed. */
export interface GitHubGate {
  readonly authorizeUrl: GitHubPeople["Service"]["authorizeUrl"]
  readonly layer: Layer.Layer<GitHubPeople>
}

/** Asks through clients made for that question: no connection of one request serves another. */
const peopleThrough = ({ authorizeUrl, layer }: GitHubGate): GitHubPeople["Service"] =>
  GitHubPeople.of({
    authorizeUrl,
    redeem: (grant) => GitHubPeople.use((people) => people.redeem(grant)).pipe(Effect.provide(layer)),
    startDevice: GitHubPeople.use((people) => people.startDevice).pipe(Effect.provide(layer)),
    redeemDevice: (code) => GitHubPeople.use((people) => people.redeemDevice(code)).pipe(Effect.provide(layer)),
    named: (login) => GitHubPeople.use((people) => people.named(login)).pipe(Effect.provide(layer)),
    roleOf: (repository, person) => GitHubPeople.use((people) => people.roleOf(repository, person)).pipe(Effect.provide(layer)),
  })

/** Who comes in, by D1 and GitHub. Made once per isolate: it holds bindings and nothing of any request. */
export const authScopeOf = (
  bindings: Bindings,
  settings: AuthSettings,
  doors: { readonly apiToken: Redacted.Redacted<string> | null; readonly publicStatus: boolean },
  gate: GitHubGate,
): AuthScope => {
  const db = databaseOf(bindings.DB)
  const github = peopleThrough(gate)
  const [sessions, tokens, roles] = [sessionsOf(db), apiTokensOf(db), knownRolesOf(db)]
  const access = accessOf({ ...settings, ...doors }, { sessions, tokens, roles, people: github })
  return {
    settings,
    services: Context.make(Access, access).pipe(
      Context.add(Accounts, accountsOf(db)),
      Context.add(Sessions, sessions),
      Context.add(ApiTokens, tokens),
      Context.add(KnownRoles, roles),
      Context.add(GitHubPeople, github),
      Context.add(RequestLimits, requestLimitsOf(bindings.LIMITER)),
    ),
  }
}
