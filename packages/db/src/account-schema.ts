import { sql } from "drizzle-orm"
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core"

/*
 * Who uses Loom. Unlike the read model of `schema.ts` this is the truth: nothing else knows it. Secrets are kept as SHA-256 alone.
 * Times are milliseconds since the epoch.
 */

export const accounts = sqliteTable(
  "accounts",
  {
    /** `u_<GitHub's user id>` */
    id: text().primaryKey(),
    githubId: integer("github_id").notNull(),
    login: text().notNull(),
    tier: text().notNull(),
    blockedAt: integer("blocked_at"),
    blockedReason: text("blocked_reason"),
    blockedBy: text("blocked_by"),
    createdAt: integer("created_at").notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
  },
  (t) => [index("accounts_login").on(sql`lower(${t.login})`, t.id)],
)

export const accountChanges = sqliteTable(
  "account_changes",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    accountId: text("account_id").notNull(),
    at: integer().notNull(),
    by: text().notNull(),
    change: text().notNull(),
  },
  (t) => [index("account_changes_account").on(t.accountId, t.id)],
)

export const sessions = sqliteTable(
  "sessions",
  {
    id: text().primaryKey(),
    accountId: text("account_id").notNull(),
    hash: text().notNull(),
    /** The secret before the present one, and until when it counts; null time: until the present one is seen. */
    oldHash: text("old_hash"),
    oldUntil: integer("old_until"),
    client: text().notNull(),
    createdAt: integer("created_at").notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (t) => [
    uniqueIndex("sessions_hash").on(t.hash),
    index("sessions_old_hash").on(t.oldHash),
    index("sessions_account").on(t.accountId, t.createdAt),
    index("sessions_expires").on(t.expiresAt),
  ],
)

export const apiTokens = sqliteTable(
  "api_tokens",
  {
    id: text().primaryKey(),
    accountId: text("account_id").notNull(),
    hash: text().notNull(),
    name: text().notNull(),
    /** JSON of the scopes. */
    scopes: text().notNull(),
    hint: text().notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    lastUsedAt: integer("last_used_at"),
  },
  (t) => [uniqueIndex("api_tokens_hash").on(t.hash), index("api_tokens_account").on(t.accountId, t.createdAt)],
)

/** Roles as GitHub told them last: a cache, which may be emptied at any time. */
export const repositoryRoles = sqliteTable(
  "repository_roles",
  {
    accountId: text("account_id").notNull(),
    repositoryId: integer("repository_id").notNull(),
    role: text().notNull(),
    at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.repositoryId] }), index("repository_roles_at").on(t.at)],
)
