import { Clock, Effect, type Redacted } from "effect"
import type { AccessScope } from "@loom/core/domain/AccessScope"
import { scopesOf } from "@loom/core/domain/AccessScope"
import type { Account } from "@loom/core/domain/Account"
import { hashOfToken, isApiToken } from "@loom/core/domain/ApiToken"
import { Access, anonymous, type Credentials, type Principal } from "@loom/core/ports/Access"
import type { ApiTokens } from "@loom/core/ports/ApiTokens"
import type { Sessions } from "@loom/core/ports/Sessions"
import { isSameSecret } from "../signature.ts"
import type { AuthSettings } from "./AuthScope.ts"
import { readSessionCookie } from "./cookies.ts"
import { bearerOf, isLoopback } from "./credentials.ts"
import { type RoleSources, rolesOf } from "./roles-of.ts"

export interface AccessSettings extends AuthSettings {
  readonly apiToken: Redacted.Redacted<string> | null
  readonly publicStatus: boolean
}

const ALL = scopesOf("admin")
const operatorToken: Principal = {
  kind: "operator",
  login: null,
  accountId: null,
  scopes: ALL,
  credential: { kind: "operator_token", id: null },
}

const principalOf = (
  { operators }: AccessSettings,
  account: Account,
  credential: NonNullable<Principal["credential"]>,
  scopes: ReadonlyArray<AccessScope>,
): Principal => {
  const { blocked, githubId, id: accountId, login, tier } = account
  const isOperator = operators.includes(login.toLowerCase()) || operators.includes(String(githubId))
  const who = { kind: isOperator ? ("operator" as const) : ("user" as const), login, accountId, tier, credential }
  if (blocked !== null) return { ...who, kind: "user", scopes: [], blocked: blocked.reason }
  return { ...who, scopes: scopes.filter((scope) => scope !== "admin" || isOperator) }
}

/**
 * The local user: only where the operator's settings say so, which are refused unless the public address is this machine's
 * (`LoomConfig`), and only when every name by which the request says that it came is this machine's too. Another site whose
 * name was made to point here (DNS rebinding) still comes with that name; where a header of `wrangler dev`'s hides it
 * (`MF-Original-URL`, which a page may set), the browser's own words do not, so only a page or a person in a browser is the local
 * user. Programs show the token.
 */
const localOf = ({ localUser }: AccessSettings, { hosts = [], isOwnPage = false }: Credentials): Principal =>
  localUser !== null && isOwnPage && hosts.length > 0 && hosts.every(isLoopback)
    ? { kind: "local", login: localUser, accountId: null, scopes: ALL, credential: { kind: "local", id: null } }
    : anonymous

/** Who somebody is by what this Loom keeps, and what they may by what GitHub says. */
export const accessOf = (
  settings: AccessSettings,
  stores: RoleSources & { readonly sessions: Sessions["Service"]; readonly tokens: ApiTokens["Service"] },
): Access["Service"] => {
  const byToken = Effect.fnUntraced(function* (given: string) {
    const { apiToken } = settings
    if (apiToken !== null && (yield* Effect.promise(() => isSameSecret(apiToken, given)))) return operatorToken
    if (!isApiToken(given)) return anonymous
    const hash = yield* Effect.promise(() => hashOfToken(given))
    const found = yield* stores.tokens.find(hash, yield* Clock.currentTimeMillis)
    return found === null ? anonymous : principalOf(settings, found.account, { kind: "token", id: found.token.id }, found.token.scopes)
  })
  const bySession = Effect.fnUntraced(function* (cookie: string) {
    const shown = yield* Effect.promise(() => readSessionCookie(settings, cookie))
    if (shown === null) return null
    const hash = yield* Effect.promise(() => hashOfToken(shown.secret))
    const found = yield* stores.sessions.find(hash, yield* Clock.currentTimeMillis)
    return found === null ? null : principalOf(settings, found.account, { kind: "session", id: found.session.id }, ALL)
  })

  return Access.of({
    identify: Effect.fn("Access.identify")(function* (credentials) {
      const { authorization, cookie } = credentials
      // Who shows a token is who the token says, and nobody when it says nothing: a cookie beside it does not count.
      if (authorization !== null) {
        const given = bearerOf(authorization)
        return given === null ? anonymous : yield* byToken(given)
      }
      return (cookie === null ? null : yield* bySession(cookie)) ?? localOf(settings, credentials)
    }),
    ...rolesOf(settings, stores),
  })
}
