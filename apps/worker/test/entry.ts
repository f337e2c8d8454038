import { AgentCoordinator, type CoordinatorEnv } from "../src/AgentCoordinator.ts"
import { cloudflarePlatform } from "../src/coordinator/cloudflare-platform.ts"
import type { CoordinatorPlatform } from "../src/coordinator/CoordinatorPlatform.ts"
import type { CoordinatorSettings } from "../src/coordinator/CoordinatorSettings.ts"
import { engineOf } from "./engine.ts"

const engineFor = (ctx: DurableObjectState) => engineOf(ctx.id.name ?? "unnamed")

/** The real coordinator with the real D1; its engine is the test's. */
export class ScriptedCoordinator extends AgentCoordinator<CoordinatorEnv> {
  protected override platform(): CoordinatorPlatform {
    return engineFor(this.ctx).platform(cloudflarePlatform(this.env).project)
  }

  protected override settings(): CoordinatorSettings {
    return { ...super.settings(), recoverOnWakeMs: engineFor(this.ctx).recoverOnWakeMs }
  }
}

export default { fetch: () => new Response("tests only", { status: 404 }) }
