import { assert, describe, it } from "@effect/vitest"
import { readReport } from "./read-report.ts"

/** Outputs of runners and versions that are not installed here, written by hand after their documentation; with the exit code. */
const samples: Readonly<Record<string, readonly [string, number | null]>> = {
  mavenFail: [
    `[INFO] Scanning for projects...
[INFO] -------------------------------------------------------
[INFO]  T E S T S
[INFO] -------------------------------------------------------
[INFO] Running com.x.CalcTest
[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 1, Time elapsed: 0.05 s <<< FAILURE! - in com.x.CalcTest
[ERROR] com.x.CalcTest.bad  Time elapsed: 0.01 s  <<< FAILURE!
[INFO] 
[INFO] Results:
[INFO] 
[ERROR] Failures: 
[ERROR]   CalcTest.bad:12 expected: <1> but was: <2>
[INFO] 
[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 1
[INFO] 
[INFO] BUILD FAILURE
`,
    1,
  ],
  mavenPass: [
    `[INFO] Scanning for projects...
[INFO] Running com.x.CalcTest
[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.05 s - in com.x.CalcTest
[INFO] Results:
[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0
[INFO] BUILD SUCCESS
[INFO] Total time:  2.1 s
`,
    0,
  ],
  mavenCompile: [
    `[INFO] Scanning for projects...
[ERROR] COMPILATION ERROR : 
[ERROR] /w/src/A.java:[3,1] cannot find symbol
[INFO] BUILD FAILURE
`,
    1,
  ],
  gradleFail: [
    `> Task :compileJava
> Task :test FAILED

CalcTest > bad() FAILED
    org.opentest4j.AssertionFailedError at CalcTest.java:12

3 tests completed, 1 failed, 1 skipped

FAILURE: Build failed with an exception.

BUILD FAILED in 2s
`,
    1,
  ],
  nextest: [
    `    Finished test profile
────────────
 Nextest run ID 1 with nextest profile: default
    Starting 3 tests across 1 binary
        PASS [   0.005s] x tests::ok
        FAIL [   0.006s] x tests::bad
  stdout ───

    running 1 test
        PASS [   0.005s] x tests::other
────────────
     Summary [   0.010s] 3 tests run: 2 passed, 1 failed, 0 skipped
        FAIL [   0.006s] x tests::bad
error: test run failed
`,
    100,
  ],
  nextestPass: [
    `    Starting 2 tests across 1 binary (1 test skipped)
        PASS [   0.005s] x tests::ok
        PASS [   0.005s] x tests::other
------------
     Summary [   0.010s] 2 tests run: 2 passed, 1 skipped
`,
    0,
  ],
  oldVitest: [
    ` RUN  v0.34.6 /w

 ✓ test/a.test.ts  (2 tests) 3ms

 Test Files  1 passed (1)
      Tests  2 passed (2)
   Start at  10:00:00
   Duration  300ms (transform 10ms)
`,
    0,
  ],
  surefireXml: [
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report-3.0.xsd" version="3.0" name="com.x.CalcTest" time="0.05" tests="3" errors="0" skipped="1" failures="1">
  <properties><property name="a" value="b"/></properties>
  <testcase name="ok" classname="com.x.CalcTest" time="0.01"/>
  <testcase name="bad" classname="com.x.CalcTest" time="0.01"><failure message="expected: &lt;1&gt;" type="x"><![CDATA[trace < >]]></failure></testcase>
  <testcase name="sk" classname="com.x.CalcTest" time="0"><skipped/></testcase>
</testsuite>`,
    1,
  ],
  pnpmRecursive: [
    `Scope: 2 of 3 workspace projects
packages/a test$ mocha
packages/a test:   ✔ adds
packages/a test:   ✔ also
packages/a test:   2 passing (3ms)
packages/a test: Done
`,
    0,
  ],
  jestWatch: [
    `PASS  src/a.test.js
PASS  src/b.test.js (5.2 s)

Test Suites: 2 passed, 2 total
Tests:       4 passed, 4 total
Snapshots:   0 total
Time:        5.5 s, estimated 6 s
Ran all test suites.
`,
    0,
  ],
  pytestXdist: [
    `============================= test session starts ==============================
platform linux -- Python 3.11
created: 2/2 workers
2 workers [4 items]

....                                                                     [100%]
============================== 4 passed in 0.50s ===============================
`,
    0,
  ],
  pytestWarn: [
    `============================= test session starts ==============================
collected 2 items / 1 deselected / 1 selected

a.py .                                                                   [100%]

=============================== warnings summary ===============================
=========== 1 passed, 1 deselected, 2 warnings in 65.10s (0:01:05) ============
`,
    0,
  ],
  goCached: [
    `ok  	example.test/a	(cached)
ok  	example.test/b	0.123s	coverage: 80.0% of statements
?   	example.test/c	[no test files]
`,
    0,
  ],
  tapeSpec: [
    `TAP version 13
# a
ok 1 x
not ok 2 y

1..2
# tests 2
# pass  1
# fail  1
`,
    null,
  ],
  cargoTwo: [
    `     Running unittests src/lib.rs (target/debug/deps/x-1)

running 1 test
test a ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/it.rs (target/debug/deps/it-1)

running 2 tests
test b ... FAILED
test c ... ignored

failures:

---- b stdout ----
thread 'b' panicked at tests/it.rs:3:5:
no

failures:
    b

test result: FAILED. 0 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

error: test failed, to rerun pass \`--test it\`
`,
    101,
  ],
  tapSpec: ["\n  sums\n\n    ✔ adds\n    ✔ subtracts\n\n\n  total:     2\n  passing:   2\n  duration:  92ms\n\n", 0],
  // A pipe hides tape's exit code.
  tapSpecFails: [
    "\n  sums\n\n    ✔ adds\n    ✖ divides\n\n  Failed Tests: There was 1 failure\n\n    sums\n\n      ✖ divides\n\n\n  total:     2\n  passing:   1\n  failing:   1\n  duration:  92ms\n\n",
    0,
  ],
  tapSpecSpoofed: ["\n  total:     9\n  passing:   9\n  duration:  1ms\n", 0],
}
const expected: Readonly<Record<string, readonly [string, number, number, number]>> = {
  mavenFail: ["fail", 1, 1, 1],
  mavenPass: ["pass", 3, 0, 0],
  mavenCompile: ["broken", 0, 0, 0],
  gradleFail: ["fail", 1, 1, 1],
  nextest: ["fail", 2, 1, 0],
  nextestPass: ["pass", 2, 0, 1],
  oldVitest: ["pass", 2, 0, 0],
  surefireXml: ["fail", 1, 1, 1],
  pnpmRecursive: ["pass", 2, 0, 0],
  jestWatch: ["pass", 4, 0, 0],
  pytestXdist: ["pass", 4, 0, 0],
  pytestWarn: ["pass", 1, 0, 0],
  goCached: ["pass", 2, 0, 0],
  tapeSpec: ["fail", 1, 1, 0],
  tapSpec: ["pass", 2, 0, 0],
  tapSpecFails: ["fail", 1, 1, 0],
  tapSpecSpoofed: ["broken", 9, 0, 0],
  cargoTwo: ["fail", 1, 1, 1],
}

describe("runners and versions that are not installed here", () => {
  for (const [name, [text, exitCode]] of Object.entries(samples)) {
    it(name, () => {
      for (const code of [exitCode, null]) {
        const { verdict, passed, failed, skipped } = readReport(text, { exitCode: code })
        assert.deepStrictEqual([verdict, passed, failed, skipped], expected[name])
      }
    })
  }
  it("a passing gradle run tells no figures, and that is no pass", () => {
    const reading = readReport("> Task :compileJava\n> Task :test\n\nBUILD SUCCESSFUL in 2s\n", { exitCode: 0 })
    assert.deepInclude(reading, { verdict: "broken", passed: 0 })
    assert.include(reading.problem ?? "", "XML reports")
    assert.strictEqual(readReport("> Task :test NO-SOURCE\n\nBUILD SUCCESSFUL in 2s\n", { exitCode: 0 }).verdict, "empty")
  })
  it("names of failing tests hold their class", () =>
    assert.deepStrictEqual(readReport(samples["surefireXml"]?.[0] ?? "", {}).failing, ["com.x.CalcTest > bad"]))
})
