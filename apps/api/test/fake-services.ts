import { Context, Effect, Layer, Redacted } from "effect"
import type { TaskRequest } from "@loom/core/domain/Task"
import { Access } from "@loom/core/ports/Access"
import { Artifacts, ArtifactsUnavailable } from "@loom/core/ports/Artifacts"
import { type CancelRequest, Coordinator, TaskNotFound } from "@loom/core/ports/Coordinator"
import { IdempotencyKeys } from "@loom/core/ports/IdempotencyKeys"
import { LiveFeed } from "@loom/core/ports/LiveFeed"
import { CoordinatorUnavailable } from "@loom/core/ports/RunReporter"
import { SystemHealth } from "@loom/core/ports/SystemHealth"
import { CatalogueUnavailable, TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { type ApiScope, Outside } from "../src/ApiScope.ts"
import { settingsAccess } from "../src/settings-access.ts"

export const webhookSecret = "a secret of the tests"

const down = (operation: string) => Effect.fail(new CoordinatorUnavailable({ operation, detail: "down" }))
const nothing = (operation: string) => Effect.fail(new CatalogueUnavailable({ operation, detail: "down" }))

/** Remembers what was asked. `up: false` is a platform that does not answer: every call fails as its port says. */
export const fakeScope = (settings: Partial<ApiScope["settings"]> = {}, up = true) => {
  const requested: Array<TaskRequest> = []
  const cancelled: Array<{ readonly repositoryId: number; readonly request: CancelRequest }> = []
  const coordinator = Coordinator.of({
    request: (wish) =>
      up
        ? Effect.sync(
            () => (
              requested.push(wish),
              { taskId: `t_${wish.repository.id}_${wish.issueNumber}_1`, status: "pending" as const, effect: "created" as const }
            ),
          )
        : down("request"),
    cancel: (repositoryId, request) => (up ? Effect.sync(() => (cancelled.push({ repositoryId, request }), [])) : down("cancel")),
    steer: () => (up ? Effect.fail(new TaskNotFound({ taskId: "t_1_1_1" })) : down("steer")),
    task: (_, taskId) => (up ? Effect.fail(new TaskNotFound({ taskId })) : down("get")),
    events: () => down("events"),
    logs: () => down("logs"),
    report: () => down("report"),
    finish: () => down("finish"),
  })
  const catalogue = TaskCatalogue.of({
    list: () => nothing("list"),
    get: () => nothing("get"),
    events: () => Effect.succeed({ items: [], next: null }),
    logs: () => nothing("logs"),
    repositories: () => nothing("repositories"),
    repository: () => nothing("repository"),
    newestOfIssues: () => nothing("newestOfIssues"),
    lastActive: nothing("lastActive"),
    endedSince: () => nothing("endedSince"),
    usage: () => nothing("usage"),
    totals: nothing("totals"),
    openRepositories: () => (up ? Effect.succeed([1, 2]) : nothing("openRepositories")),
  })
  const kept = new Map<string, string>()
  const artifacts = Artifacts.of({
    put: (key, text) => Effect.sync(() => void kept.set(key, text)),
    get: (key) =>
      up ? Effect.sync(() => kept.get(key) ?? null) : Effect.fail(new ArtifactsUnavailable({ operation: "get", detail: "down" })),
  })
  const scope: ApiScope = {
    settings: {
      webhookSecret: Redacted.make(webhookSecret),
      controlLabel: "loom:ready",
      apiToken: null,
      publicStatus: true,
      version: "test",
      proofKeys: async () => [],
      ...settings,
    },
    services: Context.make(Coordinator, coordinator).pipe(
      Context.add(TaskCatalogue, catalogue),
      Context.add(Artifacts, artifacts),
      Context.add(Access, settingsAccess({ apiToken: null, publicStatus: true, ...settings })),
      Context.add(IdempotencyKeys, {
        claim: () => nothing("claim"),
        keep: () => nothing("keep"),
        forget: () => nothing("forget"),
      }),
      Context.add(Outside, { layer: Layer.effectContext(Effect.die("nothing here asks GitHub")) }),
      Context.add(LiveFeed, { connect: () => down("live") }),
      Context.add(SystemHealth, { check: Effect.succeed({ github: "ok", model: "ok", sandbox: "ok" }) }),
    ),
  }
  return { scope, requested, cancelled, kept }
}
