import { Clock, Effect } from "effect"
import { sha256Hex } from "@loom/core/domain/base64"
import type { Principal } from "@loom/core/ports/Access"
import { IdempotencyKeys } from "@loom/core/ports/IdempotencyKeys"
import { Refused } from "../problem.ts"

/** Bare, or as the draft writes it: a string of structured fields. */
const keyOf = (header: string): string | null => /^"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?$/.exec(header)?.[1] ?? null

/** Not kept: the answer may be another one when it is asked again. */
const PASSING = new Set([401, 403, 429])

export interface Claimed {
  readonly key: string
  /** An answer that was given before. */
  readonly answered: Response | null
  /** To be called with the answer. */
  readonly settle: (response: Response) => Effect.Effect<Response>
}

/**
 * draft-ietf-httpapi-idempotency-key-header: the same key with the same request answers the same, with another request is refused
 * with 422, and with 409 while the first is being answered. Null: the request has no key.
 */
export const claimKey = Effect.fn("api.claimKey")(function* (request: Request, principal: Principal, text: string) {
  const header = request.headers.get("idempotency-key")
  if (header === null) return null
  const key = keyOf(header)
  if (key === null)
    return yield* new Refused({ code: "bad_idempotency_key", detail: "The Idempotency-Key is empty, too long or not ASCII." })
  const keys = yield* IdempotencyKeys
  const { pathname, search } = new URL(request.url)
  const who = `${principal.kind} ${principal.accountId ?? principal.login ?? ""}`
  const id = yield* Effect.promise(() => sha256Hex(`${who}\n${key}`))
  const digest = yield* Effect.promise(() => sha256Hex(`${request.method} ${pathname}${search}\n${text}`))
  const claim = yield* keys.claim(id, digest, yield* Clock.currentTimeMillis)
  if (claim.kind === "in_flight")
    return yield* new Refused({ code: "in_flight", detail: "The first request with this Idempotency-Key has no answer yet." })
  if (claim.kind === "other_request")
    return yield* new Refused({ code: "idempotency_key_reused", detail: "Another request has used this Idempotency-Key." })
  const settle = (response: Response) =>
    Effect.gen(function* () {
      const passing = response.status >= 500 || PASSING.has(response.status)
      const body = yield* Effect.promise(() => response.clone().text())
      yield* passing ? keys.forget(id) : keys.keep(id, { status: response.status, body })
      return response
    }).pipe(
      // The work is done and says so: its key is free again after a minute, and every write is find-or-create.
      Effect.catch((error) => Effect.as(Effect.logWarning("idempotency.not_kept", { reason: error.message }), response)),
    )
  const answered =
    claim.kind === "answered"
      ? new Response(claim.answer.body, {
          status: claim.answer.status,
          headers: {
            "content-type": claim.answer.status < 400 ? "application/json" : "application/problem+json",
            "idempotency-replayed": "true",
          },
        })
      : null
  return { key: id, answered, settle } satisfies Claimed
})
