import { createAppAuth } from "@octokit/auth-app"
import { Octokit } from "@octokit/core"
import { Clock, type Context, Effect, Redacted } from "effect"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import { GitHubError, Unauthorized } from "@loom/core/ports/GitHub"
import { toPkcs8 } from "../app-key.ts"
import { toGitHubError } from "../github-errors.ts"
import { githubHeaders } from "../github-headers.ts"
import type { GitHubApp } from "../GitHubApp.ts"

/** A repository by its name, as the App sees it. `NotFound` where it is not installed. */
export const findRepository = Effect.fn("findRepository")(function* (
  app: Context.Service.Shape<typeof GitHubApp>,
  owner: string,
  repo: string,
) {
  const nowMs = yield* Clock.currentTimeMillis
  const octokit = new Octokit({ baseUrl: app.apiUrl, ...(app.fetch === undefined ? {} : { request: { fetch: app.fetch } }) })
  octokit.hook.before("request", githubHeaders)
  const { token } = yield* Effect.tryPromise({
    try: () => createAppAuth({ appId: app.appId, privateKey: toPkcs8(Redacted.value(app.privateKey)) })({ type: "app" }),
    catch: () =>
      new GitHubError({ operation: "sign App JWT", reason: new Unauthorized({ detail: "the App's private key cannot be used" }) }),
  })
  const headers = { authorization: `Bearer ${token}` }
  return yield* Effect.tryPromise({
    try: async (signal): Promise<RepositoryRef> => {
      const { data: installation } = await octokit.request("GET /repos/{owner}/{repo}/installation", {
        owner,
        repo,
        headers,
        request: { signal },
      })
      // The answer names the repositories that the token is narrowed to: the only way from a name to an id without reading more.
      const { data } = await octokit.request("POST /app/installations/{installation_id}/access_tokens", {
        installation_id: installation.id,
        repositories: [repo],
        permissions: { metadata: "read" },
        headers,
        request: { signal },
      })
      const found = data.repositories?.[0]
      if (found === undefined) throw new Error("the answer names no repository")
      return { id: Number(found.id), installationId: installation.id, owner: found.owner.login, name: found.name }
    },
    catch: (error) => toGitHubError("find repository", error, nowMs),
  })
})
