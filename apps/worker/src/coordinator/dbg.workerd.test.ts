import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test"
import { beforeAll, it } from "vitest"
import { defaultLimits } from "@loom/core/domain/RepositoryState"
import { engineOf } from "../../test/engine.ts"
import { coordinator, migrated, newRepository, outcomeOf, run, stubOf, wishFor } from "../../test/fixtures.ts"
beforeAll(migrated)
it("dbg", async () => {
    const repository = newRepository()
  const engine = engineOf(repository.id)
  const { taskId } = await run(coordinator.request(wishFor(repository)))
  await engine.until(() => engine.started.length === 1)
  for (const attempt of [1,2]) {
      const f = await stubOf(repository).finish(engine.started[attempt - 1]?.runId ?? "", outcomeOf("failed", "transient"))
      engine.skipMs += defaultLimits.backoffMaxMs
      const ran = await runDurableObjectAlarm(stubOf(repository))
      const t = await run(coordinator.task(repository.id, taskId))
      console.log(attempt, ran, t.status, t.runId, engine.started.length, await runInDurableObject(stubOf(repository), async (_, s) => [await s.storage.getAlarm(), Date.now(), engine.now(), s.storage.sql.exec("select due_at, status, started, start_at, last_seen_at from tasks").toArray(), s.storage.sql.exec("select type, at, data from events").toArray()]))
  }
  await new Promise(r => setTimeout(r, 1000))
  console.log(engine.started.length)
})
