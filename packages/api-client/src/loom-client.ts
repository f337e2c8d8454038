import createClient, { type Client } from "openapi-fetch"
import type { components, paths } from "./schema.gen.d.ts"

/** What the API answers when it is no success (RFC 9457): branch on `code`, show `detail` and `remedy`. */
export type Problem = components["schemas"]["Problem"]
/** Loom's REST API, typed by its OpenAPI document: `client.GET("/api/v1/tasks/{id}", { params: { path: { id } } })`. */
export type LoomClient = Client<paths>

export interface LoomClientOptions {
  /** Where Loom is, without trailing slash; empty for the page's own. */
  readonly origin: string
  /** Sent as `Authorization: Bearer`; null where a cookie says who asks. */
  readonly token: string | null
  readonly fetch?: (request: Request) => Promise<Response>
}

/** A call answers `{ data }` or `{ error: Problem }`, and rejects only when there was no answer. */
export const makeLoomClient = ({ fetch, origin, token }: LoomClientOptions): LoomClient =>
  createClient<paths>({
    baseUrl: origin,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    ...(fetch === undefined ? {} : { fetch }),
  })
