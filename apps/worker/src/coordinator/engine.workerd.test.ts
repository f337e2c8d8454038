import { env } from "cloudflare:workers"
import { describe, expect, it } from "vitest"
import { RunId, TaskId } from "@loom/core/domain/Ids"
import { noUsage } from "@loom/core/domain/Usage"
import { cloudflarePlatform } from "./cloudflare-platform.ts"

const input = (runId: string) => ({
  runId: RunId.make(runId),
  taskId: TaskId.make("t_1_1_1"),
  kind: "implement" as const,
  issueNumber: 1,
  requestedBy: "ada",
  attempt: 1,
  repository: { id: 1, installationId: 1, owner: "o", name: "r" },
})

describe("the real engine, as the coordinator uses it", () => {
  const platform = cloudflarePlatform({ TASK_WORKFLOW: env.ENGINE, DB: env.DB })

  it("takes a run once, however often it is started", async () => {
    await platform.startRun(input("r-1-1-1-1-once"))
    await platform.startRun(input("r-1-1-1-1-once"))
    expect((await (await env.ENGINE.get("r-1-1-1-1-once")).status()).status).toMatch(/running|waiting|queued/)
  })

  it("says of a run it never had that it is missing", async () => {
    expect(await platform.recoverRun("r-1-1-1-1-never")).toBe("missing")
  })

  it("continues a run that goes on, and says of one that ended that it has ended", async () => {
    await platform.startRun(input("r-1-1-1-1-goes"))
    expect(await platform.recoverRun("r-1-1-1-1-goes")).toBe("continued")
    await platform.stopRun("r-1-1-1-1-goes")
    expect(await platform.recoverRun("r-1-1-1-1-goes")).toEqual({ ended: true, problem: null })
  })

  it("says why a run broke, without its secrets", async () => {
    await platform.startRun({ ...input("r-1-1-1-1-broken"), requestedBy: "breaks" })
    const instance = await env.ENGINE.get("r-1-1-1-1-broken")
    while ((await instance.status()).status !== "errored") await scheduler.wait(5)
    expect(await platform.recoverRun("r-1-1-1-1-broken")).toEqual({ ended: true, problem: "it broke with [redacted]" })
  })

  it("gives the ending of a run an instance of its own, once", async () => {
    const ended = { status: "failed" as const, reason: "silent", stages: [], usage: noUsage }
    await platform.startRun(input("r-1-1-1-1-over"))
    await platform.startRun({ ...input("r-1-1-1-1-over"), ended })
    await platform.startRun({ ...input("r-1-1-1-1-over"), ended })
    expect((await (await env.ENGINE.get("r-1-1-1-1-over-end")).status()).status).toMatch(/running|waiting|queued/)
  })
})
