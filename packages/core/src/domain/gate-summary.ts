import type { GateName, GateReport, GateResult, RiskScore, TestProof } from "./Gate.ts"
import { cell, code, oneLine } from "./safe-markdown.ts"

const MAX_FINDINGS = 5

const names: Readonly<Record<GateName, string>> = {
  cheats: "weakened tests",
  tests: "tests of the change",
  secrets: "secrets",
  protected_paths: "protected files",
  coverage: "coverage of changed lines",
  lint: "linter",
  types: "type checker",
  size: "size",
  dependencies: "dependencies",
  risk: "risk",
}

/** Where a gate that found nothing reads better otherwise. */
const passedNames: Partial<Readonly<Record<GateName, string>>> = {
  cheats: "no weakened tests",
  secrets: "no secrets",
  protected_paths: "no protected files",
  lint: "linter finds nothing new",
  types: "type checker finds nothing new",
}

const place = (file: string | null, line: number | null): string =>
  file === null ? "" : `${code(line === null ? file : `${file}:${line}`)} `

const shown = (result: GateResult): ReadonlyArray<string> => {
  const rows = result.findings
    // The summary of such a gate is its one finding.
    .filter((finding) => finding.explanation !== result.summary)
    .slice(0, MAX_FINDINGS)
    .map(
      (finding) =>
        `  - ${place(finding.file, finding.line)}${oneLine(finding.explanation, 300)}${finding.text === "" ? "" : ` ${code(finding.text.slice(0, 120))}`}`,
    )
  const left = result.findings.length - rows.length
  return [
    `- ${result.status === "blocked" ? "❌" : "⚠️"} **${names[result.gate]}**: ${oneLine(result.summary, 400)}`,
    ...rows,
    ...(rows.length > 0 && left > 0 ? [`  - and ${left} more`] : []),
  ]
}

const proofIcon: Readonly<Record<TestProof["status"], string>> = {
  proven: "✅",
  proves_nothing: "⚠️",
  no_tests: "⚠️",
  exempt: "–",
  not_checked: "–",
}

/** Whether the change's tests fail without it, in one line, and those that do not by name. */
export const testProofLines = ({ status, reason, tests }: TestProof): ReadonlyArray<string> => {
  const passing = tests.filter((test) => test.isNew && test.atBase === "passed")
  return [
    `${proofIcon[status]} ${oneLine(reason, 400)}`,
    ...(passing.length === 0
      ? []
      : [
          "",
          `New, but passing without the change too (${passing.length}):`,
          "",
          ...passing.slice(0, 10).map((test) => `- ${cell(test.id, 300)}`),
          ...(passing.length > 10 ? [`- and ${passing.length - 10} more`] : []),
        ]),
  ]
}

/** The gates in as few lines as say everything: what is not in order first, what passed in one line, what was not looked at in one. */
export const gateLines = (report: GateReport): ReadonlyArray<string> => {
  // The comparison, the tests and the risk have lines of their own.
  const results = report.results.filter((result) => result.gate !== "tests" && result.gate !== "risk")
  const of = (...statuses: ReadonlyArray<GateResult["status"]>) => results.filter((result) => statuses.includes(result.status))
  const passed = of("passed").map((result) => passedNames[result.gate] ?? names[result.gate])
  const skipped = of("not_checked").map(
    (result) =>
      `${names[result.gate]} (${oneLine(result.summary, 160)
        .replace(/^Not (?:checked|available): /, "")
        .replace(/\.$/, "")})`,
  )
  const off = of("off").map((result) => names[result.gate])
  return [
    ...of("blocked", "warned").flatMap(shown),
    ...(passed.length === 0 ? [] : [`- ✅ ${passed.join(", ")}`]),
    ...(skipped.length === 0 ? [] : [`- – not checked: ${skipped.join("; ")}`]),
    ...(off.length === 0 ? [] : [`- – switched off: ${off.join(", ")}`]),
  ]
}

const MAX_REASONS = 4
/** `Risk 37 of 100 (medium): …`, heaviest reason first. */
export const riskLine = ({ score, level, reasons }: RiskScore): string =>
  `Risk ${score} of 100 (${level})${
    reasons.length === 0
      ? "."
      : `: ${reasons
          .slice(0, MAX_REASONS)
          .map((one) => oneLine(one.reason, 200))
          .join(" ")}`
  }`
