import type { D1Database } from "@cloudflare/workers-types"
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1"
import { Context, Effect, Layer } from "effect"
import { CatalogueUnavailable } from "@loom/core/ports/TaskCatalogue"

/** D1 through Drizzle. */
export class Database extends Context.Service<Database, DrizzleD1Database>()("@loom/db/Database") {}

export const databaseOf = (d1: D1Database): DrizzleD1Database => drizzle(d1)
export const DatabaseLive = (d1: D1Database): Layer.Layer<Database> => Layer.succeed(Database, databaseOf(d1))

/** The one place where the driver's promises become Effects and its exceptions become a typed error. */
export const query = <A>(operation: string, run: () => Promise<A>): Effect.Effect<A, CatalogueUnavailable> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => new CatalogueUnavailable({ operation, detail: wordsOf(cause).slice(0, 500) }),
  })

/** Drizzle wraps the driver's error and quotes the whole statement with its parameters: only the cause's words are kept. */
const wordsOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return "the driver threw something that is not an error"
  return cause.cause instanceof Error ? cause.cause.message : cause.message
}
