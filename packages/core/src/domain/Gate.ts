import { Effect, Schema } from "effect"

/** The checks of a change besides its test run. One row per gate in the pull request, the check run and the proof. */
export const gateNames = [
  "cheats",
  "tests",
  "secrets",
  "protected_paths",
  "coverage",
  "lint",
  "types",
  "size",
  "dependencies",
  "risk",
] as const
export const GateName = Schema.Literals(gateNames)
export type GateName = typeof GateName.Type

/** `on` stops the change, `warn` shows in the pull request, `off` is not looked at. */
export const GateSetting = Schema.Literals(["on", "warn", "off"])
export type GateSetting = typeof GateSetting.Type

export const GateFinding = Schema.Struct({
  severity: Schema.Literals(["block", "warn"]),
  /** Relative to the repository root; null where the finding is about the whole change. */
  file: Schema.NullOr(Schema.String),
  /** Line in the changed file, from 1; null where it is not known. */
  line: Schema.NullOr(Schema.Int),
  /** The offending line, at most 300 characters, never with a secret in it; empty when there is none. */
  text: Schema.String,
  /** One sentence for people. */
  explanation: Schema.String,
})
export type GateFinding = typeof GateFinding.Type

/** What one gate says of one change. */
export const GateResult = Schema.Struct({
  gate: GateName,
  setting: GateSetting,
  /** `not_checked`: `summary` says why. It never counts as passed. */
  status: Schema.Literals(["passed", "warned", "blocked", "not_checked", "off"]),
  /** One sentence for people. */
  summary: Schema.String,
  /** At most 20. */
  findings: Schema.Array(GateFinding),
})
export type GateResult = typeof GateResult.Type

/** Whether the change's own tests fail without it. Run on the base commit with only the change's test files applied. */
export const TestProof = Schema.Struct({
  /**
   * `proven`: at least one new, changed or formerly failing test fails at the base and passes at the head. `proves_nothing`: the
   * change's tests all pass without it. `no_tests`: it brings none. `exempt`: no code is changed. `not_checked`: could not be run.
   */
  status: Schema.Literals(["proven", "proves_nothing", "no_tests", "exempt", "not_checked"]),
  /** One sentence for people. */
  reason: Schema.String,
  /** New and changed tests, at most 100. */
  tests: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      isNew: Schema.Boolean,
      /** `not_loaded`: its file does not load (or compile) without the change, which counts as failing. */
      atBase: Schema.Literals(["failed", "passed", "not_loaded", "not_run"]),
    }),
  ),
})
export type TestProof = typeof TestProof.Type

/** How much care a diff wants, 0 to 100, from what it touches; not whether it is right. */
export const RiskScore = Schema.Struct({
  score: Schema.Int,
  level: Schema.Literals(["low", "medium", "high"]),
  /** Heaviest first. */
  reasons: Schema.Array(Schema.Struct({ points: Schema.Int, reason: Schema.String })),
})
export type RiskScore = typeof RiskScore.Type

/** Everything the gate says of one change besides the comparison of its tests. The proof carries it whole. */
export const GateReport = Schema.Struct({
  results: Schema.Array(GateResult),
  tests: TestProof,
  risk: RiskScore,
})
export type GateReport = typeof GateReport.Type

/** Of a change that was judged before there was a report. */
export const noGateReport: GateReport = {
  results: [],
  tests: { status: "not_checked", reason: "This change was judged by an earlier version of Loom.", tests: [] },
  risk: { score: 0, level: "low", reasons: [] },
}
/** A field of this type may be missing in what an earlier version stored. */
export const StoredGateReport = GateReport.pipe(Schema.withDecodingDefaultKey(Effect.succeed(noGateReport)))
