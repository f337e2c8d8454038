import { Octokit } from "@octokit/core"
import { restEndpointMethods } from "@octokit/plugin-rest-endpoint-methods"
import { Clock, Context, Effect, Redacted } from "effect"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import { GitHubError, Unreachable } from "@loom/core/ports/GitHub"
import { GitHubApp } from "./GitHubApp.ts"
import { InstallationTokens, type TokenPermissions } from "./InstallationTokens.ts"
import { toGitHubError } from "./github-errors.ts"
import { githubHeaders } from "./github-headers.ts"
import { readRetry, refusedRetry } from "./retries.ts"

/** What the pipelines do through REST; git itself goes through the gateway with a token of its own. */
export const REST_PERMISSIONS: TokenPermissions = { checks: "write", contents: "read", issues: "write", pull_requests: "write" }

const REQUEST_TIMEOUT_MS = 30_000

const Rest = Octokit.plugin(restEndpointMethods)
export type Client = InstanceType<typeof Rest>["rest"]

/** One request as the installation on `repository`. `run` gets the typed methods and a signal that ends with the fiber. */
type Call<A> = (client: Client, request: { readonly signal: AbortSignal }) => Promise<A>

export interface InstallationClient {
  /** Asked again after rate limits, 5xx and silence. */
  readonly read: <A>(operation: string, repository: RepositoryRef, call: Call<A>) => Effect.Effect<A, GitHubError>
  /** Sent again only where GitHub says that it did nothing (rate limit, 401). */
  readonly write: <A>(operation: string, repository: RepositoryRef, call: Call<A>) => Effect.Effect<A, GitHubError>
}

/** Clients are made per request: nothing of one request is shared with another (workerd). */
export const makeInstallationClient = Effect.gen(function* () {
  const app: Context.Service.Shape<typeof GitHubApp> = yield* GitHubApp
  const tokens = yield* InstallationTokens

  const once = <A>(operation: string, repository: RepositoryRef, call: Call<A>, refresh: boolean): Effect.Effect<A, GitHubError> =>
    Effect.gen(function* () {
      const token = yield* tokens.installationToken(repository, REST_PERMISSIONS, { refresh })
      const octokit = new Rest({ baseUrl: app.apiUrl, ...(app.fetch === undefined ? {} : { request: { fetch: app.fetch } }) })
      octokit.hook.before("request", githubHeaders)
      octokit.hook.before("request", (options) => {
        options.headers.authorization = `Bearer ${Redacted.value(token)}`
      })
      const nowMs = yield* Clock.currentTimeMillis
      return yield* Effect.tryPromise({
        try: (signal) => call(octokit.rest, { signal }),
        catch: (error) => toGitHubError(operation, error, nowMs),
      })
    }).pipe(
      Effect.timeoutOrElse({
        duration: REQUEST_TIMEOUT_MS,
        orElse: () =>
          Effect.fail(
            new GitHubError({ operation, reason: new Unreachable({ detail: `no answer within ${REQUEST_TIMEOUT_MS / 1000} s` }) }),
          ),
      }),
    )

  /** A revoked or expired token is renewed once; a second 401 is final. */
  const authorised = <A>(operation: string, repository: RepositoryRef, call: Call<A>) =>
    once(operation, repository, call, false).pipe(
      Effect.catchIf(
        (error) => error.reason._tag === "Unauthorized",
        () => once(operation, repository, call, true),
      ),
    )

  const client: InstallationClient = {
    read: (operation, repository, call) =>
      authorised(operation, repository, call).pipe(Effect.retry(readRetry), Effect.withSpan(`GitHub.${operation}`)),
    write: (operation, repository, call) =>
      authorised(operation, repository, call).pipe(Effect.retry(refusedRetry), Effect.withSpan(`GitHub.${operation}`)),
  }
  return client
})

/** Null instead of `NotFound`. */
export const orNull = <A>(effect: Effect.Effect<A, GitHubError>): Effect.Effect<A | null, GitHubError> =>
  effect.pipe(
    Effect.catchIf(
      (error) => error.reason._tag === "NotFound",
      () => Effect.succeed(null),
    ),
  )
