import { Hono } from "hono"
import { actorRole, requireRepository } from "../auth/access.ts"
import { permissionsOfRole, roleOf } from "../auth/roles.ts"
import { readCommit } from "../git/commits.ts"
import { param, type Env } from "../http/env.ts"
import { ApiError, notFound } from "../http/errors.ts"
import { paginate } from "../http/paginate.ts"
import { commitShape } from "../shape/commit.ts"
import { fullRepository } from "../shape/repository.ts"
import { simpleUser } from "../shape/user.ts"
import type { RepositoryRole } from "../store/records.ts"
import type { World } from "../world.ts"

/** `maintain` and `triage` show as the nearest of the four old permissions. https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
const LEGACY: Record<RepositoryRole, string> = { admin: "admin", maintain: "write", write: "write", triage: "read", read: "read" }

/** The repository itself, its branches and collaborators. */
export function repositoryRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get("/", (c) => {
    const repository = requireRepository(world, c, { permission: "metadata", level: "read" })
    return c.json(fullRepository(world, repository, actorRole(c.var.actor, repository)))
  })

  routes.get("/collaborators/:username/permission", (c) => {
    const repository = requireRepository(world, c, { permission: "metadata", level: "read" })
    const user = world.store.userByLogin(param(c, "username"))
    if (!user) throw notFound()
    const role = roleOf(repository, user)
    return c.json({
      permission: role ? LEGACY[role] : "none",
      role_name: role ?? "none",
      user: {
        ...simpleUser(world, user),
        permissions: role ? permissionsOfRole(role) : { admin: false, maintain: false, push: false, triage: false, pull: false },
        role_name: role ?? "none",
      },
    })
  })

  routes.get("/assignees", (c) => {
    const repository = requireRepository(world, c, { permission: "metadata", level: "read" })
    const users = world.store.state.users.filter(
      (user) => user.type === "User" && (user.id === repository.ownerId || user.login.toLowerCase() in repository.collaborators),
    )
    return c.json(paginate(world, c, users).map((user) => simpleUser(world, user)))
  })

  routes.get("/branches", (c) => {
    const repository = requireRepository(world, c, { permission: "contents", level: "read" })
    const branches = Object.entries(repository.refs).filter(([ref]) => ref.startsWith("refs/heads/"))
    if (c.req.query("protected") === "true") return c.json([])
    const url = world.apiUrl(repository)
    return c.json(
      paginate(world, c, branches).map(([ref, sha]) => ({
        name: ref.slice("refs/heads/".length),
        commit: { sha, url: `${url}/commits/${sha}` },
        protected: false,
      })),
    )
  })

  routes.get("/branches/:branch{.+}", async (c) => {
    const repository = requireRepository(world, c, { permission: "contents", level: "read" })
    const branch = param(c, "branch")
    const sha = repository.refs[`refs/heads/${branch}`]
    if (!sha) throw new ApiError(404, "Branch not found")
    const self = `${world.apiUrl(repository)}/branches/${branch}`
    return c.json({
      name: branch,
      commit: commitShape(world, repository, await readCommit(world.bare(repository), sha)),
      _links: { self, html: `${world.htmlUrl(repository)}/tree/${branch}` },
      protected: false,
      protection: { enabled: false, required_status_checks: { enforcement_level: "off", contexts: [], checks: [] } },
      protection_url: `${self}/protection`,
    })
  })

  return routes
}
