import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"

/** RFC 9457 problem details. `code` is stable; `remedy` says what to do. */
export interface Problem {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly remedy: string
}

export const problem = (c: Context, { code, detail, remedy, status, title }: Problem): Response =>
  c.body(JSON.stringify({ type: `urn:loom:problem:${code}`, title, status, code, detail, remedy }), status, {
    "content-type": "application/problem+json",
  })

export const notFound = (detail: string): Problem => ({
  status: 404,
  code: "not_found",
  title: "Not found",
  detail,
  remedy: "GET /api/v1/tasks lists the tasks there are.",
})

export const badRequest = (detail: string, remedy: string): Problem => ({
  status: 400,
  code: "bad_request",
  title: "Bad request",
  detail,
  remedy,
})

export const unavailable = (detail: string): Problem => ({
  status: 503,
  code: "unavailable",
  title: "Temporarily unavailable",
  detail,
  remedy: "Try again in a few seconds.",
})
