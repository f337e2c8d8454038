import { assert, describe, it } from "@effect/vitest"
import { TaskId } from "./Ids.ts"
import type { RunFailure, RunOutcome } from "./Run.ts"
import type { StageRecord } from "./Stage.ts"
import { stickyComment, stickyMarker, type StickyComment } from "./sticky-comment.ts"
import { noUsage } from "./Usage.ts"

const taskId = TaskId.make("t1")
const stage = (name: StageRecord["name"], outcome: StageRecord["outcome"], seconds: number | null, summary = ""): StageRecord => ({
  name,
  outcome,
  summary,
  startedAt: 1000,
  endedAt: seconds === null ? null : 1000 + seconds * 1000,
})
const running: StickyComment = {
  taskId,
  taskUrl: "https://loom.test/tasks/t1",
  repository: "acme/widgets",
  issueNumber: 7,
  controlLabel: "loom:ready",
  requestedBy: "alice",
  base: { branch: "main", reason: "the default branch" },
  model: "claude-x",
  modelNote: null,
  usage: { ...noUsage, requests: 3, inputTokens: 1000, outputTokens: 500, costUsd: 0.02 },
  stages: [stage("admit", "ok", 0.4), stage("prepare", "ok", 75, "npm ci"), stage("baseline", "running", null)],
  outcome: null,
  problems: [],
  olderRuns: [],
}
const ended = (changes: Partial<RunOutcome>): StickyComment => ({
  ...running,
  outcome: {
    status: "failed",
    verdict: null,
    pullRequest: null,
    failure: null,
    recipe: null,
    baseCommit: null,
    headCommit: null,
    comparison: null,
    usage: noUsage,
    stages: [],
    ...changes,
  },
})
const failure: RunFailure = {
  class: "needs_human",
  stage: "prepare",
  code: "setup_failed",
  reason: "`npm ci` failed with exit code 1.",
  remedy: "Commit a lockfile that matches package.json, then set the label again.",
  evidence: "npm error code EUSAGE",
}

describe("the comment on the issue", () => {
  it("shows while it runs: marker, stages with times, base, asker, model, cost, how to stop", () => {
    const comment = stickyComment(running)
    assert.isTrue(comment.startsWith(stickyMarker(taskId)))
    assert.include(
      comment,
      "- [x] Read the issue · 0.4 s\n- [x] Clone and install · 1 min 15 s · npm ci\n- [ ] ⏳ Test the untouched code\n- [ ] Plan\n",
    )
    for (const fact of [
      "[Task](https://loom.test/tasks/t1)",
      "base `main` (the default branch)",
      "asked by `alice`",
      "model `claude-x`",
      "$0.0200 (3 model requests, 1,500 tokens)",
      "Remove the label `loom:ready`",
    ])
      assert.include(comment, fact)
  })

  it("a stage that ran again is one line", () => {
    const comment = stickyComment({
      ...running,
      stages: [stage("verify", "failed", 3, "2 tests fail"), stage("verify", "ok", 4, "all pass")],
    })
    assert.strictEqual(comment.match(/Test the change/g)?.length, 1)
    assert.include(comment, "- [x] Test the change · 4.0 s · all pass")
  })

  it("ends with the pull request, or never silently", () => {
    const opened = stickyComment(
      ended({
        status: "completed",
        verdict: "pass",
        pullRequest: {
          number: 8,
          url: "https://github.test/acme/widgets/pull/8",
          draft: true,
          branch: "loom/issue-7",
          base: "main",
          headSha: "a",
        },
      }),
    )
    assert.include(opened, "✅ Loom opened a pull request")
    assert.include(opened, "draft pull request [#8](https://github.test/acme/widgets/pull/8) from `loom/issue-7` into `main`")
    const failed = stickyComment(ended({ failure }))
    for (const part of [
      "What happened:** `npm ci` failed",
      "npm error code EUSAGE",
      "Who can fix it:** a maintainer of this repository.",
      "What to do:** Commit a lockfile",
      'gh issue edit 7 --repo acme/widgets --add-label "loom:ready"',
    ])
      assert.include(failed, part)
  })

  it.each([
    ["model_auth", "needs_human", /the operator of this Loom/],
    ["setup_failed", "needs_human", /a maintainer of this repository/],
    ["git_failed", "transient", /nobody needs to/],
  ] as const)("%s says who can fix it", (code, kind, who) =>
    assert.match(stickyComment(ended({ failure: { ...failure, code, class: kind } })), new RegExp(`Who can fix it:\\*\\* ${who.source}`)),
  )

  it("a run without tests is no green success", () => {
    assert.include(stickyComment(ended({ status: "completed", verdict: "no_tests" })), "### ⚠️ Loom opened a pull request")
  })

  it("evidence stays in its fence, and no words act", () => {
    const evil = "```\n</details>\n@octocat Fixes #1 <!-- loom:task:other -->"
    const comment = stickyComment({
      ...ended({ failure: { ...failure, evidence: evil, reason: evil, remedy: evil } }),
      requestedBy: "@octocat",
      problems: [evil],
      olderRuns: [evil],
    })
    assert.include(comment, `\`\`\`\`text\n${evil}\n\`\`\`\``)
    const outside = comment.replace(`\`\`\`\`text\n${evil}\n\`\`\`\``, "").replace(/`@octocat`/g, "")
    assert.notMatch(outside, /@octocat|#1|<!-- loom:task:other/)
    assert.strictEqual(outside.match(/<!--/g)?.length, 1)
    assert.strictEqual(outside.match(/<details>/g)?.length, outside.match(/<\/details>/g)?.length)
  })

  it("folds earlier runs", () => {
    assert.include(
      stickyComment({ ...running, olderRuns: ["Run 1 stopped: npm ci failed"] }),
      "<details><summary>Earlier runs (1)</summary>\n\n- Run 1 stopped: npm ci failed\n\n</details>",
    )
  })

  it("of a plan that waits: the plan made harmless, for whom it waits, and every way to go on or to stop", () => {
    const comment = stickyComment(
      ended({
        status: "held",
        waiting: "awaiting_approval",
        plan: { type: "fix", title: "add <b>numbers</b> for @bob", summary: "Fixes #9", steps: ["edit `sum.js`", "run the tests"] },
        failure: { ...failure, stage: "plan", code: "awaiting_approval", reason: "The plan is made.", evidence: null },
      }),
    )
    for (const words of [
      "plan waits for approval",
      "1. edit `sum.js`",
      "2. run the tests",
      "a person with write access",
      '--add-label "loom:approved"',
      "loom approve t1",
      "[the task's page](https://loom.test/tasks/t1)",
      "remove the label `loom:ready`",
    ])
      assert.include(comment, words)
    for (const acting of ["@bob", "#9", "<b>"]) assert.notInclude(comment, acting)
  })

  it("of a pause: where it came to rest, and how to resume", () => {
    const comment = stickyComment({
      ...ended({
        status: "held",
        waiting: "paused",
        failure: { ...failure, stage: "code", code: "paused", reason: "Bob paused it.", evidence: null },
      }),
      stages: [stage("plan", "ok", 1), stage("code", "skipped", null, "")],
    })
    for (const words of ["Loom is paused", "Bob paused it.", "- [ ] ⏸️ Write the change", "loom resume t1"]) assert.include(comment, words)
    assert.notInclude(comment, "loom:approved")
  })
})
