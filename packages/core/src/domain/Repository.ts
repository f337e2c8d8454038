import { Schema } from "effect"

/** A repository as Loom addresses it: by GitHub's numeric ids (names change), with the names it had last. */
export const RepositoryRef = Schema.Struct({
  /** GitHub's repository id. */
  id: Schema.Int,
  /** The App installation through which Loom acts on it. */
  installationId: Schema.Int,
  owner: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
})
export type RepositoryRef = typeof RepositoryRef.Type

/** `owner/name` */
export const fullName = (repository: RepositoryRef): string => `${repository.owner}/${repository.name}`

/** GitHub's repository permission of a person, strongest first. */
export const Permission = Schema.Literals(["admin", "maintain", "write", "triage", "read", "none"])
export type Permission = typeof Permission.Type

export const mayWrite = (permission: Permission): boolean => permission === "admin" || permission === "maintain" || permission === "write"
