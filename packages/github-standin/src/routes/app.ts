import { Hono } from "hono"
import { requireApp, requireInstallation } from "../auth/actor.ts"
import { covers } from "../auth/roles.ts"
import { createInstallationToken, expiryOf, revokeInstallationToken } from "../auth/tokens.ts"
import { readBody } from "../http/body.ts"
import { numberParam, param, type Env, type RouteContext } from "../http/env.ts"
import { notFound, unprocessable } from "../http/errors.ts"
import { paginate } from "../http/paginate.ts"
import { appShape, installationShape, selectionOf } from "../shape/app.ts"
import { repositoryShape } from "../shape/repository.ts"
import type { AccessLevel, InstallationRecord, Permissions } from "../store/records.ts"
import type { World } from "../world.ts"

/** The App and its installations. https://docs.github.com/rest/apps/apps */
export function appRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  const installation = (c: RouteContext): InstallationRecord => {
    const found = world.installation(numberParam(c, "installation_id"))
    if (!found) throw notFound()
    return found
  }

  routes.get("/app", (c) => {
    requireApp(c)
    return c.json({ ...appShape(world), installations_count: world.store.state.installations.length })
  })

  routes.get("/app/installations", (c) => {
    requireApp(c)
    return c.json(paginate(world, c, world.store.state.installations).map((record) => installationShape(world, record)))
  })

  routes.get("/app/installations/:installation_id", (c) => {
    requireApp(c)
    return c.json(installationShape(world, installation(c)))
  })

  routes.post("/app/installations/:installation_id/access_tokens", async (c) => {
    requireApp(c)
    const record = installation(c)
    if (record.suspendedAt !== null)
      return c.json(
        { message: "This installation has been suspended", documentation_url: "https://docs.github.com/rest", status: "403" },
        403,
      )
    const body = await readBody(c, "InstallationToken")
    const permissions = narrowedPermissions(record, body.object("permissions") as Permissions | null)
    const repositoryIds = narrowedRepositories(
      world,
      record,
      body.has("repositories") ? body.strings("repositories") : null,
      body.has("repository_ids") ? body.array("repository_ids").map(Number) : null,
    )
    const token = createInstallationToken(world, record, { repositoryIds, permissions })
    const repositories = repositoryIds?.map((id) => repositoryShape(world, world.store.repository(id)))
    return c.json(
      {
        token: token.token,
        expires_at: expiryOf(token),
        permissions,
        repository_selection: repositories ? "selected" : selectionOf(world, record),
        ...(repositories ? { repositories } : {}),
      },
      201,
    )
  })

  routes.delete("/installation/token", (c) => {
    revokeInstallationToken(world, requireInstallation(c).token.token)
    return c.body(null, 204)
  })

  routes.get("/installation/repositories", (c) => {
    const { token, installation: record } = requireInstallation(c)
    const repositories = world.store
      .installedRepositories(record)
      .filter((repository) => token.repositoryIds?.includes(repository.id) ?? true)
    return c.json({
      total_count: repositories.length,
      repository_selection: token.repositoryIds ? "selected" : selectionOf(world, record),
      repositories: paginate(world, c, repositories).map((repository) => repositoryShape(world, repository)),
    })
  })

  routes.get("/repos/:owner/:repo/installation", (c) => {
    requireApp(c)
    const repository = world.store.repositoryByName(param(c, "owner"), param(c, "repo"))
    const record = repository && world.store.installationOf(repository)
    if (!record) throw notFound()
    return c.json(installationShape(world, record))
  })

  return routes
}

/** A token has at most what its installation was granted. https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app */
function narrowedPermissions(installation: InstallationRecord, wanted: Permissions | null): Permissions {
  if (!wanted) return { ...installation.permissions }
  for (const [permission, level] of Object.entries(wanted) as Array<[string, AccessLevel]>) {
    if (!covers(installation.permissions[permission], level))
      throw unprocessable("The permissions requested are not granted to this installation.")
  }
  return { metadata: "read", ...wanted }
}

function narrowedRepositories(
  world: World,
  installation: InstallationRecord,
  names: ReadonlyArray<string> | null,
  ids: ReadonlyArray<number> | null,
): Array<number> | null {
  if (names === null && ids === null) return null
  const reachable = world.store.installedRepositories(installation)
  const chosen = [
    ...(names ?? []).map((name) => reachable.find((repository) => repository.name.toLowerCase() === name.toLowerCase())),
    ...(ids ?? []).map((id) => reachable.find((repository) => repository.id === id)),
  ]
  if (chosen.some((repository) => repository === undefined)) {
    throw unprocessable("There is at least one repository that does not exist or is not accessible to the parent installation.")
  }
  return [...new Set(chosen.flatMap((repository) => (repository ? [repository.id] : [])))]
}
