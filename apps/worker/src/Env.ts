import type { AgentCoordinator } from "./AgentCoordinator.ts"
import type { SandboxObject } from "./Sandbox.ts"
import type { RunInput } from "@loom/core/domain/Run"

/** The bindings of wrangler.toml. Settings and secrets are read by `LoomConfig` and nowhere else. */
export interface Env {
  readonly COORDINATOR: DurableObjectNamespace<AgentCoordinator>
  readonly SANDBOX: DurableObjectNamespace<SandboxObject>
  readonly TASK_WORKFLOW: Workflow<RunInput>
  readonly LIMITER: DurableObjectNamespace
  readonly DB: D1Database
  readonly ARTIFACTS: R2Bucket
  readonly ASSETS: Fetcher
  /** Workers AI, where the operator binds it. */
  readonly AI?: Ai
}
