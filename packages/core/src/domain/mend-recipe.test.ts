import { assert, describe, it } from "@effect/vitest"
import { isMended, missingBuild, whatIsMissing } from "./mend-recipe.ts"
import type { Recipe } from "./Recipe.ts"
import type { TestReport } from "./TestReport.ts"

const recipe: Recipe = {
  cwd: ".",
  language: "typescript",
  packageManager: "npm",
  runner: "vitest",
  install: [],
  test: [
    { command: "start-database", origin: "compose.yml" },
    { command: "npm test", origin: "package.json scripts.test" },
  ],
  env: {},
  tools: {},
  build: { command: "npm run build", origin: "package.json scripts.build" },
}
const red = (outputTail: string, more: Partial<TestReport> = {}): TestReport => ({
  runner: "vitest",
  format: "machine",
  tests: [],
  loadErrors: [{ file: "a.test.ts", message: "it did not load" }],
  counts: { passed: 0, failed: 0, skipped: 0 },
  exitCode: 1,
  ended: "exited",
  complete: true,
  problem: null,
  durationMs: 1,
  outputTail,
  ...more,
})

describe("a build that the tests need", () => {
  const words = [
    "Error: Cannot find module '/workspace/packages/a/dist/index.js' Please verify that the package.json has a valid \"main\" entry",
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/workspace/build/x.mjs' imported from /workspace/t.mjs",
    'Failed to resolve entry for package "@acme/a". The package may have incorrect main/module/exports specified in its package.json.',
    "ENOENT: no such file or directory, open '/workspace/lib/cli.js'",
    'Could not resolve "../dist/index.mjs"',
  ]
  for (const text of words) {
    it(text.slice(0, 60), () => {
      const mended = missingBuild(red(text), recipe)
      assert.deepStrictEqual(
        mended?.test.map((line) => line.command),
        ["start-database", "npm run build && npm test"],
      )
      assert.include(mended?.test[1]?.origin ?? "", "package.json scripts.build")
    })
  }
  it("is not guessed", () => {
    assert.isNull(missingBuild(red("Error: Cannot find module 'left-pad'"), recipe))
    assert.isNull(missingBuild(red("expected 1 to be 2"), recipe))
    const { build: _, ...without } = recipe
    assert.isNull(missingBuild(red(words[0] ?? ""), without))
    assert.isNull(missingBuild(red(words[0] ?? "", { loadErrors: [], complete: true }), recipe), "green tests that print such words")
  })
  it("counts as mended only when more of the tests load or pass", () => {
    assert.isTrue(isMended(red(""), red("", { loadErrors: [] })))
    assert.isTrue(isMended(red("", { complete: false }), red("")))
    assert.isFalse(isMended(red(""), red("")))
    assert.isFalse(isMended(red(""), red("", { loadErrors: [], complete: false })))
  })
})

describe("what is missing, by name", () => {
  const table: ReadonlyArray<readonly [string, string | null]> = [
    ["Error: Missing required environment variable STRIPE_KEY", "STRIPE_KEY"],
    ["DATABASE_URL is not set", "DATABASE_URL"],
    ["KeyError: 'API_TOKEN'", "API_TOKEN"],
    ["connect ECONNREFUSED 127.0.0.1:5432", "5432"],
    ["listen EADDRINUSE: address already in use :::3000", "3000"],
    ["bash: protoc: command not found", "protoc"],
    ["AssertionError: expected 1 to equal 2", null],
  ]
  for (const [text, word] of table)
    it(text, () => (word === null ? assert.isNull(whatIsMissing(red(text))) : assert.include(whatIsMissing(red(text)) ?? "", word)))
})
