import { Effect, Layer, Redacted } from "effect"
import { makeGitGateway } from "@loom/api/gateways/git"
import { meteredBinding, type ModelBinding } from "@loom/api/gateways/metered-binding"
import { makeModelGateway } from "@loom/api/gateways/model"
import { LedgerD1 } from "@loom/db/LedgerD1"
import { DatabaseLive } from "@loom/db/Database"
import { InstallationTokens } from "@loom/integrations/github/InstallationTokens"
import { Ledger } from "@loom/core/ports/Ledger"
import { checkCapability } from "./capabilities.ts"
import { coordinatorOf } from "./coordinator/CoordinatorLive.ts"
import type { Env } from "./Env.ts"
import { gitHubAppLayer } from "./github-app.ts"
import type { Settings } from "./LoomConfig.ts"
import { modelProviders, priceOf } from "./models.ts"

/** `/gateways/git`: swaps the run's capability for an installation token of its repository. */
export const gitGateway = (env: Env, settings: Settings) => {
  const tokens = InstallationTokens.layer.pipe(Layer.provide(gitHubAppLayer(settings)))
  return makeGitGateway({
    verify: checkCapability(settings, coordinatorOf(env.COORDINATOR)),
    upstream: settings.github.gitUrl,
    installationToken: ({ repositoryId, installationId }, { access, refresh }) =>
      InstallationTokens.use((service) =>
        service.installationToken({ id: repositoryId, installationId }, { contents: access }, { refresh }),
      ).pipe(Effect.map(Redacted.value), Effect.provide(tokens)),
  })
}

const ledgerOf = (env: Env) => Effect.runSync(Effect.provide(Ledger, LedgerD1.pipe(Layer.provide(DatabaseLive(env.DB)))))

/** `/gateways/model`: adds the operator's key, meters into the ledger, refuses what the budget forbids. */
export const modelGateway = (env: Env, settings: Settings, waitUntil: (work: Promise<unknown>) => void) =>
  makeModelGateway({
    verify: checkCapability(settings, coordinatorOf(env.COORDINATOR)),
    providers: modelProviders(settings),
    ledger: ledgerOf(env),
    budgetOf: () => Effect.succeed(settings.budget),
    priceOf: priceOf(settings),
    waitUntil,
  })

/** The account's Workers AI, under the same rules; null where there is none. */
export const workersAiOf = (env: Env, settings: Settings, runId: string): ModelBinding | null => {
  const { AI } = env
  return AI === undefined
    ? null
    : meteredBinding(
        { run: (model, inputs, options) => Reflect.apply(AI.run, AI, [model, inputs, options]) },
        { ledger: ledgerOf(env), priceOf: priceOf(settings), budget: settings.budget, runId, waitUntil: () => undefined },
      )
}
