import { Clock, Effect } from "effect"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import { labelOf } from "./operations/submit.ts"

/** How long a repository's label counts without reading its configuration again: a change of it takes so long to be heard. */
const LIFE_MS = 5 * 60_000
const MAX_KNOWN = 1_000

/** By repository, for this isolate: most labels that people set are none of Loom's, and each look costs GitHub two requests. */
const known = new Map<number, { readonly label: string; readonly until: number }>()

/**
 * The label that asks for Loom in this repository. Fails while GitHub does not answer: then the delivery is to come again. Where GitHub
 * refuses (the App was taken away meanwhile), there is none but the operator's, and a redelivery would be refused again.
 */
export const ownLabelOf = Effect.fn("api.ownLabelOf")(function* (repository: RepositoryRef, fallback: string) {
  const nowMs = yield* Clock.currentTimeMillis
  const seen = known.get(repository.id)
  if (seen !== undefined && seen.until > nowMs) return seen.label
  const label = yield* labelOf(repository, fallback).pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "NotFound" || reason._tag === "Forbidden",
      () => Effect.succeed(fallback),
    ),
  )
  known.delete(repository.id)
  known.set(repository.id, { label, until: nowMs + LIFE_MS })
  const oldest = known.keys().next()
  if (known.size > MAX_KNOWN && oldest.done !== true) known.delete(oldest.value)
  return label
})
