import { Clock, type Context, Effect } from "effect"
import type { Person } from "@loom/core/ports/GitHubPeople"
import { toGitHubError } from "../github-errors.ts"
import type { GitHubApp } from "../GitHubApp.ts"
import { appClient } from "./app-client.ts"

/** What GitHub lets somebody be called; `_` of managed users (docs.github.com, "Username considerations for external authentication"). */
const LOGIN = /^[a-z\d][a-z\d-]{0,38}(_[a-z\d]{1,10})?(\[bot\])?$/i

/**
 * Who bears this login now; null when nobody does, and while no installation can be asked through: the App alone may
 * not read users, and anonymous questions are counted by address, which a Worker shares with strangers.
 */
export const findPerson = Effect.fn("findPerson")(function* (app: Context.Service.Shape<typeof GitHubApp>, login: string) {
  if (!LOGIN.test(login)) return null
  const nowMs = yield* Clock.currentTimeMillis
  const { headers, octokit } = yield* appClient(app)
  return yield* Effect.tryPromise({
    try: async (signal): Promise<Pick<Person, "githubId" | "login"> | null> => {
      const request = { signal }
      const { data: installations } = await octokit.request("GET /app/installations", { per_page: 100, headers, request })
      const through = installations.find(({ suspended_at }) => suspended_at === null)?.id
      if (through === undefined) return null
      const { data } = await octokit.request("POST /app/installations/{installation_id}/access_tokens", {
        installation_id: through,
        permissions: { metadata: "read" },
        headers,
        request,
      })
      const asInstallation = { authorization: `Bearer ${data.token}` }
      const { data: user } = await octokit.request("GET /users/{username}", { username: login, headers: asInstallation, request })
      return { githubId: Number(user.id), login: user.login }
    },
    catch: (error) => toGitHubError("find person", error, nowMs),
  }).pipe(
    Effect.catchIf(
      (error) => error.reason._tag === "NotFound",
      () => Effect.succeed(null),
    ),
  )
})
