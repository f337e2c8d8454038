import { Context } from "effect"
import type { GatewayRoute } from "./Sandbox.ts"
import type { HostPermissions } from "../domain/network-config.ts"
import type { Budget } from "../domain/Usage.ts"
import type { RunInput } from "../domain/Run.ts"

/** The operator's settings a run needs. Made by the composition root from the Worker's environment. */
export class RunSettings extends Context.Service<
  RunSettings,
  {
    /** Of this Loom, for the proof. */
    readonly version: string
    /** Public origin of this Loom, without trailing slash: for links. */
    readonly publicUrl: string
    readonly controlLabel: string
    readonly budget: Budget
    readonly maxMinutes: number
    /** Rounds of verify -> code after a gate that stopped the change. */
    readonly maxFixRounds: number
    readonly testTimeoutMs: number
    /** What every set-up may reach: `host` or `host:port`. */
    readonly registries: ReadonlyArray<string>
    /** What a repository may ask for besides. */
    readonly repositoryHosts: HostPermissions
    /** Environment of every exec that installs or tests, e.g. `npm_config_registry`. Never secret. */
    readonly sandboxEnv: Readonly<Record<string, string>>
    /** Login of the App's bot user, `<slug>[bot]`, and its commit e-mail. */
    readonly bot: { readonly login: string; readonly email: string }
    /** Shown to people when no real model answers, e.g. "a recorded model". */
    readonly modelNote: string | null
    /** The doors of this run's sandbox: the git gateway with a capability for exactly this run and branch. */
    readonly gatewaysOf: (input: RunInput, branch: string) => Promise<ReadonlyArray<GatewayRoute>>
  }
>()("@loom/core/ports/RunSettings") {}
