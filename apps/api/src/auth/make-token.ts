import { Clock, Effect } from "effect"
import { scopesOf } from "@loom/core/domain/AccessScope"
import { DEFAULT_TOKEN_DAYS, hashOfToken, type NewApiToken, newApiToken } from "@loom/core/domain/ApiToken"
import { ApiTokens } from "@loom/core/ports/ApiTokens"
import { Refused } from "../problem.ts"
import { newId } from "./ids.ts"

const DAY_MS = 86_400_000
const HINT_LENGTH = 9

export const adminByOperators = new Refused({
  code: "operators_only",
  detail: "Only operators of this Loom may make a token that administers it.",
  remedy: "Whoever runs this Loom names operators in LOOM_OPERATORS.",
})

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
  return yield* new Refused({ code: "too_many_tokens", detail: "This account has 50 tokens." })
})
