import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response"
import { Hono } from "hono"
import { syncRefs } from "../actions/refs.ts"
import { authorOf, type Actor } from "../auth/actor.ts"
import { checkAccess } from "../auth/access.ts"
import { actorOfHeader } from "../auth/tokens.ts"
import { serveGit } from "../git/http-backend.ts"
import type { Env, RouteContext } from "../http/env.ts"
import { ApiError } from "../http/errors.ts"
import type { RepositoryRecord } from "../store/records.ts"
import type { World } from "../world.ts"

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/

/** Git's smart HTTP protocol, by `git http-backend` over the bare repositories. https://git-scm.com/docs/http-protocol */
export function gitHttpRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()
  for (const service of ["/:owner/:repo/info/refs", "/:owner/:repo/git-upload-pack", "/:owner/:repo/git-receive-pack"]) {
    routes.all(service, (c) => answer(world, c))
  }
  return routes
}

async function answer(world: World, c: RouteContext): Promise<Response> {
  const match = PATH.exec(c.req.path)
  if (!match) return c.text("Not Found", 404)
  const [, owner = "", name = "", path = ""] = match.map((part) => decodeURIComponent(part ?? ""))
  const url = new URL(c.req.url)
  const isPush = path === "git-receive-pack" || url.searchParams.get("service") === "git-receive-pack"
  let actor: Actor
  let repository: RepositoryRecord
  try {
    actor = actorOfHeader(world, c.req.header("authorization"))
    repository = checkAccess(world, actor, world.store.repositoryByName(owner, name), {
      permission: "contents",
      level: isPush ? "write" : "read",
    })
  } catch (error) {
    return refusal(c, error)
  }
  await serveGit(
    {
      git: world.git,
      projectRoot: world.repositoriesDir,
      pathInfo: `/${world.fullName(repository)}.git/${path}`,
      query: url.search.slice(1),
      user: actor.kind === "anonymous" ? "" : authorOf(world, actor).user.login,
      mayWriteWorkflows: actor.kind === "user" || (actor.kind === "installation" && actor.token.permissions.workflows !== undefined),
    },
    c.env.incoming,
    c.env.outgoing,
  )
  // Before the client learns that its push is done, so that REST already shows it. The answer itself is under way: an error can only be logged.
  if (path === "git-receive-pack") {
    await syncRefs(world, repository, authorOf(world, actor)).catch((error: unknown) =>
      console.error(`github-standin: after a push to ${world.fullName(repository)}:`, error),
    )
  }
  c.env.outgoing.end()
  return RESPONSE_ALREADY_SENT
}

/** Git asks for credentials at a 401; so strangers get one wherever a name could help them, as on GitHub. */
function refusal(c: RouteContext, error: unknown): Response {
  if (!(error instanceof ApiError)) throw error
  const isStranger = c.req.header("authorization") === undefined
  if (error.status === 401 || (isStranger && error.status === 404)) {
    const message = isStranger
      ? "No anonymous write access."
      : "Invalid username or token. Password authentication is not supported for Git operations."
    return c.text(`remote: ${message}\n`, 401, { "www-authenticate": 'Basic realm="GitHub"' })
  }
  if (error.status === 403) return c.text("remote: Write access to repository not granted.\n", 403)
  return c.text("remote: Repository not found.\n", error.status)
}
