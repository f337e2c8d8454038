import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { broughtTests, proofOfRun, proofWithoutRun, testPartOf, touchedTitles } from "./change-tests.ts"
import { compareReports } from "./compare-reports.ts"
import { report } from "../pipelines/testing/in-memory-world.ts"
import type { TestProof } from "./Gate.ts"
import { isTestSupport } from "./path-kinds.ts"
import { readCorpus } from "./testing/read-corpus.ts"
import { parseDiff } from "./unified-diff.ts"

const part = (path: string, body: string, heading = "") => {
  const lines = body.split("\n")
  const count = (not: string) => lines.filter((line) => !line.startsWith(not)).length
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,${count("+")} +1,${count("-")} @@${heading}\n${lines.join("\n")}\n`
}
const code = part("src/sum.js", "-a\n+b")
const titles = (patch: string) => [...touchedTitles(parseDiff(patch)).values()].flatMap((set) => [...set])
const compared = (base: ReturnType<typeof report>, head: ReturnType<typeof report>) =>
  compareReports({ base, head, reruns: [], requireTests: false })

describe("the tests' part of a patch", () => {
  it("is the tests with their data, byte by byte, and nothing of the code", () => {
    const test = part("test/sum.test.js", "+x")
    const data = part("test/fixtures/a.json", "+{}")
    assert.deepStrictEqual(testPartOf(code + test + data), { patch: test + data, files: ["test/sum.test.js"] })
    assert.deepStrictEqual(testPartOf(code), { patch: "", files: [] })
  })
  it("for any patch holds exactly the files that belong to tests", () => {
    const cases = readCorpus("")
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...cases), { minLength: 1, maxLength: 4 }), (some) => {
        const patch = some.map((one) => one.patch).join("")
        const kept = parseDiff(testPartOf(patch).patch)
        const wanted = parseDiff(patch).filter((file) => isTestSupport(file.path))
        assert.deepStrictEqual(
          kept.map((file) => file.lines),
          wanted.map((file) => file.lines),
        )
      }),
    )
  })
})

describe("touched titles", () => {
  it("are those of the tests around each changed line, in every language", () => {
    assert.deepStrictEqual(
      titles(part("a.test.js", ` it("one", () => {\n-  expect(1)\n+  expect(2)\n })\n it("two", () => {\n   expect(3)`)),
      ["one"],
    )
    assert.deepStrictEqual(
      titles(part("test_a.py", "     x = 1\n+    assert x", " def test_adds():")),
      ["test_adds"],
      "git names the function in the heading",
    )
    assert.deepStrictEqual(titles(part("src/lib.rs", "     #[test]\n     fn adds() {\n+        assert!(x);")), ["adds"])
    assert.deepStrictEqual(titles(part("src/test/java/ATest.java", "     @Test\n     void adds() {\n+        assertEquals(1, x);")), [
      "adds",
    ])
    assert.deepStrictEqual(titles(part("a_test.go", "+func TestNew(t *testing.T) {\n+\tt.Fatal()\n+}")), ["TestNew"])
    assert.deepStrictEqual(titles(part("spec/a_spec.rb", '+  it "adds" do\n+    expect(1).to eq(1)')), ["adds"])
    assert.deepStrictEqual(titles(part("test/a.bats", '+@test "prints" {\n+  run x')), ["prints"])
    assert.deepStrictEqual(titles(part("src/a.js", "+it('x', () => {")), [], "not in code")
  })
})

describe("the proof of tests", () => {
  const test = part("a.test.js", `+it("new one", () => {\n+  expect(sum()).toBe(1)\n+})`)
  const base = report({ old: "passed" })
  const head = report({ old: "passed", "new one": "passed" })
  const comparison = compared(base, head)

  it("needs a run only where there is a test to run", () => {
    assert.isNull(proofWithoutRun(code + test, base, head, comparison))
    assert.deepInclude(proofWithoutRun(code, base, base, compared(base, base)), { status: "no_tests" })
    assert.deepInclude(proofWithoutRun(part("README.md", "+x"), base, base, compared(base, base)), { status: "exempt" })
    assert.deepInclude(proofWithoutRun(test, base, head, comparison), {
      status: "exempt",
      reason: "Only tests are changed; there is no code to prove.",
    })
    const inline = part("src/lib.rs", "+    #[test]\n+    fn adds() {}")
    assert.deepInclude(proofWithoutRun(inline, base, head, comparison), { status: "not_checked" })
    const red = report({ old: "failed" })
    assert.deepInclude(proofWithoutRun(code, red, base, compared(red, base)), { status: "proven" })
  })

  const runs: ReadonlyArray<readonly [string, ReturnType<typeof report>, TestProof["status"], TestProof["tests"][number]["atBase"]]> = [
    ["fails", report({ old: "passed", "new one": "failed" }), "proven", "failed"],
    ["passes", report({ old: "passed", "new one": "passed" }), "proves_nothing", "passed"],
    ["its file does not load", report({}, { loadErrors: [{ file: "a.test.js", message: "x" }], exitCode: 1 }), "proven", "not_loaded"],
    ["nothing compiles", report({}, { exitCode: 1, complete: false, problem: "no test ran" }), "proven", "not_loaded"],
    ["did not run", report({ old: "passed" }), "not_checked", "not_run"],
  ]
  for (const [name, onBase, status, atBase] of runs) {
    it(`${name} on the base: ${status}`, () => {
      const proof = proofOfRun(code + test, base, head, onBase, comparison)
      assert.deepInclude(proof, { status })
      assert.deepStrictEqual(proof.tests, [{ id: "new one", isNew: true, atBase }])
    })
  }

  it("is nothing when the run was ended from outside, or has only an exit code that agrees", () => {
    assert.deepInclude(proofOfRun(code + test, base, head, report({}, { ended: "timeout", problem: "slow" }), comparison), {
      status: "not_checked",
    })
    const exit = (exitCode: number) => report({}, { format: "exit-code", runner: "exit-code", exitCode })
    assert.deepInclude(proofOfRun(code + test, exit(0), exit(0), exit(1), compared(exit(0), exit(0))), { status: "proven" })
    assert.deepInclude(proofOfRun(code + test, exit(0), exit(0), exit(0), compared(exit(0), exit(0))), { status: "proves_nothing" })
  })

  it("counts parametrised tests, and tells new from changed", () => {
    const patch = part("a.test.js", ` test.each([\n-  [1],\n+  [2],\n ])("sum of %i", (n) => {\n+  expect(n).toBe(2)`)
    const before = report({ "sum of 1": "passed" })
    const after = report({ "sum of 1": "passed", "sum of 2": "passed" })
    assert.deepStrictEqual(
      broughtTests(parseDiff(patch), before, after).map((one) => [one.id, one.isNew]),
      [["sum of 2", true]],
    )
    const two = report({ old: "passed", "new one": "passed", other: "passed" })
    const both = proofOfRun(
      code + test + part("b.test.js", '+it("other", () => {})'),
      base,
      two,
      report({ "new one": "failed", other: "passed" }),
      compared(base, two),
    )
    assert.strictEqual(both.reason, "2 new tests: 1 fails without the change, 1 passes without it too.")
  })
})
