import { Context, Effect, Layer, Logger, type Result } from "effect"
import { agentsLayer } from "@loom/agents/AgentsLive"
import { ModelTransport } from "@loom/agents/model/ModelTransport"
import type { ApiScope } from "@loom/api/ApiScope"
import { redact } from "@loom/core/domain/redact"
import type { RunInput } from "@loom/core/domain/Run"
import { Requesters } from "@loom/core/ports/Requesters"
import { RunSettings } from "@loom/core/ports/RunSettings"
import { SystemHealth } from "@loom/core/ports/SystemHealth"
import { RepositoryConfigsLive } from "@loom/integrations/config/RepositoryConfigsLive"
import { WorkspaceLive } from "@loom/integrations/git/WorkspaceLive"
import { GitHubLive } from "@loom/integrations/github/GitHubLive"
import { IssueDeskLive } from "@loom/integrations/github/IssueDeskLive"
import { InstallationTokens } from "@loom/integrations/github/InstallationTokens"
import { SandboxHttp } from "@loom/integrations/sandbox/SandboxHttp"
import { containerTransport, httpTransport, SandboxTransport } from "@loom/integrations/sandbox/SandboxTransport"
import { testRunnerLayerWith } from "@loom/integrations/test-runner/TestRunnerLive"
import { accountsOf } from "@loom/db/AccountsD1"
import { databaseOf } from "@loom/db/Database"
import { authScopeOf } from "./access/auth-scope.ts"
import { authSettingsOf, gitHubGate } from "./access/github-people.ts"
import { requestLimitsOf } from "./access/request-limits.ts"
import { requestersOf } from "./access/requesters.ts"
import { artifactsLayer } from "./ArtifactsR2.ts"
import { boxToken, gatewayRoutes, mintCapability } from "./capabilities.ts"
import { apiScope } from "./coordinator/api-scope.ts"
import { CoordinatorLive } from "./coordinator/CoordinatorLive.ts"
import type { Env } from "./Env.ts"
import { modelGateway, workersAiOf } from "./gateways.ts"
import { botLogin, gitHubAppLayer } from "./github-app.ts"
import { type ConfigurationInvalid, LoomConfig, type Settings } from "./LoomConfig.ts"
import { modelSettings } from "./models.ts"
import { runReporterLayer } from "./RunReporterLive.ts"
import { proofSignerLayer, publicProofKeys } from "./proof-keys.ts"
import { systemHealthLayer } from "./SystemHealthLive.ts"

/*
 * The composition root: the Worker's environment becomes layers here and nowhere else. Two worlds are made of it: what a
 * request is served with, and what a run works with.
 */

const VERSION = "0.1.0"

/** One JSON object per line, which Workers Logs indexes; no secret in it, whatever error was logged with its cause. */
const logging = Logger.layer([Logger.withConsoleLog(Logger.map(Logger.formatJson, (line) => redact(line)))])

/** The session that a request of protocol v1 is about: each has a container of its own. */
const sessionNamed = (request: Request): string | null => {
  const url = new URL(request.url)
  return url.searchParams.get("session") ?? /^\/v1\/sessions\/([^/]+)/.exec(url.pathname)?.[1] ?? null
}

/** The box of one run: a sandbox host over HTTP where one is set, else the run's own container. */
const sandboxLayer = (env: Env, settings: Settings, runId: string) => {
  const { sandboxToken, sandboxUrl } = settings
  const transport =
    sandboxUrl === null || sandboxToken === null
      ? containerTransport(
          { fetch: (request) => env.SANDBOX.getByName(sessionNamed(request) ?? runId).fetch(request) },
          boxToken(settings, runId),
        )
      : httpTransport({ baseUrl: sandboxUrl, token: sandboxToken })
  return SandboxHttp.pipe(Layer.provide(Layer.succeed(SandboxTransport, transport)))
}

const gitHubLayer = (settings: Settings) =>
  GitHubLive.pipe(Layer.provideMerge(InstallationTokens.layer), Layer.provide(gitHubAppLayer(settings)))

/** GitHub for a request of the API; its clients are made when the request asks for them. */
const outsideLayer = (settings: Settings) =>
  Layer.mergeAll(IssueDeskLive, RepositoryConfigsLive.pipe(Layer.provideMerge(GitHubLive))).pipe(
    Layer.provide(InstallationTokens.layer),
    Layer.provide(gitHubAppLayer(settings)),
  )

/** Models are asked through the gateway, in process: it alone holds the key and keeps the book. */
const modelTransportLayer = (env: Env, settings: Settings, input: RunInput) =>
  Layer.effect(
    ModelTransport,
    Effect.gen(function* () {
      const gateway = modelGateway(env, settings, () => undefined)
      const capability = yield* mintCapability(settings, input, "-", ["model"])
      return ModelTransport.of({
        baseUrl: (provider) => `http://model.loom.internal/gateways/model/${provider}/v1`,
        fetch: async (request, init) => {
          const outgoing = new Request(request, init)
          // The provider's client puts its placeholder key in a header of its own.
          outgoing.headers.delete("x-api-key")
          outgoing.headers.set("authorization", `Bearer ${capability}`)
          return gateway.fetch(outgoing)
        },
        headers: {},
        workersAi: workersAiOf(env, settings, input.runId),
      })
    }),
  )

const runSettingsLayer = (settings: Settings) =>
  Layer.succeed(
    RunSettings,
    RunSettings.of({
      version: VERSION,
      publicUrl: settings.publicUrl,
      controlLabel: settings.controlLabel,
      budget: settings.budget,
      maxMinutes: settings.maxMinutes,
      maxFixRounds: settings.maxFixRounds,
      testTimeoutMs: settings.testTimeoutMinutes * 60_000,
      registries: settings.allowedHosts,
      repositoryHosts: settings.repositoryHosts,
      sandboxEnv: settings.sandboxEnv,
      bot: { login: botLogin(settings), email: `${botLogin(settings)}@users.noreply.github.com` },
      modelNote: settings.modelNote,
      gatewaysOf: (input, branch) => Effect.runPromise(gatewayRoutes(settings, input, branch)),
    }),
  )

const requestersLayer = (env: Env, settings: Settings) =>
  Layer.sync(Requesters, () =>
    requestersOf(settings, {
      accounts: accountsOf(databaseOf(env.DB)),
      limits: requestLimitsOf(env.LIMITER),
    }),
  )

/** What one run works with. */
export const runLayer = (env: Env, input: RunInput) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const settings = yield* LoomConfig
      const sandbox = sandboxLayer(env, settings, input.runId)
      const tests = testRunnerLayerWith({ sandboxEnv: settings.sandboxEnv })
      const agents = agentsLayer(modelSettings(settings)).pipe(Layer.provide(modelTransportLayer(env, settings, input)))
      return Layer.mergeAll(
        agents.pipe(Layer.provideMerge(tests), Layer.provideMerge(WorkspaceLive), Layer.provideMerge(sandbox)),
        RepositoryConfigsLive.pipe(Layer.provideMerge(gitHubLayer(settings))),
        runReporterLayer(input).pipe(Layer.provide(CoordinatorLive(env.COORDINATOR))),
        artifactsLayer(env.ARTIFACTS),
        proofSignerLayer(settings),
        requestersLayer(env, settings),
        runSettingsLayer(settings),
        logging,
      )
    }),
  ).pipe(Layer.provide(LoomConfig.layer(env)))

/** Looks through clients made for that look: no connection of one request serves another. */
const systemHealth = (env: Env, settings: Settings) =>
  SystemHealth.of({
    check: Effect.suspend(() =>
      SystemHealth.use(({ check }) => check).pipe(
        Effect.provide(systemHealthLayer(settings).pipe(Layer.provide(sandboxLayer(env, settings, "health")))),
      ),
    ),
  })

/** What requests are served with. */
export interface Edge {
  readonly settings: Settings
  readonly scope: ApiScope
}

const readEdge = (env: Env) =>
  Effect.gen(function* () {
    const settings = yield* LoomConfig
    const { webhookSecret } = settings.github
    const { apiToken, controlLabel, publicStatus } = settings
    const proofKeys = () => publicProofKeys(settings)
    const edge = { webhookSecret, controlLabel, apiToken, publicStatus, version: VERSION, proofKeys }
    const auth = authScopeOf(env, authSettingsOf(settings), { apiToken, publicStatus }, gitHubGate(settings))
    const scope = apiScope(env, edge, { health: systemHealth(env, settings), outside: { layer: outsideLayer(settings) }, auth })
    const loggers = yield* Effect.scoped(Layer.build(logging))
    return { settings, scope: { ...scope, services: Context.merge(scope.services, loggers) } }
  }).pipe(Effect.provide(LoomConfig.layer(env)), Effect.result)

const edges = new WeakMap<Env, ReturnType<typeof edgeOf>>()

/**
 * Settings and services for the edge; a bad setting refuses every request with its name and remedy. An isolate has one `env`,
 * and what is made of it holds nothing of any request: made once, for it was about a quarter of a webhook's CPU (`npm run bench -- intake`).
 */
export const edgeOf = (env: Env): Result.Result<Edge, ConfigurationInvalid> => {
  const edge = edges.get(env) ?? Effect.runSync(readEdge(env))
  edges.set(env, edge)
  return edge
}
