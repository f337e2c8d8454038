import { Clock, Effect } from "effect"
import { fullName } from "@loom/core/domain/Repository"
import type { Access, Principal, RepositoryRole } from "@loom/core/ports/Access"
import type { GitHubPeople } from "@loom/core/ports/GitHubPeople"
import type { KnownRole, KnownRoles } from "@loom/core/ports/KnownRoles"

export interface RoleSources {
  readonly roles: KnownRoles["Service"]
  readonly people: Pick<GitHubPeople["Service"], "roleOf">
}

/** How long a role counts without asking GitHub again. Writes never rely on it. */
const ROLE_LIFE_MS = 5 * 60_000
/**
 * How long a role goes on counting in lists while it waits for its turn to be looked up again: each request renews the oldest
 * `MAX_LOOKUPS`, so that who has many repositories sees all of them and not the twenty of this moment.
 */
const WAITING_LIFE_MS = 60 * 60_000
const CONCURRENCY = 6
/** A Worker may send 50 requests while it answers one (free plan), and a look-up may take two. The next request goes on. */
const MAX_LOOKUPS = 20
const LONG_AGO = 0

const sees = (role: RepositoryRole): boolean => role !== "none"
const seesAll = ({ kind, scopes }: Principal): boolean => (kind === "operator" || kind === "local") && scopes.includes("read")

/** What GitHub's roles let somebody see and do. */
export const rolesOf = (
  { publicStatus }: { readonly publicStatus: boolean },
  { people, roles }: RoleSources,
): Pick<Access["Service"], "readable" | "roleOn"> => {
  const personOf = ({ accountId, blocked, login }: Principal) => {
    const githubId = Number(/^u_(\d+)$/.exec(accountId ?? "")?.[1])
    return accountId === null || login === null || blocked !== undefined || Number.isNaN(githubId) ? null : { accountId, githubId, login }
  }
  const isFresh = ({ seen }: KnownRole, nowMs: number) => seen !== null && nowMs - seen.at < ROLE_LIFE_MS
  const isWaiting = ({ seen }: KnownRole, nowMs: number) => seen !== null && nowMs - seen.at < WAITING_LIFE_MS

  const readable = Effect.fn("Access.readable")(function* (principal: Principal) {
    if (principal.blocked !== undefined) return []
    if (seesAll(principal) || publicStatus) return "all" as const
    const person = personOf(principal)
    if (person === null) return []
    const nowMs = yield* Clock.currentTimeMillis
    const known = yield* roles.all(person.accountId)
    // Never looked at comes first, then the oldest; the busiest first among equals.
    const stale = known
      .filter((one) => !isFresh(one, nowMs))
      .toSorted((one, other) => (one.seen?.at ?? LONG_AGO) - (other.seen?.at ?? LONG_AGO))
      .slice(0, MAX_LOOKUPS)
    const found = yield* Effect.forEach(
      stale,
      ({ repository }) => Effect.map(people.roleOf(repository, person), (role) => ({ repositoryId: repository.id, role })),
      { concurrency: CONCURRENCY },
    )
    if (found.length > 0) yield* roles.put(person.accountId, found, nowMs)
    const now = new Map(found.map(({ repositoryId, role }) => [repositoryId, role]))
    return known
      .filter((one) => sees(now.get(one.repository.id) ?? (isWaiting(one, nowMs) ? (one.seen?.role ?? "none") : "none")))
      .map(({ repository }) => fullName(repository))
  })

  const roleOn = Effect.fn("Access.roleOn")(function* (
    principal: Principal,
    repository: string,
    options: { readonly fresh?: boolean } = {},
  ) {
    if (principal.blocked !== undefined) return "none"
    if (seesAll(principal)) return "admin"
    const least: RepositoryRole = publicStatus ? "read" : "none"
    const person = personOf(principal)
    if (person === null || !/^[^/\s]+\/[^/\s]+$/.test(repository)) return least
    const nowMs = yield* Clock.currentTimeMillis
    const known = yield* roles.one(person.accountId, repository)
    const role =
      known?.seen != null && options.fresh !== true && isFresh(known, nowMs)
        ? known.seen.role
        : yield* people
            .roleOf(known?.repository ?? repository, person)
            .pipe(
              Effect.tap((found) =>
                known === null ? Effect.void : roles.put(person.accountId, [{ repositoryId: known.repository.id, role: found }], nowMs),
              ),
            )
    return role === "none" ? least : role
  })
  return { readable, roleOn }
}
