import { Schema } from "effect"
import { Counts, TestResult } from "./TestReport.ts"

/** What the gate says (design section 4). Only the first two let a pull request open as proven. */
export const Verdict = Schema.Literals([
  "pass",
  "existing_failures_only",
  "regressed",
  "flaky",
  "timed_out",
  "infrastructure",
  "no_tests",
  "broken_baseline",
])
export type Verdict = typeof Verdict.Type

/** A finding of the diff check: a change that makes tests weaker instead of code better. */
export const CheatFinding = Schema.Struct({
  rule: Schema.Literals([
    "test_deleted",
    "test_skipped",
    "test_focused",
    "test_emptied",
    "assertion_removed",
    "threshold_lowered",
    "runner_config_edited",
    "snapshot_only",
    "snapshot_rewritten",
    "expectation_rewritten",
    "tolerance_widened",
    "timeout_raised",
    "sleep_added",
    "failure_swallowed",
    "exit_forced",
    "subject_mocked",
    "setup_tampered",
    "test_environment_detected",
    "expected_value_hardcoded",
    "protected_path",
  ]),
  file: Schema.String,
  /** The offending line of the diff, at most 300 characters. */
  line: Schema.String,
  /** Its number in the changed file, from 1; where it was for a removed line. */
  lineNumber: Schema.optionalKey(Schema.Int),
  explanation: Schema.String,
  /** A `block` stops the run unless the repository's policy allows it; a `warn` is shown in the pull request. */
  severity: Schema.Literals(["block", "warn"]),
})
export type CheatFinding = typeof CheatFinding.Type

/** Base against head, per test. Lists hold test ids. */
export const Comparison = Schema.Struct({
  verdict: Verdict,
  /** One sentence for people. */
  reason: Schema.String,
  base: Counts,
  head: Counts,
  /** Failed at the base, pass now. */
  fixed: Schema.Array(Schema.String),
  /** Passed at the base (or are new) and fail now, twice re-run. */
  regressed: Schema.Array(Schema.String),
  /** Failed before and after. */
  stillFailing: Schema.Array(Schema.String),
  added: Schema.Array(Schema.String),
  removed: Schema.Array(Schema.String),
  /** Differed between re-runs of the head. */
  flaky: Schema.Array(Schema.String),
  /** Differed between two runs of the untouched base: neither regressed nor fixed, whatever they do now. */
  unstable: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Runs of the tests behind these figures, the first run of each side included. */
  runs: Schema.optionalKey(Schema.Struct({ base: Schema.Int, head: Schema.Int })),
  /** The failing tests of the head with their messages, for the coder and the pull request; at most 50. */
  failures: Schema.Array(TestResult),
})
export type Comparison = typeof Comparison.Type
