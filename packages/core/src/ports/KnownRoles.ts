import { Context, type Effect } from "effect"
import type { RepositoryRef } from "../domain/Repository.ts"
import type { AccessUnavailable, RepositoryRole } from "./Access.ts"

/** A repository that Loom knows, and what an account's role there was when somebody looked last. */
export interface KnownRole {
  readonly repository: RepositoryRef
  /** Null: nobody has looked yet. */
  readonly seen: { readonly role: RepositoryRole; readonly at: number } | null
}

/** Roles as they were seen last, so that a list does not ask GitHub about every repository each time. */
export class KnownRoles extends Context.Service<
  KnownRoles,
  {
    /** Every repository with a task, at most 1,000, the busiest first. */
    readonly all: (accountId: string) => Effect.Effect<ReadonlyArray<KnownRole>, AccessUnavailable>
    /** By `owner/name`, without case; null when Loom does not know the repository. */
    readonly one: (accountId: string, repository: string) => Effect.Effect<KnownRole | null, AccessUnavailable>
    readonly put: (
      accountId: string,
      roles: ReadonlyArray<{ readonly repositoryId: number; readonly role: RepositoryRole }>,
      at: number,
    ) => Effect.Effect<void, AccessUnavailable>
  }
>()("@loom/core/ports/KnownRoles") {}
