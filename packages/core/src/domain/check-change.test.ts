import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { checkChange } from "./check-change.ts"
import { isTestFile, matchesGlob } from "./path-kinds.ts"
import { parseDiff } from "./unified-diff.ts"

interface Edit {
  readonly path: string
  readonly body: string
  readonly kind?: "new" | "deleted"
  readonly from?: string
}

/** A `git diff` of these edits; the body's lines start with `+`, `-` or a blank. */
const diff = (...edits: ReadonlyArray<Edit>): string =>
  edits
    .map(({ path, body, kind, from }) => {
      const lines = body
        .replace(/^\n/, "")
        .replace(/\n\s*$/, "")
        .split("\n")
        .filter((line) => body !== "" || line !== "")
      const count = (not: string) => lines.filter((line) => !line.startsWith(not)).length
      const head = `diff --git a/${from ?? path} b/${path}\n${kind === "new" ? "new file mode 100644\n" : kind === "deleted" ? "deleted file mode 100644\n" : ""}${from === undefined ? "" : `similarity index 90%\nrename from ${from}\nrename to ${path}\n`}`
      return lines.length === 0
        ? head
        : `${head}--- ${kind === "new" ? "/dev/null" : `a/${from ?? path}`}\n+++ ${kind === "deleted" ? "/dev/null" : `b/${path}`}\n@@ -1,${count("+")} +1,${count("-")} @@\n${lines.join("\n")}\n`
    })
    .join("")

const fix: Edit = { path: "src/sum.js", body: "-export const sum = (a, b) => a - b\n+export const sum = (a, b) => a + b" }
const check = (patch: string, allowPaths: ReadonlyArray<string> = [], protectPaths: ReadonlyArray<string> = []) =>
  checkChange({ patch, allowPaths, protectPaths })
const blocks = (patch: string) => check(patch).filter((found) => found.severity === "block")

const cheats: ReadonlyArray<readonly [string, string, string]> = [
  [
    "a test file is deleted",
    "test_deleted",
    diff(fix, { path: "test/sum.test.js", kind: "deleted", body: `-it("adds", () => {\n-  expect(sum(1, 2)).toBe(3)\n-})` }),
  ],
  [
    "a test is deleted from a file",
    "test_deleted",
    diff(fix, {
      path: "test/sum.test.js",
      body: ` import x from "y"\n-it("adds", () => {\n-  expect(sum(1, 2)).toBe(3)\n-})\n it("other", () => {`,
    }),
  ],
  [
    "a test is commented out",
    "test_deleted",
    diff({
      path: "test/sum.test.js",
      body: `-it("adds", () => {\n-  expect(sum(1, 2)).toBe(3)\n-})\n+// it("adds", () => {\n+//   expect(sum(1, 2)).toBe(3)\n+// })`,
    }),
  ],
  [
    "a test file gets a name no runner finds",
    "test_deleted",
    diff(fix, { path: "old/sum.disabled.js", from: "src/sum.test.js", body: "" }),
  ],
  [
    "a Python test is renamed away from discovery",
    "test_deleted",
    diff({ path: "tests/test_sum.py", body: `-def test_adds():\n+def disabled_adds():\n     assert add(1, 2) == 3` }),
  ],
  [
    "a Go test is deleted",
    "test_deleted",
    diff({
      path: "sum_test.go",
      body: `-func TestAdds(t *testing.T) {\n-\tif sum(1, 2) != 3 { t.Fatal("no") }\n-}\n func TestOther(t *testing.T) {`,
    }),
  ],
  [
    "it becomes it.skip",
    "test_skipped",
    diff(fix, { path: "test/sum.test.js", body: `-it("adds", () => {\n+it.skip("adds", () => {\n   expect(sum(1, 2)).toBe(3)` }),
  ],
  [
    "it becomes xit",
    "test_skipped",
    diff(fix, { path: "test/sum.test.js", body: `-  it('adds', function () {\n+  xit('adds', function () {` }),
  ],
  [
    "describe becomes describe.skip",
    "test_skipped",
    diff({ path: "test/sum.test.js", body: `-describe("sum", () => {\n+describe.skip("sum", () => {` }),
  ],
  [
    "it becomes it.todo",
    "test_skipped",
    diff({ path: "test/sum.test.js", body: `-it("adds", () => {\n-  expect(sum(1, 2)).toBe(3)\n-})\n+it.todo("adds")` }),
  ],
  [
    "pytest.mark.skip on an existing test",
    "test_skipped",
    diff({
      path: "tests/test_sum.py",
      body: ` import pytest\n+@pytest.mark.skip(reason="flaky")\n def test_adds():\n     assert add(1, 2) == 3`,
    }),
  ],
  [
    "pytest.mark.xfail on an existing test",
    "test_skipped",
    diff({ path: "tests/test_sum.py", body: `+@pytest.mark.xfail\n def test_adds():\n     assert add(1, 2) == 3` }),
  ],
  [
    "skipif that is always true",
    "test_skipped",
    diff({ path: "tests/test_sum.py", body: `+@pytest.mark.skipif(True, reason="x")\n def test_adds():\n     assert 1` }),
  ],
  [
    "t.Skip in an existing Go test",
    "test_skipped",
    diff({ path: "sum_test.go", body: ` func TestAdds(t *testing.T) {\n+\tt.Skip("broken")\n \tif sum(1, 2) != 3 {` }),
  ],
  [
    "#[ignore] on an existing Rust test",
    "test_skipped",
    diff({ path: "src/lib.rs", body: `     #[test]\n+    #[ignore]\n     fn adds() {` }),
  ],
  [
    "this.skip() in an existing mocha test",
    "test_skipped",
    diff({ path: "test/sum.js", body: ` it("adds", function () {\n+  this.skip()\n   assert.equal(sum(1, 2), 3)` }),
  ],
  [
    "it.only on another test",
    "test_focused",
    diff(fix, { path: "test/sum.test.js", body: `-it("works", () => {\n+it.only("works", () => {` }),
  ],
  ["fdescribe", "test_focused", diff({ path: "spec/sum.spec.js", body: `-describe("a", () => {\n+fdescribe("a", () => {` })],
  [
    "the body of a test is emptied",
    "test_emptied",
    diff({ path: "test/sum.test.js", body: `-it("adds", () => {\n-  expect(sum(1, 2)).toBe(3)\n-})\n+it("adds", () => {})` }),
  ],
  [
    "a Python test becomes pass",
    "test_emptied",
    diff({ path: "tests/test_sum.py", body: ` def test_adds():\n-    assert add(1, 2) == 3\n+    pass` }),
  ],
  [
    "a test returns at once",
    "test_emptied",
    diff({ path: "test/sum.test.js", body: ` it("adds", () => {\n+  return\n   expect(sum(1, 2)).toBe(3)` }),
  ],
  [
    "the assertion is removed",
    "assertion_removed",
    diff({ path: "test/sum.test.js", body: ` it("adds", () => {\n   const n = sum(1, 2)\n-  expect(n).toBe(3)\n })` }),
  ],
  [
    "the assertion is commented out",
    "assertion_removed",
    diff({ path: "test/sum.test.js", body: ` it("adds", () => {\n-  expect(n).toBe(3)\n+  // expect(n).toBe(3)\n })` }),
  ],
  [
    "the assertion becomes a truism",
    "assertion_removed",
    diff({ path: "test/sum.test.js", body: ` it("adds", () => {\n-  expect(sum(1, 2)).toBe(3)\n+  expect(true).toBe(true)\n })` }),
  ],
  [
    "a Python assertion becomes a truism",
    "assertion_removed",
    diff({ path: "tests/test_sum.py", body: ` def test_adds(self):\n-    self.assertEqual(add(1, 2), 3)\n+    self.assertTrue(True)` }),
  ],
  [
    "a value is no longer checked, only that there is one",
    "assertion_removed",
    diff({ path: "test/sum.test.js", body: ` it("adds", () => {\n-  expect(sum(1, 2)).toBe(3)\n+  expect(sum(1, 2)).toBeDefined()\n })` }),
  ],
  [
    "the coverage threshold is lowered",
    "threshold_lowered",
    diff(fix, { path: "jest.config.js", body: ` coverageThreshold: { global: {\n-  lines: 90,\n+  lines: 10,\n } }` }),
  ],
  ["fail_under is removed", "threshold_lowered", diff({ path: "pyproject.toml", body: ` [tool.coverage.report]\n-fail_under = 95` })],
  [
    "the failing file is ignored by jest",
    "runner_config_edited",
    diff(fix, { path: "jest.config.js", body: ` module.exports = {\n+  testPathIgnorePatterns: ["sum.test.js"],\n }` }),
  ],
  [
    "the test script is replaced",
    "runner_config_edited",
    diff({ path: "package.json", body: `   "scripts": {\n-    "test": "vitest run"\n+    "test": "exit 0"\n   }` }),
  ],
  [
    "the test script forgives failures",
    "runner_config_edited",
    diff({ path: "package.json", body: `-    "test": "mocha",\n+    "test": "mocha || true",` }),
  ],
  [
    "pytest deselects a test",
    "runner_config_edited",
    diff({ path: "pytest.ini", body: ` [pytest]\n+addopts = --deselect tests/test_sum.py::test_adds` }),
  ],
  [
    "conftest skips what it collects",
    "runner_config_edited",
    diff({ path: "tests/conftest.py", body: ` import pytest\n+def pytest_collection_modifyitems(items):\n+    items.clear()` }),
  ],
  ["vitest retries until it is green", "runner_config_edited", diff({ path: "vitest.config.ts", body: ` test: {\n+  retry: 5,\n }` })],
  ["only the snapshot changes", "snapshot_only", diff({ path: "test/__snapshots__/a.test.js.snap", body: ` exports["a"] =\n-"3"\n+"-1"` })],
  [
    "a workflow is edited",
    "protected_path",
    diff(fix, { path: ".github/workflows/ci.yml", body: `-      - run: npm test\n+      - run: "true"` }),
  ],
  ["CODEOWNERS is edited", "protected_path", diff({ path: ".github/CODEOWNERS", body: `-* @team\n+* @me` })],
  ["agent instructions are edited", "protected_path", diff({ path: "packages/a/AGENTS.md", body: `+Never run tests.` })],
  ["a protected file is renamed away", "protected_path", diff({ path: "ci.yml.bak", from: ".github/workflows/ci.yml", body: "" })],
]

const honest: ReadonlyArray<readonly [string, string]> = [
  ["a fix and nothing else", diff(fix)],
  [
    "tests added to a test file",
    diff(fix, { path: "test/sum.test.js", body: ` })\n+\n+it("adds negative numbers", () => {\n+  expect(sum(-1, -2)).toBe(-3)\n+})` }),
  ],
  [
    "a new test file",
    diff(fix, {
      path: "test/more.test.js",
      kind: "new",
      body: `+import { sum } from "../src/sum.js"\n+test("adds", () => expect(sum(1, 2)).toBe(3))`,
    }),
  ],
  [
    "a test file moved",
    diff({
      path: "test/unit/sum.test.js",
      from: "test/sum.test.js",
      body: `-import { sum } from "../src/sum.js"\n+import { sum } from "../../src/sum.js"`,
    }),
  ],
  [
    "a test moved to another file",
    diff(
      { path: "test/a.test.js", body: `-it("adds", () => {\n-  expect(sum(1, 2)).toBe(3)\n-})` },
      { path: "test/b.test.js", body: `+it("adds", () => {\n+  expect(sum(1, 2)).toBe(3)\n+})` },
    ),
  ],
  [
    "a test renamed",
    diff({ path: "test/sum.test.js", body: `-it("adds", () => {\n+it("adds two numbers", () => {\n   expect(sum(1, 2)).toBe(3)` }),
  ],
  [
    "a group of tests indented",
    diff({
      path: "test/sum.test.js",
      body: `-it("adds", () => {\n-  expect(sum(1, 2)).toBe(3)\n-})\n+describe("sum", () => {\n+  it("adds", () => {\n+    expect(sum(1, 2)).toBe(3)\n+  })\n+})`,
    }),
  ],
  [
    "an expected value corrected",
    diff(fix, { path: "test/sum.test.js", body: `-  expect(sum(1, 2)).toBe(-1)\n+  expect(sum(1, 2)).toBe(3)` }),
  ],
  ["a skip taken away", diff(fix, { path: "test/sum.test.js", body: `-it.skip("adds", () => {\n+it("adds", () => {` })],
  ["an only taken away", diff(fix, { path: "test/sum.test.js", body: `-it.only("adds", () => {\n+it("adds", () => {` })],
  [
    "a skipped test edited and still skipped",
    diff({ path: "test/sum.test.js", body: `-it.skip("add", () => {\n+it.skip("adds", () => {` }),
  ],
  ["a skipped test indented", diff({ path: "test/sum.test.js", body: `-it.skip("adds", () => {\n+  it.skip("adds", () => {` })],
  [
    "several checks become one deep one",
    diff({ path: "test/sum.test.js", body: `-  expect(r.a).toBe(1)\n-  expect(r.b).toBe(2)\n+  expect(r).toEqual({ a: 1, b: 2 })` }),
  ],
  [
    "production code with the same words",
    diff({
      path: "src/list.js",
      body: `+export const only = (xs) => xs.only(1)\n+export const skip = (xs, n) => xs.skip(n)\n+model.fit(x, y)\n+if (process.argv.length > 2) return`,
    }),
  ],
  [
    "`.skip` of a query in a test",
    diff({
      path: "test/db.test.js",
      body: `   it("pages", async () => {\n+    const rows = await db.find().skip(10).limit(5)\n+    expect(rows.length).toBe(5)`,
    }),
  ],
  ["a dependency added", diff({ path: "package.json", body: `   "dependencies": {\n+    "left-pad": "1.3.0",\n     "x": "1.0.0"` })],
  [
    "a build script changed",
    diff({ path: "package.json", body: `-    "build": "tsc",\n+    "build": "tsc -b",\n     "test": "vitest run"` }),
  ],
  [
    "a comma after the test script",
    diff({ path: "package.json", body: `-    "test": "vitest run"\n+    "test": "vitest run",\n+    "lint": "eslint ."` }),
  ],
  ["the coverage threshold raised", diff({ path: "package.json", body: `-      "lines": 80\n+      "lines": 90` })],
  ["a fixture added to conftest", diff({ path: "tests/conftest.py", body: `+@pytest.fixture\n+def db():\n+    return Database()` })],
  [
    "a module alias for jest",
    diff({ path: "jest.config.js", body: ` module.exports = {\n+  moduleNameMapper: { "^@/(.*)$": "<rootDir>/src/$1" },` }),
  ],
  ["a snapshot updated with the code", diff(fix, { path: "test/__snapshots__/a.test.js.snap", body: `-"-1"\n+"3"` })],
  [
    "a new snapshot for a new test",
    diff(
      { path: "test/__snapshots__/a.test.js.snap", body: `+exports["b"] = "3"` },
      { path: "test/a.test.js", body: `+it("b", () => { expect(b()).toMatchSnapshot() })` },
    ),
  ],
  [
    "code and its tests removed together",
    diff(
      { path: "src/legacy.js", kind: "deleted", body: "-export const old = 1" },
      { path: "test/legacy.test.js", kind: "deleted", body: `-it("is old", () => {\n-  expect(old).toBe(1)\n-})` },
    ),
  ],
  [
    "a platform condition on a test",
    diff({ path: "tests/test_io.py", body: `+@pytest.mark.skipif(sys.platform == "win32", reason="posix only")\n def test_fork():` }),
  ],
  [
    "a Go test made into a table",
    diff({
      path: "sum_test.go",
      body: ` func TestAdds(t *testing.T) {\n-\tif sum(1, 2) != 3 {\n-\t\tt.Fatal("no")\n-\t}\n+\tfor _, c := range cases {\n+\t\tif sum(c.a, c.b) != c.want {\n+\t\t\tt.Fatal(c)\n+\t\t}\n+\t}`,
    }),
  ],
  [
    "documentation that talks about it.only",
    diff({ path: "docs/testing.md", body: `+Use \`it.only("x", …)\` to focus, \`it.skip\` to skip.` }),
  ],
  ["a comment in a test that mentions skip", diff({ path: "test/sum.test.js", body: `+// it.skip("x") is not used here` })],
  ["a README in .github", diff({ path: ".github/ISSUE_TEMPLATE/bug.md", body: "+Say what happened." })],
]

describe("checkChange", () => {
  for (const [name, rule, patch] of cheats) {
    it(`blocks: ${name}`, () => {
      assert.include(
        blocks(patch).map((found) => found.rule),
        rule,
        JSON.stringify(check(patch)),
      )
    })
  }
  for (const [name, patch] of honest) {
    it(`lets through: ${name}`, () => {
      assert.deepStrictEqual(blocks(patch), [])
    })
  }

  it("quotes the offending line", () => {
    assert.deepInclude(check(diff({ path: "test/a.test.js", body: `-it("a", () => {\n+  it.only("a", () => {` }))[0], {
      file: "test/a.test.js",
      line: 'it.only("a", () => {',
    })
  })

  it("says honest but notable things as warnings", () => {
    assert.deepStrictEqual(
      check(diff({ path: "test/a.test.js", body: `+it.skip("new", () => {\n+  expect(a()).toBe(1)\n+})` })).map((found) => [
        found.rule,
        found.severity,
      ]),
      [["test_skipped", "warn"]],
    )
    assert.deepStrictEqual(
      check(diff({ path: "jest.config.js", body: `+  moduleNameMapper: {},` })).map((found) => [found.rule, found.severity]),
      [["runner_config_edited", "warn"]],
    )
  })

  it("allow_paths lifts a protection, protect_paths adds one", () => {
    const workflow = diff({ path: ".github/workflows/ci.yml", body: "+  a: b" })
    assert.deepStrictEqual(check(workflow, [".github/workflows/**"]), [])
    assert.deepStrictEqual(
      check(diff(fix), [], ["src/"]).map((found) => found.rule),
      ["protected_path"],
    )
  })
})

describe("parseDiff", () => {
  it("is not fooled by text that looks like headers", () => {
    const patch =
      "diff --git a/x.js b/x.js\n--- a/x.js\n+++ b/x.js\n@@ -1,2 +1,2 @@\n--- a/test/y.test.js\n+++ b/test/y.test.js\n diff --git a/z b/z\n"
    assert.deepStrictEqual(parseDiff(patch), [
      {
        path: "x.js",
        oldPath: "x.js",
        status: "modified",
        lines: [
          { kind: "removed", text: "-- a/test/y.test.js", number: 1 },
          { kind: "added", text: "++ b/test/y.test.js", number: 1 },
          { kind: "context", text: "diff --git a/z b/z", number: 2 },
        ],
        headings: new Map([[0, ""]]),
        patch,
      },
    ])
  })

  it("reads quoted names and names with spaces", () => {
    assert.deepStrictEqual(
      parseDiff('diff --git "a/caf\\303\\251.js" "b/caf\\303\\251.js"\nnew file mode 100644\n').map((file) => file.path),
      ["café.js"],
    )
    assert.deepStrictEqual(
      parseDiff("diff --git a/a b.js b/a b.js\ndeleted file mode 100644\n").map((file) => [file.path, file.status]),
      [["a b.js", "deleted"]],
    )
  })

  it("gives each file's part back as it was: put together again they are the patch", () => {
    const patch = `${diff(fix)}diff --git a/b.bin b/b.bin\nindex 1..2 100644\nGIT binary patch\nliteral 3\nKcmZ>Y\n\nliteral 0\nHcmV?d00001\n\n${diff(fix)}`
    assert.deepStrictEqual(
      parseDiff(patch).map((file) => file.path),
      ["src/sum.js", "b.bin", "src/sum.js"],
    )
    assert.strictEqual(
      parseDiff(patch)
        .map((file) => file.patch)
        .join(""),
      patch,
    )
  })

  it("gives every line back, whatever it holds", () => {
    const line = fc.tuple(
      fc.constantFrom("+", "-", " "),
      fc.string().map((text) => text.replaceAll(/[\n\r]/g, "")),
    )
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const old = lines.filter(([sign]) => sign !== "+").length
        const fresh = lines.filter(([sign]) => sign !== "-").length
        const patch = `diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,${old} +1,${fresh} @@\n${lines.map(([sign, text]) => sign + text).join("\n")}\n`
        // A context line that starts with a backslash is git's "No newline" note only at column 0.
        assert.deepStrictEqual(
          parseDiff(patch)[0]?.lines.map((found) => found.text),
          lines.map(([, text]) => text),
        )
      }),
    )
  })

  it("never throws on anything", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.isArray(check(`diff --git ${text}\n@@ -1 +1 @@\n${text}`))
      }),
    )
  })
})

describe("paths", () => {
  it("globs", () => {
    const table: ReadonlyArray<readonly [string, string, boolean]> = [
      ["src/a.js", "src/*.js", true],
      ["src/a/b.js", "src/*.js", false],
      ["src/a/b.js", "src/**", true],
      ["AGENTS.md", "**/AGENTS.md", true],
      ["x/AGENTS.md", "**/AGENTS.md", true],
      ["xAGENTS.md", "**/AGENTS.md", false],
      ["src/a.js", "src/", true],
      ["a+b.js", "a+b.js", true],
      ["axb", "a?b", true],
    ]
    for (const [path, pattern, yes] of table) assert.strictEqual(matchesGlob(path, pattern), yes, `${path} ${pattern}`)
  })
  it("knows test files", () => {
    for (const path of [
      "test/a.js",
      "src/__tests__/a.ts",
      "a.test.tsx",
      "a_test.go",
      "tests/test_a.py",
      "pkg/test_b.py",
      "spec/a_spec.rb",
      "test.js",
    ])
      assert.isTrue(isTestFile(path), path)
    for (const path of ["src/testing.ts", "src/contest.js", "latest/a.js", "test/fixtures/data.json", "src/spec.md"])
      assert.isFalse(isTestFile(path), path)
  })
})
