import { Schema } from "effect"
import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import { problemCatalogue, type ProblemCode } from "./problems/catalogue.ts"

/** RFC 9457 problem details. `code` is stable; `remedy` says what to do. */
export interface Problem {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly remedy: string
}

/** The body of every answer that is no success, as `application/problem+json`. */
export const ProblemBody = Schema.Struct({
  type: Schema.String,
  title: Schema.String,
  status: Schema.Int,
  /** One of the catalogue; the same for ever. */
  code: Schema.String,
  /** What happened, in one sentence. */
  detail: Schema.String,
  /** What to do about it. */
  remedy: Schema.String,
})

/** An operation refuses what was asked. Everything but `detail` comes from the catalogue. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  code: Schema.Literals(Object.keys(problemCatalogue) as Array<ProblemCode>),
  detail: Schema.String,
  remedy: Schema.optionalKey(Schema.String),
  /** When it is worth another try, in seconds. */
  retryAfterSeconds: Schema.optionalKey(Schema.Int),
}) {
  override get message(): string {
    return this.detail
  }
}

export const problemOf = (code: ProblemCode, detail: string, remedy?: string): Problem => ({
  ...problemCatalogue[code],
  code,
  detail,
  remedy: remedy ?? problemCatalogue[code].remedy,
})

export const problemResponse = ({ code, detail, remedy, status, title }: Problem, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify({ type: `urn:loom:problem:${code}`, title, status, code, detail, remedy }), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  })

export const problem = (_: Context, what: Problem): Response => problemResponse(what)

export const notFound = (detail: string): Problem => problemOf("not_found", detail)
export const badRequest = (detail: string, remedy: string): Problem => problemOf("bad_request", detail, remedy)
export const unavailable = (detail: string): Problem => problemOf("unavailable", detail)
