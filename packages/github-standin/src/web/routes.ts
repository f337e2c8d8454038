import { Hono, type MiddlewareHandler } from "hono"
import { checkAccess } from "../auth/access.ts"
import { actorOfHeader } from "../auth/tokens.ts"
import { mailPatch, mergeBase, unifiedDiff } from "../git/diff.ts"
import { numberParam, param, type Env, type RouteContext } from "../http/env.ts"
import { ApiError, notFound } from "../http/errors.ts"
import { isPull } from "../shape/pull.ts"
import type { RepositoryRecord } from "../store/records.ts"
import type { World } from "../world.ts"
import { html, page, type Html } from "./html.ts"
import { issuePage, repositoryPage } from "./pages.ts"

/** First parts of API paths: never the name of an owner. */
const RESERVED = new Set(["app", "apps", "app-manifests", "installation", "repos", "user", "users", "orgs", "rate_limit", "settings"])

/** No script runs on these pages, whatever an issue says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; base-uri 'none'; form-action 'none'"

/** Pages for people, at the addresses the API gives as `html_url`. Private repositories are shown too: the stand-in serves one machine. */
export function webRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()
  const send = (c: RouteContext, content: Html, status: 200 | 404 = 200) =>
    c.html(content.text, status, { "content-security-policy": POLICY })

  /** Serves people; everything else goes on to the API. */
  const forPeople =
    (show: (c: RouteContext) => Response | Promise<Response>): MiddlewareHandler<Env> =>
    async (c, next) => {
      const isPage = !RESERVED.has(param(c, "owner")) && (c.req.header("accept") ?? "").includes("text/html")
      return isPage ? show(c) : next()
    }
  const repositoryOf = (c: RouteContext): RepositoryRecord | undefined => world.store.repositoryByName(param(c, "owner"), param(c, "repo"))
  const missing = (c: RouteContext) =>
    send(
      c,
      page(
        "Not found",
        html`<h1>404</h1>
          <p>Nothing here.</p>`,
      ),
      404,
    )

  routes.get(
    "/",
    forPeople((c) => {
      const links = world.store.state.repositories.map(
        (repository) => html`<li><a href="${world.htmlUrl(repository)}">${world.fullName(repository)}</a></li>`,
      )
      return send(
        c,
        page(
          "Repositories",
          html`<h1>Repositories</h1>
            <ul>
              ${links}
            </ul>`,
        ),
      )
    }),
  )

  routes.get(
    "/:owner/:repo",
    forPeople((c) => {
      const repository = repositoryOf(c)
      return repository ? send(c, repositoryPage(world, repository)) : missing(c)
    }),
  )

  routes.get(
    "/:owner/:repo/:kind{issues|pull}/:number{[0-9]+}",
    forPeople(async (c) => {
      const repository = repositoryOf(c)
      const issue = repository && world.store.issue(repository.id, numberParam(c, "number"))
      return issue ? send(c, await issuePage(world, repository, issue)) : missing(c)
    }),
  )

  // `diff_url` and `patch_url` of a pull request.
  routes.get("/:owner/:repo/pull/:file{[0-9]+\\.(diff|patch)}", async (c) => {
    try {
      const repository = checkAccess(world, actorOfHeader(world, c.req.header("authorization")), repositoryOf(c), {
        permission: "pull_requests",
        level: "read",
      })
      const [number, kind] = param(c, "file").split(".")
      const issue = world.store.issue(repository.id, Number(number))
      if (!isPull(issue)) throw notFound()
      const bare = world.bare(repository)
      const { baseSha, headSha } = issue.pull
      const text =
        kind === "diff"
          ? await unifiedDiff(bare, await mergeBase(bare, baseSha, headSha), headSha)
          : await mailPatch(bare, baseSha, headSha)
      return c.text(text.toString())
    } catch (error) {
      if (error instanceof ApiError) return c.text(error.message, error.status)
      throw error
    }
  })

  return routes
}
