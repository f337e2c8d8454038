import { and, eq, isNull, lt, sql } from "drizzle-orm"
import type { DrizzleD1Database } from "drizzle-orm/d1"
import { Effect } from "effect"
import { IdempotencyKeys } from "@loom/core/ports/IdempotencyKeys"
import { query } from "./Database.ts"
import { isOneOf } from "./list-query.ts"
import { idempotencyKeys } from "./schema.ts"

const KEPT_MS = 24 * 60 * 60_000
/** A request that is older has died with its isolate: the next one with its key does the work. */
const IN_FLIGHT_MS = 60_000
/** Old rows that one claim takes away: more than it adds, so that the table does not grow for ever. */
const SWEEP = 20

/** One row per key; the insert that wins does the work. */
export const idempotencyKeysOf = (db: DrizzleD1Database): IdempotencyKeys["Service"] =>
  IdempotencyKeys.of({
    claim: Effect.fn("IdempotencyKeys.claim")(function* (id, request, now) {
      const old = db
        .select({ id: idempotencyKeys.id })
        .from(idempotencyKeys)
        .where(lt(idempotencyKeys.createdAt, now - KEPT_MS))
        .limit(SWEEP)
      const [, , inserted, rows] = yield* query("claim", () =>
        db.batch([
          db.delete(idempotencyKeys).where(sql`${idempotencyKeys.id} IN ${old}`),
          db
            .delete(idempotencyKeys)
            .where(
              and(
                eq(idempotencyKeys.id, id),
                sql`(${idempotencyKeys.createdAt} < ${now - KEPT_MS} OR (${isNull(idempotencyKeys.status)} AND ${idempotencyKeys.createdAt} < ${now - IN_FLIGHT_MS}))`,
              ),
            ),
          db.insert(idempotencyKeys).values({ id, request, createdAt: now }).onConflictDoNothing().returning({ id: idempotencyKeys.id }),
          db
            .select()
            .from(idempotencyKeys)
            .where(isOneOf(idempotencyKeys.id, [id])),
        ]),
      )
      const row = rows[0]
      if (inserted.length > 0 || row === undefined) return { kind: "fresh" as const }
      if (row.request !== request) return { kind: "other_request" as const }
      return row.status === null
        ? { kind: "in_flight" as const }
        : { kind: "answered" as const, answer: { status: row.status, body: row.body ?? "" } }
    }),
    keep: Effect.fn("IdempotencyKeys.keep")((id, { body, status }) =>
      query("keep", () => db.update(idempotencyKeys).set({ status, body }).where(eq(idempotencyKeys.id, id))).pipe(Effect.asVoid),
    ),
    forget: Effect.fn("IdempotencyKeys.forget")((id) =>
      query("forget", () => db.delete(idempotencyKeys).where(and(eq(idempotencyKeys.id, id), isNull(idempotencyKeys.status)))).pipe(
        Effect.asVoid,
      ),
    ),
  })
