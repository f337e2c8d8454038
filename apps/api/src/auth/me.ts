import { Clock, Effect } from "effect"
import type { Hono } from "hono"
import { scopesOf } from "@loom/core/domain/AccessScope"
import { DEFAULT_TOKEN_DAYS, hashOfToken, NewApiToken, newApiToken } from "@loom/core/domain/ApiToken"
import type { Me } from "@loom/core/domain/Me"
import type { Principal } from "@loom/core/ports/Access"
import { ApiTokens } from "@loom/core/ports/ApiTokens"
import { GitHubPeople } from "@loom/core/ports/GitHubPeople"
import { Sessions } from "@loom/core/ports/Sessions"
import type { ApiEnv } from "../ApiScope.ts"
import { notFound } from "../problem.ts"
import { allowanceOf } from "./allowance.ts"
import { dropSessionCookie } from "./cookies.ts"
import { newId } from "./ids.ts"
import { authProblems } from "./problems.ts"
import { accountOf, bodyOf, refuse, serve } from "./serve.ts"

const DAY_MS = 86_400_000
const HINT_LENGTH = 9

/** Only who has signed in with a browser: a token that makes tokens would never end. */
const signedInOf = (principal: Principal) =>
  Effect.flatMap(accountOf(principal), (accountId) =>
    principal.credential?.kind === "session" ? Effect.succeed(accountId) : refuse(authProblems.sessionOnly),
  )

/** A personal token of the account; the only time that it is shown. */
export const makeToken = Effect.fn("makeToken")(function* (accountId: string, wish: typeof NewApiToken.Type) {
  const nowMs = yield* Clock.currentTimeMillis
  const token = newApiToken()
  const hash = yield* Effect.promise(() => hashOfToken(token))
  const made = {
    id: newId("tok"),
    name: wish.name,
    scopes: scopesOf(wish.scope ?? "read"),
    hint: token.slice(0, HINT_LENGTH),
    createdAt: nowMs,
    expiresAt: nowMs + (wish.expiresInDays ?? DEFAULT_TOKEN_DAYS) * DAY_MS,
    lastUsedAt: null,
  }
  const isAdded = yield* ApiTokens.use((tokens) => tokens.add({ ...made, accountId, hash }))
  if (isAdded) return { ...made, token }
  return yield* refuse({
    status: 409,
    code: "too_many_tokens",
    title: "Too many tokens",
    detail: "This account has 50 tokens.",
    remedy: "Revoke one that is no longer needed: DELETE /api/v1/me/tokens/{id}.",
  })
})

/** `GET /me`, one's own tokens and sessions. */
export const meRoutes = (app: Hono<ApiEnv>): void => {
  app.get(
    "/api/v1/me",
    serve((c) =>
      Effect.fnUntraced(function* ({ auth, principal }) {
        const { accountId, blocked = null, credential, kind, login, scopes, tier = null } = principal
        const canSignIn = yield* GitHubPeople.use((people) =>
          Effect.succeed(people.authorizeUrl({ state: "", challenge: "", redirectUri: "" }) !== null),
        )
        const me: Me = {
          kind,
          login,
          accountId,
          scopes,
          tier,
          blocked,
          credential: credential?.kind ?? null,
          allowance: accountId === null ? null : yield* allowanceOf(auth, principal),
          signInUrl: canSignIn ? "/auth/login" : null,
        }
        return c.json(me)
      }),
    ),
  )

  app.get(
    "/api/v1/me/tokens",
    serve((c) =>
      Effect.fnUntraced(function* ({ principal }) {
        const accountId = yield* signedInOf(principal)
        const nowMs = yield* Clock.currentTimeMillis
        return c.json({ items: yield* ApiTokens.use((tokens) => tokens.list(accountId, nowMs)) })
      }),
    ),
  )
  app.post(
    "/api/v1/me/tokens",
    serve((c) =>
      Effect.fnUntraced(function* ({ principal }) {
        const accountId = yield* signedInOf(principal)
        const wish = yield* bodyOf(c, NewApiToken)
        if (wish.scope === "admin" && principal.kind !== "operator") return yield* refuse(authProblems.operatorsOnly)
        return c.json(yield* makeToken(accountId, wish), 201)
      }),
    ),
  )
  app.delete(
    "/api/v1/me/tokens/:id",
    serve((c) =>
      Effect.fnUntraced(function* ({ principal }) {
        const id = c.req.param("id") ?? ""
        const { credential } = principal
        // A token may end itself: so `loom logout` needs no browser.
        const accountId = yield* credential?.kind === "token" && credential.id === id ? accountOf(principal) : signedInOf(principal)
        const isGone = yield* ApiTokens.use((tokens) => tokens.revoke(accountId, id))
        return isGone
          ? c.body(null, 204)
          : yield* refuse({ ...notFound(`There is no token ${id.slice(0, 60)} of yours.`), remedy: "GET /api/v1/me/tokens lists them." })
      }),
    ),
  )

  app.get(
    "/api/v1/me/sessions",
    serve((c) =>
      Effect.fnUntraced(function* ({ principal }) {
        const accountId = yield* signedInOf(principal)
        const nowMs = yield* Clock.currentTimeMillis
        const sessions = yield* Sessions.use((store) => store.list(accountId, nowMs))
        return c.json({ items: sessions.map((session) => ({ ...session, current: session.id === principal.credential?.id })) })
      }),
    ),
  )
  app.delete(
    "/api/v1/me/sessions/:id",
    serve((c) =>
      Effect.fnUntraced(function* ({ auth, principal }) {
        const accountId = yield* signedInOf(principal)
        const id = c.req.param("id") ?? ""
        const isGone = yield* Sessions.use((store) => store.end(accountId, id))
        if (!isGone)
          return yield* refuse({
            ...notFound(`There is no session ${id.slice(0, 60)} of yours.`),
            remedy: "GET /api/v1/me/sessions lists them.",
          })
        if (id === principal.credential?.id) dropSessionCookie(c, auth.settings)
        return c.body(null, 204)
      }),
    ),
  )
}
