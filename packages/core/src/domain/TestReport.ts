import { Schema } from "effect"
import { Runner } from "./Recipe.ts"

export const TestStatus = Schema.Literals(["passed", "failed", "skipped"])
export type TestStatus = typeof TestStatus.Type

/** One test as its runner names it. `id` is stable between two runs of the same code: `file > suite > name [params]`. */
export const TestResult = Schema.Struct({
  id: Schema.NonEmptyString,
  file: Schema.NullOr(Schema.String),
  name: Schema.String,
  status: TestStatus,
  /** Milliseconds; null where the runner does not say. */
  durationMs: Schema.NullOr(Schema.Finite),
  /** Failure message and the first lines of its stack, at most 4,000 characters. */
  message: Schema.NullOr(Schema.String),
  location: Schema.NullOr(Schema.Struct({ file: Schema.String, line: Schema.Int })),
  /** Suites around it, outermost first; absent where there are none. */
  suite: Schema.optionalKey(Schema.Array(Schema.String)),
  /** What stands in brackets at the end of a parametrised test's name, e.g. pytest's `test_p[2]`. */
  parameters: Schema.optionalKey(Schema.String),
  /** How often it failed before it passed in the same run. */
  retries: Schema.optionalKey(Schema.Int),
  /** It failed and was meant to (`xfail`, `todo`, `test.fails`): told as skipped or passed, never as failed. */
  expectedFailure: Schema.optionalKey(Schema.Boolean),
})
export type TestResult = typeof TestResult.Type

export const Counts = Schema.Struct({ passed: Schema.Int, failed: Schema.Int, skipped: Schema.Int })
export type Counts = typeof Counts.Type

/** Lines that the tests ran, where the runner measured it. */
export const Coverage = Schema.Struct({
  /** 0 to 100, of all measured lines or statements. */
  percent: Schema.Finite,
  /** Lines that no test ran, by file; only where the runner's own report names them. At most 200 files. */
  missed: Schema.optionalKey(Schema.Record(Schema.String, Schema.Array(Schema.Int))),
})
export type Coverage = typeof Coverage.Type

/** The outcome of one run of a repository's tests. */
export const TestReport = Schema.Struct({
  runner: Runner,
  /** How the figures were obtained; `exit-code` means that there are none. */
  format: Schema.Literals(["machine", "text", "exit-code"]),
  tests: Schema.Array(TestResult),
  /** Files or suites that failed to load: a failure even when no test failed. */
  loadErrors: Schema.Array(Schema.Struct({ file: Schema.String, message: Schema.String })),
  counts: Counts,
  exitCode: Schema.NullOr(Schema.Int),
  /** Why the process ended, when it was not by itself. */
  ended: Schema.Literals(["exited", "timeout", "oom", "output_limit", "killed"]),
  /** False when the report is missing, cut or contradicts the exit code: then its figures prove nothing. */
  complete: Schema.Boolean,
  /** One sentence on why `complete` is false. */
  problem: Schema.NullOr(Schema.String),
  durationMs: Schema.Finite,
  /** The last lines of the output, ANSI removed, at most 8,000 characters. */
  outputTail: Schema.String,
  coverage: Schema.optionalKey(Coverage),
  /** The report in one word, before it is compared with any other: `empty` where nothing ran, `broken` where it did not load or cannot be believed. */
  verdict: Schema.optionalKey(Schema.Literals(["pass", "fail", "broken", "empty"])),
  /** The run was stopped at a failure (`--bail`, `-x`, fail-fast): the counts are smaller than the suite. */
  stopped: Schema.optionalKey(Schema.Boolean),
})
export type TestReport = typeof TestReport.Type
