import { assert, describe, it } from "@effect/vitest"
import { checkRunSummary } from "./check-run-summary.ts"
import { loomLabels, statusLabelNames } from "./labels.ts"
import { Verdict, type Comparison } from "./Verdict.ts"

const comparison: Comparison = {
  verdict: "regressed",
  reason: "1 test fails.",
  base: { passed: 2, failed: 0, skipped: 0 },
  head: { passed: 1, failed: 1, skipped: 0 },
  fixed: [],
  regressed: ["a.test.js > works"],
  stillFailing: [],
  added: [],
  removed: [],
  flaky: [],
  failures: [
    {
      id: "a.test.js > works",
      file: "a.test.js",
      name: "works",
      status: "failed",
      durationMs: 1,
      message: "expected ``` to be @x\n</details>",
      location: { file: "a.test.js", line: 3 },
    },
  ],
}

describe("the check run", () => {
  it("shows the table, the failing tests and where they fail", () => {
    const { conclusion, summary, title } = checkRunSummary(comparison)
    assert.deepStrictEqual([conclusion, title], ["failure", "1 passed, 1 failed"])
    for (const part of [
      "| before | 2 | 0 | 0 |\n| after | 1 | 1 | 0 |",
      "Regressed (1):",
      "`a.test.js:3`",
      "````text\nexpected ``` to be @x",
    ])
      assert.include(summary, part)
  })
  it("is green for exactly what the gate lets through", () => {
    const green = Verdict.literals.filter((verdict) => checkRunSummary({ ...comparison, verdict }).conclusion === "success")
    assert.deepStrictEqual(green, ["pass", "existing_failures_only"])
    assert.deepInclude(checkRunSummary(null), { conclusion: "neutral", title: "Nothing was verified" })
  })
})

describe("labels", () => {
  it("are as GitHub takes them, each once", () => {
    const labels = loomLabels("go:loom")
    assert.strictEqual(new Set(labels.map((label) => label.name)).size, labels.length)
    for (const { color, description } of labels) {
      assert.match(color, /^[0-9a-f]{6}$/)
      assert.isAtMost(description.length, 100)
    }
    assert.includeMembers(
      labels.map((label) => label.name),
      ["go:loom", ...statusLabelNames],
    )
  })
})
