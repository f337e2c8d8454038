import { assert, describe, it } from "@effect/vitest"
import type { Recipe } from "@loom/core/domain/Recipe"
import type { ExecResult } from "@loom/core/ports/Sandbox"
import * as fc from "fast-check"
import { parseSections } from "../sections.ts"
import { plain } from "../shell.ts"
import { buildReport } from "./build-report.ts"
import { parseCargo } from "./cargo-text.ts"
import { parseGo } from "./go-jsonl.ts"
import { parseJestJson } from "./jest-json.ts"
import { parseJUnit } from "./junit.ts"
import { parseMochaJson } from "./mocha-json.ts"
import { parseNodeTest } from "./node-test-jsonl.ts"
import type { Part } from "./Part.ts"
import { parseTap } from "./tap.ts"
import { outputOf, readText } from "./read-text.ts"
import { parseUnittest } from "./unittest-json.ts"

const brief = (part: Part) =>
  Object.fromEntries(part.tests.map((test) => [[test.file, ...test.path].filter((word) => word !== null).join(" > "), test.status]))

describe("pytest's JUnit XML", () => {
  // Written by pytest 9 with `-o junit_family=xunit1`.
  const xml = (cases: string) =>
    `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="2" failures="1" skipped="2" tests="8" time="0.0">${cases}</testsuite></testsuites>`
  const recorded =
    xml(`<testcase classname="" name="sub.test_b" time="0.000"><error message="collection failure">ImportError while importing test module</error></testcase>
<testcase classname="test_a.TestX" name="test_ok" file="test_a.py" line="2" time="0.001" />
<testcase classname="test_a.TestX" name="test_p[1]" file="test_a.py" line="3" time="0.001" />
<testcase classname="test_a.TestX" name="test_p[2]" file="test_a.py" line="3" time="0.001"><failure message="assert 2 == 1">test_a.py:5: assert 2 == 1</failure></testcase>
<testcase classname="test_a" name="test_s" file="test_a.py" line="5" time="0.000"><skipped type="pytest.skip" message="x">test_a.py:6: x</skipped></testcase>
<testcase classname="test_a" name="test_xf" file="test_a.py" line="7" time="0.000"><skipped type="pytest.xfail" message="" /></testcase>
<testcase classname="test_a" name="test_t" file="test_a.py" line="13" time="0.000"><error message='failed on teardown with "ValueError: teardown"'>test_a.py:12: ValueError: teardown</error></testcase>`)

  it("classes, parameters, skips, teardown errors and collection errors", () => {
    const part = parseJUnit("pytest", recorded)
    assert.deepStrictEqual(brief(part), {
      "test_a.py > TestX > test_ok": "passed",
      "test_a.py > TestX > test_p[1]": "passed",
      "test_a.py > TestX > test_p[2]": "failed",
      "test_a.py > test_s": "skipped",
      "test_a.py > test_xf": "skipped",
      "test_a.py > test_t": "failed",
    })
    assert.deepStrictEqual(
      part.loadErrors.map((error) => error.file),
      ["sub/test_b"],
    )
    assert.strictEqual(part.tests[0]?.line, 3)
  })
  it("a test that passed and then failed in its teardown is one failed test", () => {
    const part = parseJUnit(
      "pytest",
      xml(
        `<testcase classname="t" name="a" file="t.py" line="1" time="0"/><testcase classname="t" name="a" file="t.py" line="1" time="0"><error message="failed on teardown">x</error></testcase>`,
      ),
    )
    assert.deepStrictEqual(
      part.tests.map((test) => test.status),
      ["failed"],
    )
  })
  it("one test, and none", () => {
    assert.deepStrictEqual(brief(parseJUnit("pytest", xml(`<testcase classname="t" name="a" file="t.py" line="1" time="0"/>`))), {
      "t.py > a": "passed",
    })
    assert.deepStrictEqual(parseJUnit("pytest", xml("")).tests, [])
  })
  it("a cut file proves nothing", () => assert.isNotNull(parseJUnit("pytest", recorded.slice(0, 400)).problem))
})

describe("go test -json", () => {
  const event = (fields: object) => JSON.stringify(fields)
  it("tests, subtests, skips and packages that do not build", () => {
    const part = parseGo(
      [
        event({ Action: "start", Package: "m/a" }),
        event({ Action: "run", Package: "m/a", Test: "TestAdd" }),
        event({ Action: "run", Package: "m/a", Test: "TestAdd/neg" }),
        event({ Action: "output", Package: "m/a", Test: "TestAdd/neg", Output: "    a_test.go:9: got 1\n" }),
        event({ Action: "fail", Package: "m/a", Test: "TestAdd/neg", Elapsed: 0.01 }),
        event({ Action: "fail", Package: "m/a", Test: "TestAdd", Elapsed: 0.02 }),
        event({ Action: "run", Package: "m/a", Test: "TestSkip" }),
        event({ Action: "skip", Package: "m/a", Test: "TestSkip", Elapsed: 0 }),
        event({ Action: "fail", Package: "m/a", Elapsed: 0.1 }),
        "# m/b",
        "b.go:3: undefined: x",
        event({ Action: "start", Package: "m/b" }),
        event({ Action: "output", Package: "m/b", Output: "FAIL\tm/b [build failed]\n" }),
        event({ Action: "fail", Package: "m/b", Elapsed: 0 }),
      ].join("\n"),
    )
    assert.deepStrictEqual(brief(part), { "m/a > TestAdd > neg": "failed", "m/a > TestAdd": "failed", "m/a > TestSkip": "skipped" })
    assert.include(part.tests[0]?.message ?? "", "got 1")
    assert.deepStrictEqual(
      part.loadErrors.map((error) => error.file),
      ["m/b"],
    )
    assert.isNull(part.problem)
  })
  it("a binary that dies leaves its package failed and its running test unseen", () => {
    const part = parseGo(
      [
        event({ Action: "start", Package: "m" }),
        event({ Action: "run", Package: "m", Test: "TestX" }),
        event({ Action: "fail", Package: "m", Elapsed: 0 }),
      ].join("\n"),
    )
    assert.strictEqual(part.loadErrors.length, 1)
    assert.isNotNull(parseGo(event({ Action: "start", Package: "m" })).problem)
  })
})

describe("cargo test", () => {
  // Written by cargo 1.95.
  const recorded = `     Running unittests src/lib.rs (target/debug/deps/foo-28a0)

running 4 tests
test tests::later ... ignored
test tests::ok ... ok
test tests::bad ... FAILED
test tests::panics - should panic ... ok

failures:

---- tests::bad stdout ----

thread 'tests::bad' panicked at src/lib.rs:6:19:
assertion \`left == right\` failed
  left: 3
 right: 4


failures:
    tests::bad

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.08s

error: test failed, to rerun pass \`--lib\`
   Doc-tests foo

running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`
  it("tests by target and module, with their panic", () => {
    const part = parseCargo(recorded)
    assert.deepStrictEqual(brief(part), {
      "src/lib.rs > tests > later": "skipped",
      "src/lib.rs > tests > ok": "passed",
      "src/lib.rs > tests > bad": "failed",
      "src/lib.rs > tests > panics": "passed",
    })
    assert.include(part.tests[2]?.message ?? "", "left: 3")
    assert.isNull(part.problem)
  })
  it("a test that ends the process, or prints a line of its own, does not add up", () => {
    assert.isNotNull(parseCargo(recorded.slice(0, recorded.indexOf("test result"))).problem)
    assert.isNotNull(parseCargo(recorded.replace("test tests::ok ... ok", "test tests::ok ... ok\ntest tests::spoofed ... ok")).problem)
  })
  it("what does not compile is a load error", () =>
    assert.deepStrictEqual(
      parseCargo("error[E0425]: cannot find value `x`\nerror: could not compile `foo` (lib test) due to 1 previous error").loadErrors.map(
        (error) => error.file,
      ),
      ["foo"],
    ))
})

describe("TAP", () => {
  it("subtests, directives, notes and bail out", () => {
    const part = parseTap(
      "tap",
      "text",
      `TAP version 14
# Subtest: a.js
    ok 1 - adds # time=1ms
    not ok 2 - divides
      ---
      message: no
      ...
    1..2
not ok 1 - a.js
ok 2 - later # SKIP not now
not ok 3 - some day # TODO
1..3`,
    )
    assert.deepStrictEqual(brief(part), { "a.js > adds": "passed", "a.js > divides": "failed", later: "skipped", "some day": "skipped" })
    assert.isNull(part.problem)
    assert.include(parseTap("tap", "text", "ok 1\nBail out! no database\n1..1").problem ?? "", "no database")
  })
})

describe("buildReport", () => {
  const recipe: Recipe = {
    cwd: ".",
    language: "javascript",
    packageManager: "npm",
    runner: "mocha",
    install: [],
    test: [{ command: "npm test", origin: "" }],
    env: {},
    tools: {},
  }
  const result = (change: Partial<ExecResult> = {}): ExecResult => ({
    exitCode: 0,
    signal: null,
    reason: null,
    stdout: "",
    stderr: "",
    durationMs: 5,
    truncated: false,
    ...change,
  })
  const mocha = (status: string, count = 1) =>
    JSON.stringify({
      tests: Array.from({ length: count }, (_, index) => ({
        titles: ["s", `t${index}`],
        file: "/w/test/a.js",
        status,
        ms: 1,
        message: null,
      })),
    })
  const build = (sections: ReadonlyArray<readonly [string, string]>, change: Partial<ExecResult> = {}, collected = true) =>
    buildReport({
      recipe,
      result: result(change),
      sections: [{ kind: "root", name: "/w", text: "" }, ...sections.map(([name, text]) => ({ kind: "report", name, text }))],
      collected,
      timeoutMs: 1000,
    })

  const table: ReadonlyArray<readonly [string, ReturnType<typeof build>, boolean, string]> = [
    [
      "report and exit code agree",
      build([
        ["mocha-1.started", ""],
        ["mocha-1.json", mocha("passed")],
      ]),
      true,
      "",
    ],
    [
      "one of two runners wrote no report",
      build([
        ["mocha-1.started", ""],
        ["mocha-1.json", mocha("passed")],
        ["jest-2.started", ""],
      ]),
      false,
      "jest started but wrote no report",
    ],
    ["a cut report", build([["mocha-1.json", mocha("passed").slice(0, 30)]]), false, "cut"],
    [
      "a report and then a hang",
      build([["mocha-1.json", mocha("passed")]], { exitCode: null, reason: "timeout" }),
      false,
      "something keeps the process alive",
    ],
    ["killed", build([["mocha-1.json", mocha("passed")]], { exitCode: null, signal: "SIGKILL" }), false, "killed"],
    ["out of memory", build([], { exitCode: null, reason: "oom" }), false, "memory"],
    ["reports cut on their way out", build([["mocha-1.json", mocha("passed")]], {}, false), false, "too large"],
    ["zero tests, exit code 0", build([["mocha-1.json", mocha("passed", 0)]]), false, "No test ran"],
    ["nothing at all, exit code 0", build([]), false, "neither a report nor a summary"],
  ]
  for (const [name, report, complete, problem] of table) {
    it(name, () => {
      assert.strictEqual(report.complete, complete)
      assert.include(report.problem ?? "", problem)
    })
  }
  it("ids are unique and relative to the repository", () => {
    const report = build(
      [
        ["mocha-1.json", mocha("passed", 1)],
        ["mocha-2.json", mocha("failed", 1)],
      ],
      { exitCode: 1 },
    )
    assert.deepStrictEqual(
      report.tests.map((test) => [test.id, test.file]),
      [
        ["test/a.js > s > t0", "test/a.js"],
        ["test/a.js > s > t0 #2", "test/a.js"],
      ],
    )
  })
  it("10,000 tests are read in one go", () => {
    const text = mocha("passed", 10_000)
    const start = performance.now()
    assert.strictEqual(build([["mocha-1.json", text]]).tests.length, 10_000)
    // 200 ms on a calm machine, which `pnpm bench` measures; what is not linear takes far longer than this.
    assert.isBelow(performance.now() - start, 10_000)
  })
})

describe("whatever the text", () => {
  it("no parser throws", () => {
    const fragments = fc
      .array(
        fc.oneof(
          fc.string(),
          fc.constantFrom(
            "ok 1",
            "1..2",
            "not ok",
            "<testcase",
            "</testsuites>",
            "running 1 test",
            '{"Action":"fail","Package":"p"}',
            "    ---",
            "test a ... ok",
            "\u001b[31m",
            "TAP version 13",
          ),
        ),
        { maxLength: 30 },
      )
      .map((parts) => parts.join("\n"))
    fc.assert(
      fc.property(fragments, (text) => {
        for (const parse of [parseGo, parseCargo, parseMochaJson, parseNodeTest, parseUnittest, plain]) parse(text)
        const parts = [
          parseTap("tap", "text", text),
          parseTap("ava", "machine", text),
          parseJUnit("pytest", text),
          parseJestJson("jest", text),
        ]
        assert.isTrue(parts.every((part) => part.tests.every((test) => test.path.length > 0)))
        readText("mocha", outputOf(text))
      }),
    )
  })
  it("sections come back as they were put", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("file", "report"), fc.stringMatching(/^[\w./-]{1,20}$/), fc.string()), { maxLength: 8 }),
        (all) => {
          const output = all.map(([kind, name, text]) => `\n--b0undary ${kind} ${name}\n${text}`).join("")
          assert.deepStrictEqual(
            parseSections("b0undary", output),
            all.map(([kind, name, text]) => ({ kind, name, text })),
          )
        },
      ),
    )
  })
})
