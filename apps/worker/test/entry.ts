import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers"
import { Effect, Layer, Redacted } from "effect"
import { authScopeOf } from "../src/access/auth-scope.ts"
import { gitHubGate } from "../src/access/github-people.ts"
import { makeApi } from "@loom/api/make-api"
import type { RunInput } from "@loom/core/domain/Run"
import { GitHub } from "@loom/core/ports/GitHub"
import { IssueDesk } from "@loom/core/ports/IssueDesk"
import { RepositoryConfigs } from "@loom/core/ports/RepositoryConfigs"
import { AgentCoordinator, type CoordinatorEnv } from "../src/AgentCoordinator.ts"
import { apiScope } from "../src/coordinator/api-scope.ts"
import { cloudflarePlatform } from "../src/coordinator/cloudflare-platform.ts"
import type { CoordinatorPlatform } from "../src/coordinator/CoordinatorPlatform.ts"
import type { CoordinatorNamespace } from "../src/coordinator/CoordinatorRpc.ts"
import type { LiveNamespace } from "../src/coordinator/LiveFeedLive.ts"
import type { CoordinatorSettings } from "../src/coordinator/CoordinatorSettings.ts"
import { publicProofKeys } from "../src/proof-keys.ts"
import { SandboxObject } from "../src/Sandbox.ts"
import type { BoxContainer } from "../src/sandbox/start-container.ts"
import { containerOf } from "./container.ts"
import { doors } from "./doors.ts"
import { engineOf } from "./engine.ts"

export { SandboxEgress } from "../src/SandboxEgress.ts"
export { AccountLimiter } from "../src/AccountLimiter.ts"

const engineFor = (ctx: DurableObjectState) => engineOf(ctx.id.name ?? "unnamed")

/** The real coordinator with the real D1; its engine is the test's. */
export class ScriptedCoordinator extends AgentCoordinator<CoordinatorEnv> {
  protected override platform(): CoordinatorPlatform {
    return engineFor(this.ctx).platform(cloudflarePlatform(this.env).project)
  }

  protected override settings(): CoordinatorSettings {
    const { maxLogLines, recoverOnWakeMs } = engineFor(this.ctx)
    return { ...super.settings(), maxLogLines, recoverOnWakeMs }
  }
}

/** The real box; its container is the test's, and so is its clock. */
export class TestSandbox extends SandboxObject {
  skipMs = 0
  protected override box(): BoxContainer {
    return containerOf(this.ctx.id.name ?? "unnamed")
  }
  protected override now(): number {
    return Date.now() + this.skipMs
  }
}

/** A run that waits for the event `go` and then ends: for what the real engine says of its instances. */
export class WaitingWorkflow extends WorkflowEntrypoint<object, RunInput> {
  override async run(event: Readonly<WorkflowEvent<RunInput>>, step: WorkflowStep): Promise<string> {
    if (event.payload.requestedBy === "breaks") throw new Error(`it broke with ghs_${"a".repeat(40)}.`)
    await step.waitForEvent("wait", { type: "go", timeout: "1 hour" })
    return "done"
  }
}

export const webhookSecret = "It's a Secret to Everybody"
export const operatorToken = "operator-token-for-tests"
/** RFC 8032 section 7.1, the keys of TEST 1 and TEST 2. */
export const proofSettings = {
  proofKey: Redacted.make("MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"),
  oldProofKeys: ["MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="],
}
/** GitHub as far as the edge asks it here. */
const gitHub = Layer.mergeAll(
  Layer.mock(IssueDesk)({ rateLimit: () => Effect.succeed({ limit: 5_000, remaining: 4_999, resetAt: 1 }) }),
  Layer.mock(GitHub)({}),
  Layer.mock(RepositoryConfigs)({}),
)
const api = makeApi()

interface TestEnv {
  readonly COORDINATOR: CoordinatorNamespace & LiveNamespace
  readonly LIMITER: DurableObjectNamespace
  readonly DB: D1Database
  readonly ARTIFACTS: R2Bucket
}

export default {
  fetch: (request: Request, env: TestEnv, ctx: ExecutionContext) => {
    // Where the real Worker has its gateways: tells what reached it.
    if (new URL(request.url).pathname.startsWith("/gateways/"))
      return request.text().then((body) => Response.json({ url: request.url, headers: Object.fromEntries(request.headers), body }))
    const publicStatus = doors.publicStatus ?? !new URL(request.url).searchParams.has("closed")
    const apiToken = Redacted.make(operatorToken)
    return api.fetch(
      request,
      apiScope(
        env,
        {
          webhookSecret: Redacted.make(webhookSecret),
          apiToken,
          controlLabel: "loom:ready",
          version: "test",
          proofKeys: () => publicProofKeys(proofSettings),
          publicStatus,
        },
        {
          health: { check: Effect.succeed({ github: "ok", model: "ok", sandbox: "ok" }) },
          outside: { layer: gitHub },
          auth: authScopeOf(env, doors.auth, { apiToken, publicStatus }, gitHubGate(doors.gate)),
        },
      ),
      ctx,
    )
  },
}
