import type { AccessLevel, RepositoryRecord, RepositoryRole, UserRecord } from "../store/records.ts"

const ROLES: ReadonlyArray<RepositoryRole> = ["read", "triage", "write", "maintain", "admin"]

export const atLeast = (role: RepositoryRole | null, wanted: RepositoryRole): boolean =>
  role !== null && ROLES.indexOf(role) >= ROLES.indexOf(wanted)

const LEVELS: ReadonlyArray<AccessLevel> = ["read", "write", "admin"]

export const covers = (granted: AccessLevel | undefined, wanted: AccessLevel): boolean =>
  granted !== undefined && LEVELS.indexOf(granted) >= LEVELS.indexOf(wanted)

/** A user's role: owners are admins, everybody reads public repositories, and nobody else sees private ones. */
export function roleOf(repository: RepositoryRecord, user: UserRecord): RepositoryRole | null {
  if (user.id === repository.ownerId) return "admin"
  return repository.collaborators[user.login.toLowerCase()] ?? (repository.private ? null : "read")
}

export const permissionsOfRole = (role: RepositoryRole) => ({
  admin: role === "admin",
  maintain: atLeast(role, "maintain"),
  push: atLeast(role, "write"),
  triage: atLeast(role, "triage"),
  pull: true,
})

/** `author_association` of somebody's text. https://docs.github.com/graphql/reference/enums#commentauthorassociation */
export function associationOf(repository: RepositoryRecord, user: UserRecord): "OWNER" | "COLLABORATOR" | "NONE" {
  if (user.id === repository.ownerId) return "OWNER"
  return user.login.toLowerCase() in repository.collaborators ? "COLLABORATOR" : "NONE"
}
