import { Effect } from "effect"
import { sha256Hex } from "@loom/core/domain/base64"
import type { Operation, Reply } from "../operation.ts"

/** A client may keep it, and asks each time whether it is still so. */
const REVALIDATE = "private, no-cache"

const isKnown = (request: Request, etag: string): boolean =>
  (request.headers.get("if-none-match") ?? "")
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""))
    .some((tag) => tag === etag || tag === "*")

/** An answer named by its content: `If-None-Match` saves sending it again (RFC 9110 section 13.1.2). */
const named = Effect.fnUntraced(function* (request: Request, text: string, headers: Record<string, string>) {
  const etag = headers["etag"] ?? `"${(yield* Effect.promise(() => sha256Hex(text))).slice(0, 32)}"`
  const kept = { etag, "cache-control": REVALIDATE, vary: "Authorization, Cookie" }
  return isKnown(request, etag)
    ? new Response(null, { status: 304, headers: kept })
    : new Response(text, { status: 200, headers: { ...headers, ...kept } })
})

export const respond = (operation: Operation, request: Request, reply: Reply): Effect.Effect<Response> => {
  if (reply.kind === "raw") return Effect.succeed(reply.response)
  const text = reply.kind === "json" ? JSON.stringify(reply.value) : reply.text
  const headers: Record<string, string> =
    reply.kind === "text"
      ? { "content-type": reply.type, ...reply.headers }
      : { "content-type": "application/json", ...(reply.location === undefined ? {} : { location: reply.location }) }
  return operation.etag === true ? named(request, text, headers) : Effect.succeed(new Response(text, { status: operation.status, headers }))
}
