import type { Runner } from "@loom/core/domain/Recipe"
import type { Coverage, TestStatus } from "@loom/core/domain/TestReport"

/** A test as one report tells it, before ids are made unique. */
export interface RawTest {
  readonly file: string | null
  /** Suites outermost first, the test's own name last. */
  readonly path: ReadonlyArray<string>
  readonly status: TestStatus
  readonly durationMs: number | null
  readonly message: string | null
  readonly line?: number | null
  /** How often it failed before it passed. */
  readonly retries?: number
  /** A failure that was asked for (`xfail`, `todo`, `test.fails`). */
  readonly expectedFailure?: boolean
}

export interface Figures {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** What one report file, or one text, says. */
export interface Part {
  readonly runner: Runner
  readonly format: "machine" | "text"
  readonly tests: ReadonlyArray<RawTest>
  readonly loadErrors: ReadonlyArray<{ readonly file: string; readonly message: string }>
  /** Why the report itself cannot be trusted (cut, unreadable); null when it is whole. */
  readonly problem: string | null
  /** Figures of a text that names no tests. */
  readonly counts?: Figures
  /** Names of failing tests where `tests` holds none. */
  readonly failing?: ReadonlyArray<string>
  /** How many of the failed are files that did not load and that the runner counts like tests. */
  readonly failedLoads?: number
  /** The runner itself says that the run failed although no test did: coverage threshold, unhandled error. */
  readonly otherFailure?: string | null
  /** The run was stopped at a failure (`--bail`, `-x`): what was left did not run. */
  readonly stopped?: boolean
  readonly coverage?: Coverage
}

export const broken = (runner: Runner, problem: string): Part => ({ runner, format: "machine", tests: [], loadErrors: [], problem })
