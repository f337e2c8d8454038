import type { Comparison } from "./Verdict.ts"
import { type GateReport, noGateReport } from "./Gate.ts"
import { gateLines, riskLine, testProofLines } from "./gate-summary.ts"
import { countsTable, testList, verdictIcon, verdictWords } from "./figures.ts"
import { cell, code, fence, oneLine } from "./safe-markdown.ts"

/** GitHub cuts the rest off (check run `output.summary`: at most 65,535 characters). */
const MAX_FAILURES = 20
const MAX_MESSAGE = 1500

/** What the check run `loom/verify` says; `conclusion` is for the API. */
export interface CheckRunText {
  readonly conclusion: "success" | "failure" | "neutral" | "action_required"
  readonly title: string
  readonly summary: string
}

/** Only what the gate lets through is `success`; what proves nothing is `neutral`, never green. */
const conclusionOf = (comparison: Comparison | null): CheckRunText["conclusion"] => {
  switch (comparison?.verdict) {
    case "pass":
    case "existing_failures_only":
      return "success"
    case undefined:
    case "no_tests":
    case "infrastructure":
    case "flaky":
      return "neutral"
    case "regressed":
    case "timed_out":
    case "broken_baseline":
      return "failure"
  }
}

/** The test table of `loom/verify` on the head commit. Pure; the caller redacts. `comparison` is null when no tests were found. */
export const checkRunSummary = (comparison: Comparison | null, gate: GateReport = noGateReport): CheckRunText => {
  const checks = gate.results.length === 0 ? [] : [...gateLines(gate), "", riskLine(gate.risk), ""]
  const conclusion = conclusionOf(comparison)
  if (comparison === null || comparison.verdict === "no_tests") {
    return {
      conclusion,
      title: "Nothing was verified",
      summary: [
        "Loom found no tests in this repository, so nothing shows that this change works.",
        ...(checks.length === 0 ? [] : ["", ...checks]),
      ]
        .join("\n")
        .trimEnd(),
    }
  }
  const { failed, passed } = comparison.head
  const summary = [
    `${verdictIcon(comparison.verdict)} **${verdictWords[comparison.verdict]}** ${oneLine(comparison.reason)}`,
    "",
    countsTable(comparison),
    "",
    ...(gate.results.length === 0 ? [] : [...testProofLines(gate.tests), ""]),
    ...checks,
    ...testList("Fixed", comparison.fixed),
    ...testList("Regressed", comparison.regressed),
    ...testList("Failed before and still fail", comparison.stillFailing),
    ...testList("New", comparison.added),
    ...testList("Flaky", comparison.flaky),
    ...testList("No longer there", comparison.removed),
    ...testList("Unstable without the change too", comparison.unstable ?? []),
    ...comparison.failures
      .slice(0, MAX_FAILURES)
      .flatMap((test) => [
        `<details><summary>${oneLine(test.name, 200)}</summary>`,
        "",
        test.location === null ? cell(test.id, 300) : `${code(`${test.location.file}:${test.location.line}`)} · ${cell(test.id, 300)}`,
        "",
        fence((test.message ?? "no message").slice(0, MAX_MESSAGE), "text"),
        "",
        "</details>",
      ]),
  ]
    .join("\n")
    .trimEnd()
  return { conclusion, title: `${passed} passed, ${failed} failed`, summary }
}
