import { Effect, Layer } from "effect"
import { GitHub } from "@loom/core/ports/GitHub"
import { GitHubApp } from "./GitHubApp.ts"
import { InstallationTokens } from "./InstallationTokens.ts"
import { makeCommenting } from "./commenting.ts"
import { makeInstallationClient } from "./installation-client.ts"
import { makeProposing } from "./proposing.ts"
import { makeReading } from "./reading.ts"

/**
 * Port `GitHub` over REST, as the App's installation on the one repository asked for. Reads are retried; writes look before
 * they make, and never send again what may have happened.
 */
export const GitHubLive: Layer.Layer<GitHub, never, GitHubApp | InstallationTokens> = Layer.effect(
  GitHub,
  Effect.gen(function* () {
    const app = yield* GitHubApp
    const client = yield* makeInstallationClient
    return GitHub.of({ ...makeReading(client), ...makeCommenting(client, app), ...makeProposing(client) })
  }),
)
