import { Clock, Effect, Schema } from "effect"
import type { Hono } from "hono"
import { type Account, AccountPatch } from "@loom/core/domain/Account"
import type { Principal } from "@loom/core/ports/Access"
import { Accounts } from "@loom/core/ports/Accounts"
import type { ApiEnv } from "../ApiScope.ts"
import { badRequest, notFound } from "../problem.ts"
import { allowanceOf } from "./allowance.ts"
import type { AuthScope } from "./AuthScope.ts"
import { bodyOf, operatorOf, refuse, serve } from "./serve.ts"

const MAX_PAGE = 100
const PageQuery = Schema.Struct({
  cursor: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(100))),
  limit: Schema.optionalKey(Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 1_000 }))),
})

const asPrincipal = ({ id, login, tier }: Account): Principal => ({ kind: "user", login, accountId: id, tier, scopes: [] })

const detailOf = Effect.fnUntraced(function* (auth: AuthScope, account: Account) {
  const accounts = yield* Accounts
  const usage = yield* accounts.usage(account.login)
  const changes = yield* accounts.changes(account.id)
  return { ...account, usage, allowance: yield* allowanceOf(auth, asPrincipal(account)), changes }
})

const noAccount = (login: string) =>
  refuse({ ...notFound(`Nobody has signed in as ${login.slice(0, 100)}.`), remedy: "GET /api/v1/accounts lists who has." })

/** For operators: who uses this Loom, how much, in which tier; block and let in again. */
export const accountRoutes = (app: Hono<ApiEnv>): void => {
  app.get(
    "/api/v1/accounts",
    serve((c) =>
      Effect.fnUntraced(function* ({ principal }) {
        yield* operatorOf(principal)
        const { cursor = null, limit = 25 } = yield* Schema.decodeUnknownEffect(PageQuery)(c.req.query())
        return c.json(yield* Accounts.use((accounts) => accounts.list({ after: cursor, limit: Math.min(MAX_PAGE, limit) })))
      }),
    ),
  )
  app.get(
    "/api/v1/accounts/:login",
    serve((c) =>
      Effect.fnUntraced(function* ({ auth, principal }) {
        yield* operatorOf(principal)
        const login = c.req.param("login") ?? ""
        const account = yield* Accounts.use((accounts) => accounts.byLogin(login))
        return account === null ? yield* noAccount(login) : c.json(yield* detailOf(auth, account))
      }),
    ),
  )
  app.patch(
    "/api/v1/accounts/:login",
    serve((c) =>
      Effect.fnUntraced(function* ({ auth, principal }) {
        const by = yield* operatorOf(principal)
        const login = c.req.param("login") ?? ""
        const patch = yield* bodyOf(c, AccountPatch)
        if (patch.tier === undefined && patch.blocked === undefined)
          return yield* refuse(badRequest("Nothing is to be changed.", "Send `tier`, `blocked`, or both."))
        const nowMs = yield* Clock.currentTimeMillis
        const account = yield* Accounts.use((accounts) => accounts.change(login, patch, by, nowMs))
        return account === null ? yield* noAccount(login) : c.json(yield* detailOf(auth, account))
      }),
    ),
  )
}
