import { Clock, Effect, Schema } from "effect"
import { SystemStatus } from "@loom/core/domain/TaskView"
import { UsageReport } from "@loom/core/domain/UsageReport"
import { IssueDesk } from "@loom/core/ports/IssueDesk"
import { SystemHealth } from "@loom/core/ports/SystemHealth"
import { TaskCatalogue, type Totals } from "@loom/core/ports/TaskCatalogue"
import { outside } from "../ApiScope.ts"
import { json, operation } from "../operation.ts"
import { Count } from "../query.ts"
import { prometheusText } from "./prometheus.ts"

const read = { method: "get", tag: "System", limit: null, status: 200 } as const
const DAY_MS = 24 * 60 * 60_000
const nothing: Totals = { pending: 0, running: 0, waiting: 0, completed: 0, failed: 0, cancelled: 0, oldestPendingAt: null }

const share = (part: number, of: number): number | null => (of === 0 ? null : part / of)

/** What the database knows. When it is down there is an answer too, and it says so. */
const figures = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const catalogue = yield* TaskCatalogue
  return yield* Effect.all({ totals: catalogue.totals, ended: catalogue.endedSince(now - DAY_MS) }).pipe(
    Effect.map((found) => ({ ...found, database: "ok", now })),
    Effect.catch((error) =>
      Effect.succeed({ totals: nothing, ended: { completed: 0, failed: 0, other: 0 }, database: error.message, now }),
    ),
  )
})

/** Of the installation that was active last: each has an allowance of its own. */
const rateLimit = Effect.gen(function* () {
  const repository = yield* TaskCatalogue.use((catalogue) => catalogue.lastActive)
  return repository === null ? null : yield* outside(IssueDesk.use((desk) => desk.rateLimit(repository)))
}).pipe(
  Effect.timeoutOrElse({ duration: "3 seconds", orElse: () => Effect.succeed(null) }),
  Effect.catch(() => Effect.succeed(null)),
)

const getStatus = operation({
  ...read,
  id: "getStatus",
  access: "read",
  path: "/api/v1/status",
  aliases: ["/api/status"],
  summary: "How Loom is doing",
  description: "Asks each neighbour once, for at most three seconds.",
  success: { name: "SystemStatus", schema: SystemStatus },
  problems: [],
  handle: ({ settings }) =>
    Effect.gen(function* () {
      const checks = { health: SystemHealth.use((system) => system.check), found: figures, left: rateLimit }
      const { found, health, left } = yield* Effect.all(checks, { concurrency: "unbounded" })
      const { database, ended, now, totals } = found
      const all = ended.completed + ended.failed + ended.other
      const status: SystemStatus = {
        version: settings.version,
        queued: totals.pending,
        running: totals.running,
        waiting: totals.waiting,
        oldestPendingMs: totals.oldestPendingAt === null ? null : Math.max(0, now - totals.oldestPendingAt),
        completed: totals.completed,
        failed: totals.failed,
        cancelled: totals.cancelled,
        lastDay: { ended: all, successRate: share(ended.completed, all), errorRate: share(ended.failed, all) },
        githubRateLimit: left,
        health: { ...health, database },
      }
      return json(status)
    }),
})

const getHealth = operation({
  ...read,
  id: "getHealth",
  access: "public",
  path: "/healthz",
  aliases: ["/api/v1/healthz"],
  summary: "Whether the Worker runs",
  description: "For machines: asks nobody.",
  success: { name: "Health", schema: Schema.Struct({ status: Schema.Literal("ok"), version: Schema.String }) },
  problems: [],
  handle: ({ settings }) => Effect.succeed(json({ status: "ok", version: settings.version })),
})

const getMetrics = operation({
  ...read,
  id: "getMetrics",
  access: "operator",
  path: "/api/v1/metrics",
  summary: "Figures for Prometheus",
  description: "Text exposition format 0.0.4, for a scraper that sends the operator's token. Asks nobody but the database.",
  success: { contentType: "text/plain", description: "Prometheus text." },
  problems: [],
  handle: ({ settings }) =>
    Effect.map(figures, (found) => ({
      kind: "text" as const,
      text: prometheusText({ ...found, version: settings.version }),
      type: "text/plain; version=0.0.4; charset=utf-8",
    })),
})

const getUsage = operation({
  ...read,
  id: "getUsage",
  access: "operator",
  path: "/api/v1/usage",
  summary: "What models cost, by day and model",
  query: Schema.Struct({ days: Schema.optionalKey(Count(366).annotate({ description: "How many days back; 30 when not given." })) }),
  success: { name: "UsageReport", schema: UsageReport },
  problems: ["bad_request", "unavailable"],
  etag: true,
  handle: ({ query }) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const from = now - (now % DAY_MS) - Math.max(0, (query.days ?? 30) - 1) * DAY_MS
      return json(yield* TaskCatalogue.use((catalogue) => catalogue.usage(from, now)))
    }),
})

export const systemReads = [getStatus, getHealth, getMetrics, getUsage]
