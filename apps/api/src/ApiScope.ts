import { Context, Effect, type Layer } from "effect"
import type { Context as HonoContext } from "hono"
import type { Access, Principal } from "@loom/core/ports/Access"
import type { Artifacts } from "@loom/core/ports/Artifacts"
import type { Coordinator } from "@loom/core/ports/Coordinator"
import type { GitHub } from "@loom/core/ports/GitHub"
import type { IdempotencyKeys } from "@loom/core/ports/IdempotencyKeys"
import type { IssueDesk } from "@loom/core/ports/IssueDesk"
import type { RepositoryConfigs } from "@loom/core/ports/RepositoryConfigs"
import type { LiveFeed } from "@loom/core/ports/LiveFeed"
import type { SystemHealth } from "@loom/core/ports/SystemHealth"
import type { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import type { ApiSettings } from "./ApiSettings.ts"
import type { AuthScope } from "./auth/AuthScope.ts"

/** What only a few operations need, and what holds connections: made for the request that asks for it. */
export class Outside extends Context.Service<Outside, { readonly layer: Layer.Layer<IssueDesk | GitHub | RepositoryConfigs> }>()(
  "@loom/api/Outside",
) {}

/** Runs `effect` with GitHub at hand. */
export const outside = <A, E, R>(effect: Effect.Effect<A, E, R>) => Outside.use(({ layer }) => Effect.provide(effect, layer))

export type ApiServices = Coordinator | TaskCatalogue | SystemHealth | Artifacts | Access | IdempotencyKeys | LiveFeed | Outside

/** How much of a limit is used (draft-ietf-httpapi-ratelimit-headers). */
export interface LimitState {
  readonly allowed: boolean
  /** Requests per window, and the window's length. */
  readonly quota: number
  readonly windowSeconds: number
  readonly remaining: number
  readonly resetSeconds: number
}

/** What one request is served with: `api.fetch(request, scope, ctx)`. Cheap to make; nothing is shared across requests. */
export interface ApiScope {
  readonly settings: ApiSettings
  readonly services: Context.Context<ApiServices>
  /** Counts a request against its account; null when nothing limits it. Without it nobody is limited. */
  readonly limiter?: (principal: Principal, limit: "write" | "run") => Effect.Effect<LimitState | null>
  /** Signing in, accounts and limits; without it nobody can sign in and nobody is limited. */
  readonly auth?: AuthScope
}
export type ApiEnv = { Bindings: ApiScope }

/** Runs an effect that has an answer for every error: `never` makes the compiler demand it. A defect becomes a 500 in `makeApi`. */
export const answer = (c: HonoContext<ApiEnv>, effect: Effect.Effect<Response, never, ApiServices>): Promise<Response> =>
  Effect.runPromiseWith(c.env.services)(effect)
