import { beforeAll, expect, it } from "vitest"
import type { StageRecord } from "@loom/core/domain/Stage"
import { defaultLimits } from "@loom/core/domain/RepositoryState"
import { engineOf } from "../../test/engine.ts"
import { coordinator, migrated, newRepository, outcomeOf, ring, run, wishFor } from "../../test/fixtures.ts"

beforeAll(migrated)

/** Whether each run of one task was said to count already; `admitted`: how the stage ended in each but the last. */
const countedOf = async (cause: string, ...admitted: ReadonlyArray<StageRecord["outcome"]>) => {
  const repository = newRepository()
  const engine = engineOf(repository.id)
  await run(coordinator.request(wishFor(repository, 1, { cause })))
  for (const [index, outcome] of admitted.entries()) {
    await engine.until(() => engine.started.length === index + 1)
    const runId = engine.started[index]?.runId ?? ""
    const record = { name: "admit" as const, startedAt: 1, endedAt: 2, outcome, summary: "" }
    await run(coordinator.report(repository.id, runId, { kind: "stage", record }))
    await run(coordinator.finish(repository.id, runId, outcomeOf("failed", "transient")))
    engine.skipMs += defaultLimits.backoffMaxMs
    await ring(repository)
  }
  await engine.until(() => engine.started.length === admitted.length + 1)
  return engine.started.map((input) => input.isCounted)
}

it("a run knows whether its task counts already: the API took it, or an earlier run was admitted", async () => {
  expect(await countedOf("api")).toEqual([true])
  expect(await countedOf("a-delivery", "ok")).toEqual([false, true])
  // The limiter, or GitHub, did not answer: the attempt that is admitted is the one that counts.
  expect(await countedOf("a-delivery", "failed", "ok")).toEqual([false, false, true])
})
