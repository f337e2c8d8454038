import { Context } from "effect"
import type { ApiScope } from "@loom/api/ApiScope"
import { Coordinator } from "@loom/core/ports/Coordinator"
import { SystemHealth } from "@loom/core/ports/SystemHealth"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { databaseOf } from "@loom/db/Database"
import { taskCatalogueOf } from "@loom/db/TaskCatalogueD1"
import { coordinatorOf } from "./CoordinatorLive.ts"
import type { CoordinatorNamespace } from "./CoordinatorRpc.ts"

/**
 * What one request of the API is served with: plain objects around bindings, made in microseconds. A whole runtime per
 * webhook would cost more than the webhook (facts/idioms.md 0.7 and performance.md P2).
 */
export const apiScope = (
  bindings: { readonly COORDINATOR: CoordinatorNamespace; readonly DB: D1Database },
  settings: ApiScope["settings"],
  health: SystemHealth["Service"],
): ApiScope => ({
  settings,
  services: Context.make(Coordinator, coordinatorOf(bindings.COORDINATOR)).pipe(
    Context.add(TaskCatalogue, taskCatalogueOf(databaseOf(bindings.DB))),
    Context.add(SystemHealth, health),
  ),
})
