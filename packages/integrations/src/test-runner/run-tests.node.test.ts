import { assert, describe, it } from "@effect/vitest"
import type { RepositoryConfig } from "@loom/core/domain/RepositoryConfig"
import type { TestReport } from "@loom/core/domain/TestReport"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { Effect, Layer } from "effect"
import { execFileSync } from "node:child_process"
import { localSandbox } from "./local-sandbox.fixture.ts"
import { repository } from "./repository.fixture.ts"
import { testRunnerLayer } from "./TestRunnerLive.ts"

/** Resolves the recipe of a repository of these files and runs its tests (nothing is installed). */
const runIn = (
  files: Readonly<Record<string, string>>,
  options: { readonly config?: RepositoryConfig; readonly timeoutMs?: number } = {},
) =>
  Effect.acquireUseRelease(
    Effect.sync(() => repository(files)),
    (repo) =>
      Effect.gen(function* () {
        const runner = yield* TestRunner
        const recipe = yield* runner.resolveRecipe("s", "k", options.config ?? {})
        const report = yield* runner.run("s", "k", recipe, { timeoutMs: options.timeoutMs ?? 60_000, onOutput: () => {} })
        const status = execFileSync("git", ["status", "--porcelain"], { cwd: repo.root, encoding: "utf8" })
        return { recipe, report, status }
      }).pipe(Effect.provide(testRunnerLayer.pipe(Layer.provide(localSandbox(repo.root, repo.home))))),
    (repo) => Effect.sync(repo.remove),
  )
const statuses = (report: TestReport) => Object.fromEntries(report.tests.map((test) => [test.id, test.status]))
const nodeTests = (body: string) => ({
  "package.json": JSON.stringify({ name: "x", scripts: { test: "npm run unit", unit: "node --test" } }),
  "test/a.test.js": `const test = require("node:test"); const assert = require("node:assert");\n${body}`,
})

describe("pytest", () => {
  it.live("starts although the repository asks for coverage and pytest-cov is not there", () =>
    Effect.gen(function* () {
      const { report } = yield* runIn(
        {
          "pyproject.toml": '[project]\nname = "x"\nversion = "1"\n',
          "pytest.ini": "[pytest]\naddopts = --cov=x --cov-report=term-missing --cov-append\n",
          "test_x.py": "def test_adds():\n    assert 1 + 1 == 2\n",
        },
        // Debian's own Python is where Debian's pytest is.
        { config: { test: ["/usr/bin/python3 -m pytest"] } },
      )
      assert.deepStrictEqual(statuses(report), { "test_x.py > test_adds": "passed" })
      assert.deepInclude(report, { complete: true, format: "machine", exitCode: 0 })
    }),
  )
})

describe("mocha", () => {
  /** Its command line: mocha 5 ended at an option that it did not know, mocha 6 and newer take `--no-bail`. */
  const mocha = (version: string) => ({
    "package.json": JSON.stringify({ name: "x", scripts: { test: "node node_modules/mocha/bin/_mocha" } }),
    "node_modules/mocha/package.json": JSON.stringify({ name: "mocha", version }),
    "node_modules/mocha/bin/_mocha": `console.log("got " + process.argv.slice(2).join(" "))`,
  })
  it.live("is told to go on after a failure only where it knows how", () =>
    Effect.gen(function* () {
      assert.include((yield* runIn(mocha("11.7.1"))).report.outputTail, "got --no-bail --reporter")
      assert.include((yield* runIn(mocha("5.2.0"))).report.outputTail, "got --reporter")
    }),
  )
})

describe("JUnit XML that a build leaves in its modules", () => {
  const xml = (name: string) => `<testsuite name="${name}" tests="1"><testcase name="a" classname="${name}"/></testsuite>`
  it.live("is told with the source of the class where there is one, and not at all where an earlier run left it", () =>
    Effect.gen(function* () {
      const { report } = yield* runIn(
        {
          "pom.xml": "<project/>",
          ".gitignore": "target\n",
          mvnw: `for m in core web; do mkdir -p $m/target/surefire-reports; done
printf '%s' '${xml("x.CTest$In")}' > 'core/target/surefire-reports/TEST-x.CTest$In.xml'
printf '%s' '${xml("x.Gone")}' > web/target/surefire-reports/TEST-x.Gone.xml
`,
          "core/src/test/kotlin/x/CTest.kt": "",
          "web/src/test/java/x/CTest.java": "",
          "old/target/surefire-reports/TEST-x.OldTest.xml": xml("x.OldTest"),
        },
        { config: { test: ["sh ./mvnw -o test"] } },
      )
      assert.deepStrictEqual(statuses(report), { "core/src/test/kotlin/x/CTest.kt > x.CTest$In > a": "passed", "x.Gone > a": "passed" })
      assert.deepInclude(report, { runner: "maven", format: "machine", verdict: "pass" })
    }),
  )
})

describe("node:test, through npm scripts", () => {
  it.live("tells every test with its file, suites and line", () =>
    Effect.gen(function* () {
      const { recipe, report } = yield* runIn(
        nodeTests(`
test.describe("math", () => { test.it("adds", () => {}); test.it("fails", () => assert.equal(1, 2)); test.it.skip("later", () => {}); test.it("some day", { todo: true }, () => { throw new Error("x") }) })
test("outer", async (t) => { await t.test("inner", () => {}) })
test("twin", () => {}); test("twin", () => {})`),
      )
      assert.strictEqual(recipe.runner, "node:test")
      assert.deepStrictEqual(recipe.test, [{ command: "npm test", origin: "package.json scripts.test" }])
      assert.deepStrictEqual(statuses(report), {
        "test/a.test.js > math > adds": "passed",
        "test/a.test.js > math > fails": "failed",
        "test/a.test.js > math > later": "skipped",
        "test/a.test.js > math > some day": "skipped",
        "test/a.test.js > outer > inner": "passed",
        "test/a.test.js > outer": "passed",
        "test/a.test.js > twin": "passed",
        "test/a.test.js > twin #2": "passed",
      })
      assert.deepInclude(report, { complete: true, format: "machine", exitCode: 1, ended: "exited" })
      const failing = report.tests.find((test) => test.status === "failed")
      assert.deepStrictEqual(failing?.location, { file: "test/a.test.js", line: 3 })
      assert.include(failing?.message ?? "", "1 == 2")
    }),
  )

  it.live("a test that ends the process takes its file's tests with it: the file did not load", () =>
    Effect.gen(function* () {
      const { report } = yield* runIn(nodeTests(`test("one", () => {}); test("two", () => process.exit(0))`))
      assert.deepStrictEqual(statuses(report), {})
      assert.deepStrictEqual(
        report.loadErrors.map((error) => error.file),
        ["test/a.test.js"],
      )
      assert.deepInclude(report, { complete: false, exitCode: 0, verdict: "broken" })
    }),
  )

  it.live("a file that throws is a load error", () =>
    Effect.gen(function* () {
      const { report } = yield* runIn(nodeTests(`throw new Error("at load")`))
      assert.deepStrictEqual(
        report.loadErrors.map((error) => error.file),
        ["test/a.test.js"],
      )
      assert.deepInclude(report, { complete: true, exitCode: 1 })
    }),
  )

  it.live("a failure hidden behind `|| true` is not believed", () =>
    Effect.gen(function* () {
      const { report } = yield* runIn({
        ...nodeTests(`test("bad", () => { throw new Error("no") })`),
        "package.json": JSON.stringify({ name: "x", scripts: { test: "node --test || true" } }),
      })
      assert.deepInclude(report, {
        complete: false,
        exitCode: 0,
        problem: "1 failed, but the exit code is 0: the test command hides failures.",
      })
    }),
  )

  it.live("green tests and a failing step after them are not believed", () =>
    Effect.gen(function* () {
      const { report } = yield* runIn({
        ...nodeTests(`test("good", () => {})`),
        "package.json": JSON.stringify({ name: "x", scripts: { test: "node --test", posttest: "exit 3" } }),
      })
      assert.deepInclude(report, { complete: false, exitCode: 3 })
      assert.deepStrictEqual(report.counts, { passed: 1, failed: 0, skipped: 0 })
    }),
  )

  it.live("a hang is a time-out, and leaves no process and no file behind", () =>
    Effect.gen(function* () {
      const { report, status } = yield* runIn(
        {
          ...nodeTests(
            `require("node:fs").writeFileSync("left-behind.txt", "x"); test("hangs", () => new Promise(() => { setInterval(() => {}, 1000) }))`,
          ),
        },
        { timeoutMs: 3000 },
      )
      assert.deepInclude(report, { ended: "timeout", complete: false })
      assert.strictEqual(status, "")
    }),
  )

  it.live("summaries printed by tests change nothing, and the tests see no trace of the reporter", () =>
    Effect.gen(function* () {
      const { report } = yield* runIn(
        nodeTests(`
test("spoof", () => { console.log("# pass 99\\n# fail 0\\nTAP version 13\\n1..99\\n  99 passing"); assert.ok(!process.env.NODE_OPTIONS); assert.ok(!process.env.PATH.includes(".loom-run")); throw new Error("no") })`),
      )
      assert.deepStrictEqual(report.counts, { passed: 0, failed: 1, skipped: 0 })
      assert.notInclude(report.tests[0]?.message ?? "", "NODE_OPTIONS")
      assert.include(report.tests[0]?.message ?? "", "Error: no")
    }),
  )

  it.live("files run one by one without --test are read too", () =>
    Effect.gen(function* () {
      const { recipe, report } = yield* runIn({
        "package.json": JSON.stringify({
          name: "x",
          scripts: { test: "NODE_OPTIONS=--no-warnings node test/a.test.js && node test/b.test.js" },
        }),
        "test/a.test.js": `require("node:test")("one", () => {})`,
        "test/b.test.js": `require("node:test")("two", () => {})`,
      })
      assert.strictEqual(recipe.runner, "node:test")
      assert.deepStrictEqual(statuses(report), { "test/a.test.js > one": "passed", "test/b.test.js > two": "passed" })
    }),
  )
})

describe("what is left when there is no report", () => {
  it.live("a script with plain asserts has an exit code and no figures", () =>
    Effect.gen(function* () {
      const { report } = yield* runIn({
        "package.json": JSON.stringify({ scripts: { test: "node check.js" } }),
        "check.js": "require('assert').ok(true)",
      })
      assert.deepInclude(report, { format: "exit-code", complete: true, exitCode: 0, runner: "exit-code" })
    }),
  )

  it.live("no test script: nothing is run and nothing is claimed", () =>
    Effect.gen(function* () {
      const { recipe, report } = yield* runIn({
        "package.json": JSON.stringify({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }),
      })
      assert.deepStrictEqual(recipe.test, [])
      assert.deepInclude(report, { exitCode: null, format: "exit-code" })
    }),
  )

  it.live("TAP on the output is read, and a cut one is not believed", () =>
    Effect.gen(function* () {
      const tap = (plan: string) => ({
        "package.json": JSON.stringify({ scripts: { test: "node t.js" } }),
        "t.js": `console.log("TAP version 13\\nok 1 adds\\nok 2 later # SKIP\\n${plan}")`,
      })
      const whole = yield* runIn(tap("1..2"))
      assert.deepInclude(whole.report, { format: "text", complete: true, counts: { passed: 1, failed: 0, skipped: 1 } })
      const cut = yield* runIn(tap("1..9"))
      assert.deepInclude(cut.report, { complete: false, problem: "The TAP is cut: 2 of 9 tests." })
    }),
  )
})

describe("Python", () => {
  const unittest = (body: string) => ({
    "calc.py": "def add(a, b):\n    return a + b\n",
    "tests/__init__.py": "",
    "tests/test_calc.py": `import unittest, os\nfrom calc import add\n\nclass T(unittest.TestCase):\n${body}\n`,
  })

  it.live("unittest: per test, subtests and skips", () =>
    Effect.gen(function* () {
      const { recipe, report, status } = yield* runIn(
        unittest(`
    def test_ok(self): self.assertEqual(add(1, 2), 3)
    def test_bad(self): self.assertEqual(add(1, 2), 4)
    @unittest.skip("later")
    def test_later(self): pass
    def test_subs(self):
        for n in (1, 2):
            with self.subTest(n=n): self.assertEqual(n, 1)`),
      )
      assert.strictEqual(recipe.runner, "unittest")
      assert.deepStrictEqual(statuses(report), {
        "tests/test_calc.py > T > test_ok": "passed",
        "tests/test_calc.py > T > test_bad": "failed",
        "tests/test_calc.py > T > test_later": "skipped",
        "tests/test_calc.py > T > test_subs": "failed",
      })
      assert.deepInclude(report, { complete: true, exitCode: 1 })
      assert.strictEqual(status, "")
    }),
  )

  it.live("unittest: a module that cannot be imported is a load error; a process that dies is not complete", () =>
    Effect.gen(function* () {
      const unloaded = yield* runIn({
        ...unittest("    def test_ok(self): pass"),
        "tests/test_other.py": "import unittest, no_such_module\n",
      })
      assert.deepStrictEqual(
        unloaded.report.loadErrors.map((error) => error.file),
        ["tests.test_other"],
      )
      const died = yield* runIn(unittest("    def test_dies(self): os._exit(0)"))
      assert.deepInclude(died.report, { complete: false, exitCode: 0 })
    }),
  )
})
