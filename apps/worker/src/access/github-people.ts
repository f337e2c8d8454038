import { createHmac } from "node:crypto"
import { Layer, Redacted } from "effect"
import type { AuthSettings } from "@loom/api/auth/AuthScope"
import { InstallationTokens } from "@loom/integrations/github/InstallationTokens"
import { authorizeUrlOf } from "@loom/integrations/github/people/authorize-url"
import { GitHubClient } from "@loom/integrations/github/people/GitHubClient"
import { GitHubPeopleLive } from "@loom/integrations/github/people/GitHubPeopleLive"
import type { GitHubGate } from "./auth-scope.ts"
import { gitHubAppLayer } from "../github-app.ts"
import type { Settings } from "../LoomConfig.ts"

type GateSettings = Pick<Settings, "github" | "signIn">

export const gitHubGate = (settings: GateSettings): GitHubGate => {
  const { clientId, clientSecret } = settings.signIn
  const client = {
    webUrl: settings.github.gitUrl,
    apiUrl: settings.github.apiUrl,
    client: clientId === null || clientSecret === null ? null : { id: clientId, secret: clientSecret },
  }
  const layer = GitHubPeopleLive.pipe(
    Layer.provide(InstallationTokens.layer),
    Layer.provide(gitHubAppLayer(settings)),
    Layer.provide(Layer.succeed(GitHubClient, GitHubClient.of(client))),
  )
  return { authorizeUrl: authorizeUrlOf(client), layer }
}

/** The secret of cookies is one of the deployment's, and of no use for anything else. */
const cookieSecretOf = ({ capabilitySecret }: Pick<Settings, "capabilitySecret">): Redacted.Redacted<string> =>
  Redacted.make(createHmac("sha256", Redacted.value(capabilitySecret)).update("loom cookie v1").digest("hex"))

export const authSettingsOf = (settings: Settings): AuthSettings => ({
  publicUrl: settings.publicUrl,
  cookieSecret: cookieSecretOf(settings),
  operators: settings.operators,
  localUser: settings.localUser,
  tiers: settings.tiers,
})
