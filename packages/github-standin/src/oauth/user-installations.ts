import { Hono } from "hono"
import { roleOf } from "../auth/roles.ts"
import { numberParam, type Env, type RouteContext } from "../http/env.ts"
import { forbidden, notFound, requiresAuthentication } from "../http/errors.ts"
import { paginate } from "../http/paginate.ts"
import { installationShape, selectionOf } from "../shape/app.ts"
import { repositoryShape } from "../shape/repository.ts"
import type { InstallationRecord, RepositoryRecord, UserRecord } from "../store/records.ts"
import type { World } from "../world.ts"

/** What both the person and the App reach. https://docs.github.com/rest/apps/installations#list-app-installations-accessible-to-the-user-access-token */
export function userInstallationRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  const personOf = (c: RouteContext): UserRecord => {
    const { actor } = c.var
    if (actor.kind === "anonymous") throw requiresAuthentication()
    if (actor.kind !== "user" || !actor.viaApp)
      throw forbidden("You must authenticate with an access token authorized to a GitHub App in order to list installations")
    return actor.user
  }
  /** Those that the person owns or works on; that a repository is public is not enough. */
  const repositoriesOf = (installation: InstallationRecord, user: UserRecord): Array<RepositoryRecord> =>
    world.store
      .installedRepositories(installation)
      .filter(({ collaborators, ownerId }) => ownerId === user.id || user.login.toLowerCase() in collaborators)
  const installationsOf = (user: UserRecord) =>
    world.store.state.installations.filter(
      (installation) => installation.suspendedAt === null && repositoriesOf(installation, user).length > 0,
    )

  routes.get("/user/installations", (c) => {
    const installations = installationsOf(personOf(c))
    return c.json({
      total_count: installations.length,
      installations: paginate(world, c, installations).map((record) => installationShape(world, record)),
    })
  })

  routes.get("/user/installations/:installation_id/repositories", (c) => {
    const person = personOf(c)
    const installation = installationsOf(person).find(({ id }) => id === numberParam(c, "installation_id"))
    if (!installation) throw notFound()
    const repositories = repositoriesOf(installation, person)
    return c.json({
      total_count: repositories.length,
      repository_selection: selectionOf(world, installation),
      repositories: paginate(world, c, repositories).map((repository) =>
        repositoryShape(world, repository, roleOf(repository, person) ?? undefined),
      ),
    })
  })

  return routes
}
