import { forbidden, notAccessible, notFound, requiresAuthentication } from "../http/errors.ts"
import { param, type RouteContext } from "../http/env.ts"
import type { RepositoryRecord, RepositoryRole } from "../store/records.ts"
import type { World } from "../world.ts"
import type { Actor } from "./actor.ts"
import { atLeast, covers, roleOf } from "./roles.ts"

/** What a request needs: one of these App permissions at a level, and for users a role. */
export interface Need {
  readonly permission: string | ReadonlyArray<string>
  readonly level: "read" | "write"
  /** Default: `read` for reads, `write` for writes. */
  readonly role?: RepositoryRole
}

/** Ids an installation token reaches, or null where it reaches nothing of this owner. */
function tokenReaches(world: World, actor: Extract<Actor, { kind: "installation" }>, repository: RepositoryRecord): boolean {
  if (world.store.installationOf(repository)?.id !== actor.installation.id) return false
  return actor.token.repositoryIds === null || actor.token.repositoryIds.includes(repository.id)
}

/**
 * The repository of the path, if the actor may do this with it. What one may not see does not exist (404);
 * what one sees but may not do is refused (403); strangers are asked who they are (401).
 * https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#404-not-found-for-an-existing-resource
 */
export function checkAccess(world: World, actor: Actor, repository: RepositoryRecord | undefined, need: Need): RepositoryRecord {
  if (!repository) throw notFound()
  const isWrite = need.level === "write"
  const isPublicRead = !repository.private && !isWrite
  switch (actor.kind) {
    case "anonymous": {
      if (repository.private) throw notFound()
      if (isWrite) throw requiresAuthentication()
      return repository
    }
    case "app":
      throw forbidden("Resource not accessible by integration")
    case "installation": {
      const permissions = [need.permission].flat()
      if (!tokenReaches(world, actor, repository)) {
        if (isPublicRead) return repository
        throw repository.private ? notFound() : notAccessible(permissions[0] ?? "metadata", need.level)
      }
      const granted = permissions.some(
        (permission) => (permission === "metadata" && !isWrite) || covers(actor.token.permissions[permission], need.level),
      )
      if (!granted) throw notAccessible(permissions[0] ?? "metadata", need.level)
      break
    }
    case "user": {
      // A user access token reaches what both the user and the App reach.
      if (actor.viaApp && !repository.installed && !isPublicRead) throw notFound()
      const role = roleOf(repository, actor.user)
      if (role === null) throw notFound()
      if (!atLeast(role, need.role ?? (isWrite ? "write" : "read"))) throw forbidden("Must have write access to repository")
    }
  }
  if (isWrite && repository.archived) throw forbidden("Repository was archived so is read-only.")
  return repository
}

/** `checkAccess` for the `{owner}/{repo}` of a route. */
export function requireRepository(world: World, c: RouteContext, need: Need): RepositoryRecord {
  return checkAccess(world, c.var.actor, world.store.repositoryByName(param(c, "owner"), param(c, "repo")), need)
}

/** The role an actor has in a repository, for the `permissions` field. */
export function actorRole(actor: Actor, repository: RepositoryRecord): RepositoryRole | undefined {
  return actor.kind === "user" ? (roleOf(repository, actor.user) ?? undefined) : undefined
}
