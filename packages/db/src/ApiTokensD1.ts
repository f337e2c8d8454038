import { and, count, desc, eq, gt, lt, sql } from "drizzle-orm"
import type { DrizzleD1Database } from "drizzle-orm/d1"
import { Effect, Schema } from "effect"
import { ApiToken } from "@loom/core/domain/ApiToken"
import { ApiTokens } from "@loom/core/ports/ApiTokens"
import { accessQuery, readRow, toAccount } from "./access-query.ts"
import { accounts, apiTokens } from "./account-schema.ts"

const MAX_TOKENS = 50
const MINUTE_MS = 60_000

const Scopes = Schema.fromJsonString(ApiToken.fields.scopes)
const encodeScopes = Schema.encodeSync(Scopes)
const toToken = readRow(Schema.Struct({ ...ApiToken.fields, scopes: Scopes }), "token")

export const apiTokensOf = (db: DrizzleD1Database): ApiTokens["Service"] =>
  ApiTokens.of({
    add: Effect.fn("ApiTokens.add")(function* (token) {
      const { accountId, createdAt } = token
      const row = { ...token, scopes: encodeScopes(token.scopes) }
      const [, held] = yield* accessQuery("tokens.add", () =>
        db.batch([
          db.delete(apiTokens).where(and(eq(apiTokens.accountId, accountId), lt(apiTokens.expiresAt, createdAt))),
          db.select({ n: count() }).from(apiTokens).where(eq(apiTokens.accountId, accountId)),
        ]),
      )
      if ((held[0]?.n ?? 0) >= MAX_TOKENS) return false
      yield* accessQuery("tokens.add", () => db.insert(apiTokens).values(row))
      return true
    }),

    find: Effect.fn("ApiTokens.find")(function* (hash, at) {
      const [row] = yield* accessQuery("tokens.find", () =>
        db
          .select({ token: apiTokens, account: accounts })
          .from(apiTokens)
          .innerJoin(accounts, eq(accounts.id, apiTokens.accountId))
          .where(and(eq(apiTokens.hash, hash), gt(apiTokens.expiresAt, at)))
          .limit(1),
      )
      if (row === undefined) return null
      const { token } = row
      if (token.lastUsedAt === null || at - token.lastUsedAt >= MINUTE_MS) {
        yield* accessQuery("tokens.used", () => db.update(apiTokens).set({ lastUsedAt: at }).where(eq(apiTokens.id, token.id)))
      }
      return { token: yield* toToken(token), account: yield* toAccount(row.account) }
    }),

    list: Effect.fn("ApiTokens.list")(function* (accountId, at) {
      const rows = yield* accessQuery("tokens.list", () =>
        db
          .select()
          .from(apiTokens)
          .where(and(eq(apiTokens.accountId, accountId), gt(apiTokens.expiresAt, at)))
          .orderBy(desc(apiTokens.createdAt), desc(sql`rowid`))
          .limit(MAX_TOKENS),
      )
      return yield* Effect.forEach(rows, toToken)
    }),

    revoke: Effect.fn("ApiTokens.revoke")((accountId, id) =>
      accessQuery("tokens.revoke", () =>
        db
          .delete(apiTokens)
          .where(and(eq(apiTokens.accountId, accountId), eq(apiTokens.id, id)))
          .returning({ id: apiTokens.id }),
      ).pipe(Effect.map((rows) => rows.length === 1)),
    ),
  })
