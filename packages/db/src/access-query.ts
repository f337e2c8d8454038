import { Effect, Schema } from "effect"
import { Account } from "@loom/core/domain/Account"
import { AccessUnavailable } from "@loom/core/ports/Access"
import type { accounts } from "./account-schema.ts"
import { query } from "./Database.ts"

/** A query whose failure shuts the door: without the database nobody is known. */
export const accessQuery = <A>(operation: string, run: () => Promise<A>): Effect.Effect<A, AccessUnavailable> =>
  query(operation, run).pipe(Effect.mapError(({ detail }) => new AccessUnavailable({ detail: `${operation}: ${detail}` })))

/** A row that this version cannot read is no reason to let anybody in. */
export const readRow =
  <A>(schema: Schema.Codec<A, unknown>, what: string) =>
  (row: unknown): Effect.Effect<A, AccessUnavailable> =>
    Schema.decodeUnknownEffect(schema)(row).pipe(
      Effect.mapError(() => new AccessUnavailable({ detail: `a stored ${what} cannot be read` })),
    )

const decodeAccount = readRow(Account, "account")

export const toAccount = ({
  blockedAt,
  blockedBy,
  blockedReason,
  ...row
}: typeof accounts.$inferSelect): Effect.Effect<Account, AccessUnavailable> =>
  decodeAccount({ ...row, blocked: blockedAt === null ? null : { at: blockedAt, by: blockedBy ?? "", reason: blockedReason ?? "" } })
