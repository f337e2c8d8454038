import { assert, beforeAll, afterAll, describe, it } from "@effect/vitest"
import type { Recipe } from "@loom/core/domain/Recipe"
import type { TestReport } from "@loom/core/domain/TestReport"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { Effect, Layer } from "effect"
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { join } from "node:path"
import { localSandbox } from "./local-sandbox.fixture.ts"
import { repository, type Repository } from "./repository.fixture.ts"
import { testRunnerLayer } from "./TestRunnerLive.ts"

const statuses = (report: TestReport) => Object.fromEntries(report.tests.map((test) => [test.id, test.status]))
const layerOf = (repo: Repository) => testRunnerLayer.pipe(Layer.provide(localSandbox(repo.root, repo.home)))

/** The real runners, installed from the registry once, through Loom's own install with a lock file that has drifted. */
describe("mocha, jest and ava, installed", () => {
  let installed: Repository
  const files = {
    "package.json": JSON.stringify({
      name: "x",
      version: "1.0.0",
      scripts: { test: "mocha" },
      devDependencies: { mocha: "11.7.1", jest: "30.0.5", ava: "6.4.1" },
    }),
    ".gitignore": "node_modules\n",
  }
  let recipe: Recipe
  let fixes: ReadonlyArray<string | null> = []

  beforeAll(
    () =>
      Effect.runPromise(
        Effect.gen(function* () {
          installed = repository({
            ...files,
            "package-lock.json": JSON.stringify({
              name: "x",
              version: "1.0.0",
              lockfileVersion: 3,
              packages: { "": { name: "x", version: "1.0.0" } },
            }),
          })
          yield* Effect.gen(function* () {
            const runner = yield* TestRunner
            recipe = yield* runner.resolveRecipe("s", "k", {})
            fixes = (yield* runner.install("s", "k", recipe, () => {})).map((attempt) => attempt.fix)
          }).pipe(Effect.provide(layerOf(installed)))
        }),
      ),
    240_000,
  )
  afterAll(() => {
    installed.remove()
  })

  const run = (test: string, more: Readonly<Record<string, string>>) =>
    Effect.acquireUseRelease(
      Effect.sync(() =>
        repository(
          { ...files, "package.json": JSON.stringify({ name: "x", scripts: { test } }), ...more },
          join(installed.root, "node_modules"),
        ),
      ),
      (repo) =>
        Effect.gen(function* () {
          const runner = yield* TestRunner
          const own = yield* runner.resolveRecipe("s", "k", {})
          return yield* runner.run("s", "k", own, { timeoutMs: 180_000, onOutput: () => {} })
        }).pipe(Effect.provide(layerOf(repo))),
      (repo) => Effect.sync(repo.remove),
    )

  it("the drifted lock file is mended, said, and restored", () => {
    assert.deepStrictEqual(recipe.install, [{ command: "npm ci", origin: "package-lock.json" }])
    assert.deepStrictEqual(fixes, [null, "lock file does not match the manifest: install without freezing it"])
    assert.strictEqual(execFileSync("git", ["status", "--porcelain"], { cwd: installed.root, encoding: "utf8" }), "")
  })

  it.live("mocha: results, pending tests, a failing hook", () =>
    Effect.gen(function* () {
      const report = yield* run("npm run unit --silent", {
        "package.json": JSON.stringify({ scripts: { test: "npm run unit", unit: "mocha --reporter dot test" } }),
        "test/a.js": `describe("s", () => { it("ok", () => {}); it("bad", () => { throw new Error("no") }); it.skip("sk", () => {}); it("pending"); describe("h", () => { before(() => { throw new Error("hook") }); it("never", () => {}) }) })`,
      })
      assert.deepStrictEqual(statuses(report), {
        "test/a.js > s > ok": "passed",
        "test/a.js > s > bad": "failed",
        "test/a.js > s > sk": "skipped",
        "test/a.js > s > pending": "skipped",
        'test/a.js > s > h > "before all" hook for "never"': "failed",
        "test/a.js > s > h > never": "skipped",
      })
      assert.deepInclude(report, { complete: true, format: "machine", runner: "mocha", exitCode: 2 })
    }),
  )

  it.live("mocha: a test that prints a summary and ends the process is not believed", () =>
    Effect.gen(function* () {
      const report = yield* run("mocha test", { "test/a.js": `it("x", () => { console.log("  5 passing (3ms)"); process.exit(0) })` })
      assert.deepInclude(report, { complete: false, exitCode: 0, format: "exit-code", counts: { passed: 0, failed: 0, skipped: 0 } })
    }),
  )

  it.live("mocha: the tests that a focused one leaves out are told as skipped", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(statuses(yield* run("mocha test", { "test/a.js": `it.only("one", () => {}); it("two", () => {})` })), {
        "test/a.js > one": "passed",
        "test/a.js > two": "skipped",
      })
    }),
  )

  it.live("jest and mocha: a test that reads its process's arguments does not meet Loom's", () =>
    Effect.gen(function* () {
      const test = `it("own", () => { if (process.argv.length > 2 || process.env.LOOM_MOCHA_REPORT) throw new Error(process.argv.join(" ")) })`
      for (const runner of ["jest", "mocha"]) {
        const report = yield* run(runner, { "a.test.js": test, ".mocharc.json": '{"spec":["a.test.js"]}' })
        assert.deepInclude(report, { complete: true, format: "machine", counts: { passed: 1, failed: 0, skipped: 0 } }, runner)
      }
    }),
  )

  it.live("jest: through its own NODE_OPTIONS, with a file that does not load", () =>
    Effect.gen(function* () {
      const report = yield* run("NODE_OPTIONS=--experimental-vm-modules jest", {
        "a.test.js": `describe("s", () => { it("ok", () => {}); it.each([1, 2])("p %i", () => {}); it("bad", () => { expect(1).toBe(2) }) })`,
        "b.test.js": `require("./nope")`,
      })
      assert.deepStrictEqual(statuses(report), {
        "a.test.js > s > ok": "passed",
        "a.test.js > s > p 1": "passed",
        "a.test.js > s > p 2": "passed",
        "a.test.js > s > bad": "failed",
      })
      assert.deepStrictEqual(
        report.loadErrors.map((error) => error.file),
        ["b.test.js"],
      )
      assert.deepInclude(report, { complete: true, exitCode: 1 })
    }),
  )

  it.live("jest: a coverage threshold fails though every test passes", () =>
    Effect.gen(function* () {
      const report = yield* run("jest", {
        "package.json": JSON.stringify({ scripts: { test: "jest --coverage" }, jest: { coverageThreshold: { global: { lines: 100 } } } }),
        "a.js": "module.exports = () => {\n  if (0) {\n    x()\n  }\n}",
        "a.test.js": `require("./a"); it("ok", () => {})`,
      })
      assert.deepInclude(report, { complete: false, exitCode: 1, counts: { passed: 1, failed: 0, skipped: 0 } })
    }),
  )

  it.live("ava: expected failures, todos, spoofed TAP and a file that does not load", () =>
    Effect.gen(function* () {
      const report = yield* run("ava", {
        "a.test.mjs": `import test from "ava"\ntest("ok", (t) => { console.log("ok 99 - spoofed"); t.pass() }); test("bad", (t) => t.is(1, 2)); test.todo("later"); test.failing("known", (t) => t.fail())`,
        "b.test.mjs": `import "./nope.mjs"`,
      })
      assert.deepStrictEqual(statuses(report), { "a > ok": "passed", "a > bad": "failed", "a > later": "skipped", "a > known": "passed" })
      assert.include(
        report.loadErrors.map((error) => error.file),
        "b.test.mjs",
      )
      assert.deepInclude(report, { complete: true, exitCode: 1 })
    }),
  )

  it.live("a package that does not exist ends the set-up with the tool's own words", () =>
    Effect.gen(function* () {
      const repo = repository({ "package.json": JSON.stringify({ devDependencies: { x: "file:./no-such-folder.tgz" } }) })
      const error = yield* TestRunner.use((runner) =>
        Effect.flatMap(runner.resolveRecipe("s", "k", {}), (own) => runner.install("s", "k", own, () => {})),
      ).pipe(Effect.provide(layerOf(repo)), Effect.flip)
      repo.remove()
      assert.strictEqual(error._tag, "SetupFailed")
      assert.include(error._tag === "SetupFailed" ? error.output : "", "ENOENT")
    }),
  )
})

describe("vitest, this workspace's own", () => {
  const modules = fileURLToPath(new URL("../../../../node_modules", import.meta.url))
  const run = (files: Readonly<Record<string, string>>, only?: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const repo = repository({ "package.json": JSON.stringify({ type: "module", scripts: { test: "vitest run" } }), ...files })
      // A folder of its own: vitest keeps its cache there.
      execFileSync("mkdir", ["node_modules"], { cwd: repo.root })
      execFileSync("ln", ["-s", join(modules, "vitest"), join(repo.root, "node_modules", "vitest")])
      execFileSync("mkdir", ["node_modules/.bin"], { cwd: repo.root })
      execFileSync("ln", ["-s", "../vitest/vitest.mjs", join(repo.root, "node_modules", ".bin", "vitest")])
      writeFileSync(join(repo.root, ".git", "info", "exclude"), "node_modules\n")
      const report = yield* TestRunner.use((runner) =>
        Effect.flatMap(runner.resolveRecipe("s", "k", {}), (own) =>
          runner.run("s", "k", own, { timeoutMs: 180_000, onOutput: () => {}, ...(only === undefined ? {} : { only }) }),
        ),
      ).pipe(Effect.provide(layerOf(repo)))
      repo.remove()
      return report
    })
  const a = `import { describe, it, expect } from "vitest"\ndescribe("s", () => { it("ok", () => {}); it("bad", () => { expect(1).toBe(2) }); it.todo("later"); it("twin", () => {}); it("twin", () => {}) })`

  it.live("results, a file that does not load, a test that ends the process", () =>
    Effect.gen(function* () {
      const report = yield* run({
        "a.test.ts": a,
        "b.test.ts": `import "./nope"`,
        "c.test.ts": `import { it } from "vitest"; it("exits", () => { process.exit(0) })`,
      })
      assert.deepStrictEqual(statuses(report), {
        "a.test.ts > s > ok": "passed",
        "a.test.ts > s > bad": "failed",
        "a.test.ts > s > later": "skipped",
        "a.test.ts > s > twin": "passed",
        "a.test.ts > s > twin #2": "passed",
        "c.test.ts > exits": "failed",
      })
      assert.deepStrictEqual(
        report.loadErrors.map((error) => error.file),
        ["b.test.ts"],
      )
      assert.deepInclude(report, { complete: true, exitCode: 1, format: "machine" })
    }),
  )
  it.live("only the asked files run again", () =>
    Effect.gen(function* () {
      const report = yield* run({ "a.test.ts": a, "z.test.ts": `import { it } from "vitest"; it("z", () => {})` }, ["z.test.ts > z"])
      assert.deepStrictEqual(statuses(report), { "z.test.ts > z": "passed" })
    }),
  )
  it.live("an unhandled rejection beside green tests is not believed", () =>
    Effect.gen(function* () {
      assert.deepInclude(
        yield* run({ "a.test.ts": `import { it } from "vitest"; it("ok", () => { Promise.reject(new Error("loose")) })` }),
        { complete: false, exitCode: 1 },
      )
    }),
  )
  it.live("no test file at all", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* run({ "a.ts": "" }), { complete: false, problem: "No test ran (exit code 1)." })
    }),
  )
})
