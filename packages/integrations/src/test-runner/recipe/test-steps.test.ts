import { assert, describe, it } from "@effect/vitest"
import { resolveRecipe } from "./resolve-recipe.ts"
import type { Snapshot } from "./Snapshot.ts"
import { programOf, splitScript, withoutCoverage } from "./split-script.ts"

type Scripts = Readonly<Record<string, string>>

const recipeOf = (scripts: Scripts, files: Readonly<Record<string, string>> = { "package-lock.json": "{}" }, more: object = {}) =>
  resolveRecipe(
    {
      files: new Map(Object.entries({ "package.json": JSON.stringify({ devDependencies: { a: "1" }, scripts, ...more }), ...files })),
      paths: Object.keys(files),
      tools: new Map([
        ["node", "v24.1.0"],
        ["pnpm", "12.0.0"],
      ]),
      imports: new Map(),
      digests: new Map(),
    },
    {},
  )
const lineOf = (...args: Parameters<typeof recipeOf>) => recipeOf(...args).test[0]
const npm = { "package-lock.json": "{}" }
const pnpm = { "pnpm-lock.yaml": "lockfileVersion: '9.0'" }
const yarn = { "yarn.lock": "# yarn lockfile v1" }
const berry = { "yarn.lock": "__metadata:\n  version: 8" }

describe("only the tests of a script are run", () => {
  /** Name, scripts, lock file, command, words of its origin, runner. Rows named after a repository are that repository's own scripts. */
  const table: ReadonlyArray<readonly [string, Scripts, Readonly<Record<string, string>>, string, string, string]> = [
    [
      "graphql/dataloader",
      {
        test: "npm run lint && npm run check && npm run testonly",
        lint: "eslint src",
        check: "flow check --max-warnings 0",
        testonly: "jest src",
      },
      yarn,
      "yarn run testonly",
      "package.json scripts.testonly (of scripts.test only its test runner: jest; without eslint, flow)",
      "jest",
    ],
    [
      "sindresorhus/slugify",
      { test: "xo && ava && tsd" },
      npm,
      "npx --no-install ava",
      "package.json scripts.test (only its test runner: ava; without xo, tsd)",
      "ava",
    ],
    [
      "tj/commander.js",
      { test: "jest && npm run check:type:ts", "check:type:ts": "tsd && tsc -p tsconfig.ts.json" },
      npm,
      "npx --no-install jest",
      "without tsd, tsc",
      "jest",
    ],
    [
      "fastify/secure-json-parse",
      { test: "nyc npm run test:unit && npm run test:typescript", "test:unit": 'tape "test/*.test.js"', "test:typescript": "tsd" },
      npm,
      "npm run test:unit",
      "package.json scripts.test:unit (of scripts.test only its test runner: tap; without tsd, nyc)",
      "tap",
    ],
    [
      "expressjs/cors",
      { test: "npm run lint && nyc --reporter=html --reporter=text mocha --require test/support/env", lint: "eslint lib test" },
      npm,
      "npx --no-install mocha --require test/support/env",
      "without eslint, nyc",
      "mocha",
    ],
    ["unjs/ufo", { test: "pnpm lint && vitest run --typecheck", lint: "eslint ." }, pnpm, "pnpm exec vitest run --typecheck", "", "vitest"],
    ["a hook that lints", { pretest: "npm run lint", lint: "standard", test: "mocha" }, npm, "npx --no-install mocha", "standard", "mocha"],
    [
      "a build before the tests stays, in its own script",
      { test: "npm run lint && npm run build && mocha dist", lint: "eslint .", build: "tsc -p ." },
      npm,
      "npm run build && npx --no-install mocha dist",
      "only its tests and what they need: mocha; without eslint",
      "mocha",
    ],
    [
      "programs of the system are no binaries of packages",
      { test: "eslint . && rm -rf tmp && node --test test/" },
      npm,
      "rm -rf tmp && node --test test/",
      "without eslint",
      "node:test",
    ],
    ["a test file started by itself", { test: "standard && node test/index.js" }, npm, "node test/index.js", "standard", "exit-code"],
    ["an environment stays in front", { test: "xo && NODE_ENV=test ava" }, npm, "NODE_ENV=test npx --no-install ava", "xo", "ava"],
    [
      "cross-env stays around it",
      { test: "xo && cross-env TZ=UTC c8 ava" },
      npm,
      "npx --no-install cross-env TZ=UTC ava",
      "without xo, c8",
      "ava",
    ],
    [
      "a pipeline stays together",
      { test: "xo && tape test.js | tap-spec" },
      npm,
      '(PATH="$PWD/node_modules/.bin:$PATH"; tape test.js | tap-spec)',
      "xo",
      "tap",
    ],
    ["a pipeline under berry", { test: "xo && tape a.js | tap-spec" }, berry, "yarn exec 'tape a.js | tap-spec'", "xo", "tap"],
    [
      "yarn does not mistake a script for the binary",
      { test: "xo && jest", jest: "jest --watch" },
      yarn,
      '(PATH="$PWD/node_modules/.bin:$PATH"; jest)',
      "xo",
      "jest",
    ],
    [
      "run-s, one of its scripts",
      { test: "run-s test:*", "test:lint": "xo", "test:unit": "tape test.js" },
      npm,
      "npm run test:unit",
      "xo",
      "tap",
    ],
    [
      "tests handed on to a workspace",
      { test: "npm run lint && pnpm -r test", lint: "eslint ." },
      pnpm,
      "pnpm -r test",
      "eslint",
      "exit-code",
    ],
    ["two runners", { test: "xo && mocha && ava" }, npm, "npx --no-install mocha && npx --no-install ava", "xo", "ava"],
    ["arguments are kept", { test: "xo && npm run u -- --bail", u: "mocha" }, npm, "npm run u -- --bail", "xo", "mocha"],
  ]
  for (const [name, scripts, lock, command, origin, runner] of table) {
    it(name, () => {
      const recipe = recipeOf(scripts, lock)
      assert.strictEqual(recipe.test[0]?.command, command)
      assert.include(recipe.test[0]?.origin ?? "", origin)
      assert.strictEqual(recipe.runner, runner)
    })
  }
})

describe("the whole script is run", () => {
  const whole: ReadonlyArray<readonly [string, Scripts]> = [
    ["when it is nothing but tests", { test: "npm run unit", unit: "mocha && node --test" }],
    ["with what it builds", { pretest: "npm run build", build: "tsc", test: "mocha dist" }],
    ["when no runner is recognised", { test: "eslint . && ./check-everything" }],
    ["when it changes the folder", { test: "eslint . && cd packages/a && mocha" }],
    ["when it sets the environment for the rest", { test: "export A=1; eslint . && mocha" }],
    ["when it starts something beside it", { test: "node server.js & eslint . && mocha" }],
    ["when a server runs beside the tests", { test: "run-p serve unit", serve: "node server.js", unit: "mocha" }],
    ["when arguments would go to a script of several steps", { test: "npm run both -- --bail", both: "eslint . && mocha" }],
    ["when quotes are open", { test: "eslint . && mocha 'a" }],
    ["when nyc brings what the tests are written in", { test: "nyc --require ts-node/register mocha" }],
    ["when scripts call each other", { test: "npm run a", a: "npm run test" }],
  ]
  for (const [name, scripts] of whole) {
    it(name, () => assert.deepStrictEqual(lineOf(scripts), { command: "npm test", origin: "package.json scripts.test" }))
  }
  it("when nyc's own settings load something into the tests", () => {
    assert.strictEqual(lineOf({ test: "nyc mocha" })?.command, "npx --no-install mocha")
    assert.strictEqual(lineOf({ test: "nyc mocha" }, npm, { nyc: { require: ["ts-node/register"] } })?.command, "npm test")
    assert.strictEqual(lineOf({ test: "nyc mocha" }, { ...npm, ".nycrc": '{ "require": ["esm"] }' })?.command, "npm test")
  })
  it("whatever `.github/loom.yml` says, as it is written", () => {
    const files = new Map([["package.json", JSON.stringify({ scripts: { test: "xo && ava" } })]])
    const snapshot: Snapshot = { files, paths: ["package.json"], tools: new Map<string, string>(), imports: new Map(), digests: new Map() }
    assert.deepStrictEqual(resolveRecipe(snapshot, { test: ["npm test", "xo && ava"] }).test, [
      { command: "npm test", origin: ".github/loom.yml test" },
      { command: "xo && ava", origin: ".github/loom.yml test" },
    ])
  })
})

describe("reading command lines", () => {
  it("splits at && and ; outside of quotes", () => {
    assert.deepStrictEqual(splitScript(`a "x && y" && b 'c;d'; e || f`), [
      { text: `a "x && y"`, join: "&&" },
      { text: "b 'c;d'", join: "&&" },
      { text: "e || f", join: ";" },
    ])
    assert.deepStrictEqual(splitScript("mocha > out 2>&1 && b")?.length, 2)
    assert.deepStrictEqual(splitScript(`a "it\\"s && b"`)?.length, 1)
    for (const line of ["a & b", "(cd a && b)", "cd a && b", "a 'b", "if true; then a; fi"]) assert.isNull(splitScript(line), line)
  })
  it("names the program", () => {
    const table = {
      "npx -y eslint .": "eslint",
      "A=b cross-env C=d xo --fix": "xo",
      "pnpm exec tsc": "tsc",
      "node ./node_modules/eslint/bin/eslint.js .": "eslint",
    }
    for (const [text, program] of Object.entries(table)) assert.strictEqual(programOf(text), program)
  })
  it("takes a coverage wrapper off, unless the tests need it", () => {
    assert.strictEqual(withoutCoverage("c8 --reporter lcov -x 'a' node --test"), "node --test")
    assert.strictEqual(withoutCoverage("A=1 nyc -- mocha"), "A=1 mocha")
    for (const text of ["nyc report", "c8 --import tsx mocha", "mocha", "nyc mocha | tee x"]) assert.isNull(withoutCoverage(text), text)
  })
})
