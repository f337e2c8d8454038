import { Clock, Effect } from "effect"
import type { Context } from "hono"
import type { Account } from "@loom/core/domain/Account"
import { hashOfToken } from "@loom/core/domain/ApiToken"
import { sessionLife } from "@loom/core/domain/Session"
import { Access } from "@loom/core/ports/Access"
import { Accounts } from "@loom/core/ports/Accounts"
import type { Person } from "@loom/core/ports/GitHubPeople"
import { KnownRoles } from "@loom/core/ports/KnownRoles"
import { Sessions } from "@loom/core/ports/Sessions"
import type { ApiEnv } from "../ApiScope.ts"
import type { AuthSettings } from "./AuthScope.ts"
import { newSecret, setSessionCookie } from "./cookies.ts"
import { credentialsOf } from "./credentials.ts"
import { newId } from "./ids.ts"

const MAX_CLIENT_LENGTH = 200

/** The account of who GitHub says it is, and the roles that it said they have. */
export const welcome = Effect.fn("welcome")(function* (person: Person) {
  const nowMs = yield* Clock.currentTimeMillis
  const account = yield* Accounts.use((accounts) => accounts.signIn(person, nowMs))
  if (person.roles.length > 0) yield* KnownRoles.use((roles) => roles.put(account.id, person.roles, nowMs))
  return account
})

/** The session that the request comes with ends. */
export const endSession = Effect.fnUntraced(function* (c: Context<ApiEnv>) {
  const { accountId, credential } = yield* Access.use((access) => access.identify({ ...credentialsOf(c.req.raw), authorization: null }))
  if (accountId === null || credential?.kind !== "session" || credential.id === null) return
  const { id } = credential
  yield* Sessions.use((sessions) => sessions.end(accountId, id))
})

/** A new session for this browser, whatever it had before: nobody can have planted it (session fixation). */
export const openSession = Effect.fnUntraced(function* (c: Context<ApiEnv>, settings: AuthSettings, account: Account) {
  yield* endSession(c)
  const nowMs = yield* Clock.currentTimeMillis
  const secret = newSecret()
  yield* Sessions.use((sessions) =>
    Effect.flatMap(
      Effect.promise(() => hashOfToken(secret)),
      (hash) =>
        sessions.open({
          id: newId("ses"),
          accountId: account.id,
          hash,
          client: (c.req.header("user-agent") ?? "unknown").slice(0, MAX_CLIENT_LENGTH),
          createdAt: nowMs,
          lastSeenAt: nowMs,
          expiresAt: nowMs + sessionLife.absoluteMs,
        }),
    ),
  )
  yield* Effect.promise(() => setSessionCookie(c, settings, { secret, madeAt: Math.floor(nowMs / 1000) }, sessionLife.absoluteMs / 1000))
})
