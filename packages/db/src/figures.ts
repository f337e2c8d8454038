import { and, desc, gte, lte, sql, sum } from "drizzle-orm"
import type { DrizzleD1Database } from "drizzle-orm/d1"
import { Effect } from "effect"
import { addUsage, noUsage, type Usage } from "@loom/core/domain/Usage"
import type { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { query } from "./Database.ts"
import { ledger, runs } from "./schema.ts"

const MAX_ROWS = 1_000
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

interface Sums {
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens: number
  readonly costUsd: number | null
  readonly entries: number
  readonly priced: number
}

/** The cost of entries one of which has no price is not known. */
const usageOf = ({ entries, priced, ...row }: Sums): Usage => ({
  requests: row.requests,
  inputTokens: row.inputTokens,
  outputTokens: row.outputTokens,
  cachedInputTokens: row.cachedInputTokens,
  costUsd: priced === entries ? row.costUsd : null,
})

/** The part of the catalogue that is sums. */
export const figuresOf = (db: DrizzleD1Database): Pick<TaskCatalogue["Service"], "endedSince" | "usage"> => ({
  endedSince: Effect.fn("TaskCatalogue.endedSince")(function* (since) {
    const rows = yield* query("endedSince", () =>
      db
        .select({ status: runs.status, count: sql<number>`count(*)` })
        .from(runs)
        .where(gte(runs.endedAt, since))
        .groupBy(runs.status),
    )
    const of = (status: string) => rows.find((row) => row.status === status)?.count ?? 0
    const all = rows.reduce((total, row) => total + row.count, 0)
    return { completed: of("completed"), failed: of("failed"), other: all - of("completed") - of("failed") }
  }),
  usage: Effect.fn("TaskCatalogue.usage")(function* (from, to) {
    const day = sql<string>`strftime('%Y-%m-%d', ${ledger.at} / 1000, 'unixepoch')`
    const rows = yield* query("usage", () =>
      db
        .select({
          day,
          provider: ledger.provider,
          model: ledger.model,
          requests: sum(ledger.requests).mapWith(Number),
          inputTokens: sum(ledger.inputTokens).mapWith(Number),
          outputTokens: sum(ledger.outputTokens).mapWith(Number),
          cachedInputTokens: sum(ledger.cachedInputTokens).mapWith(Number),
          costUsd: sum(ledger.costUsd).mapWith(Number),
          entries: sql<number>`count(*)`,
          priced: sql<number>`count(${ledger.costUsd})`,
        })
        .from(ledger)
        .where(and(gte(ledger.at, from), lte(ledger.at, to)))
        .groupBy(day, ledger.provider, ledger.model)
        .orderBy(desc(day))
        .limit(MAX_ROWS),
    )
    const days = rows.map((row) => ({ day: row.day, provider: row.provider, model: row.model, usage: usageOf(row) }))
    return { from: dayOf(from), to: dayOf(to), total: days.reduce((total, row) => addUsage(total, row.usage), noUsage), days }
  }),
})
