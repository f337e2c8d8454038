import type { Runner } from "@loom/core/domain/Recipe"
import type { TestStatus } from "@loom/core/domain/TestReport"

/** A test as one report tells it, before ids are made unique. */
export interface RawTest {
  readonly file: string | null
  /** Suites outermost first, the test's own name last. */
  readonly path: ReadonlyArray<string>
  readonly status: TestStatus
  readonly durationMs: number | null
  readonly message: string | null
  readonly line?: number | null
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
  readonly counts?: { readonly passed: number; readonly failed: number; readonly skipped: number }
}

export const broken = (runner: Runner, problem: string): Part => ({ runner, format: "machine", tests: [], loadErrors: [], problem })
