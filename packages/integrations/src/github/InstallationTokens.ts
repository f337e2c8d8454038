import { createAppAuth } from "@octokit/auth-app"
import { Octokit } from "@octokit/core"
import { Clock, Context, Effect, Layer, Redacted, Schema } from "effect"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import { GitHubError, Unauthorized } from "@loom/core/ports/GitHub"
import { GitHubApp } from "./GitHubApp.ts"
import { toPkcs8 } from "./app-key.ts"
import { toGitHubError } from "./github-errors.ts"
import { readRetry } from "./retries.ts"
import { githubHeaders } from "./github-headers.ts"

/** Permissions of the App as GitHub names them, e.g. `{ contents: "write" }`. */
export type TokenPermissions = Readonly<Record<string, "read" | "write">>

const TokenAnswer = Schema.Struct({ token: Schema.NonEmptyString, expires_at: Schema.String })

/** GitHub's tokens live an hour; one that is about to end is not handed out. */
const MARGIN_MS = 10 * 60_000
const MAX_CACHED = 500

/**
 * Tokens by App, installation, repository and permissions, for the life of the isolate. Only finished values are kept:
 * a shared promise would belong to the request that made it, and workerd ends whoever else waits for it.
 */
const cache = new Map<string, { readonly token: string; readonly expiresAtMs: number }>()

/** Installation tokens narrowed to one repository and the permissions needed. A token is a secret: never log it. */
export class InstallationTokens extends Context.Service<
  InstallationTokens,
  {
    /** `refresh` asks GitHub for a new one, e.g. after a 401. */
    readonly installationToken: (
      repository: Pick<RepositoryRef, "id" | "installationId">,
      permissions: TokenPermissions,
      options?: { readonly refresh?: boolean },
    ) => Effect.Effect<Redacted.Redacted<string>, GitHubError>
  }
>()("@loom/integrations/github/InstallationTokens") {
  static readonly layer = Layer.effect(
    InstallationTokens,
    Effect.gen(function* () {
      const app = yield* GitHubApp
      const octokit = new Octokit({ baseUrl: app.apiUrl, ...(app.fetch === undefined ? {} : { request: { fetch: app.fetch } }) })
      octokit.hook.before("request", githubHeaders)

      /**
       * Only the JWT comes from auth-app. Its own installation tokens are joined to a pending request through a Map of the
       * module (8.3.1), which hangs concurrent requests in workerd and forgets the base URL.
       */
      const ask = (repository: Pick<RepositoryRef, "id" | "installationId">, permissions: TokenPermissions) =>
        Effect.gen(function* () {
          const nowMs = yield* Clock.currentTimeMillis
          const jwt = yield* Effect.tryPromise({
            try: () => createAppAuth({ appId: app.appId, privateKey: toPkcs8(Redacted.value(app.privateKey)) })({ type: "app" }),
            catch: (error) =>
              new GitHubError({
                operation: "sign App JWT",
                reason: new Unauthorized({ detail: error instanceof Error ? error.message : "the App's private key cannot be used" }),
              }),
          })
          const answer = yield* Effect.tryPromise({
            try: (signal) =>
              octokit.request("POST /app/installations/{installation_id}/access_tokens", {
                installation_id: repository.installationId,
                repository_ids: [repository.id],
                permissions: { ...permissions },
                headers: { authorization: `Bearer ${jwt.token}` },
                request: { signal },
              }),
            catch: (error) => toGitHubError("create installation token", error, nowMs),
          })
          return yield* Schema.decodeEffect(TokenAnswer)(answer.data).pipe(
            Effect.mapError(() => toGitHubError("create installation token", new Error("unreadable answer"), nowMs)),
          )
        }).pipe(Effect.retry(readRetry))

      const installationToken = Effect.fn("InstallationTokens.installationToken")(function* (
        repository: Pick<RepositoryRef, "id" | "installationId">,
        permissions: TokenPermissions,
        options: { readonly refresh?: boolean } = {},
      ) {
        const wanted = Object.entries(permissions)
          .map(([name, level]) => `${name}:${level}`)
          .toSorted()
          .join(",")
        const key = [app.apiUrl, app.appId, repository.installationId, repository.id, wanted].join(" ")
        const nowMs = yield* Clock.currentTimeMillis
        const known = cache.get(key)
        if (options.refresh !== true && known !== undefined && known.expiresAtMs - MARGIN_MS > nowMs) return Redacted.make(known.token)
        const fresh = yield* ask(repository, permissions)
        if (cache.size >= MAX_CACHED) for (const oldest of [...cache.keys()].slice(0, MAX_CACHED / 2)) cache.delete(oldest)
        cache.set(key, { token: fresh.token, expiresAtMs: Date.parse(fresh.expires_at) })
        return Redacted.make(fresh.token)
      })
      return InstallationTokens.of({ installationToken })
    }),
  )
}
