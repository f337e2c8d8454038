import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { Runner } from "@loom/core/domain/Recipe"
import { results } from "./build-report.ts"
import { coverageIn } from "./coverage-text.ts"
import { parseJUnit } from "./junit.ts"
import { parseNodeTest } from "./node-test-jsonl.ts"
import { readReport } from "./read-report.ts"
import { parseTap } from "./tap.ts"

/*
 * A test writes what it likes into a report and to its output, and the Worker reads it. Sizes are such that anything worse than linear
 * runs into the time limit of the tests.
 */
const MEBI = 1024 * 1024

describe("XML", () => {
  it("defines no entities: no billion laughs, no file of the host", () => {
    for (const doctype of [
      `<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "${"&a;".repeat(10)}"><!ENTITY c "${"&b;".repeat(10)}">]>`,
      `<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/passwd">]>`,
      `<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">`,
    ]) {
      const part = parseJUnit(
        "auto",
        `<?xml version="1.0"?>${doctype}<testsuites><testsuite name="s"><testcase name="&c;"/></testsuite></testsuites>`,
      )
      assert.isTrue(
        part.problem !== null || part.tests[0]?.path.at(-1) === "&c;",
        "it is refused, or stays the three characters that it is",
      )
    }
  })

  it.each([
    ["deep", "<testsuite>".repeat(MEBI / 11) + "</testsuite>".repeat(MEBI / 11)],
    ["wide attributes", `<testcase ${'a="b" '.repeat(MEBI / 6)}/>`],
    ["blanks in a tag", `<testcase ${" ".repeat(MEBI)}`],
    ["comments that do not end", "<!--".repeat(MEBI / 4)],
    ["CDATA that does not end", "<![CDATA[".repeat(MEBI / 9)],
    ["ampersands", "&#".repeat(MEBI / 2)],
  ])("%s: read in one go, or refused", (_, body) => {
    const part = parseJUnit("auto", `<testsuites>${body}</testsuites>`)
    assert.isTrue(part.problem !== null || part.tests.length <= 1)
  })
})

describe("JSON and TAP", () => {
  it("a million levels are a report that is none", () => {
    const deep = `${"[".repeat(MEBI)}${"]".repeat(MEBI)}`
    for (const text of [
      deep,
      `{"testResults":${deep}}`,
      `{"collectors":[{"nodeid":"a","outcome":"failed","longrepr":${deep}}],"summary":{}}`,
    ]) {
      for (const runner of ["auto", "jest", "pytest"] as const)
        assert.notStrictEqual(readReport(text, { runner, exitCode: 0 }).verdict, "pass")
    }
  })

  it("a test at level thirty million, or at one below none, is none", () => {
    for (const nesting of [30_000_000, 65, -1])
      assert.isNotNull(parseNodeTest(`{"name":"a","ok":true,"nesting":${nesting}}\n{"end":true}`).problem)
  })

  it("a quarter of a million children have one parent", () => {
    const children = 250_000
    const lines = `{"name":"a","ok":true,"nesting":1}\n`.repeat(children)
    assert.lengthOf(parseNodeTest(`${lines}{"name":"p","ok":true,"nesting":0,"suite":true}\n{"end":true}`).tests, children)
    assert.isAtLeast(
      parseTap("tap", "machine", `TAP version 13\n${"    ok 1 - a\n".repeat(children)}ok 1 - p\n1..1\n`).tests.length,
      children,
    )
  })
})

describe("names and output", () => {
  it.each(["[", "(", " with data set "])("a name of a mebibyte of %j", (mark) => {
    const [one] = results("", [{ file: null, path: [mark.repeat(MEBI / mark.length)], status: "passed", durationMs: null, message: null }])
    assert.isAtMost(one?.id.length ?? 0, 600)
  })

  it("parameters are what they were", () => {
    const of = (name: string) =>
      results("", [{ file: null, path: [name], status: "passed", durationMs: null, message: null }])[0]?.parameters
    assert.deepStrictEqual(["a[1-2]", "a (x)", "t with data set #1", "a[1](2)", "plain", "a[]", "]"].map(of), [
      "1-2",
      "x",
      "#1",
      "2",
      undefined,
      undefined,
      undefined,
    ])
  })

  it.each(["\n", "\t", "ok \t ", " \n", "All files | ", "TOTAL 1 1 ", "a\n", "1) a\n", "✓ a\n"])(
    "an output of a mebibyte of %j",
    (unit) => {
      const text = `x\n${unit.repeat(MEBI / unit.length)}`
      assert.isNull(coverageIn(text))
      assert.notStrictEqual(readReport(text, { runner: "auto", exitCode: 0 }).verdict, "pass")
    },
  )

  it("go's coverage is still read", () => {
    assert.deepStrictEqual(
      coverageIn("ok  \texample.com/a\t0.01s\tcoverage: 80.0% of statements\ncoverage: 60.0% of statements\n? \tb\n"),
      { percent: 70 },
    )
    assert.isNull(coverageIn("the coverage: 99% of statements is great"))
  })
})

it("whatever a test writes, reading it is an answer", () =>
  fc.assert(
    fc.property(
      fc.constantFrom("auto" as const, ...Runner.literals),
      fc.array(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.constantFrom(
            "ok 1 - a",
            "1..1",
            '{"end":true}',
            "<testsuites>",
            "</testsuites>",
            '<testcase name="a"/>',
            "Tests: 1 passed",
            "\0",
            "\ud800",
            "__proto__",
            '{"__proto__":{"tests":[]}}',
            "\u001b[2J",
          ),
        ),
      ),
      (runner, lines) => {
        const reading = readReport(lines.join("\n"), { runner, exitCode: 0 })
        assert.isTrue(Number.isSafeInteger(reading.passed) && reading.passed >= 0)
      },
    ),
  ))
