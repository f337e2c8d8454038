import { and, desc, eq, gt, lt, or, sql } from "drizzle-orm"
import type { DrizzleD1Database } from "drizzle-orm/d1"
import { Effect } from "effect"
import { MAX_SESSIONS, Session, sessionLife } from "@loom/core/domain/Session"
import { Sessions } from "@loom/core/ports/Sessions"
import { accessQuery, readRow, toAccount } from "./access-query.ts"
import { accounts, sessions } from "./account-schema.ts"

const toSession = readRow(Session, "session")
const alive = (at: number) => and(gt(sessions.expiresAt, at), gt(sessions.lastSeenAt, at - sessionLife.idleMs))

export const sessionsOf = (db: DrizzleD1Database): Sessions["Service"] =>
  Sessions.of({
    open: Effect.fn("Sessions.open")((session) => {
      const kept = db
        .select({ id: sessions.id })
        .from(sessions)
        .where(eq(sessions.accountId, session.accountId))
        .orderBy(desc(sessions.createdAt), desc(sql`rowid`))
        .limit(MAX_SESSIONS)
      return accessQuery("sessions.open", () =>
        db.batch([
          db.insert(sessions).values(session),
          db.delete(sessions).where(lt(sessions.expiresAt, session.createdAt)),
          db.delete(sessions).where(and(eq(sessions.accountId, session.accountId), sql`${sessions.id} NOT IN ${kept}`)),
        ]),
      ).pipe(Effect.asVoid)
    }),

    find: Effect.fn("Sessions.find")(function* (hash, at) {
      const [row] = yield* accessQuery("sessions.find", () =>
        db
          .select({ session: sessions, account: accounts })
          .from(sessions)
          .innerJoin(accounts, eq(accounts.id, sessions.accountId))
          .where(
            and(
              alive(at),
              or(eq(sessions.hash, hash), and(eq(sessions.oldHash, hash), sql`coalesce(${sessions.oldUntil}, ${at} + 1) > ${at}`)),
            ),
          )
          .limit(1),
      )
      if (row === undefined) return null
      const { session } = row
      const isSuccessor = session.hash === hash && session.oldHash !== null && session.oldUntil === null
      if (isSuccessor || at - session.lastSeenAt > sessionLife.seenMs) {
        yield* accessQuery("sessions.seen", () =>
          db
            .update(sessions)
            .set({ lastSeenAt: at, ...(isSuccessor ? { oldUntil: at + sessionLife.graceMs } : {}) })
            .where(eq(sessions.id, session.id)),
        )
      }
      return { session: yield* toSession(session), account: yield* toAccount(row.account) }
    }),

    rotate: Effect.fn("Sessions.rotate")((fromHash, toHash, at) =>
      accessQuery("sessions.rotate", () =>
        db
          .update(sessions)
          .set({ hash: toHash, oldHash: fromHash, oldUntil: null, lastSeenAt: at })
          .where(and(eq(sessions.hash, fromHash), alive(at)))
          .returning({ id: sessions.id }),
      ).pipe(Effect.map((rows) => rows.length === 1)),
    ),

    list: Effect.fn("Sessions.list")(function* (accountId, at) {
      const rows = yield* accessQuery("sessions.list", () =>
        db
          .select()
          .from(sessions)
          .where(and(eq(sessions.accountId, accountId), alive(at)))
          .orderBy(desc(sessions.createdAt))
          .limit(MAX_SESSIONS),
      )
      return yield* Effect.forEach(rows, toSession)
    }),

    end: Effect.fn("Sessions.end")((accountId, id) =>
      accessQuery("sessions.end", () =>
        db
          .delete(sessions)
          .where(and(eq(sessions.accountId, accountId), eq(sessions.id, id)))
          .returning({ id: sessions.id }),
      ).pipe(Effect.map((rows) => rows.length === 1)),
    ),
  })
