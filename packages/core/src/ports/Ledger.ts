import { Context, type Effect } from "effect"
import type { LedgerEntry, Usage } from "../domain/Usage.ts"
import type { CatalogueUnavailable } from "./TaskCatalogue.ts"

/** The book of record of model spending. */
export class Ledger extends Context.Service<
  Ledger,
  {
    /** Idempotent by `requestId`: a repeated entry counts once. */
    readonly record: (entry: LedgerEntry) => Effect.Effect<void, CatalogueUnavailable>
    /** What a run has spent; `costUsd` is null as soon as one price is unknown. */
    readonly spent: (runId: string) => Effect.Effect<Usage, CatalogueUnavailable>
  }
>()("@loom/core/ports/Ledger") {}
