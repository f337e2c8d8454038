import { Context, type Effect } from "effect"
import type { CatalogueUnavailable } from "./TaskCatalogue.ts"

/** The answer of a write, as it is kept. */
export interface KeptAnswer {
  readonly status: number
  readonly body: string
}

/** `fresh`: go on, and `keep` or `forget` in the end. The others answer at once. */
export type Claim =
  | { readonly kind: "fresh" }
  | { readonly kind: "answered"; readonly answer: KeptAnswer }
  | { readonly kind: "in_flight" }
  | { readonly kind: "other_request" }

/** Answers of writes by their `Idempotency-Key`, for 24 hours (IETF draft-ietf-httpapi-idempotency-key-header). */
export class IdempotencyKeys extends Context.Service<
  IdempotencyKeys,
  {
    /** `id` names who asked, what, and the key; `request` is the digest of the request. `now`: ms since the epoch. */
    readonly claim: (id: string, request: string, now: number) => Effect.Effect<Claim, CatalogueUnavailable>
    readonly keep: (id: string, answer: KeptAnswer) => Effect.Effect<void, CatalogueUnavailable>
    /** The write did nothing: the same key may be used again. */
    readonly forget: (id: string) => Effect.Effect<void, CatalogueUnavailable>
  }
>()("@loom/core/ports/IdempotencyKeys") {}
