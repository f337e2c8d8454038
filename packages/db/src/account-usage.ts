import { sql, sum } from "drizzle-orm"
import type { DrizzleD1Database } from "drizzle-orm/d1"
import type { AccountUsage } from "@loom/core/domain/Account"
import { tasks } from "./schema.ts"

const countOf = (...statuses: ReadonlyArray<string>) =>
  sql<number>`count(CASE WHEN ${tasks.status} IN (${sql.join(
    statuses.map((status) => sql`${status}`),
    sql`, `,
  )}) THEN 1 END)`

/** All tasks that this login asked for, by label or API, added up. */
export const usageOf = async (db: DrizzleD1Database, login: string): Promise<AccountUsage> => {
  const [row] = await db
    .select({
      tasks: sql<number>`count(*)`,
      open: countOf("pending", "running", "waiting"),
      completed: countOf("completed"),
      failed: countOf("failed"),
      cancelled: countOf("cancelled"),
      inputTokens: sum(tasks.inputTokens).mapWith(Number),
      outputTokens: sum(tasks.outputTokens).mapWith(Number),
      costUsd: sum(tasks.costUsd).mapWith(Number),
      /** Tasks that asked a model and whose price is unknown. */
      unpriced: sql<number>`count(CASE WHEN ${tasks.requests} > 0 AND ${tasks.costUsd} IS NULL THEN 1 END)`,
    })
    .from(tasks)
    .where(sql`lower(${tasks.requestedBy}) = ${login.toLowerCase()}`)
  const { costUsd, inputTokens, outputTokens, unpriced, ...counts } = row ?? {
    tasks: 0,
    open: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
    unpriced: 0,
    costUsd: 0,
    inputTokens: 0,
    outputTokens: 0,
  }
  return { ...counts, inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0, costUsd: unpriced > 0 ? null : (costUsd ?? 0) }
}
