import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { runTask } from "./run-task.ts"
import { input, turn, work } from "./testing/fixtures.ts"
import { IsolateDied, report, World } from "./testing/in-memory-world.ts"

const run = (world: World) => Effect.runPromise(runTask(input).pipe(Effect.provide(world.layer)))
/** Runs, and runs again after each death of the isolate, as the engine does. */
const runToEnd = async (world: World) => {
  for (let life = 1; life <= 3; life++) {
    try {
      return await run(world)
    } catch (error) {
      if (!String(error).includes("IsolateDied") && !(error instanceof IsolateDied)) throw error
      world.revive()
    }
  }
  throw new Error("died more than twice")
}

describe("runTask", () => {
  it("goes from label to a draft pull request with a verdict", async () => {
    const world = new World()
    const outcome = await run(world)
    assert.strictEqual(outcome.status, "completed")
    assert.strictEqual(outcome.verdict, "pass")
    assert.deepStrictEqual(outcome.comparison?.fixed, ["adds"])
    assert.deepStrictEqual(
      outcome.stages.map((stage) => `${stage.name} ${stage.outcome}`),
      ["admit", "prepare", "baseline", "plan", "code", "verify", "review", "publish", "close"].map((name) => `${name} ok`),
    )
    assert.deepStrictEqual(world.modelCalls, ["plan", "code.1.1", "code.1.2", "review"])
    assert.strictEqual(world.pulls.length, 1)
    assert.strictEqual(world.statusLabel, "loom:pr-open")
    assert.strictEqual(world.openSessions, 0)
    assert.deepStrictEqual(world.finished, outcome)
    assert.strictEqual(outcome.usage.requests, 4)
  })

  it("ends in the same single pull request wherever the isolate dies", async () => {
    const calm = new World()
    await run(calm)
    for (let dieAfter = 1; dieAfter <= calm.touches; dieAfter++) {
      const world = new World()
      world.dieAfter = dieAfter
      const outcome = await runToEnd(world)
      const where = `after touch ${dieAfter} of ${calm.touches}`
      assert.strictEqual(outcome.status, "completed", where)
      assert.strictEqual(world.pulls.length, 1, where)
      assert.strictEqual(world.comments.size, 1, where)
      assert.strictEqual(world.checkRuns.size, 1, where)
      assert.strictEqual(world.openSessions, 0, where)
      assert.isAtMost(world.modelCalls.length, calm.modelCalls.length + 1, `${where}: only the unfinished turn is asked again`)
      assert.strictEqual(world.branches.get("loom/issue-7"), calm.branches.get("loom/issue-7"), where)
    }
  })

  it("sends a regression back to the coder and stops when it stays", async () => {
    const world = new World()
    world.reports = ({ patched }) => report({ adds: patched ? "passed" : "failed", other: patched ? "failed" : "passed" })
    const outcome = await run(world)
    assert.strictEqual(outcome.status, "failed")
    assert.strictEqual(outcome.verdict, "regressed")
    assert.strictEqual(outcome.failure?.code, "gate_regressed")
    assert.include(outcome.failure?.evidence ?? "", "other broke")
    assert.strictEqual(world.pulls.length, 0)
    assert.isFalse(world.branches.has("loom/issue-7"))
    assert.strictEqual(outcome.stages.filter((stage) => stage.name === "verify").length, 3)
    assert.include([...world.comments.values()][0], "stopped without a pull request")
    assert.strictEqual(world.statusLabel, "loom:failed")
  })

  it("takes no run that could not be read for one without tests, though it ended with 0: a pipe hides the exit code", async () => {
    const world = new World()
    world.reports = () => report({}, { exitCode: 0, complete: false, problem: "tap started but wrote no report" })
    const outcome = await run(world)
    assert.strictEqual(outcome.failure?.code, "tests_cannot_run")
    assert.deepStrictEqual(world.modelCalls, [])
  })

  it("asks no model when the tests cannot be run", async () => {
    const world = new World()
    world.reports = () =>
      report({}, { exitCode: 127, complete: false, problem: "exit code 127 and no report", outputTail: "sh: mocha: not found" })
    const outcome = await run(world)
    assert.strictEqual(outcome.failure?.code, "tests_cannot_run")
    assert.include(outcome.failure?.evidence ?? "", "mocha: not found")
    assert.deepStrictEqual(world.modelCalls, [])
    assert.isNull(outcome.comparison)
  })

  it("says that nothing was verified where there are no tests, and stops where tests are required", async () => {
    const world = new World()
    world.reports = () => report({})
    const outcome = await run(world)
    assert.strictEqual(outcome.verdict, "no_tests")
    assert.strictEqual(world.pulls.length, 1)
    const strict = new World()
    strict.reports = () => report({})
    strict.config = { require_tests: true }
    assert.strictEqual((await run(strict)).failure?.code, "no_tests")
    assert.deepStrictEqual(strict.modelCalls, [])
  })

  it("refuses without a word of the model: label gone, or set by someone who may not write", async () => {
    const gone = new World()
    gone.labels = []
    assert.strictEqual((await run(gone)).failure?.code, "label_missing")
    assert.strictEqual(gone.comments.size, 0)
    const reader = new World()
    reader.permission = "read"
    const outcome = await run(reader)
    assert.strictEqual(outcome.status, "refused")
    assert.strictEqual(reader.comments.size, 1)
    assert.include([...reader.comments.values()][0], "did not start")
  })

  it("stops within one step when the coordinator says so, and cleans up", async () => {
    const world = new World()
    world.turns = [turn(), turn({ changedFiles: false, finished: work })]
    const original = world.reports
    world.reports = (what) => {
      world.signal = { stop: true, reason: "the label was removed" }
      return original(what)
    }
    const outcome = await run(world)
    assert.strictEqual(outcome.status, "cancelled")
    assert.strictEqual(outcome.failure?.reason, "the label was removed")
    assert.deepStrictEqual(world.modelCalls, [])
    assert.strictEqual(world.openSessions, 0)
    assert.isNull(world.statusLabel)
  })

  it("tells a stop that came while it was failing as what it is", async () => {
    const world = new World()
    world.reports = ({ patched }) => report({ adds: patched ? "passed" : "failed", other: patched ? "failed" : "passed" })
    world.stopAt = { stage: "close", inside: false }
    const outcome = await run(world)
    assert.deepInclude(outcome, { status: "cancelled", verdict: "regressed" })
    assert.strictEqual(outcome.failure?.reason, "the label was removed")
    assert.include([...world.comments.values()][0], "Loom was stopped")
    assert.isNull(world.statusLabel)
  })

  it("does not open an empty pull request", async () => {
    const world = new World()
    world.turns = [turn({ changedFiles: false, finished: work })]
    assert.strictEqual((await run(world)).failure?.code, "no_change")
    assert.strictEqual(world.pulls.length, 0)
  })

  it("hands a reviewer's findings back once and then publishes with them", async () => {
    const world = new World()
    world.approve = false
    const outcome = await run(world)
    assert.strictEqual(outcome.status, "completed")
    assert.strictEqual(world.modelCalls.filter((call) => call === "review").length, 1)
    assert.deepStrictEqual(outcome.stages.map((stage) => stage.name).slice(4), [
      "code",
      "verify",
      "review",
      "code",
      "verify",
      "publish",
      "close",
    ])
  })
})
