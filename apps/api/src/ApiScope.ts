import { type Context, Effect } from "effect"
import type { Context as HonoContext } from "hono"
import type { Artifacts } from "@loom/core/ports/Artifacts"
import type { Coordinator } from "@loom/core/ports/Coordinator"
import type { SystemHealth } from "@loom/core/ports/SystemHealth"
import type { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import type { ApiSettings } from "./ApiSettings.ts"

export type ApiServices = Coordinator | TaskCatalogue | SystemHealth | Artifacts

/** What one request is served with: `api.fetch(request, scope, ctx)`. Cheap to make; nothing is shared across requests. */
export interface ApiScope {
  readonly settings: ApiSettings
  readonly services: Context.Context<ApiServices>
}
export type ApiEnv = { Bindings: ApiScope }

/** Runs an effect that has an answer for every error: `never` makes the compiler demand it. A defect becomes a 500 in `makeApi`. */
export const answer = (c: HonoContext<ApiEnv>, effect: Effect.Effect<Response, never, ApiServices>): Promise<Response> =>
  Effect.runPromiseWith(c.env.services)(effect)
