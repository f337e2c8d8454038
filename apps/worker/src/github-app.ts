import { Layer } from "effect"
import { GitHubApp } from "@loom/integrations/github/GitHubApp"
import type { Settings } from "./LoomConfig.ts"

/** `<slug>[bot]`, as GitHub names an App's user. */
export const botLogin = (settings: Pick<Settings, "github">) => `${settings.github.appSlug}[bot]`

export const gitHubAppLayer = (settings: Pick<Settings, "github">) =>
  Layer.succeed(
    GitHubApp,
    GitHubApp.of({
      apiUrl: settings.github.apiUrl,
      appId: String(settings.github.appId),
      privateKey: settings.github.privateKey,
      botLogin: botLogin(settings),
    }),
  )
