import { createHash, randomBytes } from "node:crypto"
import type { MiddlewareHandler } from "hono"
import { actorOfHeader } from "../auth/tokens.ts"
import type { Conformance } from "../conformance.ts"
import type { World } from "../world.ts"
import type { Env } from "./env.ts"

const LIMIT_PER_HOUR = 5_000
const HOUR_MS = 3_600_000

/** Counts requests per credential and hour. The stand-in reports the primary limit but never refuses by it; tests inject refusals. */
export class RateCounter {
  readonly #counts = new Map<string, { windowStart: number; used: number }>()

  take(key: string, nowMs: number): { limit: number; used: number; remaining: number; reset: number } {
    const windowStart = Math.floor(nowMs / HOUR_MS) * HOUR_MS
    const known = this.#counts.get(key)
    const entry = known?.windowStart === windowStart ? known : { windowStart, used: 0 }
    entry.used += 1
    this.#counts.set(key, entry)
    return {
      limit: LIMIT_PER_HOUR,
      used: entry.used,
      remaining: Math.max(0, LIMIT_PER_HOUR - entry.used),
      reset: Math.floor((windowStart + HOUR_MS) / 1000),
    }
  }
}

/** Headers that GitHub's API puts on every answer. */
export function commonHeaders(world: World, counter: RateCounter): MiddlewareHandler<Env> {
  return async (c, next) => {
    const credential = createHash("sha256")
      .update(c.req.header("authorization") ?? "")
      .digest("base64url")
    const rate = counter.take(credential, world.nowMs())
    await next()
    const { headers } = c.res
    headers.set("date", new Date(world.nowMs()).toUTCString())
    headers.set("server", "github.com")
    headers.set("x-github-request-id", randomBytes(16).toString("hex").toUpperCase())
    headers.set("x-github-media-type", "github.v3; format=json")
    headers.set("x-github-api-version-selected", c.req.header("x-github-api-version") ?? "2022-11-28")
    headers.set("x-ratelimit-limit", String(rate.limit))
    headers.set("x-ratelimit-remaining", String(rate.remaining))
    headers.set("x-ratelimit-used", String(rate.used))
    headers.set("x-ratelimit-reset", String(rate.reset))
    headers.set("x-ratelimit-resource", "core")
  }
}

/** Who asks. Bad credentials end here. */
export function authenticate(world: World): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set("actor", actorOfHeader(world, c.req.header("authorization")))
    await next()
    if (c.req.method !== "GET") world.store.touch()
  }
}

/** ETag of every GET, and 304 for `If-None-Match`. https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate */
export const conditionalRequests: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  if (c.req.method !== "GET" || c.res.status !== 200 || c.res.headers.get("content-type") === "application/x-gzip") return
  const body = Buffer.from(await c.res.clone().arrayBuffer())
  const etag = `W/"${createHash("sha256").update(body).digest("hex")}"`
  c.res.headers.set("etag", etag)
  c.res.headers.set("cache-control", "private, max-age=60, s-maxage=60")
  if (c.req.header("if-none-match") === etag) c.res = new Response(null, { status: 304, headers: c.res.headers })
}

/** Armed request faults: the request is refused, or done and its answer lost. */
export function injectFaults(world: World): MiddlewareHandler<Env> {
  return async (c, next) => {
    const fault = world.faults.takeRequest(c.req.method, c.req.path)
    if (!fault) return next()
    if (fault.when === "after") await next()
    c.res = undefined
    const body = fault.body ?? { message: "Server Error", status: String(fault.status) }
    c.res = new Response(JSON.stringify(body), {
      status: fault.status,
      headers: { "content-type": "application/json; charset=utf-8", ...fault.headers },
    })
    c.set("isUnjudged", true)
  }
}

/** Shows every exchange to the judge, except answers that a test made up. */
export function recordConformance(conformance: Conformance | undefined): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (!conformance) return next()
    const requestText = c.req.method === "GET" ? "" : await c.req.text()
    await next()
    if (c.var.isUnjudged || c.res.status === 304) return
    const isJson = c.res.headers.get("content-type")?.includes("json") ?? false
    const responseText = isJson ? await c.res.clone().text() : ""
    const url = new URL(c.req.url)
    conformance.checkExchange({
      method: c.req.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      requestBody: parse(requestText),
      status: c.res.status,
      responseBody: isJson ? parse(responseText) : undefined,
    })
  }
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
