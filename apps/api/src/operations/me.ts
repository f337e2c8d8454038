import { Clock, Effect, Schema } from "effect"
import { ApiToken, MadeApiToken, NewApiToken } from "@loom/core/domain/ApiToken"
import { Me } from "@loom/core/domain/Me"
import { Session } from "@loom/core/domain/Session"
import { ApiTokens } from "@loom/core/ports/ApiTokens"
import { GitHubPeople } from "@loom/core/ports/GitHubPeople"
import { Sessions } from "@loom/core/ports/Sessions"
import { allowanceOf } from "../auth/allowance.ts"
import { noSessionCookie } from "../auth/cookies.ts"
import { adminByOperators, makeToken } from "../auth/make-token.ts"
import { withAuth } from "../auth/with-auth.ts"
import { type Asker, json, operation, type Reply } from "../operation.ts"
import { Refused } from "../problem.ts"
import { ById } from "../query.ts"

const getMe = operation({
  method: "get",
  tag: "Accounts",
  access: "anyone",
  limit: null,
  status: 200,
  id: "getMe",
  path: "/api/v1/me",
  summary: "Who asks, as Loom sees them",
  description: "Also for who has not signed in, and for whose account is blocked: then it says so.",
  success: { name: "Me", schema: Me },
  problems: ["sign_in_not_configured"],
  handle: ({ asker: { principal }, auth }) =>
    withAuth(auth, (scope) =>
      Effect.gen(function* () {
        const { accountId, blocked = null, credential, kind, login, scopes, tier = null } = principal
        const { authorizeUrl } = yield* GitHubPeople
        const canSignIn = authorizeUrl({ state: "", challenge: "", redirectUri: "" }) !== null
        const me: Me = {
          kind,
          login,
          accountId,
          scopes,
          tier,
          blocked,
          credential: credential?.kind ?? null,
          allowance: accountId === null ? null : yield* allowanceOf(scope, principal),
          signInUrl: canSignIn ? "/auth/login" : null,
        }
        return json(me)
      }),
    ),
})

const own = { tag: "Accounts", access: "account", limit: null } as const

/** Only who has signed in with a browser: a token that makes tokens would never end. */
const signedIn = ({ principal: { accountId, credential } }: Asker) =>
  accountId !== null && credential?.kind === "session"
    ? Effect.succeed(accountId)
    : Effect.fail(new Refused({ code: "sign_in_needed", detail: "A token cannot do this: it could make itself immortal." }))

const gone = (headers: Record<string, string> = {}): Reply => ({ kind: "raw", response: new Response(null, { status: 204, headers }) })

const listTokens = operation({
  ...own,
  method: "get",
  status: 200,
  id: "listTokens",
  path: "/api/v1/me/tokens",
  summary: "One's own API tokens, newest first",
  success: { name: "TokenList", schema: Schema.Struct({ items: Schema.Array(ApiToken) }) },
  problems: ["sign_in_needed", "sign_in_not_configured"],
  handle: ({ asker, auth }) =>
    withAuth(auth, () =>
      Effect.gen(function* () {
        const accountId = yield* signedIn(asker)
        const nowMs = yield* Clock.currentTimeMillis
        return json({ items: yield* ApiTokens.use((tokens) => tokens.list(accountId, nowMs)) })
      }),
    ),
})

const createToken = operation({
  ...own,
  method: "post",
  status: 201,
  keyed: false,
  id: "createToken",
  path: "/api/v1/me/tokens",
  summary: "Make an API token",
  description: "The one time that it is shown. Of an account there are 50 at most.",
  body: NewApiToken,
  success: { name: "MadeApiToken", schema: MadeApiToken },
  problems: ["sign_in_needed", "sign_in_not_configured", "operators_only", "too_many_tokens"],
  handle: ({ asker, auth, body }) =>
    withAuth(auth, () =>
      Effect.gen(function* () {
        const accountId = yield* signedIn(asker)
        if (body.scope === "admin" && asker.principal.kind !== "operator") return yield* adminByOperators
        return json(yield* makeToken(accountId, body))
      }),
    ),
})

const revokeToken = operation({
  ...own,
  method: "delete",
  status: 204,
  id: "revokeToken",
  path: "/api/v1/me/tokens/{id}",
  summary: "Revoke an API token of one's own",
  description: "A token may end itself: so `loom logout` needs no browser.",
  params: ById,
  success: { contentType: null, description: "It opens nothing any more." },
  problems: ["sign_in_needed", "sign_in_not_configured", "not_found"],
  handle: ({ asker, auth, params: { id } }) =>
    withAuth(auth, () =>
      Effect.gen(function* () {
        const { accountId, credential } = asker.principal
        const isItself = accountId !== null && credential?.kind === "token" && credential.id === id
        const owner = isItself ? accountId : yield* signedIn(asker)
        if (yield* ApiTokens.use((tokens) => tokens.revoke(owner, id))) return gone()
        const detail = `There is no token ${id.slice(0, 60)} of yours.`
        return yield* new Refused({ code: "not_found", detail, remedy: "GET /api/v1/me/tokens lists them." })
      }),
    ),
})

const listSessions = operation({
  ...own,
  method: "get",
  status: 200,
  id: "listSessions",
  path: "/api/v1/me/sessions",
  summary: "Where one is signed in, newest first",
  success: {
    name: "SessionList",
    schema: Schema.Struct({ items: Schema.Array(Schema.Struct({ ...Session.fields, current: Schema.Boolean })) }),
  },
  problems: ["sign_in_needed", "sign_in_not_configured"],
  handle: ({ asker, auth }) =>
    withAuth(auth, () =>
      Effect.gen(function* () {
        const accountId = yield* signedIn(asker)
        const nowMs = yield* Clock.currentTimeMillis
        const sessions = yield* Sessions.use((store) => store.list(accountId, nowMs))
        return json({ items: sessions.map((session) => ({ ...session, current: session.id === asker.principal.credential?.id })) })
      }),
    ),
})

const endSession = operation({
  ...own,
  method: "delete",
  status: 204,
  id: "endSession",
  path: "/api/v1/me/sessions/{id}",
  summary: "Sign a browser of one's own out",
  params: ById,
  success: { contentType: null, description: "It is signed out." },
  problems: ["sign_in_needed", "sign_in_not_configured", "not_found"],
  handle: ({ asker, auth, params: { id } }) =>
    withAuth(auth, ({ settings }) =>
      Effect.gen(function* () {
        const accountId = yield* signedIn(asker)
        const isGone = yield* Sessions.use((store) => store.end(accountId, id))
        if (isGone) return gone(id === asker.principal.credential?.id ? { "set-cookie": noSessionCookie(settings) } : {})
        const detail = `There is no session ${id.slice(0, 60)} of yours.`
        return yield* new Refused({ code: "not_found", detail, remedy: "GET /api/v1/me/sessions lists them." })
      }),
    ),
})

/** Who asks; their own tokens and sessions. */
export const ownAccount = [getMe, listTokens, createToken, revokeToken, listSessions, endSession]
