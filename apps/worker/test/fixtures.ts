import { env } from "cloudflare:workers"
import { applyD1Migrations, type D1Migration, runInDurableObject } from "cloudflare:test"
import { Effect } from "effect"
import type { RunInput, RunOutcome } from "@loom/core/domain/Run"
import type { TaskRequest } from "@loom/core/domain/Task"
import { noUsage } from "@loom/core/domain/Usage"
import { Coordinator } from "@loom/core/ports/Coordinator"
import { coordinatorOf } from "../src/coordinator/CoordinatorLive.ts"
import type { ScriptedCoordinator, TestSandbox } from "./entry.ts"

declare global {
  namespace Cloudflare {
    interface GlobalProps {
      readonly mainModule: typeof import("./entry.ts")
    }
    interface Env {
      readonly COORDINATOR: DurableObjectNamespace<ScriptedCoordinator>
      readonly SANDBOX: DurableObjectNamespace<TestSandbox>
      readonly ENGINE: Workflow<RunInput>
      readonly LIMITER: DurableObjectNamespace
      readonly DB: D1Database
      readonly ARTIFACTS: R2Bucket
      readonly MIGRATIONS: Array<D1Migration>
    }
  }
}

export const migrated = () => applyD1Migrations(env.DB, env.MIGRATIONS)

/** Beyond the ids that the local GitHub gives. */
let lastRepository = 1_000_000
/** Each test has its own repository, and so its own object. */
export const newRepository = () => ({ id: ++lastRepository, installationId: 5, owner: "octo", name: `repo-${lastRepository}` })
type Repository = ReturnType<typeof newRepository>

export const wishFor = (repository: Repository, issueNumber = 1, more: Partial<TaskRequest> = {}): TaskRequest => ({
  repository,
  issueNumber,
  issueUrl: `https://github.test/octo/${repository.name}/issues/${issueNumber}`,
  title: `Issue ${issueNumber}`,
  requestedBy: "ada",
  cause: "test",
  deliveryId: null,
  intentAt: null,
  ...more,
})

export const outcomeOf = (status: RunOutcome["status"], kind: "transient" | "permanent" | "needs_human" = "permanent"): RunOutcome => ({
  status,
  verdict: status === "completed" ? "pass" : null,
  recipe: null,
  baseCommit: "b",
  headCommit: "h",
  comparison: null,
  stages: [],
  usage: { ...noUsage, requests: 2, inputTokens: 10 },
  pullRequest: status === "completed" ? { number: 9, url: "u", draft: true, branch: "loom/issue-1", base: "main", headSha: "h" } : null,
  failure:
    status === "completed" ? null : { class: kind, stage: "code", code: "c", reason: "It broke.", remedy: "Mend it.", evidence: null },
})

export const stubOf = (repository: Repository) => env.COORDINATOR.getByName(String(repository.id))
/** The alarm, now and to its end; what the platform rang before has ended then too. */
export const ring = (repository: Repository) => runInDurableObject(stubOf(repository), (instance) => instance.alarm())
export const coordinator = coordinatorOf(env.COORDINATOR)
/** Runs an effect against the real coordinators. */
export const run = <A, E>(effect: Effect.Effect<A, E, Coordinator>): Promise<A> =>
  Effect.runPromise(Effect.provideService(effect, Coordinator, coordinator))
