import { readReport } from "@loom/integrations/test-runner/reports/read-report"
import { measure, round } from "./distribution.ts"

const tests = 10_000
const rounds = 15
/** Issue 3, in milliseconds, of the medians. */
const targetMs = 200

const each = (write: (index: number) => string): string => Array.from({ length: tests }, (_, index) => write(index)).join("\n")
const passes = (index: number): boolean => index % 100 !== 0

/** Reports of 10,000 tests, one in a hundred failing with a message, as each kind of runner writes them. */
const reports: Readonly<Record<string, () => string>> = {
  junit: () =>
    `<?xml version="1.0"?>\n<testsuites><testsuite name="pytest" tests="${tests}">\n${each(
      (index) =>
        `<testcase classname="pkg.test_${index % 50}.TestX" name="test_${index}[a&lt;b]" file="pkg/test_${index % 50}.py" line="${index}" time="0.001">${
          passes(index) ? "" : '<failure message="assert 1 == 2">E   assert 1 == 2\nE   &quot;x&quot;</failure>'
        }</testcase>`,
    )}\n</testsuite></testsuites>`,
  json: () =>
    JSON.stringify({
      numTotalTests: tests,
      success: false,
      testResults: Array.from({ length: 100 }, (_, file) => ({
        name: `/w/src/file-${file}.test.js`,
        status: "failed",
        assertionResults: Array.from({ length: tests / 100 }, (_unused, index) => ({
          ancestorTitles: ["suite", "inner"],
          title: `test ${index}`,
          status: passes(index) ? "passed" : "failed",
          duration: 1,
          failureMessages: passes(index) ? [] : ["Error: expected 1 to be 2\n    at file.test.js:1:1"],
        })),
      })),
    }),
  tap: () =>
    `TAP version 13\n1..${tests}\n${each((index) =>
      passes(index) ? `ok ${index + 1} - test ${index}` : `not ok ${index + 1} - test ${index}\n  ---\n  message: "no"\n  ...`,
    )}\n`,
  goJsonl: () =>
    `${each((index) => {
      const of = (Action: string, more: object = {}) => JSON.stringify({ Action, Package: "example.test/x", Test: `Test${index}`, ...more })
      return `${of("run")}\n${of(passes(index) ? "pass" : "fail", { Elapsed: 0.01 })}`
    })}\n${JSON.stringify({ Action: "fail", Package: "example.test/x", Elapsed: 1 })}\n`,
  pytestText: () =>
    `============================= test session starts ==============================\ncollected ${tests} items\n\n${each(
      (index) => `pkg/test_x.py::test_${index} ${passes(index) ? "PASSED" : "FAILED"}`,
    )}\n=========================== short test summary info ============================\n${Array.from(
      { length: tests / 100 },
      (_, index) => `FAILED pkg/test_x.py::test_${index * 100} - assert 1 == 2`,
    ).join("\n")}\n======== ${tests / 100} failed, ${tests - tests / 100} passed in 9.99s ========\n`,
}

/** How long a captured report of 10,000 tests takes to be read, its format found out included. */
export const benchReports = async () => {
  const results: Record<string, unknown> = {}
  for (const [format, write] of Object.entries(reports)) {
    const text = write()
    const { medianMs, ...rest } = await measure(rounds, async () => {
      const reading = readReport(text, { exitCode: 1 })
      if (reading.passed + reading.failed !== tests || reading.verdict !== "fail")
        throw new Error(`${format}: ${JSON.stringify({ ...reading, failing: [] })}`)
    })
    results[format] = {
      megabytes: round(text.length / 1e6),
      medianMs,
      ...rest,
      reportsPerSecond: round(1000 / medianMs),
      targetMs,
      met: medianMs < targetMs,
    }
  }
  return { tests, ...results }
}
