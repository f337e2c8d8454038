import { Hono } from "hono"
import type { ApiEnv } from "./ApiScope.ts"
import { sessionMiddleware } from "./auth/session-middleware.ts"
import { signInRoutes } from "./auth/sign-in.ts"
import { documentRoutes } from "./documents/routes.ts"
import { operations } from "./operations/all.ts"
import { notFound, problem, problemOf } from "./problem.ts"
import { securityHeaders } from "./security-headers.ts"
import { serveOperations } from "./serve/serve.ts"
import { webhookRoutes } from "./webhook.ts"

/**
 * The edge as a library: `/webhooks/github`, `/auth/*`, `/api/v1/*`, the seed's aliases and `/healthz`. The composition root calls
 * `api.fetch(request, scope, ctx)`. A defect is logged by its message alone and answered with 500.
 */
export const makeApi = (): Hono<ApiEnv> => {
  const app = new Hono<ApiEnv>()
  // GitHub reads nothing of a webhook's answer but its status, and that path is the hot one: first, and without headers.
  webhookRoutes(app)
  for (const path of ["/api/*", "/auth/*", "/healthz"]) app.use(path, securityHeaders)
  sessionMiddleware(app)
  signInRoutes(app)
  serveOperations(app, operations)
  documentRoutes(app)
  app.all("/auth/*", (c) => problem(c, notFound(`There is no ${c.req.method} ${c.req.path}.`)))
  app.all("/api/*", (c) => problem(c, notFound(`There is no ${c.req.method} ${c.req.path}.`)))
  app.onError((error, c) => {
    console.error(
      JSON.stringify({ event: "api.defect", method: c.req.method, path: c.req.path.slice(0, 200), message: error.message.slice(0, 500) }),
    )
    return problem(c, problemOf("internal", "Something went wrong that should not."))
  })
  return app
}
