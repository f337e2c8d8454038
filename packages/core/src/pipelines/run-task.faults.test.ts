import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { RunId } from "../domain/Ids.ts"
import type { RunInput } from "../domain/Run.ts"
import { noUsage } from "../domain/Usage.ts"
import { Forbidden, GitHubError, Unreachable } from "../ports/GitHub.ts"
import { CoordinatorUnavailable } from "../ports/RunReporter.ts"
import { BoxLost, SandboxError, SandboxUnavailable } from "../ports/Sandbox.ts"
import { runTask } from "./run-task.ts"
import { input, turn, work } from "./testing/fixtures.ts"
import { commitOf } from "./testing/in-memory-box.ts"
import { report, World } from "./testing/in-memory-world.ts"

/**
 * To its end, with as much time as it asks for. Digests and signatures are made by real threads: the clock gives them 5 real milliseconds
 * before each of its seconds, or it would reach a stage's limit of many minutes while one of them waits for a core.
 */
const run = (world: World, of: RunInput = input) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(runTask(of).pipe(Effect.provide(world.layer)))
    while (fiber.pollUnsafe() === undefined) {
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 5)))
      yield* TestClock.adjust("1 second")
    }
    return yield* Fiber.join(fiber)
  })
/** The task's next attempt: a run of its own, with nothing of the first one's steps. */
const second = (world: World): RunInput => {
  world.steps.clear()
  world.patch = ""
  return { ...input, runId: RunId.make("run-2"), attempt: 2 }
}
const unreachable = () => new GitHubError({ operation: "write", reason: new Unreachable({ detail: "502" }) })
const silent = () => new CoordinatorUnavailable({ operation: "report", detail: "reset" })
const times = <A>(count: number, make: () => A) => Array.from({ length: count }, make)

describe("a step that the engine gives up", () => {
  for (const step of ["prepare", "code.1.2", "publish"]) {
    it.effect(`${step}: the run still ends, closes its box, and tells issue and coordinator`, () =>
      Effect.gen(function* () {
        const world = new World()
        world.brokenStep = step
        const outcome = yield* run(world)
        assert.deepInclude(outcome, { status: "failed", pullRequest: null })
        assert.deepInclude(outcome.failure, { class: "transient", code: "platform_gave_up" })
        assert.include(outcome.failure?.reason, "the engine gave the step up")
        assert.deepStrictEqual(world.finished, outcome)
        assert.strictEqual(world.openSessions, 0)
        assert.include([...world.comments.values()][0], "stopped without a pull request")
      }),
    )
  }
})

describe("a run that its coordinator ended", () => {
  const ended = (status: "failed" | "cancelled" | "retrying"): RunInput => ({
    ...input,
    ended: {
      status,
      reason: "The run fell silent.",
      stages: [{ name: "code", startedAt: 1, endedAt: null, outcome: "running", summary: "" }],
      usage: noUsage,
    },
  })

  it.effect("closes its box and tells the issue, and does nothing else", () =>
    Effect.gen(function* () {
      const world = new World()
      world.sessions.add(input.runId)
      world.statusLabel = "loom:working"
      const outcome = yield* run(world, ended("failed"))
      assert.deepInclude(outcome.failure, { code: "platform_lost_run", stage: "code", reason: "The run fell silent." })
      assert.strictEqual(world.openSessions, 0)
      assert.strictEqual(world.statusLabel, "loom:failed")
      const [comment] = world.comments.values()
      assert.include(comment, "The run fell silent.")
      assert.include(comment, "the operator of this Loom")
      assert.deepStrictEqual([world.modelCalls, world.finished], [[], null])
      yield* run(Object.assign(world, { steps: new Map() }), ended("cancelled"))
      assert.include([...world.comments.values()][0], "Loom was stopped")
      assert.isNull(world.statusLabel)
    }),
  )

  it.effect("says nothing when another run takes its place", () =>
    Effect.gen(function* () {
      const world = new World()
      world.sessions.add(input.runId)
      yield* run(world, ended("retrying"))
      assert.deepStrictEqual([world.openSessions, world.comments.size], [0, 0])
    }),
  )
})

describe("a stop", () => {
  const stages = ["admit", "prepare", "baseline", "plan", "code", "verify", "review", "publish"] as const
  for (const stage of stages) {
    it.effect(`before ${stage}: nothing of it is begun, the box is closed, the issue told`, () =>
      Effect.gen(function* () {
        const world = new World()
        world.stopAt = { stage, inside: false }
        const outcome = yield* run(world)
        assert.deepInclude(outcome.failure, { code: "cancelled", stage, reason: "the label was removed" })
        assert.deepStrictEqual([outcome.status, outcome.pullRequest, world.pulls], ["cancelled", null, []])
        assert.deepStrictEqual([...world.branches.keys()], ["main"])
        assert.strictEqual(world.openSessions, 0)
        assert.isNull(world.statusLabel)
        assert.include([...world.comments.values()][0], "Loom was stopped")
        assert.deepStrictEqual(world.finished, outcome)
      }),
    )
  }

  it.effect("during a long turn interrupts it", () =>
    Effect.gen(function* () {
      const world = new World()
      world.slowMs = 600_000
      world.stopAt = { stage: "code", inside: true }
      assert.strictEqual((yield* run(world)).status, "cancelled")
      assert.deepStrictEqual(world.modelCalls, ["plan", "code.1.1"])
    }),
  )

  it.effect("while the pull request is being opened comes too late, and does not hide it", () =>
    Effect.gen(function* () {
      const world = new World()
      world.slowMs = 20_000
      world.stopAt = { stage: "publish", inside: true }
      const outcome = yield* run(world)
      assert.deepInclude(outcome, { status: "completed", failure: null })
      assert.lengthOf(world.pulls, 1)
      assert.include([...world.comments.values()][0], "[#8]")
    }),
  )
})

describe("publishing", () => {
  it.effect("goes on in the next attempt with what the gate passed: same branch, same pull request, no model asked again", () =>
    Effect.gen(function* () {
      const world = new World()
      world.pullRequestFaults.push(...times(3, unreachable))
      const first = yield* run(world)
      assert.deepInclude(first.failure, { class: "transient", stage: "publish" })
      const asked = world.modelCalls.length
      const outcome = yield* run(world, second(world))
      assert.deepInclude(outcome, { status: "completed", verdict: "pass", failure: null })
      assert.deepInclude(outcome.pullRequest, { number: 8, branch: "loom/issue-7" })
      assert.strictEqual(outcome.usage.requests, 0, "what the first attempt spent is counted there")
      assert.lengthOf(world.pulls, 1)
      assert.deepStrictEqual([...world.branches.keys()], ["main", "loom/issue-7"])
      assert.strictEqual(world.modelCalls.length, asked)
    }),
  )

  it.effect("of another attempt still asks whether the label is there", () =>
    Effect.gen(function* () {
      const world = new World()
      world.pullRequestFaults.push(...times(3, unreachable))
      yield* run(world)
      world.labels = []
      assert.deepInclude((yield* run(world, second(world))).failure, { code: "label_missing" })
    }),
  )

  it.effect("is done when the pull request is open: a check run that GitHub refuses does not take it back", () =>
    Effect.gen(function* () {
      const world = new World()
      world.checkRunFaults.push(new GitHubError({ operation: "create check run", reason: new Forbidden({ detail: "no checks: write" }) }))
      assert.deepInclude(yield* run(world), { status: "completed", verdict: "pass" })
      assert.lengthOf(world.pulls, 1)
    }),
  )
})

describe("a coordinator that does not answer", () => {
  it.effect("at the end of a stage does not throw the stage's work away", () =>
    Effect.gen(function* () {
      const world = new World()
      const calm = new World()
      yield* run(calm)
      // Every second report of a stage is its end.
      world.stageFaults.push(...times(30, () => [null, silent()]).flat())
      const outcome = yield* run(world)
      assert.strictEqual(outcome.status, "completed")
      assert.deepStrictEqual(world.modelCalls, calm.modelCalls)
    }),
  )

  it.effect("when the run ends is told again", () =>
    Effect.gen(function* () {
      const world = new World()
      world.finishFaults.push(...times(6, silent))
      const outcome = yield* run(world)
      assert.strictEqual(outcome.status, "completed")
      assert.deepStrictEqual(world.finished, outcome)
    }),
  )
})

describe("the gate", () => {
  it.effect("tests what it froze, also in a box that was rebuilt in between", () =>
    Effect.gen(function* () {
      const world = new World()
      // The last turn leaves a file behind that no tool call told of.
      world.turns = [turn(), turn({ changedFiles: false, finished: work })]
      const leave = world.turns[1]
      world.onTurn = (answer) => {
        if (answer === leave) world.patch += "diff --git a/new.snap b/new.snap\n"
      }
      world.testFaults.push(null, new SandboxError({ operation: "exec", reason: new BoxLost({ detail: "gone" }) }))
      const outcome = yield* run(world)
      assert.strictEqual(outcome.status, "completed")
      assert.include(world.tested.at(-1), "new.snap")
      assert.strictEqual(world.branches.get("loom/issue-7"), commitOf(world.tested.at(-1) ?? ""))
    }),
  )
})

describe("a box that is lost", () => {
  it.effect("at any use, in any stage: the same pull request, and no finished turn is asked again", () =>
    Effect.gen(function* () {
      const calm = new World()
      yield* run(calm)
      for (let loseBoxAt = 1; loseBoxAt <= calm.boxUses; loseBoxAt++) {
        const world = Object.assign(new World(), { loseBoxAt })
        const outcome = yield* run(world)
        const where = `at use ${loseBoxAt} of ${calm.boxUses}`
        assert.deepInclude(outcome, { status: "completed", verdict: "pass", failure: null }, where)
        assert.deepStrictEqual([world.pulls.length, world.openSessions], [1, 0], where)
        assert.strictEqual(world.branches.get("loom/issue-7"), calm.branches.get("loom/issue-7"), where)
        assert.deepStrictEqual([...new Set(world.modelCalls)], calm.modelCalls, where)
        assert.isAtMost(world.modelCalls.length, calm.modelCalls.length + 1, `${where}: only the turn whose own box was lost`)
      }
    }),
  )

  it.effect("and whose host is away for two minutes: the stage waits for it", () =>
    Effect.gen(function* () {
      const world = new World()
      const away = new SandboxError({ operation: "exec", reason: new SandboxUnavailable({ detail: "refused" }) })
      world.testFaults.push(null, ...times(6, () => away))
      assert.deepInclude(yield* run(world), { status: "completed", verdict: "pass" })
    }),
  )
})

describe("tests that differ", () => {
  for (const [count, narrowed] of [
    [3, true],
    [3_000, false],
  ] as const) {
    it.effect(`${count} of them are run again${narrowed ? " alone" : " with all others: no command line would hold their names"}`, () =>
      Effect.gen(function* () {
        const world = new World()
        const statuses = (status: "passed" | "failed") =>
          Object.fromEntries(times(count, () => 0).map((_, index) => [`src/deep/down/file-${index}.test.ts > works`, status]))
        world.reports = ({ patched }) => report(statuses(patched ? "failed" : "passed"))
        assert.deepInclude(yield* run(world), { status: "failed", verdict: "regressed" })
        assert.deepStrictEqual(world.only.slice(0, 2), narrowed ? [count, count] : [])
      }),
    )
  }
})

describe("figures of spending", () => {
  it("never run backwards, also when the isolate died and the story is told again from the top", async () => {
    const world = new World()
    world.turns = [turn(), turn(), turn(), turn({ changedFiles: false, finished: work })]
    world.dieAfter = 120
    await Effect.runPromise(runTask(input).pipe(Effect.provide(world.layer))).catch(() => world.revive())
    await Effect.runPromise(runTask(input).pipe(Effect.provide(world.layer)))
    assert.deepStrictEqual(
      world.usageReports,
      [...world.usageReports].toSorted((a, b) => a - b),
    )
  })
})

describe("the control label", () => {
  it.effect("is compared as GitHub does, without case", () =>
    Effect.gen(function* () {
      const world = new World()
      world.labels = ["Loom:Ready"]
      assert.strictEqual((yield* run(world)).status, "completed")
    }),
  )
})
