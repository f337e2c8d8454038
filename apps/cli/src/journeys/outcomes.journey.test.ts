import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { fixSum, type Journey, library, startJourney } from "./journey.ts"

interface Pull {
  readonly draft: boolean
  readonly body: string
  readonly title: string
  readonly head: { readonly ref: string; readonly sha: string }
  readonly base: { readonly ref: string }
}

describe("from a label to what a maintainer sees", () => {
  let journey: Journey
  beforeAll(async () => {
    journey = await startJourney("outcomes")
  }, 300_000)
  afterAll(async () => {
    const violations = journey.violations()
    await journey.close()
    assert.deepStrictEqual(violations, [], "every request, answer and webhook fits GitHub's own description")
  })

  it("happy path: a draft pull request with the evidence", async () => {
    const { number, detail } = await journey.run("happy", fixSum)
    assert.strictEqual(detail.status, "completed", detail.reason ?? "")
    assert.strictEqual(detail.verdict, "pass")
    assert.deepStrictEqual(detail.outcome?.comparison?.fixed, ["test/sum.test.js > adds"])
    assert.deepStrictEqual(detail.outcome?.comparison?.base, { passed: 1, failed: 1, skipped: 0 })
    assert.deepStrictEqual(detail.outcome?.comparison?.head, { passed: 2, failed: 0, skipped: 0 })
    const pull = await journey.rest<Pull>(`/repos/acme/happy/pulls/${detail.pullRequest?.number}`)
    assert.isTrue(pull.draft)
    assert.strictEqual(pull.head.ref, `loom/issue-${number}`)
    assert.include(pull.title, `(#${number})`)
    assert.include(pull.body, `Fixes #${number}`)
    assert.include(pull.body, "| after | 2 | 0 | 0 |")
    const checks = await journey.rest<{ check_runs: ReadonlyArray<{ name: string; conclusion: string }> }>(
      `/repos/acme/happy/commits/${pull.head.sha}/check-runs`,
    )
    assert.deepStrictEqual(
      checks.check_runs.map((check) => [check.name, check.conclusion]),
      [["loom/verify", "success"]],
    )
    const { commit } = await journey.rest<{ commit: { message: string } }>(`/repos/acme/happy/commits/${pull.head.sha}`)
    assert.match(commit.message, /\n\nCo-authored-by: ada <.*>\nLoom-Task: t_\d+_1_1\n?$/)
    const said = await journey.comments("happy", number)
    assert.lengthOf(said, 1, "one comment, edited in place")
    assert.include(said[0]?.body, `pull request [#${detail.pullRequest?.number}]`)
    assert.deepStrictEqual(
      (await journey.labels("happy", number)).filter((label) => label !== "loom:ready"),
      ["loom:pr-open"],
    )
  })

  it("installs what the repository depends on, through the sandbox's door to the registry of this machine", async () => {
    // A range that was never asked for before, so that no kept install stands in for the door.
    const manifest = {
      name: "sums",
      version: "1.0.0",
      type: "module",
      scripts: { test: "node --test" },
      dependencies: { "is-number": `7.0.0 || 99.0.${Date.now()}` },
    }
    const files = {
      "package.json": JSON.stringify(manifest, null, 2),
      "test/dependency.test.js":
        'import isNumber from "is-number"\nimport { test } from "node:test"\ntest("is there", () => isNumber(1))\n',
    }
    const { detail } = await journey.run("depends", fixSum, library({ files }))
    assert.strictEqual(detail.status, "completed", detail.reason ?? "")
    assert.deepStrictEqual(detail.outcome?.comparison?.head, { passed: 3, failed: 0, skipped: 0 })
    assert.include(detail.outcome?.recipe?.install[0]?.command ?? "", "npm")
  })

  it("a change that brings a test: it was seen to fail without the change", async () => {
    const tests = ['import assert from "node:assert/strict"', 'import { test } from "node:test"', 'import { double, sum } from "../sum.js"']
    const doubles = 'test("doubles", () => assert.equal(double(2), 4))'
    const { detail } = await journey.run(
      "proven",
      {
        edits: [
          ...fixSum.edits,
          { path: "test/sum.test.js", op: "replace", old: doubles, new: `${doubles}\ntest("adds", () => assert.equal(sum(2, 2), 4))` },
        ],
      },
      library({ files: { "test/sum.test.js": [...tests, doubles, ""].join("\n") } }),
    )
    assert.strictEqual(detail.verdict, "pass", detail.reason ?? "")
    assert.deepStrictEqual(detail.outcome?.comparison?.added, ["test/sum.test.js > adds"])
    const pull = await journey.rest<Pull>(`/repos/acme/proven/pulls/${detail.pullRequest?.number}`)
    assert.include(pull.body, "1 new test: it fails without the change.")
    assert.include(pull.body, "- [x] A test fails without the change and passes with it")
    assert.include(pull.body, "Risk 0 of 100 (low).")
  })

  it("red baseline: what failed before is said by name, and does not stop the change", async () => {
    const { detail } = await journey.run("red", fixSum, library({ broken: true }))
    assert.strictEqual(detail.verdict, "existing_failures_only", detail.reason ?? "")
    assert.deepStrictEqual(detail.outcome?.comparison?.stillFailing, ["test/sum.test.js > was broken before"])
    const pull = await journey.rest<Pull>(`/repos/acme/red/pulls/${detail.pullRequest?.number}`)
    assert.include(pull.body, "was broken before")
  })

  it("a change that breaks a test is stopped by the gate: nothing is pushed, and the issue says why", async () => {
    const { number, detail } = await journey.run("regress", {
      edits: [...fixSum.edits, { path: "sum.js", op: "replace", old: "a * 2", new: "a * 3" }],
    })
    assert.strictEqual(detail.status, "failed")
    assert.strictEqual(detail.verdict, "regressed")
    assert.isNull(detail.pullRequest)
    assert.deepStrictEqual(await journey.branches("regress"), ["main"])
    const [comment] = await journey.comments("regress", number)
    assert.include(comment?.body, "stopped without a pull request")
    assert.include(comment?.body, "doubles")
    assert.include(comment?.body, "gh issue edit")
    assert.include(await journey.labels("regress", number), "loom:failed")
  })

  it("a change that deletes the failing test is not accepted, though everything is green", async () => {
    const kept = library().get("test/sum.test.js") ?? ""
    const line = kept.split("\n").find((text) => text.includes('"adds"')) ?? ""
    const { detail } = await journey.run("cheat", { edits: [{ path: "test/sum.test.js", op: "replace", old: `${line}\n`, new: "" }] })
    assert.strictEqual(detail.status, "failed", detail.reason ?? "")
    assert.isNull(detail.pullRequest)
  })

  it("no tests: the pull request says in its first line that nothing was verified", async () => {
    const files = new Map([
      ["package.json", '{"name":"bare","version":"1.0.0"}\n'],
      ["sum.js", "export const sum = (a, b) => a - b\n"],
    ])
    const { detail } = await journey.run("bare", fixSum, files)
    assert.strictEqual(detail.verdict, "no_tests", detail.reason ?? "")
    const pull = await journey.rest<Pull>(`/repos/acme/bare/pulls/${detail.pullRequest?.number}`)
    assert.include(pull.body.split("\n")[0], "Nothing was verified")
  })

  it("tests that cannot be run: stops before any model call", async () => {
    const files = library({ files: { "package.json": '{"name":"x","version":"1.0.0","scripts":{"test":"no-such-runner --all"}}\n' } })
    const { number, detail } = await journey.run("unrunnable", fixSum, files)
    assert.strictEqual(detail.status, "failed")
    assert.strictEqual(detail.usage.requests, 0)
    assert.isNull(detail.outcome?.comparison ?? null)
    const [comment] = await journey.comments("unrunnable", number)
    assert.include(comment?.body, "no-such-runner")
  })

  it("labelled by someone without write access: no run, and one reason", async () => {
    const { github, api } = journey.world
    const repository = await journey.world.addRepository({ owner: "acme", name: "stranger", files: library() })
    const { number } = await github.openIssue("acme", "stranger", { title: "sum subtracts", author: "mallory" })
    github.setCollaborator("acme", "stranger", "mallory", "triage")
    await github.labelIssue("acme", "stranger", number, "loom:ready", "mallory")
    await github.deliveriesIdle()
    const task = (await api.tasks(repository.fullName)).items[0]
    const detail = await journey.world.followTask(
      task?.id ?? `t_${(await journey.rest<{ id: number }>("/repos/acme/stranger")).id}_${number}_1`,
    )
    assert.strictEqual(detail.status, "cancelled")
    assert.include(detail.reason, "@mallory has `triage`")
    assert.lengthOf(await journey.comments("stranger", number), 1)
    assert.deepStrictEqual(await journey.branches("stranger"), ["main"])
  })
})
