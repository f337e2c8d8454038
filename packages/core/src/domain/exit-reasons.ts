import type { TestReport } from "./TestReport.ts"

/** A line that may be why a command failed although its tests passed. */
const TELLS = /threshold|coverage|error|unhandled|reject|fail|warning|problem|✖|×/i
/** A passing test may have any of those words in its name. */
const PASSED = /^\s*(?:[✓✔√·]|ok\b|pass(?:ed)?\b|\[\s*(?:ok|pass\w*)\s*\]|--- PASS|test .* \.\.\. ok)/i
/** Totals of the runner, whose figures change with every test. */
const TOTALS = /^\s*(?:#\s*\w+\s+\d|tests?\b.*\d+ (?:passed|failed)|\d+ (?:passing|passed|failing|failed|problems?\b))/i

/** The same complaint with other figures is the same complaint. */
const shape = (line: string): string =>
  line
    .replaceAll(/\d+(?:[.,:]\d+)*/g, "#")
    .replaceAll(/\s+/g, " ")
    .trim()

/**
 * Every test passes and the command still fails: a coverage threshold, an unhandled error, a step after the tests. The per-test
 * figures of such a report are sound; its exit code speaks of something else.
 */
export const failsBesideTests = (report: TestReport): boolean =>
  report.ended === "exited" &&
  report.format !== "exit-code" &&
  report.exitCode !== null &&
  report.exitCode !== 0 &&
  report.counts.passed > 0 &&
  report.counts.failed === 0 &&
  report.loadErrors.length === 0 &&
  (report.problem ?? "").startsWith("Every test passed, but the exit code")

const reasons = (report: TestReport): ReadonlyMap<string, string> =>
  new Map(
    report.outputTail
      .split("\n")
      .filter((line) => TELLS.test(line) && !PASSED.test(line) && !TOTALS.test(line))
      .map((line) => [shape(line), line.trim()]),
  )

/**
 * Whether the head fails beside its tests for nothing that the base did not complain about too: the same exit code, and no
 * complaint in its output (figures aside) that the base's output has not. `line` is one of them, for people; null when there is none.
 */
export const sameExitReason = (base: TestReport, head: TestReport): { readonly line: string | null } | null => {
  if (!failsBesideTests(head) || base.exitCode !== head.exitCode || base.exitCode === 0) return null
  const before = reasons(base)
  const now = [...reasons(head)]
  if (now.some(([key]) => !before.has(key))) return null
  // Failing tests explain the base's exit code by themselves: without a complaint of both there is nothing in common.
  if (now.length === 0 && !failsBesideTests(base)) return null
  return { line: now.at(0)?.[1].slice(0, 200) ?? null }
}
