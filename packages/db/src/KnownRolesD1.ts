import { and, desc, eq, lt, sql } from "drizzle-orm"
import type { DrizzleD1Database } from "drizzle-orm/d1"
import { Effect, Schema } from "effect"
import { RepositoryRef } from "@loom/core/domain/Repository"
import { RepositoryRole } from "@loom/core/ports/Access"
import { KnownRoles } from "@loom/core/ports/KnownRoles"
import { accessQuery, readRow } from "./access-query.ts"
import { repositoryRoles } from "./account-schema.ts"
import { repositories } from "./schema.ts"

const MAX_REPOSITORIES = 1_000
/** Longer than any use of it. */
const FORGET_AFTER_MS = 24 * 3_600_000
/** D1 takes at most 100 parameters in a statement. */
const ROWS_PER_INSERT = 25

const toRole = readRow(
  Schema.Struct({ repository: RepositoryRef, seen: Schema.NullOr(Schema.Struct({ role: RepositoryRole, at: Schema.Int })) }),
  "role",
)

export const knownRolesOf = (db: DrizzleD1Database): KnownRoles["Service"] => {
  const known = (accountId: string) =>
    db
      .select({
        repository: {
          id: repositories.id,
          installationId: repositories.installationId,
          owner: repositories.owner,
          name: repositories.name,
        },
        seen: { role: repositoryRoles.role, at: repositoryRoles.at },
      })
      .from(repositories)
      .leftJoin(repositoryRoles, and(eq(repositoryRoles.repositoryId, repositories.id), eq(repositoryRoles.accountId, accountId)))
  return KnownRoles.of({
    all: Effect.fn("KnownRoles.all")(function* (accountId) {
      const rows = yield* accessQuery("roles.all", () => known(accountId).orderBy(desc(repositories.position)).limit(MAX_REPOSITORIES))
      return yield* Effect.forEach(rows, toRole)
    }),
    one: Effect.fn("KnownRoles.one")(function* (accountId, name) {
      const [row] = yield* accessQuery("roles.one", () =>
        known(accountId)
          .where(sql`lower(${repositories.owner} || '/' || ${repositories.name}) = ${name.toLowerCase()}`)
          .limit(1),
      )
      return row === undefined ? null : yield* toRole(row)
    }),
    put: Effect.fn("KnownRoles.put")((accountId, roles, at) => {
      const rows = roles.map(({ repositoryId, role }) => ({ accountId, repositoryId, role, at }))
      const inserts = Array.from({ length: Math.ceil(rows.length / ROWS_PER_INSERT) }, (_, n) =>
        db
          .insert(repositoryRoles)
          .values(rows.slice(n * ROWS_PER_INSERT, (n + 1) * ROWS_PER_INSERT))
          .onConflictDoUpdate({
            target: [repositoryRoles.accountId, repositoryRoles.repositoryId],
            set: { role: sql`excluded.role`, at: sql`excluded.at` },
          }),
      )
      return accessQuery("roles.put", () =>
        db.batch([db.delete(repositoryRoles).where(lt(repositoryRoles.at, at - FORGET_AFTER_MS)), ...inserts]),
      ).pipe(Effect.asVoid)
    }),
  })
}
