import { Context } from "effect"
import { type ApiScope, Outside } from "@loom/api/ApiScope"
import type { AuthScope } from "@loom/api/auth/AuthScope"
import { limiterOf } from "@loom/api/auth/limit"
import { Artifacts } from "@loom/core/ports/Artifacts"
import { Coordinator } from "@loom/core/ports/Coordinator"
import { Access } from "@loom/core/ports/Access"
import { IdempotencyKeys } from "@loom/core/ports/IdempotencyKeys"
import { LiveFeed } from "@loom/core/ports/LiveFeed"
import { SystemHealth } from "@loom/core/ports/SystemHealth"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { databaseOf } from "@loom/db/Database"
import { idempotencyKeysOf } from "@loom/db/IdempotencyKeysD1"
import { taskCatalogueOf } from "@loom/db/TaskCatalogueD1"
import { artifactsOf } from "../ArtifactsR2.ts"
import { coordinatorOf } from "./CoordinatorLive.ts"
import type { CoordinatorNamespace } from "./CoordinatorRpc.ts"
import { liveFeedOf, type LiveNamespace } from "./LiveFeedLive.ts"

interface Bindings {
  readonly COORDINATOR: CoordinatorNamespace & LiveNamespace
  readonly DB: D1Database
  readonly ARTIFACTS: R2Bucket
}
type EdgeServices = Context.Context<Coordinator | TaskCatalogue | Artifacts | IdempotencyKeys | LiveFeed>

/** An isolate has one `env`; these objects hold its bindings and nothing of any request. */
const known = new WeakMap<Bindings, EdgeServices>()

/**
 * Coordinator and catalogue for the edge, made once per isolate: making them costs as much as half a webhook, and building
 * layers for each request more than a whole one (facts/performance.md P2).
 */
export const edgeServicesOf = (bindings: Bindings): EdgeServices => {
  const services =
    known.get(bindings) ??
    Context.make(Coordinator, coordinatorOf(bindings.COORDINATOR)).pipe(
      Context.add(TaskCatalogue, taskCatalogueOf(databaseOf(bindings.DB))),
      Context.add(Artifacts, artifactsOf(bindings.ARTIFACTS)),
      Context.add(IdempotencyKeys, idempotencyKeysOf(databaseOf(bindings.DB))),
      Context.add(LiveFeed, liveFeedOf(bindings.COORDINATOR)),
    )
  known.set(bindings, services)
  return services
}

/** What one request of the API is served with. */
export const apiScope = (
  bindings: Bindings,
  settings: ApiScope["settings"],
  { auth, health, outside }: { readonly auth: AuthScope; readonly health: SystemHealth["Service"]; readonly outside: Outside["Service"] },
): ApiScope => ({
  settings,
  auth,
  limiter: limiterOf(auth),
  services: edgeServicesOf(bindings).pipe(
    Context.add(SystemHealth, health),
    Context.add(Outside, outside),
    Context.add(Access, Context.get(auth.services, Access)),
  ),
})
