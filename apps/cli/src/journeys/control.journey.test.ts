import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { person } from "../world/github.ts"
import { fixSum, type Journey, library, startJourney } from "./journey.ts"

describe("a task that a person steers", () => {
  let journey: Journey
  beforeAll(async () => {
    journey = await startJourney("control")
  }, 120_000)
  afterAll(async () => {
    const violations = journey.violations()
    await journey.close()
    assert.deepStrictEqual(violations, [], "every request, answer and webhook fits GitHub's own description")
  })
  const post = async (taskId: string, verb: string, body?: object) => {
    const response = await fetch(`${journey.world.url}/api/v1/tasks/${taskId}/${verb}`, {
      method: "POST",
      headers: { authorization: `Bearer ${journey.world.apiToken}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, answer: (await response.json()) as { readonly status?: unknown; readonly code?: string } }
  }
  const approve = async (number: number, who: string) => {
    await journey.world.github.labelIssue("acme", "planned", number, "loom:approved", who)
    await journey.world.github.deliveriesIdle()
  }
  /** What the sandbox host says of the run's box. */
  const boxOf = async (runId: string | null) => {
    const { token, url } = journey.world.sandbox
    return (await fetch(`${url}/v1/sessions/${runId}`, { headers: { authorization: `Bearer ${token}` } })).status
  }

  it("loom:plan: the plan is told and nothing is written; loom:approved: it becomes the draft pull request", async () => {
    const repository = await journey.world.addRepository({ owner: "acme", name: "planned", files: library() })
    const issue = { title: "sum subtracts", body: "`sum(2, 2)` is 0." }
    const { number, taskId } = await journey.world.openAndLabelIssue({ repository, issue, change: fixSum, label: "loom:plan" })
    const waiting = await journey.world.followTask(taskId)
    assert.deepInclude(waiting, { status: "waiting", waiting: "awaiting_approval" })
    assert.deepStrictEqual(waiting.retryFrom, ["plan", "code"])
    assert.deepStrictEqual(await journey.branches("planned"), ["main"])
    assert.include(await journey.labels("planned", number), "loom:awaiting-approval")
    const [told] = await journey.comments("planned", number)
    assert.include(told?.body, "Loom's plan waits for approval")
    assert.match(told?.body ?? "", /\*\*Plan:\*\* .+/)
    assert.include(told?.body, `--add-label "loom:approved"`)
    assert.strictEqual(waiting.usage.requests, 1, "the planner alone was asked")
    assert.deepInclude((await post(taskId, "resume")).answer, { code: "awaiting_approval" })

    // GitHub lets people label who may not write: the run asks, and waits again.
    journey.world.github.setCollaborator("acme", "planned", "mallory", "triage")
    await approve(number, "mallory")
    const still = await journey.world.followTask(taskId)
    assert.deepInclude(still, { status: "waiting", waiting: "awaiting_approval" })
    assert.include((await journey.comments("planned", number))[0]?.body, "only people who may push can approve")
    await journey.world.github.unlabelIssue("acme", "planned", number, "loom:approved", person)
    await approve(number, person)
    const done = await journey.world.followTask(taskId)
    assert.deepInclude(done, { status: "completed", verdict: "pass" }, done.reason ?? "")
    assert.strictEqual(done.attempt, 1)
    assert.strictEqual(done.usage.requests, 5, "plan, edit, run_tests, finish, review: the plan was not made anew")
    assert.lengthOf(await journey.rest<ReadonlyArray<object>>("/repos/acme/planned/pulls?state=all"), 1)
    assert.lengthOf(await journey.comments("planned", number), 1, "one comment, edited in place")
    assert.notInclude(await journey.labels("planned", number), "loom:awaiting-approval")
  })

  it("pause during code: the box is gone and the task waits; resume: the same work becomes the pull request", async () => {
    const { number, taskId } = await journey.label("paused", {
      ...fixSum,
      commands: ["echo begun", "sleep 3", "grep 'a + b' sum.js && echo kept"],
    })
    await journey.untilLog(taskId, /echo begun/, "code")
    const { runId } = await journey.world.api.task(taskId)
    assert.strictEqual(await boxOf(runId), 200)
    assert.deepInclude(await post(taskId, "pause"), { status: 202 })
    const waiting = await journey.world.followTask(taskId)
    assert.deepInclude(waiting, { status: "waiting", waiting: "paused" })
    assert.strictEqual(await boxOf(waiting.runId), 404)
    assert.deepStrictEqual(await journey.branches("paused"), ["main"])
    assert.include((await journey.comments("paused", number))[0]?.body, "Loom is paused")
    assert.deepInclude(await post(taskId, "approve", {}), { status: 409 })

    assert.deepInclude(await post(taskId, "resume"), { status: 202 })
    const done = await journey.world.followTask(taskId)
    assert.deepInclude(done, { status: "completed", verdict: "pass" }, done.reason ?? "")
    assert.strictEqual(done.usage.requests, 8, "plan, edit, three commands, run_tests, finish, review: no answer was asked for twice")
    assert.include(await journey.world.diffOf(done), "+export const sum = (a, b) => a + b")
    assert.lengthOf(await journey.rest<ReadonlyArray<object>>("/repos/acme/paused/pulls?state=all"), 1)
  })

  it("a pause that is cancelled is told on the issue, and the label taken off stops a plan that waits", async () => {
    const repository = await journey.world.addRepository({ owner: "acme", name: "dropped", files: library() })
    const issue = { title: "sum subtracts", body: "`sum(2, 2)` is 0." }
    const { number, taskId } = await journey.world.openAndLabelIssue({ repository, issue, change: fixSum, label: "loom:plan" })
    assert.deepInclude(await journey.world.followTask(taskId), { status: "waiting" })
    await journey.world.github.unlabelIssue("acme", "dropped", number, "loom:plan", person)
    await journey.world.github.deliveriesIdle()
    assert.deepInclude(await journey.world.followTask(taskId), { status: "cancelled", reason: "The label loom:plan was removed." })
    const deadline = Date.now() + 60_000
    while (!((await journey.comments("dropped", number))[0]?.body ?? "").includes("Loom was stopped")) {
      assert.isBelow(Date.now(), deadline, "the issue is told")
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })
})
