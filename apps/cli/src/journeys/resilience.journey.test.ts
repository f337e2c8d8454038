import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { fixSum, type Journey, startJourney } from "./journey.ts"

/** The change, and a command that keeps the coder busy for as long as a test needs it to be in the middle of `code`. */
const slowly = (seconds: number) => ({ ...fixSum, commands: ["echo begun", `sleep ${seconds}`] })

describe("whatever happens, one issue is one pull request", () => {
  let journey: Journey
  beforeAll(async () => {
    journey = await startJourney("resilience", { LOOM_CONCURRENCY: "4", LOOM_BACKOFF_MS: "500" })
  }, 300_000)
  afterAll(() => journey.close())
  const pulls = (name: string) => journey.rest<ReadonlyArray<{ number: number }>>(`/repos/acme/${name}/pulls?state=all`)

  it("redelivery storm: the same delivery twenty times and again after the end is one task", async () => {
    const { github, api } = journey.world
    const { taskId } = await journey.label("storm", fixSum)
    const delivery = github.deliveries().findLast(({ event, action }) => event === "issues" && action === "labeled")
    assert.isDefined(delivery)
    const again = () =>
      fetch(`${journey.world.url}/webhooks/github`, { method: "POST", headers: delivery?.requestHeaders ?? {}, body: delivery?.body ?? "" })
    const answers = await Promise.all(Array.from({ length: 20 }, again))
    assert.deepStrictEqual([...new Set(answers.map((answer) => answer.status))], [202])
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { taskId: string }).taskId))
    assert.deepStrictEqual([...new Set(ids)], [taskId])
    const detail = await journey.world.followTask(taskId)
    assert.strictEqual(detail.status, "completed", detail.reason ?? "")
    await again()
    assert.lengthOf((await api.tasks("acme/storm")).items, 1)
    assert.lengthOf(await pulls("storm"), 1)
  })

  it("SIGKILL of workerd in the middle of code: continues, and repeats no finished model turn", async () => {
    const { taskId } = await journey.label("killed", slowly(10))
    await journey.untilLog(taskId, /echo begun/)
    await journey.world.killWorker()
    await journey.world.restartWorker()
    const detail = await journey.world.followTask(taskId)
    assert.strictEqual(detail.status, "completed", detail.reason ?? "")
    assert.strictEqual(detail.attempt, 1, "the same run went on")
    assert.lengthOf(await pulls("killed"), 1)
    // plan, edit, two commands, run_tests, finish, review; the turn that was cut off may be asked twice.
    assert.strictEqual(detail.usage.requests, 7)
    const { items } = (await (await fetch(`${journey.world.url}/api/v1/tasks/${taskId}/events?limit=1000`)).json()) as {
      items: ReadonlyArray<{ type: string }>
    }
    assert.include(
      items.map((event) => event.type),
      "RunRecovered",
    )
    assert.strictEqual(detail.outcome?.stages.filter((stage) => stage.name === "baseline").length, 1)
  })

  it("GitHub opens the pull request, loses the answer and goes silent: the next attempt finds its own work and ends it", async () => {
    const { faults } = journey.world.github
    const silent = { status: 403, headers: { "retry-after": "120" }, body: { message: "You have exceeded a secondary rate limit" } }
    faults.failNextRequest({ method: "POST", path: /\/pulls$/, when: "after", ...silent })
    faults.failNextRequest({ method: "PATCH", path: /\/pulls\/\d+$/, times: 2, ...silent })
    const { number, taskId } = await journey.label("unanswered", fixSum)
    const detail = await journey.world.followTask(taskId)
    assert.strictEqual(detail.status, "completed", detail.reason ?? "")
    assert.strictEqual(detail.attempt, 2, "the first attempt ended as transient")
    assert.strictEqual(detail.verdict, "pass")
    assert.lengthOf(await pulls("unanswered"), 1)
    const branches = await journey.rest<ReadonlyArray<{ name: string }>>("/repos/acme/unanswered/branches")
    assert.sameMembers(
      branches.map((branch) => branch.name),
      ["main", `loom/issue-${number}`],
    )
    assert.deepStrictEqual(
      detail.outcome?.stages.map((stage) => stage.name),
      ["admit", "publish", "close"],
      "nothing is tested or asked again",
    )
    const comments = await journey.rest<ReadonlyArray<{ body: string }>>(`/repos/acme/unanswered/issues/${number}/comments`)
    assert.lengthOf(comments, 1)
    assert.include(comments[0]?.body, `pull request [#${detail.pullRequest?.number}]`)
  })

  it("removing the label during a run stops it within one step, and the issue says so", async () => {
    const { repository, number, taskId } = await journey.label("unlabelled", slowly(60))
    await journey.untilLog(taskId, /echo begun/)
    await journey.world.github.unlabelIssue("acme", "unlabelled", number, "loom:ready", "ada")
    const detail = await journey.world.followTask(taskId)
    assert.strictEqual(detail.status, "cancelled")
    assert.lengthOf(await pulls("unlabelled"), 0)
    const [comment] = await journey.rest<ReadonlyArray<{ body: string }>>(`/repos/${repository.fullName}/issues/${number}/comments`)
    assert.include(comment?.body, "Loom was stopped", JSON.stringify(detail.outcome?.failure))
  })
})
