import { Effect } from "effect"
import type { Context, Hono } from "hono"
import type { SystemStatus } from "@loom/core/domain/TaskView"
import { SystemHealth } from "@loom/core/ports/SystemHealth"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { answer, type ApiEnv } from "./ApiScope.ts"
import { mayRead } from "./auth/guards.ts"

const nothing = { pending: 0, running: 0, waiting: 0, completed: 0, failed: 0, cancelled: 0, oldestPendingAt: null }

/** Also when the database is down there is an answer, and it says so. */
const status = (c: Context, version: string) =>
  Effect.gen(function* () {
    const health = yield* SystemHealth.use((system) => system.check)
    const { database, totals } = yield* TaskCatalogue.use((catalogue) => catalogue.totals).pipe(
      Effect.map((read) => ({ totals: read, database: "ok" })),
      Effect.catch((error) => Effect.succeed({ totals: nothing, database: error.message })),
    )
    const { completed, failed, cancelled, running, pending, oldestPendingAt } = totals
    const body: SystemStatus = {
      version,
      queued: pending,
      running,
      completed,
      failed,
      cancelled,
      oldestPendingMs: oldestPendingAt === null ? null : Math.max(0, Date.now() - oldestPendingAt),
      health: { ...health, database },
    }
    return c.json(body)
  })

/** `GET /status` for people, `GET /healthz` for machines: it answers as long as the Worker runs. */
export const statusRoutes = (app: Hono<ApiEnv>): void => {
  for (const path of ["/api/v1/status", "/api/status"]) {
    app.get(path, mayRead, (c) => answer(c, status(c, c.env.settings.version)))
  }
  for (const path of ["/healthz", "/api/v1/healthz"]) {
    app.get(path, (c) => c.json({ status: "ok", version: c.env.settings.version }))
  }
}
