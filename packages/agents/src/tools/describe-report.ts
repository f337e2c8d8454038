import type { TestReport } from "@loom/core/domain/TestReport"
import { boundOutput } from "./bound-output.ts"

const MAX_FAILURES = 15

/**
 * A test report for the model: the figures, each failing test with its message, and the output's end where the report is not
 * whole. Times are left out, so that the same result reads the same (loops are found by that).
 */
export const describeReport = (report: TestReport): string => {
  const { passed, failed, skipped } = report.counts
  const failures = report.tests.filter((test) => test.status === "failed")
  const figures =
    report.format === "exit-code"
      ? `exit code ${report.exitCode ?? "none"}, no figures`
      : `${passed} passed, ${failed} failed, ${skipped} skipped`
  return boundOutput(
    [
      `${figures}${report.ended === "exited" ? "" : ` (ended by ${report.ended})`}`,
      ...report.loadErrors.slice(0, MAX_FAILURES).map((error) => `\ncould not load ${error.file}:\n${error.message.slice(0, 1500)}`),
      ...failures
        .slice(0, MAX_FAILURES)
        .map(
          (test) =>
            `\nFAILED ${test.id}${test.location === null ? "" : ` (${test.location.file}:${test.location.line})`}\n${test.message?.slice(0, 1500) ?? ""}`,
        ),
      ...(failures.length > MAX_FAILURES ? [`\n… and ${failures.length - MAX_FAILURES} more failing tests`] : []),
      ...(report.complete
        ? []
        : [`\nThe report is not complete: ${report.problem ?? "unknown reason"}. The output ends:\n${report.outputTail}`]),
    ].join("\n"),
    "Narrow the tests with bash to see more.",
  )
}
