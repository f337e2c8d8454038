import type { TestResult } from "@loom/core/domain/TestReport"
import type { Comparison } from "@loom/core/domain/Verdict"

export type TestState = "passed" | "failed" | "flaky" | "absent" | "not_failing" | "unknown"
export type TestChange = "regressed" | "flaky" | "failing" | "stillFailing" | "fixed" | "removed" | "added"

/** One test that differs between base and head, or fails. */
export interface TestRow {
  readonly id: string
  readonly change: TestChange
  readonly before: TestState
  readonly after: TestState
  /** Message of the failure at the head, where there is one. */
  readonly failure: TestResult | null
}

/** The tests worth showing, the worst first; each id once, under its worst change. */
export const testRows = (comparison: Comparison): ReadonlyArray<TestRow> => {
  const added = new Set(comparison.added)
  const failures = new Map(comparison.failures.map((failure) => [failure.id, failure]))
  const seen = new Set<string>()
  const rows = (ids: ReadonlyArray<string>, change: TestChange, before: TestState, after: TestState): ReadonlyArray<TestRow> =>
    ids.flatMap((id) => {
      if (seen.has(id)) return []
      seen.add(id)
      return [{ id, change, before: added.has(id) ? "absent" : before, after, failure: failures.get(id) ?? null }]
    })
  return [
    ...rows(comparison.regressed, "regressed", "passed", "failed"),
    ...rows(comparison.flaky, "flaky", "unknown", "flaky"),
    ...rows(comparison.stillFailing, "stillFailing", "failed", "failed"),
    // A failure that no list names is shown all the same: nothing that fails is left out.
    ...rows(
      comparison.failures.map((failure) => failure.id),
      "failing",
      "unknown",
      "failed",
    ),
    ...rows(comparison.fixed, "fixed", "failed", "passed"),
    ...rows(comparison.removed, "removed", "unknown", "absent"),
    ...rows(comparison.added, "added", "absent", comparison.head.skipped === 0 ? "passed" : "not_failing"),
  ]
}
