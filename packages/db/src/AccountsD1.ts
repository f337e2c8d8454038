import { asc, desc, eq, gt, sql } from "drizzle-orm"
import type { DrizzleD1Database } from "drizzle-orm/d1"
import { Effect } from "effect"
import { accountIdOf, type Account, type AccountPatch } from "@loom/core/domain/Account"
import { Accounts } from "@loom/core/ports/Accounts"
import { accessQuery, toAccount } from "./access-query.ts"
import { accountChanges, accounts } from "./account-schema.ts"
import { usageOf } from "./account-usage.ts"

const MAX_CHANGES = 1_000
const SHOWN_CHANGES = 100

const sameLogin = (login: string) => eq(sql`lower(${accounts.login})`, login.toLowerCase())

/** One line of the audit log. */
const wordsOf = (account: Account, { blocked, tier }: AccountPatch): string =>
  [
    ...(tier === undefined ? [] : [`tier ${account.tier} -> ${tier}`]),
    ...(blocked === undefined ? [] : [blocked === null ? "unblocked" : `blocked: ${blocked.reason}`]),
  ].join("; ")

export const accountsOf = (db: DrizzleD1Database): Accounts["Service"] => {
  const byId = Effect.fn("Accounts.byId")(function* (accountId: string) {
    const [row] = yield* accessQuery("accounts.byId", () => db.select().from(accounts).where(eq(accounts.id, accountId)).limit(1))
    return row === undefined ? null : yield* toAccount(row)
  })
  const byLogin = Effect.fn("Accounts.byLogin")(function* (login: string) {
    const [row] = yield* accessQuery("accounts.byLogin", () =>
      db.select().from(accounts).where(sameLogin(login)).orderBy(desc(accounts.lastSeenAt)).limit(1),
    )
    return row === undefined ? null : yield* toAccount(row)
  })
  return Accounts.of({
    signIn: Effect.fn("Accounts.signIn")(function* ({ githubId, login }, at) {
      const row = { id: accountIdOf(githubId), githubId, login, tier: "free", createdAt: at, lastSeenAt: at }
      const [kept] = yield* accessQuery("accounts.signIn", () =>
        db
          .insert(accounts)
          .values(row)
          .onConflictDoUpdate({ target: accounts.id, set: { login, lastSeenAt: at } })
          .returning(),
      )
      return kept === undefined ? yield* Effect.die("an upsert returned nothing") : yield* toAccount(kept)
    }),
    byId,
    byLogin,
    enrol: Effect.fn("Accounts.enrol")(({ githubId, login }, at) => {
      const row = { id: accountIdOf(githubId), githubId, login, tier: "free", createdAt: at, lastSeenAt: at }
      return accessQuery("accounts.enrol", () =>
        db.insert(accounts).values(row).onConflictDoUpdate({ target: accounts.id, set: { login } }),
      ).pipe(Effect.asVoid)
    }),
    list: Effect.fn("Accounts.list")(function* ({ after, limit }) {
      const rows = yield* accessQuery("accounts.list", () =>
        db
          .select()
          .from(accounts)
          .where(after === null ? undefined : gt(sql`lower(${accounts.login})`, after.toLowerCase()))
          .orderBy(asc(sql`lower(${accounts.login})`), asc(accounts.id))
          .limit(limit + 1),
      )
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return { items: yield* Effect.forEach(rows.slice(0, limit), toAccount), next: last?.login ?? null }
    }),
    change: Effect.fn("Accounts.change")(function* (accountId, patch, by, at) {
      const account = yield* byId(accountId)
      if (account === null) return null
      const set = {
        ...(patch.tier === undefined ? {} : { tier: patch.tier }),
        ...(patch.blocked === undefined
          ? {}
          : {
              blockedAt: patch.blocked === null ? null : at,
              blockedReason: patch.blocked?.reason ?? null,
              blockedBy: patch.blocked === null ? null : by,
            }),
      }
      const newest = db.select({ id: accountChanges.id }).from(accountChanges).orderBy(desc(accountChanges.id)).limit(MAX_CHANGES)
      const [changed] = yield* accessQuery("accounts.change", () =>
        db.batch([
          db.update(accounts).set(set).where(eq(accounts.id, account.id)).returning(),
          db.insert(accountChanges).values({ accountId: account.id, at, by, change: wordsOf(account, patch) }),
          db.delete(accountChanges).where(sql`${accountChanges.id} NOT IN ${newest}`),
        ]),
      )
      return changed[0] === undefined ? null : yield* toAccount(changed[0])
    }),
    changes: Effect.fn("Accounts.changes")((accountId) =>
      accessQuery("accounts.changes", () =>
        db
          .select({ at: accountChanges.at, by: accountChanges.by, change: accountChanges.change })
          .from(accountChanges)
          .where(eq(accountChanges.accountId, accountId))
          .orderBy(desc(accountChanges.id))
          .limit(SHOWN_CHANGES),
      ),
    ),
    usage: Effect.fn("Accounts.usage")((login) => accessQuery("accounts.usage", () => usageOf(db, login))),
  })
}
