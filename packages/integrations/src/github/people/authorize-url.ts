import type { Context } from "effect"
import type { GitHubPeople } from "@loom/core/ports/GitHubPeople"
import type { GitHubClient } from "./GitHubClient.ts"

/** Where GitHub asks a person whether they want to sign in. Only the state and the challenge are in it: no secret. */
export const authorizeUrlOf =
  ({ client, webUrl }: Pick<Context.Service.Shape<typeof GitHubClient>, "client" | "webUrl">): GitHubPeople["Service"]["authorizeUrl"] =>
  ({ challenge, redirectUri, state }) => {
    if (client === null) return null
    const query = new URLSearchParams({
      client_id: client.id,
      redirect_uri: redirectUri,
      state,
      code_challenge: challenge,
      code_challenge_method: "S256",
    })
    return `${webUrl}/login/oauth/authorize?${query.toString()}`
  }
