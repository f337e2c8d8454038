import { createAppAuth } from "@octokit/auth-app"
import { Octokit } from "@octokit/core"
import { Clock, Effect, Redacted, Schema } from "effect"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import { GitHubError, Unauthorized } from "@loom/core/ports/GitHub"
import { toPkcs8 } from "./app-key.ts"
import type { GitHubApp } from "./GitHubApp.ts"
import { toGitHubError } from "./github-errors.ts"
import { githubHeaders } from "./github-headers.ts"
import { orNull } from "./installation-client.ts"
import { readRetry } from "./retries.ts"

const Installation = Schema.Struct({ id: Schema.Int })
const Found = Schema.Struct({ id: Schema.Int, name: Schema.String, owner: Schema.Struct({ login: Schema.String }) })
const Token = Schema.Struct({ token: Schema.NonEmptyString })

/**
 * `owner/name` as the App knows it: its installation, and GitHub's id. Null when there is none. The token is for this look alone and
 * may only read metadata (docs.github.com/rest/apps/apps, "Get a repository installation for the authenticated app").
 */
export const findRepository =
  (app: GitHubApp["Service"]) =>
  (owner: string, name: string): Effect.Effect<RepositoryRef | null, GitHubError> =>
    Effect.gen(function* () {
      const octokit = new Octokit({ baseUrl: app.apiUrl, ...(app.fetch === undefined ? {} : { request: { fetch: app.fetch } }) })
      octokit.hook.before("request", githubHeaders)
      const jwt = yield* Effect.tryPromise({
        try: () => createAppAuth({ appId: app.appId, privateKey: toPkcs8(Redacted.value(app.privateKey)) })({ type: "app" }),
        catch: (error) =>
          new GitHubError({
            operation: "sign App JWT",
            reason: new Unauthorized({ detail: error instanceof Error ? error.message : "the App's private key cannot be used" }),
          }),
      })
      const ask = <S extends Schema.Codec<unknown, unknown>>(
        route: string,
        schema: S,
        token: string,
        parameters: object,
      ): Effect.Effect<S["Type"], GitHubError> =>
        Effect.gen(function* () {
          const nowMs = yield* Clock.currentTimeMillis
          const { data } = yield* Effect.tryPromise({
            try: (signal) => octokit.request(route, { ...parameters, headers: { authorization: `Bearer ${token}` }, request: { signal } }),
            catch: (error) => toGitHubError(route, error, nowMs),
          })
          return yield* Schema.decodeUnknownEffect(schema)(data).pipe(
            Effect.mapError(() => toGitHubError(route, new Error("unreadable answer"), nowMs)),
          )
        })
      const installation = yield* orNull(ask("GET /repos/{owner}/{repo}/installation", Installation, jwt.token, { owner, repo: name }))
      if (installation === null) return null
      const { token } = yield* ask("POST /app/installations/{installation_id}/access_tokens", Token, jwt.token, {
        installation_id: installation.id,
        repositories: [name],
        permissions: { metadata: "read" },
      })
      const found = yield* orNull(ask("GET /repos/{owner}/{repo}", Found, token, { owner, repo: name }))
      return found === null ? null : { id: found.id, installationId: installation.id, owner: found.owner.login, name: found.name }
    }).pipe(Effect.retry(readRetry))
