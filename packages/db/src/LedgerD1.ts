import { eq, sql, sum } from "drizzle-orm"
import { Effect, Layer } from "effect"
import { noUsage } from "@loom/core/domain/Usage"
import { Ledger } from "@loom/core/ports/Ledger"
import { Database, query } from "./Database.ts"
import { ledger } from "./schema.ts"

/** One row per model request; the first entry of a request id stays. */
export const LedgerD1 = Layer.effect(
  Ledger,
  Effect.gen(function* () {
    const db = yield* Database
    return Ledger.of({
      record: Effect.fn("Ledger.record")(({ usage, ...entry }) =>
        query("record", () =>
          db
            .insert(ledger)
            .values({ ...entry, ...usage })
            .onConflictDoNothing(),
        ).pipe(Effect.asVoid),
      ),
      spent: Effect.fn("Ledger.spent")(function* (runId) {
        const [row] = yield* query("spent", () =>
          db
            .select({
              requests: sum(ledger.requests).mapWith(Number),
              inputTokens: sum(ledger.inputTokens).mapWith(Number),
              outputTokens: sum(ledger.outputTokens).mapWith(Number),
              cachedInputTokens: sum(ledger.cachedInputTokens).mapWith(Number),
              costUsd: sum(ledger.costUsd).mapWith(Number),
              entries: sql<number>`count(*)`,
              priced: sql<number>`count(${ledger.costUsd})`,
            })
            .from(ledger)
            .where(eq(ledger.runId, runId)),
        )
        if (row === undefined || row.entries === 0) return noUsage
        return {
          requests: row.requests,
          inputTokens: row.inputTokens,
          outputTokens: row.outputTokens,
          cachedInputTokens: row.cachedInputTokens,
          costUsd: row.priced === row.entries ? row.costUsd : null,
        }
      }),
    })
  }),
)
