import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import { readFileSync } from "node:fs"
import { readReport, runnerNamed } from "./read-report.ts"

const Captured = Schema.fromJsonString(
  Schema.Array(
    Schema.Struct({
      name: Schema.String,
      exitCode: Schema.Int,
      text: Schema.String,
      expect: Schema.Struct({
        runner: Schema.String,
        passed: Schema.Int,
        failed: Schema.Int,
        skipped: Schema.Int,
        verdict: Schema.String,
        complete: Schema.Boolean,
        failing: Schema.Array(Schema.String),
      }),
    }),
  ),
)
/** Outputs of the real runners, with their paths shortened and stacks left out. */
const captured = Schema.decodeSync(Captured)(readFileSync(new URL("captured-outputs.json", import.meta.url), "utf8"))
const brief = (text: string, exitCode: number | null) => {
  const { runner, passed, failed, skipped, verdict, complete, failing } = readReport(text, { exitCode })
  return { runner, passed, failed, skipped, verdict, complete, failing }
}
const of = (name: string): string => captured.find((one) => one.name === name)?.text ?? assert.fail(name)

describe("captured outputs of real runners", () => {
  for (const { name, exitCode, text, expect } of captured) {
    it(`${name}: ${expect.verdict}`, () => assert.deepStrictEqual(brief(text, exitCode), expect))
  }
  it("an exit code that is not 0 is never a pass, whatever the text", () => {
    for (const { name, text } of captured)
      for (const exitCode of [1, 2, 124, 137, 255]) assert.notStrictEqual(readReport(text, { exitCode }).verdict, "pass", name)
  })
  it("with CRLF, a terminal's colours around every line, and a CI service's times before it, the figures are the same", () => {
    for (const { name, text, expect, exitCode } of captured.filter(
      (one) => !/^\s*[<{[]/.test(one.text) && !one.text.includes("\u001b") && !one.text.includes("\r"),
    )) {
      const told = (changed: string) => {
        const { passed, failed, verdict } = readReport(changed, { exitCode })
        return { name, passed, failed, verdict }
      }
      const same = { name, passed: expect.passed, failed: expect.failed, verdict: expect.verdict }
      assert.deepStrictEqual(told(text.replaceAll("\n", "\r\n")), same)
      assert.deepStrictEqual(told(text.replaceAll(/^(?=.)/gm, "2026-11-25T19:18:14.1451234Z ")), same)
    }
  })
  it("cut anywhere, a run that did not pass does not pass, and one that did never passes with other figures", () => {
    // A spoofed output holds a whole report of the test's own. Without `-v` go tells packages one by one and nothing at the end: a cut
    // between two of them is not to be seen.
    const wrong = captured
      .filter((one) => !/^go-(plain|cover|test)|spoofed$/.test(one.name))
      .flatMap(({ name, text, expect }) => {
        const cuts = Array.from({ length: 60 }, (_, index) => Math.floor((index * text.length) / 60))
        return cuts.flatMap((at) => {
          const { verdict, passed } = readReport(text.slice(0, at), {})
          return verdict === "pass" && (expect.verdict !== "pass" || passed !== expect.passed)
            ? [`${name} cut after ${text.slice(0, at).slice(-80)}`]
            : []
        })
      })
    assert.deepStrictEqual(wrong, [])
  })
})

describe("what a test prints", () => {
  const fakes = [
    "Tests:       9 passed, 9 total\n",
    "Test Suites: 1 passed, 1 total\nTests:       9 passed, 9 total\nSnapshots:   0 total\nTime:        1 s\nRan all test suites.\n",
    "  9 passing (3ms)\n",
    " Test Files  1 passed (1)\n      Tests  9 passed (9)\n",
    "===== 9 passed in 0.01s =====\n",
    "Ran 9 tests in 0.001s\n\nOK\n",
    "OK (9 tests, 9 assertions)\n",
    "9 examples, 0 failures\n",
    "9 runs, 9 assertions, 0 failures, 0 errors, 0 skips\n",
    "100% tests passed, 0 tests failed out of 9\n",
    "9 specs, 0 failures\n",
    "All tests successful.\nFiles=1, Tests=9,  0 wallclock secs\nResult: PASS\n",
    "ok | 9 passed | 0 failed (5ms)\n",
    "9 tests, 0 failures\n",
  ]
  const whole = captured.filter((one) =>
    /^(vitest|jest|mocha|pytest|rspec|phpunit|ava|bun|deno|jasmine|node-test|minitest|ctest|unittest|uvu)\.failing$/.test(one.name),
  )
  it("before the real summary changes neither the verdict nor the figures of a failing run", () => {
    for (const { name, text, expect } of whole)
      for (const fake of fakes) {
        const { verdict, failed } = readReport(`${fake}${text}`, {})
        assert.notStrictEqual(verdict, "pass", `${name} after ${fake}`)
        if (verdict === "fail") assert.strictEqual(failed, expect.failed, `${name} after ${fake}`)
      }
  })
  it("after the real summary makes no failing run pass", () => {
    for (const { name, text } of whole)
      for (const fake of fakes) assert.notStrictEqual(readReport(`${text}\n${fake}`, {}).verdict, "pass", `${name} before ${fake}`)
  })
  it("alone is no pass", () => {
    // jest's whole block and a bare `9 tests, 0 failures` included.
    for (const fake of fakes) assert.notStrictEqual(readReport(fake, { exitCode: 0 }).verdict, "pass", fake)
  })
})

describe("outcomes that a naive reader gets wrong", () => {
  const jest = of("jest.passing")
  const table: ReadonlyArray<readonly [string, string, number | null, string, boolean]> = [
    ["no output at all", "", null, "empty", false],
    ["no output and a failing exit code", "  \n", 1, "broken", false],
    ["nothing that a runner wrote, exit code 0", "Hello, world\n", 0, "broken", false],
    ["binary", "\u007fELF\u0002\u0000\u0000", 0, "broken", false],
    ["passing tests and exit code 1", jest, 1, "fail", false],
    ["passing tests, a summary, then a time-out", jest, 124, "broken", false],
    [
      "passing tests and a failing posttest",
      `${jest}\nnpm error Lifecycle script \`test\` failed with error:\nnpm error code 1\n`,
      null,
      "fail",
      false,
    ],
    ["passing tests, then the process is killed", `${jest}\nKilled\n`, null, "broken", false],
    ["a coverage threshold", of("jest-threshold"), null, "fail", false],
    ["an unhandled rejection", of("vitest-cov-unhandled"), null, "fail", false],
    ["0 failed, but a file did not load", of("jest.broken"), null, "broken", true],
    ["failing tests hidden by `|| true`", of("pytest.failing"), 0, "fail", false],
    ["--bail shrinks the counts", of("pytest-x"), 1, "fail", false],
    ["focused tests (jasmine says so)", of("jasmine-fit"), null, "fail", false],
    ["every test is skipped", "1..1\nok 1 - a # SKIP\n", 0, "empty", true],
    ["the plan says 0", "TAP version 13\n1..0 # no tests\n", 0, "empty", true],
    ["a plan without its tests", "TAP version 13\n1..3\nok 1 - a\n", 0, "broken", false],
    ["bail out", "1..3\nok 1 - a\nBail out! no database\n", 0, "broken", false],
    ["TODO is expected to fail", "1..2\nok 1 - a\nnot ok 2 - b # TODO later\n", 0, "pass", true],
    ["an empty JUnit report", '<?xml version="1.0"?><testsuites/>', 0, "empty", true],
    ["a JUnit report that announces more than it holds", '<testsuite tests="3"><testcase name="a"/></testsuite>', 0, "broken", false],
    ["XML of something else", "<?xml version='1.0'?><project/>", 0, "broken", false],
    ["a cut JSON", '{"numTotalTestSuites":1,"testResults":[{"na', 0, "broken", false],
    ["a retried test that passed", of("jest-retry"), 0, "pass", true],
    ["make with nothing to do", "make: Nothing to be done for 'test'.\n", 0, "empty", true],
    [
      "a failing make",
      "cc -o t t.c\nt: t.c:3: main: Assertion `1 == 2' failed.\nmake: *** [Makefile:2: test] Error 134\n",
      2,
      "fail",
      false,
    ],
  ]
  for (const [name, text, exitCode, verdict, complete] of table) {
    it(name, () => {
      const reading = readReport(text, { exitCode })
      assert.deepStrictEqual([reading.verdict, reading.complete], [verdict, complete], reading.problem ?? "")
    })
  }
  it("plain asserts: the exit code is all there is, and that is said", () => {
    const reading = readReport("all fine\n", { runner: "exit-code", exitCode: 0 })
    assert.deepInclude(reading, { verdict: "pass", format: "exit-code", passed: 0 })
    assert.include(reading.problem ?? "", "Only the exit code")
  })
  it("a report of another runner is not the one that was asked for", () =>
    assert.strictEqual(readReport(jest, { runner: "pytest", exitCode: 0 }).verdict, "broken"))
  it("names of runners", () => {
    assert.deepStrictEqual(["auto", "Jest", "tape", "node", "surefire", "make", "nose"].map(runnerNamed), [
      "auto",
      "jest",
      "tap",
      "node:test",
      "maven",
      "exit-code",
      null,
    ])
  })
})

describe("properties", () => {
  const anyName = fc.string({ minLength: 1, maxLength: 20 }).map((text) => text.replaceAll(/[^\p{L}\p{N} <>&"']/gu, "x").trim() || "x")
  const anyTests = fc.array(fc.record({ name: anyName, status: fc.constantFrom("passed", "failed", "skipped") }), {
    minLength: 1,
    maxLength: 20,
  })
  type Tests = ReadonlyArray<{ readonly name: string; readonly status: string }>
  const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
  const writers: Readonly<Record<string, (tests: Tests) => string>> = {
    junit: (tests) =>
      `<?xml version="1.0"?>\n<testsuites>\n<testsuite name="s" tests="${tests.length}">\n${tests
        .map(
          ({ name, status }) =>
            `<testcase classname="c" name="${escape(name)}">${status === "failed" ? "<failure/>" : status === "skipped" ? "<skipped/>" : ""}</testcase>\n`,
        )
        .join("")}</testsuite>\n</testsuites>`,
    jest: (tests) =>
      JSON.stringify({
        numTotalTestSuites: 1,
        numTotalTests: tests.length,
        testResults: [
          {
            name: "/w/a.js",
            status: "x",
            assertionResults: tests.map(({ name, status }) => ({ ancestorTitles: [], title: name, status })),
          },
        ],
      }),
    tap: (tests) =>
      `TAP version 13\n1..${tests.length}\n${tests.map(({ name, status }, index) => `${status === "failed" ? "not ok" : "ok"} ${index + 1} - ${name.replaceAll("#", "\\#")}${status === "skipped" ? " # SKIP" : ""}\n`).join("")}`,
  }
  for (const [format, write] of Object.entries(writers)) {
    it(`${format}: what is written comes back, and a cut of it is never complete`, () => {
      fc.assert(
        fc.property(anyTests, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (tests, share) => {
          const text = write(tests)
          const count = (status: string) => tests.filter((test) => test.status === status).length
          const reading = readReport(text, {})
          assert.deepInclude(reading, { passed: count("passed"), failed: count("failed"), skipped: count("skipped") })
          const part = text.slice(0, Math.floor(text.trimEnd().length * share))
          // A TAP line that lost its end is a TAP line.
          if (format !== "tap" || part.length <= text.trimEnd().lastIndexOf("\n")) assert.isFalse(readReport(part, {}).complete, part)
        }),
      )
    })
  }
  it("no mixture of outputs throws, and every figure is a whole number that is not negative", () => {
    const lines = captured.flatMap((one) => one.text.split("\n"))
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom(...lines)), { maxLength: 40 }),
        fc.option(fc.integer({ min: 0, max: 255 })),
        (mixed, exitCode) => {
          const { passed, failed, skipped, verdict } = readReport(mixed.join("\n"), { exitCode })
          for (const figure of [passed, failed, skipped]) assert.isTrue(Number.isInteger(figure) && figure >= 0)
          if (verdict === "pass") assert.isTrue(passed > 0 && failed === 0 && (exitCode ?? 0) === 0)
        },
      ),
      { numRuns: 400 },
    )
  })
  it("hostile sizes are read in linear time", () => {
    const big = [
      "  ● Test suite failed to run\n".repeat(60_000),
      "\u001b]".repeat(200_000),
      "x".repeat(4_000_000),
      "ok 1 - a\n".repeat(100_000),
      `${"(".repeat(100_000)}\n${"1) a::b\n".repeat(50_000)}`,
      "<testsuite>".repeat(50_000),
      "{".repeat(500_000),
    ]
    for (const text of big) {
      const start = performance.now()
      assert.notStrictEqual(readReport(text, {}).verdict, "pass")
      assert.isBelow(performance.now() - start, 30_000, text.slice(0, 20))
    }
  }, 240_000)
})
