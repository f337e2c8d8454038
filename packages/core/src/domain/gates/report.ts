import type { GateFinding, GateName, GateReport, GateResult, GateSetting, RiskScore, TestProof } from "../Gate.ts"
import type { RepositoryConfig } from "../RepositoryConfig.ts"
import type { DiffFile } from "../unified-diff.ts"
import type { CheatFinding } from "../Verdict.ts"
import { coverageOfChange, type LineCoverage } from "./coverage.ts"
import { checkDependencies, lockfileLicences, newDependencies } from "./dependencies.ts"
import { riskOfChange } from "./risk.ts"
import { secretsInChange } from "./secrets.ts"
import { limitOf, settingOf } from "./settings.ts"
import { checkSize, sizeOfChange } from "./size.ts"

const MAX_FINDINGS = 20

/** New findings of the repository's own linters or type checkers; `null` when they were not run, with the reason in `summary`. */
export interface CheckerOutcome {
  readonly findings: ReadonlyArray<GateFinding> | null
  readonly summary: string
}

/** A result under its setting: `warn` turns every block into a warning, `off` says nothing. */
export const gateResult = (
  gate: GateName,
  setting: GateSetting,
  found: { readonly findings: ReadonlyArray<GateFinding> | null; readonly summary: string },
): GateResult => {
  if (setting === "off") return { gate, setting, status: "off", summary: "Switched off in `.github/loom.yml`.", findings: [] }
  if (found.findings === null) return { gate, setting, status: "not_checked", summary: found.summary, findings: [] }
  const findings = found.findings
    .map((finding): GateFinding => (setting === "warn" ? { ...finding, severity: "warn" } : finding))
    .toSorted((a, b) => Number(b.severity === "block") - Number(a.severity === "block"))
  const status = findings.some((finding) => finding.severity === "block") ? "blocked" : findings.length > 0 ? "warned" : "passed"
  return { gate, setting, status, summary: found.summary, findings: findings.slice(0, MAX_FINDINGS) }
}

/** Cheats and protected paths are findings of the diff check, told as two gates. */
const ofCheats = (findings: ReadonlyArray<CheatFinding>, isProtected: boolean) => {
  const own = findings.filter((finding) => (finding.rule === "protected_path") === isProtected)
  return {
    findings: own.map((finding): GateFinding => ({
      severity: finding.severity,
      file: finding.file,
      line: finding.lineNumber ?? null,
      text: finding.line,
      explanation: isProtected ? finding.explanation : `${finding.explanation} (${finding.rule})`,
    })),
    summary:
      own.length === 0
        ? isProtected
          ? "No protected file is touched."
          : "No test is removed, skipped or loosened, and no code asks whether it is tested."
        : `${own.length} ${own.length === 1 ? "finding" : "findings"}.`,
  }
}

const ofTests = (tests: TestProof) => {
  const bad = tests.status === "no_tests" || tests.status === "proves_nothing"
  const finding: GateFinding = { severity: "block", file: null, line: null, text: "", explanation: tests.reason }
  return { findings: tests.status === "not_checked" ? null : bad ? [finding] : [], summary: tests.reason }
}

const ofCoverage = (files: ReadonlyArray<DiffFile>, coverage: LineCoverage | null, minimum: number) => {
  if (coverage === null) return { findings: null, summary: "Not available: the test command does not measure coverage." }
  const { covered, uncovered, percent, findings } = coverageOfChange(files, coverage)
  if (percent === null) return { findings: null, summary: "Not available: the coverage report names none of the changed lines." }
  const summary = `${covered} of ${covered + uncovered} changed lines of code are run by tests (${percent} %).`
  return { findings: percent < minimum ? findings : [], summary }
}

const ofRisk = (risk: RiskScore, maximum: number) => ({
  findings:
    risk.score <= maximum
      ? []
      : [
          {
            severity: "block" as const,
            file: null,
            line: null,
            text: "",
            explanation: `The risk score is ${risk.score} of 100; ${maximum} is the limit.`,
          },
        ],
  summary: `${risk.score} of 100 (${risk.level}).`,
})

export interface GateInput {
  readonly files: ReadonlyArray<DiffFile>
  readonly config: RepositoryConfig
  readonly cheats: ReadonlyArray<CheatFinding>
  readonly tests: TestProof
  readonly coverage: LineCoverage | null
  readonly lint: CheckerOutcome
  readonly types: CheckerOutcome
  /** Licences of installed packages, by name. */
  readonly licences: ReadonlyMap<string, string>
}

/** Everything the gate says besides the comparison. Pure: the same input, the same report. */
export const gateReport = (input: GateInput): GateReport => {
  const { files, config } = input
  const of = (gate: GateName, found: Parameters<typeof gateResult>[2]) => gateResult(gate, settingOf(config.gates, gate), found)
  const secrets = secretsInChange(files)
  const size = sizeOfChange(files)
  const added = newDependencies(files)
  const risk = riskOfChange(files)
  return {
    results: [
      of("cheats", ofCheats(input.cheats, false)),
      of("tests", ofTests(input.tests)),
      of("secrets", {
        findings: secrets,
        summary:
          secrets.length === 0
            ? "No credential is added."
            : `${secrets.length} possible ${secrets.length === 1 ? "credential" : "credentials"}.`,
      }),
      of("protected_paths", ofCheats(input.cheats, true)),
      of("coverage", ofCoverage(files, input.coverage, limitOf(config.gates, "min_coverage"))),
      of("lint", input.lint),
      of("types", input.types),
      of("size", {
        findings: checkSize(size, limitOf(config.gates, "max_files"), limitOf(config.gates, "max_lines")),
        summary: `${size.lines} changed lines and ${size.testLines} of tests in ${size.files} ${size.files === 1 ? "file" : "files"}.`,
      }),
      of(
        "dependencies",
        added.length === 0
          ? { findings: [], summary: "No new dependency." }
          : checkDependencies(added, new Map([...input.licences, ...lockfileLicences(files)])),
      ),
      of("risk", ofRisk(risk, limitOf(config.gates, "max_risk"))),
    ],
    tests: input.tests,
    risk,
  }
}
