import { Hono } from "hono"
import type { Conformance } from "./conformance.ts"
import type { Env } from "./http/env.ts"
import { ApiError, notFound } from "./http/errors.ts"
import { authenticate, commonHeaders, conditionalRequests, injectFaults, RateCounter, recordConformance } from "./http/middleware.ts"
import { appRoutes } from "./routes/app.ts"
import { checkRoutes } from "./routes/checks.ts"
import { commentRoutes } from "./routes/comments.ts"
import { commitRoutes } from "./routes/commits.ts"
import { contentRoutes } from "./routes/contents.ts"
import { gitHttpRoutes } from "./routes/git-http.ts"
import { gitObjectRoutes } from "./routes/git-objects.ts"
import { hookRoutes } from "./routes/hook.ts"
import { issueRoutes } from "./routes/issues.ts"
import { labelRoutes } from "./routes/labels.ts"
import { mergeRoutes } from "./routes/merge.ts"
import { pullRoutes } from "./routes/pulls.ts"
import { oauthApplicationRoutes } from "./oauth/application.ts"
import { deviceRoutes } from "./oauth/device.ts"
import { signInRoutes } from "./oauth/sign-in.ts"
import { userInstallationRoutes } from "./oauth/user-installations.ts"
import { reactionRoutes } from "./routes/reactions.ts"
import { refRoutes } from "./routes/refs.ts"
import { repositoryRoutes } from "./routes/repository.ts"
import { reviewRoutes } from "./routes/reviews.ts"
import { statusRoutes } from "./routes/statuses.ts"
import { tarballRoutes } from "./routes/tarball.ts"
import { userRoutes } from "./routes/users.ts"
import { webRoutes } from "./web/routes.ts"
import type { World } from "./world.ts"

/** Everything that answers over HTTP: git and web pages under `/{owner}/{repo}`, the REST API under the same root. */
export function createServer(world: World, conformance: Conformance | undefined): Hono<Env> {
  const server = new Hono<Env>()
  server.route("/", gitHttpRoutes(world))
  server.route("/", signInRoutes(world))
  server.route("/", deviceRoutes(world))
  server.route("/", webRoutes(world))
  server.route("/", restApi(world, conformance))
  return server
}

function restApi(world: World, conformance: Conformance | undefined): Hono<Env> {
  const api = new Hono<Env>()
  api.use(commonHeaders(world, new RateCounter()))
  api.use(recordConformance(conformance))
  api.use(injectFaults(world))
  api.use(conditionalRequests)
  // The App shows its client secret there, as user and password of Basic: no token.
  api.route("/", oauthApplicationRoutes(world))
  api.use(authenticate(world))

  for (const routes of [appRoutes, hookRoutes, userRoutes, userInstallationRoutes]) api.route("/", routes(world))
  // Order matters where a parameter takes the rest of a path: `/commits/{ref}` comes after `/commits/{ref}/check-runs`.
  const ofRepository = [
    repositoryRoutes,
    commentRoutes,
    reactionRoutes,
    labelRoutes,
    issueRoutes,
    reviewRoutes,
    mergeRoutes,
    pullRoutes,
    checkRoutes,
    statusRoutes,
    commitRoutes,
    contentRoutes,
    refRoutes,
    gitObjectRoutes,
    tarballRoutes,
  ]
  for (const routes of ofRepository) api.route("/repos/:owner/:repo", routes(world))

  api.all("*", () => {
    throw notFound()
  })
  api.onError((error, c) => {
    if (error instanceof ApiError) return c.json(error.body, error.status, error.headers)
    console.error(`github-standin: ${c.req.method} ${c.req.path}:`, error)
    return c.json({ message: "Server Error", documentation_url: "https://docs.github.com/rest", status: "500" }, 500)
  })
  return api
}
