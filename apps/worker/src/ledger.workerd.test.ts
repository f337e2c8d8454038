import { env } from "cloudflare:workers"
import { Effect, Layer } from "effect"
import { beforeAll, describe, expect, it } from "vitest"
import { noUsage } from "@loom/core/domain/Usage"
import { Ledger } from "@loom/core/ports/Ledger"
import { DatabaseLive } from "@loom/db/Database"
import { LedgerD1 } from "@loom/db/LedgerD1"
import { migrated } from "../test/fixtures.ts"

beforeAll(migrated)

const ledger = <A, E>(use: (service: Ledger["Service"]) => Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.provide(Ledger.use(use), LedgerD1.pipe(Layer.provide(DatabaseLive(env.DB)))))
const entry = (runId: string, requestId: string, costUsd: number | null) => ({
  requestId,
  runId,
  at: 1,
  provider: "anthropic",
  model: "m",
  usage: { requests: 1, inputTokens: 100, outputTokens: 10, cachedInputTokens: 50, costUsd },
})

describe("the ledger", () => {
  it("counts a repeated entry once and adds up the rest", async () => {
    for (const requestId of ["a", "b", "a"]) await ledger((book) => book.record(entry("run-1", requestId, 0.25)))
    await ledger((book) => book.record(entry("run-other", "c", 9)))
    expect(await ledger((book) => book.spent("run-1"))).toEqual({
      requests: 2,
      inputTokens: 200,
      outputTokens: 20,
      cachedInputTokens: 100,
      costUsd: 0.5,
    })
  })

  it("does not know the cost once one price is unknown, and has spent nothing for a run it never met", async () => {
    await ledger((book) => Effect.andThen(book.record(entry("run-2", "d", 0.25)), book.record(entry("run-2", "e", null))))
    expect(await ledger((book) => book.spent("run-2"))).toMatchObject({ requests: 2, costUsd: null })
    expect(await ledger((book) => book.spent("run-never"))).toEqual(noUsage)
  })
})
