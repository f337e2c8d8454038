import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { TaskDetail } from "@loom/core/domain/TaskView"
import { fixSum, type Journey, library, startJourney } from "./journey.ts"

/** A test that takes long enough to be killed in the middle, and says when it begins. */
const slowTest = {
  "test/slow.test.js": `import { test } from "node:test"
console.log("the slow test begins")
test("takes its time", () => new Promise((resolve) => setTimeout(resolve, 8_000)))
`,
}

describe("the sandbox host dies with every box in it: the same run goes on in another one", () => {
  let journey: Journey
  beforeAll(async () => {
    journey = await startJourney("lost-box", { LOOM_BACKOFF_MS: "500" })
  }, 300_000)
  afterAll(() => journey.close())

  const ends = async (name: string, taskId: string): Promise<TaskDetail> => {
    const detail = await journey.world.followTask(taskId)
    assert.strictEqual(detail.status, "completed", detail.reason ?? "")
    assert.strictEqual(detail.verdict, "pass")
    assert.strictEqual(detail.attempt, 1, "the same run went on")
    assert.lengthOf(await journey.rest<ReadonlyArray<object>>(`/repos/acme/${name}/pulls?state=all`), 1)
    assert.strictEqual(detail.outcome?.stages.filter((stage) => stage.name === "baseline").length, 1)
    const diff = await journey.world.diffOf(detail)
    assert.include(diff, "+export const sum = (a, b) => a + b")
    return detail
  }

  it("in the middle of code: after the finished turns, with what they changed, and none of them again", async () => {
    const { taskId } = await journey.label("mid-code", {
      ...fixSum,
      commands: ["echo begun", "sleep 10", "grep 'a + b' sum.js && echo kept"],
    })
    await journey.untilLog(taskId, /echo begun/, "code")
    await journey.world.killSandbox()
    await journey.world.restartSandbox()
    await journey.untilLog(taskId, /rebuilding it from the recipe and the last checkpoint/)
    const detail = await ends("mid-code", taskId)
    // plan, edit, three commands, run_tests, finish, review; the turn whose box was lost is asked a second time.
    assert.isAtLeast(detail.usage.requests, 8)
    assert.isAtMost(detail.usage.requests, 9)
  })

  it("in the middle of verify: the gate's work begins again in another box, on the same frozen change", async () => {
    const { taskId } = await journey.label("mid-verify", fixSum, library({ files: slowTest }))
    await journey.untilLog(taskId, /the slow test begins/, "verify")
    await journey.world.killSandbox()
    await journey.world.restartSandbox()
    await journey.untilLog(taskId, /the gate's sandbox was lost/, "verify")
    const detail = await ends("mid-verify", taskId)
    assert.strictEqual(detail.usage.requests, 5, "plan, edit, run_tests, finish, review: nobody was asked again")
  })

  it("and stays away for longer than a restart takes: the run waits", async () => {
    const { taskId } = await journey.label("away", { ...fixSum, commands: ["echo begun", "sleep 8"] })
    await journey.untilLog(taskId, /echo begun/, "code")
    await journey.world.killSandbox()
    // Longer than the port asks again by itself.
    await new Promise((resolve) => setTimeout(resolve, 15_000))
    await journey.world.restartSandbox()
    const detail = await ends("away", taskId)
    assert.isNull(detail.outcome?.failure ?? null)
  })
})
