import { Clock, type Context, Effect } from "effect"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import { toGitHubError } from "../github-errors.ts"
import type { GitHubApp } from "../GitHubApp.ts"
import { appClient } from "./app-client.ts"

/** A repository by its name, as the App sees it. `NotFound` where it is not installed. */
export const findRepository = Effect.fn("findRepository")(function* (
  app: Context.Service.Shape<typeof GitHubApp>,
  owner: string,
  repo: string,
) {
  const nowMs = yield* Clock.currentTimeMillis
  const { headers, octokit } = yield* appClient(app)
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
