import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { noGateReport } from "./Gate.ts"
import { TaskId } from "./Ids.ts"
import { pullRequestBody, pullRequestTitle, type PullRequestText } from "./pull-request-body.ts"
import type { Comparison } from "./Verdict.ts"

const comparison: Comparison = {
  verdict: "existing_failures_only",
  reason: "2 tests failed before and after.",
  base: { passed: 40, failed: 3, skipped: 1 },
  head: { passed: 42, failed: 2, skipped: 1 },
  fixed: ["test/sum.test.js > adds"],
  regressed: [],
  stillFailing: ["test/db.test.js > connects", "test/db.test.js > a | b"],
  added: ["test/sum.test.js > new"],
  removed: [],
  flaky: [],
  failures: [],
}
const text: PullRequestText = {
  issueNumber: 7,
  baseIsDefault: true,
  work: { summary: "`sum` subtracted; it adds now.", changes: ["src/sum.js: `+` instead of `-`"], risks: ["Callers that relied on it."] },
  recipe: {
    cwd: ".",
    language: "javascript",
    packageManager: "npm",
    runner: "vitest",
    env: {},
    tools: {},
    install: [{ command: "npm ci", origin: "package-lock.json" }],
    test: [{ command: "npm test", origin: "package.json scripts.test" }],
  },
  comparison,
  gate: noGateReport,
  findings: [],
  reviewNotes: [],
  template: null,
  taskId: TaskId.make("t1"),
  taskUrl: "https://loom.test/tasks/t1",
  model: "claude-x",
  modelNote: null,
  usage: { requests: 4, inputTokens: 9000, outputTokens: 1000, cachedInputTokens: 0, costUsd: 0.0312 },
  promptVersions: { coder: "3f2a" },
  proof: { sha256: "abc123", keyId: "def456", url: "https://loom.test/api/v1/tasks/t1/proof" },
}
const headings = (body: string) =>
  body
    .split("\n")
    .filter((line) => line.startsWith("## "))
    .map((line) => line.slice(3))

describe("the body of the pull request", () => {
  it("has the five parts, the evidence, the link and the details", () => {
    const body = pullRequestBody(text)
    assert.deepStrictEqual(headings(body), ["Summary", "Changes", "How it was tested", "Risks and notes", "Checklist"])
    assert.include(body, "```sh\nnpm ci  # package-lock.json\nnpm test  # package.json scripts.test\n```")
    assert.include(body, "| before | 40 | 3 | 1 |\n| after | 42 | 2 | 1 |")
    assert.match(body, /^Fixes #7$/m)
    assert.match(
      body,
      /<details>[\s\S]*https:\/\/loom.test\/tasks\/t1[\s\S]*`claude-x`[\s\S]*\$0\.0312[\s\S]*`coder 3f2a`[\s\S]*\(https:\/\/loom.test\/api\/v1\/tasks\/t1\/proof\) `abc123`[\s\S]*`def456`\n- To check it: `npm run loom -- verify https:\/\/loom.test\/api\/v1\/tasks\/t1\/proof --hash abc123`[\s\S]*<\/details>\n$/,
    )
  })

  it("names the tests that failed before, and the ones that are fixed", () => {
    const body = pullRequestBody(text)
    assert.match(
      body,
      /Failed before this change and still fail \(2\):\n\n- `test\/db\.test\.js > connects`\n- `test\/db\.test\.js > a \\\| b`/,
    )
    assert.include(body, "Fixed by this change (1):")
  })

  it.each([
    ["no comparison", null],
    ["the verdict no_tests", { ...comparison, verdict: "no_tests" as const }],
  ])("with %s says first that nothing was verified", (_, none) => {
    for (const template of [null, "## Description\n\nplease fill in"]) {
      const body = pullRequestBody({ ...text, comparison: none, template })
      assert.match(body.split("\n")[0] ?? "", /Nothing was verified/)
      assert.notInclude(body, "- [x] Tests that passed before still pass")
      assert.notInclude(body, "✅")
    }
  })

  it("mentions the issue without closing it when the base is not the default branch", () => {
    const body = pullRequestBody({ ...text, baseIsDefault: false })
    assert.match(body, /^For #7$/m)
    assert.notMatch(body, /fix(es)? #7/i)
  })

  it("an unknown price is said", () =>
    assert.include(pullRequestBody({ ...text, usage: { ...text.usage, costUsd: null } }), "price of the model unknown"))

  it("ticks nothing that was not shown", () => {
    const body = pullRequestBody({
      ...text,
      comparison: { ...comparison, verdict: "regressed", added: [] },
      findings: [{ rule: "test_skipped", file: "test/a.js", line: "it.skip", explanation: "A test was skipped.", severity: "warn" }],
    })
    assert.notInclude(body, "[x]")
    assert.include(body, "A test was skipped. (test_skipped in test/a.js)")
  })
})

describe("a repository's own template", () => {
  const template =
    "<!-- Thanks! -->\nPlease read CONTRIBUTING.\n\n## Description\n\nFixes #(issue)\n\n## How Has This Been Tested?\n\n- [ ] by hand\n\n## Screenshots\n\n```\n# not a heading\n```\n"

  it("comes first and is filled in; what it lacks follows", () => {
    const body = pullRequestBody({ ...text, template })
    assert.isTrue(body.startsWith("Please read CONTRIBUTING."))
    assert.deepStrictEqual(headings(body), [
      "Description",
      "How Has This Been Tested?",
      "Screenshots",
      "Changes",
      "Risks and notes",
      "Checklist",
    ])
    assert.match(body, /## Description\n\n`sum` subtracted/)
    assert.match(body, /## How Has This Been Tested\?\n\n- \[ \] by hand\n\n```sh/)
    assert.notInclude(body, "#(issue)")
    assert.notInclude(body, "Thanks!")
  })

  it("that is empty is no template", () =>
    assert.strictEqual(pullRequestBody({ ...text, template: " <!-- x --> \n" }), pullRequestBody(text)))
})

describe("what a model wrote", () => {
  it("cannot notify, close other issues, hide the evidence or tick boxes of Loom's", () => {
    const evil = "Done @everyone. Fixes #1, closes acme/x#2 and https://github.com/a/b/issues/3.\n<details>\n<!--"
    const body = pullRequestBody({
      ...text,
      work: { summary: `${evil}\n\`\`\`\nunclosed`, changes: [evil], risks: [evil] },
      reviewNotes: [evil],
      comparison: { ...comparison, stillFailing: [evil], reason: evil },
      template: null,
    })
    // Inside code nothing acts.
    const outside = body.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "")
    assert.notMatch(outside, /@everyone/)
    assert.deepStrictEqual(outside.match(/(?:fixes|closes) (?:[\w/]*)#\d+/gi), ["Fixes #7"])
    assert.notMatch(outside, /issues\/3/)
    assert.strictEqual(outside.match(/<details>/g)?.length, 1, "only Loom's own")
    assert.notInclude(outside, "<!--")
    // The block that was left open ends before the next part begins.
    assert.isBelow(body.indexOf("```\n\n## Changes"), body.indexOf("## Changes"))
    assert.isAtLeast(body.indexOf("```\n\n## Changes"), 0)
  })

  it("of any kind leaves Loom's five parts standing, in order", () =>
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.constantFrom("", "```\n", "# ", "> ", "~~~\n"), (words, start) => {
        const body = pullRequestBody({ ...text, work: { summary: start + words, changes: [words], risks: [words] } })
        const own = ["Summary", "Changes", "How it was tested", "Risks and notes", "Checklist"]
        const fences = body.split("\n").filter((line) => /^ {0,3}(```|~~~)/.test(line)).length
        assert.deepStrictEqual(
          headings(body).filter((heading) => own.includes(heading)),
          own,
        )
        assert.isAtLeast(fences, 2)
        assert.match(body, /^Fixes #7$/m)
      }),
    ))
})

describe("the title", () => {
  it.each([
    [{ type: "fix", title: "Make sum add" }, "fix: Make sum add (#7)"],
    [{ type: "feat", title: "feat(api): add x." }, "feat: add x (#7)"],
    [{ type: "Bug", title: "fix: y (#7)" }, "fix: y (#7)"],
    [{ type: "fix", title: "  " }, "fix: resolve issue 7 (#7)"],
    [{ type: "fix", title: "two\nlines" }, "fix: two lines (#7)"],
  ])("of %j is %s", (plan, title) => assert.strictEqual(pullRequestTitle(plan, 7), title))

  it("is one line of at most 120 characters that names the issue", () =>
    fc.assert(
      fc.property(fc.string(), fc.string({ maxLength: 400 }), (type, title) => {
        const line = pullRequestTitle({ type, title }, 7)
        assert.isAtMost(line.length, 120)
        assert.match(line, /^[a-z]+: \S.* \(#7\)$/)
      }),
    ))
})
