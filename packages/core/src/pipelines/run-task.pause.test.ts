import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { RunId, TaskId } from "../domain/Ids.ts"
import type { RunInput } from "../domain/Run.ts"
import { noUsage } from "../domain/Usage.ts"
import { AgentError } from "../ports/Agents.ts"
import { GitHubError, Unreachable } from "../ports/GitHub.ts"
import { Kept } from "./Kept.ts"
import { runTask } from "./run-task.ts"
import { input, turn, usage, work } from "./testing/fixtures.ts"
import { commitOf } from "./testing/in-memory-box.ts"
import { IsolateDied, report, World } from "./testing/in-memory-world.ts"

/** Runs, and runs again after each death of the isolate, as the engine does. */
const runToEnd = async (world: World, of: RunInput = input) => {
  for (let life = 1; life <= 3; life++) {
    try {
      return await Effect.runPromise(runTask(of).pipe(Effect.provide(world.layer)))
    } catch (error) {
      if (!String(error).includes("IsolateDied") && !(error instanceof IsolateDied)) throw error
      world.revive()
    }
  }
  throw new Error("died more than twice")
}
const hold = { stop: false, hold: "bob paused it" } as const
/** The next run of the task, with nothing of the first one's steps, boxes and signals. */
const next = (world: World, more: Partial<RunInput> = {}): RunInput => {
  world.steps.clear()
  world.patch = ""
  world.signal = { stop: false }
  world.stopAt = null
  world.dieAfter = Number.POSITIVE_INFINITY
  return { ...input, runId: RunId.make("run-2"), from: { runId: input.runId, stage: null }, ...more }
}
const paused = async (stage: NonNullable<World["stopAt"]>["stage"], inside: boolean, prepare: (world: World) => void = () => {}) => {
  const world = new World()
  prepare(world)
  world.stopAt = { stage, inside, signal: hold }
  return { world, outcome: await runToEnd(world) }
}
const comment = (world: World) => [...world.comments.values()][0] ?? ""
const calm = ["plan", "code.1.1", "code.1.2", "review"]

describe("a pause", () => {
  for (const stage of ["admit", "prepare", "baseline", "plan", "code", "verify", "review", "publish"] as const) {
    for (const inside of stage === "publish" ? [false] : [false, true]) {
      it(`${inside ? "during" : "before"} ${stage}: the task waits with its box gone; resumed, it is one pull request and no answer is asked for twice`, async () => {
        const { outcome, world } = await paused(stage, inside)
        assert.deepInclude(outcome, { status: "held", waiting: "paused", pullRequest: null })
        assert.deepStrictEqual([world.openSessions, world.pulls, world.statusLabel], [0, [], null])
        assert.deepStrictEqual(world.finished, outcome)
        assert.include(comment(world), "Loom is paused")
        assert.include(comment(world), "loom resume task-1")
        const resumed = await runToEnd(world, next(world))
        assert.deepInclude(resumed, { status: "completed", verdict: "pass", failure: null })
        assert.deepStrictEqual(world.modelCalls, calm)
        assert.strictEqual(world.pulls.length, 1)
        assert.strictEqual(world.comments.size, 1)
        assert.strictEqual(outcome.usage.requests + resumed.usage.requests, calm.length)
      })
    }
  }

  it("while the pull request is being opened comes too late", async () => {
    const { outcome, world } = await paused("publish", true)
    assert.strictEqual(outcome.status, "completed")
    assert.lengthOf(world.pulls, 1)
  })

  it("ends in the same pull request wherever the isolate dies, in the run that rests and in the one that goes on", async () => {
    const { world: first } = await paused("code", true)
    const before = first.touches
    await runToEnd(first, next(first))
    for (let dieAfter = 1; dieAfter <= first.touches; dieAfter++) {
      const world = new World()
      world.stopAt = { stage: "code", inside: true, signal: hold }
      world.dieAfter = dieAfter
      const where = `after touch ${dieAfter} of ${first.touches} (${before} of the first run)`
      const outcome = await runToEnd(world)
      assert.strictEqual(outcome.status, "held", where)
      assert.deepStrictEqual([world.openSessions, world.pulls.length], [0, 0], where)
      const following = next(world)
      world.dieAfter = dieAfter
      assert.strictEqual((await runToEnd(world, following)).status, "completed", where)
      assert.deepStrictEqual([world.pulls.length, world.comments.size, world.openSessions], [1, 1, 0], where)
      assert.deepStrictEqual([...new Set(world.modelCalls)], calm, where)
      assert.isAtMost(world.modelCalls.length, calm.length + 1, `${where}: only the unfinished turn is asked again`)
      assert.strictEqual(world.branches.get("loom/issue-7"), first.branches.get("loom/issue-7"), where)
    }
  })

  it("in the second round keeps the round, the change and what was said of it", async () => {
    let regresses = true
    const world = new World()
    world.turns = [turn(), turn({ changedFiles: false, finished: work }), turn(), turn({ changedFiles: false, finished: work })]
    world.reports = ({ patched }) => report({ adds: patched ? "passed" : "failed", other: patched && regresses ? "failed" : "passed" })
    world.onTurn = () => {
      // The first turn of the second round mends it, and somebody pauses meanwhile.
      if (world.modelCalls.at(-1) === "code.2.1") {
        regresses = false
        world.signal = hold
      }
    }
    const outcome = await runToEnd(world)
    assert.deepInclude(outcome, { status: "held", kept: ["plan", "code"] })
    const tested = world.tested.length
    assert.strictEqual((await runToEnd(world, next(world))).status, "completed")
    assert.deepStrictEqual(world.modelCalls, ["plan", "code.1.1", "code.1.2", "code.2.1", "code.2.2", "review"])
    assert.strictEqual(world.tested[tested], "", "the base is tested anew before the change is there")
    assert.strictEqual(world.branches.get("loom/issue-7"), commitOf(world.tested.at(-1) ?? ""))
  })

  it("of a run that was resumed is a pause like the first", async () => {
    const { world } = await paused("code", true)
    const second = next(world)
    world.stopAt = { stage: "prepare", inside: false, signal: hold }
    assert.deepInclude(await runToEnd(world, second), { status: "held", kept: ["plan", "code"] })
    const third = next(world, { runId: RunId.make("run-3"), from: { runId: second.runId, stage: null } })
    assert.strictEqual((await runToEnd(world, third)).status, "completed")
    assert.deepStrictEqual(world.modelCalls, calm)
  })

  it("does not give the budget or the time back", async () => {
    const { world } = await paused("code", true)
    const kept = Schema.decodeUnknownSync(Schema.fromJsonString(Kept))(world.artifacts.get("runs/run-1/kept.json"))
    const late = { ...kept, workedMs: 61 * 60_000 }
    world.artifacts.set("runs/run-1/kept.json", Schema.encodeSync(Schema.fromJsonString(Kept))(late))
    world.turns = [turn(), turn(), turn()]
    const outcome = await runToEnd(world, next(world, { spent: { ...usage, costUsd: 4.9 } }))
    assert.deepInclude(outcome.failure, { code: "out_of_time" })
    assert.deepStrictEqual(world.spentTold.at(-1)?.costUsd, 4.9, "what earlier runs spent stands before the model is asked")
    assert.strictEqual(outcome.usage.requests, 1, "and is not counted twice")
    // Another task's time is its own.
    const other = next(world, { runId: RunId.make("run-3"), taskId: TaskId.make("task-2") })
    assert.notDeepInclude((await runToEnd(world, other)).failure ?? {}, { code: "out_of_time" })
  })

  it("whose kept work is gone begins with a plan, and says so", async () => {
    const { world } = await paused("code", true)
    world.artifacts.delete("runs/run-1/kept.json")
    assert.strictEqual((await runToEnd(world, next(world))).status, "completed")
    assert.deepStrictEqual(world.modelCalls.slice(0, 3), ["plan", "code.1.1", "plan"])
    assert.include(world.said, "nothing is kept of run run-1 to go on with: this run begins with a plan")
  })

  it("whose kept work this Loom cannot read does so too; one whose patch is gone keeps its plan", async () => {
    const { world } = await paused("code", true)
    world.artifacts.set("runs/run-1/kept.json", '{"plan":1}')
    assert.strictEqual((await runToEnd(world, next(world))).status, "completed")
    assert.include(world.said, "kept cannot be read")
    const other = (await paused("code", true)).world
    for (const key of other.artifacts.keys()) if (key.includes("/checkpoints/")) other.artifacts.delete(key)
    assert.strictEqual((await runToEnd(other, next(other))).status, "completed")
    assert.include(other.said, "is kept no longer")
    assert.strictEqual(other.modelCalls.filter((call) => call === "plan").length, 1)
  })

  it("keeps the base of a change, and lets a plan alone move with its branch", async () => {
    const moved = "c".repeat(40)
    const { world } = await paused("code", true)
    world.branches.set("main", moved)
    assert.deepInclude(await runToEnd(world, next(world)), { status: "completed", baseCommit: "b".repeat(40) })
    const planned = (await paused("code", false)).world
    planned.branches.set("main", moved)
    assert.deepInclude(await runToEnd(planned, next(planned)), { status: "completed", baseCommit: moved })
    assert.include(planned.said, "has moved on since")
  })

  it("is not counted as another run of who asked: what the API has counted is not counted again", async () => {
    const { world } = await paused("code", true)
    await runToEnd(world, next(world))
    assert.deepStrictEqual(world.counted, [
      [501, false],
      [501, true],
    ])
  })

  it("does not survive the label: a task that is resumed without it is refused", async () => {
    const { world } = await paused("code", true)
    world.labels = []
    assert.deepInclude((await runToEnd(world, next(world))).failure, { code: "label_missing" })
  })
})

describe("a plan that needs approval", () => {
  const wanted = { ...input, approval: { state: "wanted" } } as const
  const given = (more: object = {}) => ({
    approval: { state: "given", by: "bob", note: "Mind the docs.", isChecked: true, ...more } as const,
  })
  const planned = async () => {
    const world = new World()
    world.labels = ["loom:plan"]
    return { world, outcome: await runToEnd(world, wanted) }
  }

  it("is told on the issue, and nothing is written", async () => {
    const { outcome, world } = await planned()
    assert.deepInclude(outcome, { status: "held", waiting: "awaiting_approval", kept: ["plan", "code"] })
    assert.deepStrictEqual([world.modelCalls, world.openSessions, world.statusLabel], [["plan"], 0, "loom:awaiting-approval"])
    for (const words of ["plan waits for approval", "add numbers", "1. edit", "loom:approved", "loom approve task-1"])
      assert.include(comment(world), words)
    assert.strictEqual(world.pulls.length, 0)
  })

  it("approved, becomes the pull request, with the note in the coder's brief", async () => {
    const { world } = await planned()
    assert.strictEqual((await runToEnd(world, next(world, given()))).status, "completed")
    assert.deepStrictEqual(world.modelCalls, calm)
    assert.deepStrictEqual(world.guidance, [null, { by: "bob", text: "Mind the docs." }])
  })

  it("waits again when who set the label may not write", async () => {
    const { world } = await planned()
    world.permissions.set("bob", "read")
    const outcome = await runToEnd(world, next(world, given({ isChecked: false })))
    assert.deepInclude(outcome, { status: "held", waiting: "awaiting_approval", kept: ["plan", "code"] })
    assert.include(outcome.failure?.reason, "@bob has `read` permission")
    assert.deepStrictEqual(world.modelCalls, ["plan"])
    world.permissions.clear()
    const third = next(world, {
      ...given({ isChecked: false }),
      runId: RunId.make("run-3"),
      from: { runId: RunId.make("run-2"), stage: null },
    })
    assert.strictEqual((await runToEnd(world, third)).status, "completed")
  })

  it("waits again when an operator has blocked who set the label", async () => {
    const { world } = await planned()
    world.blocked.set(502, "mines coins")
    const outcome = await runToEnd(world, next(world, given({ isChecked: false })))
    assert.deepInclude(outcome, { status: "held", waiting: "awaiting_approval" })
    assert.include(outcome.failure?.reason, "blocked @bob: mines coins")
    assert.deepStrictEqual(world.modelCalls, ["plan"])
  })

  it("is not approved by the approval of another: one that is gone is made anew and waits", async () => {
    const { world } = await planned()
    world.artifacts.delete("runs/run-1/kept.json")
    assert.deepInclude(await runToEnd(world, next(world, given())), { status: "held", waiting: "awaiting_approval" })
    assert.deepStrictEqual(world.modelCalls, ["plan", "plan"])
  })
})

describe("a retry from a stage", () => {
  const of = (stage: "code" | "verify" | "publish") =>
    ({ taskId: TaskId.make("task-2"), from: { runId: input.runId, stage } }) satisfies Partial<RunInput>
  const regressed = async () => {
    const world = new World()
    world.reports = ({ patched }) => report({ adds: patched ? "passed" : "failed", other: patched ? "failed" : "passed" })
    return { world, outcome: await runToEnd(world) }
  }

  it("verify: the kept change is tested anew, and only that; the gate still stops what breaks", async () => {
    const { outcome, world } = await regressed()
    assert.deepStrictEqual(outcome.kept, ["plan", "code", "verify"])
    const asked = world.modelCalls.length
    const again = next(world, of("verify"))
    // The test that it broke was mended on the base meanwhile, or was unstable.
    world.reports = ({ patched }) => report({ adds: patched ? "passed" : "failed", other: "passed" })
    assert.deepInclude(await runToEnd(world, again), { status: "completed", verdict: "pass" })
    assert.deepStrictEqual(world.modelCalls.slice(asked), ["review"])
    const strict = (await regressed()).world
    assert.deepInclude((await runToEnd(strict, next(strict, of("verify")))).failure, { code: "gate_regressed" })
    assert.lengthOf(strict.pulls, 0)
  })

  it("code: another change by the same plan", async () => {
    const { world } = await regressed()
    world.modelCalls.length = 0
    const again = next(world, of("code"))
    world.reports = ({ patched }) => report({ adds: patched ? "passed" : "failed", other: "passed" })
    assert.deepInclude(await runToEnd(world, again), { status: "completed" })
    assert.deepStrictEqual(world.modelCalls, ["code.1.1", "code.1.2", "review"])
  })

  it("publish: what was proven goes through the same door, on a branch that is free, and no model is asked", async () => {
    const world = new World()
    const fault = () => new GitHubError({ operation: "write", reason: new Unreachable({ detail: "502" }) })
    world.pullRequestFaults.push(fault(), fault(), fault())
    const outcome = await runToEnd(world)
    assert.deepInclude(outcome.failure, { stage: "publish" })
    assert.deepStrictEqual(outcome.kept, ["plan", "code", "verify", "publish"])
    world.pulls.length = 0
    const asked = world.modelCalls.length
    const tests = world.tested.length
    const again = await runToEnd(world, next(world, of("publish")))
    assert.deepInclude(again, { status: "completed", verdict: "pass" })
    assert.deepInclude(again.pullRequest, { branch: "loom/issue-7-2" })
    assert.deepStrictEqual([world.modelCalls.length, world.tested.length], [asked, tests])
    assert.lengthOf(world.pulls, 1)
  })

  it("publish: a change without the gate's word is not published, it is verified", async () => {
    const { world } = await regressed()
    assert.deepInclude((await runToEnd(world, next(world, of("publish")))).failure, { code: "gate_regressed" })
    assert.lengthOf(world.pulls, 0)
  })
})

describe("a stop and a failure", () => {
  it("keep as well what was done", async () => {
    const world = new World()
    world.stopAt = { stage: "verify", inside: false }
    assert.deepInclude(await runToEnd(world), { status: "cancelled", kept: ["plan", "code", "verify"] })
    const broke = new World()
    broke.plan = () => new AgentError({ role: "planner", code: "auth", detail: "401", remedy: "Set the key." })
    const outcome = await runToEnd(broke)
    assert.strictEqual(outcome.status, "failed")
    assert.isUndefined(outcome.kept)
  })

  it("of a run that its coordinator ended as paused is told", async () => {
    const world = new World()
    const end = { status: "held", reason: "Bob paused it.", stages: [], usage: noUsage } as const
    await runToEnd(world, { ...input, ended: end })
    assert.include(comment(world), "Loom is paused")
    assert.isNull(world.finished)
  })
})
