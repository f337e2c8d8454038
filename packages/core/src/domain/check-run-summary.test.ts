import { assert, describe, it } from "@effect/vitest"
import { checkRunSummary } from "./check-run-summary.ts"
import type { GateReport } from "./Gate.ts"
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

describe("the gates in the check run and the pull request", () => {
  const gate: GateReport = {
    results: [
      { gate: "cheats", setting: "on", status: "passed", summary: "None.", findings: [] },
      {
        gate: "lint",
        setting: "warn",
        status: "warned",
        summary: "eslint: 7 new findings.",
        findings: Array.from({ length: 7 }, (_, index) => ({
          severity: "warn" as const,
          file: "a`.js",
          line: index + 1,
          text: "x | y",
          explanation: "eslint: @team no",
        })),
      },
      { gate: "coverage", setting: "warn", status: "not_checked", summary: "Not available: nothing measures it.", findings: [] },
      { gate: "size", setting: "off", status: "off", summary: "", findings: [] },
    ],
    tests: { status: "proven", reason: "1 new test: it fails without the change.", tests: [] },
    risk: { score: 35, level: "medium", reasons: [{ points: 35, reason: "It touches money." }] },
  }
  it("are few lines: trouble first, what passed in one, what was not looked at in one", () => {
    const { summary } = checkRunSummary(comparison, gate)
    const lines = summary.split("\n").filter((line) => /^ *- /.test(line) && !line.includes("`a.test.js > works`"))
    assert.lengthOf(lines, 10)
    assert.strictEqual(lines[0], "- ⚠️ **linter**: eslint: 7 new findings.")
    assert.strictEqual(lines[6], "  - and 2 more")
    assert.strictEqual(lines[7], "- ✅ no weakened tests")
    assert.strictEqual(lines[8], "- – not checked: coverage of changed lines (nothing measures it)")
    assert.strictEqual(lines[9], "- – switched off: size")
    assert.include(summary, "✅ 1 new test: it fails without the change.")
    assert.include(summary, "Risk 35 of 100 (medium): It touches money.")
    assert.notMatch(summary, /(^|[^\w`])@team/, "nobody is called by a linter's words")
  })
  it("are there too where there are no tests", () => {
    assert.include(checkRunSummary(null, gate).summary, "**linter**")
    assert.notInclude(checkRunSummary(null).summary, "Risk")
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
