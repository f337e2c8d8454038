import { type Context, Effect, Redacted, Schema } from "effect"
import type { RepositoryRole } from "@loom/core/ports/Access"
import type { Person } from "@loom/core/ports/GitHubPeople"
import { askApi } from "./ask.ts"
import type { GitHubClient } from "./GitHubClient.ts"

type Client = Context.Service.Shape<typeof GitHubClient>

const PER_PAGE = 100
const MAX_INSTALLATIONS = 20
const MAX_PAGES = 5
const MAX_ROLES = 1_000

const User = Schema.Struct({ id: Schema.Int, login: Schema.NonEmptyString })
const Installations = Schema.Struct({ installations: Schema.Array(Schema.Struct({ id: Schema.Int })) })
const Permissions = Schema.Struct({
  admin: Schema.Boolean,
  maintain: Schema.optionalKey(Schema.Boolean),
  push: Schema.Boolean,
  triage: Schema.optionalKey(Schema.Boolean),
  pull: Schema.Boolean,
})
const Repositories = Schema.Struct({
  repositories: Schema.Array(Schema.Struct({ id: Schema.Int, permissions: Schema.optionalKey(Permissions) })),
})

const roleOf = (permissions: typeof Permissions.Type | undefined): RepositoryRole => {
  if (permissions === undefined) return "none"
  if (permissions.admin) return "admin"
  if (permissions.maintain === true) return "maintain"
  if (permissions.push) return "write"
  return permissions.triage === true ? "triage" : permissions.pull ? "read" : "none"
}

/** Where both the person and the App are, a page at a time. */
const rolesOf = Effect.fnUntraced(function* (client: Client, authorization: string) {
  const { installations } = yield* askApi(client, `/user/installations?per_page=${PER_PAGE}`, authorization, Installations)
  const roles: Array<Person["roles"][number]> = []
  for (const { id } of installations.slice(0, MAX_INSTALLATIONS)) {
    for (let page = 1; page <= MAX_PAGES && roles.length < MAX_ROLES; page++) {
      const path = `/user/installations/${id}/repositories?per_page=${PER_PAGE}&page=${page}`
      const { repositories } = yield* askApi(client, path, authorization, Repositories)
      roles.push(...repositories.map((repository) => ({ repositoryId: repository.id, role: roleOf(repository.permissions) })))
      if (repositories.length < PER_PAGE) break
    }
  }
  return roles.slice(0, MAX_ROLES)
})

/**
 * Who holds this user access token, and their roles; then the token is taken back, so that none is kept anywhere. Roles only
 * save look-ups, and a token that could not be taken back ends by itself after eight hours: neither stops a sign-in.
 */
export const personOf = Effect.fn("GitHubPeople.personOf")(function* (
  client: Client,
  credentials: { readonly id: string; readonly secret: Redacted.Redacted<string> },
  token: string,
) {
  const authorization = `Bearer ${token}`
  const user = yield* askApi(client, "/user", authorization, User)
  const roles = yield* rolesOf(client, authorization).pipe(Effect.catch(() => Effect.succeed([])))
  const basic = `Basic ${btoa(`${credentials.id}:${Redacted.value(credentials.secret)}`)}`
  const path = `/applications/${encodeURIComponent(credentials.id)}/token`
  yield* askApi(client, path, basic, Schema.Null, { method: "DELETE", body: JSON.stringify({ access_token: token }) }).pipe(
    Effect.catch(() => Effect.logWarning("signin.token_not_revoked")),
  )
  const person: Person = { githubId: user.id, login: user.login, roles }
  return person
})
