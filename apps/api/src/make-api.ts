import { Hono, type MiddlewareHandler } from "hono"
import type { ApiEnv } from "./ApiScope.ts"
import { documentRoutes } from "./documents/routes.ts"
import { operations } from "./operations/all.ts"
import { notFound, problem, problemOf } from "./problem.ts"
import { serveOperations } from "./serve/serve.ts"
import { webhookRoutes } from "./webhook.ts"

/** An answer of the API is data: nothing in it may run, be framed, be guessed at or be kept. */
const SECURITY: ReadonlyArray<readonly [string, string]> = [
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-resource-policy", "same-origin"],
  ["strict-transport-security", "max-age=15552000; includeSubDomains"],
  ["cache-control", "no-store"],
]

/** What an answer may say otherwise of itself. */
const OWN = new Set(["content-security-policy", "cache-control"])

/** The request's id is theirs when it is a decent one, else a new one: to find a request in the logs. */
const headers: MiddlewareHandler = async (c, next) => {
  const given = c.req.header("x-request-id")
  await next()
  for (const [name, value] of SECURITY) if (!OWN.has(name) || !c.res.headers.has(name)) c.res.headers.set(name, value)
  c.res.headers.set("x-request-id", given !== undefined && /^[\w-]{8,64}$/.test(given) ? given : crypto.randomUUID())
}

/**
 * The edge as a library: `/webhooks/github`, `/api/v1/*`, the seed's aliases and `/healthz`. The composition root calls
 * `api.fetch(request, scope, ctx)`. A defect is logged by its message alone and answered with 500.
 */
export const makeApi = (): Hono<ApiEnv> => {
  const app = new Hono<ApiEnv>()
  // GitHub reads nothing of a webhook's answer but its status, and that path is the hot one.
  for (const path of ["/api/*", "/healthz"]) app.use(path, headers)
  webhookRoutes(app)
  serveOperations(app, operations)
  documentRoutes(app)
  app.all("/api/*", (c) => problem(c, notFound(`There is no ${c.req.method} ${c.req.path}.`)))
  app.onError((error, c) => {
    console.error(
      JSON.stringify({ event: "api.defect", method: c.req.method, path: c.req.path.slice(0, 200), message: error.message.slice(0, 500) }),
    )
    return problem(c, problemOf("internal", "Something went wrong that should not."))
  })
  return app
}
