import { createAppAuth } from "@octokit/auth-app"
import { Octokit } from "@octokit/core"
import { type Context, Effect, Redacted } from "effect"
import { GitHubError, Unauthorized } from "@loom/core/ports/GitHub"
import { toPkcs8 } from "../app-key.ts"
import { githubHeaders } from "../github-headers.ts"
import type { GitHubApp } from "../GitHubApp.ts"

/** A client for one question, and the `Authorization` of the App itself. */
export const appClient = Effect.fnUntraced(function* (app: Context.Service.Shape<typeof GitHubApp>) {
  const octokit = new Octokit({ baseUrl: app.apiUrl, ...(app.fetch === undefined ? {} : { request: { fetch: app.fetch } }) })
  octokit.hook.before("request", githubHeaders)
  const { token } = yield* Effect.tryPromise({
    try: () => createAppAuth({ appId: app.appId, privateKey: toPkcs8(Redacted.value(app.privateKey)) })({ type: "app" }),
    catch: () =>
      new GitHubError({ operation: "sign App JWT", reason: new Unauthorized({ detail: "the App's private key cannot be used" }) }),
  })
  return { octokit, headers: { authorization: `Bearer ${token}` } }
})
