import { isProduction, isTestFile } from "../path-kinds.ts"
import {
  asserts,
  declaredGroup,
  declaredTest,
  endsEarly,
  focuses,
  functionName,
  isAttribute,
  isEmptyTest,
  skips,
  skipsUnlessAsked,
} from "../test-code.ts"
import type { DiffFile, DiffLine } from "../unified-diff.ts"
import { type CheatRule, finding, type Found, linesOf, named, stem, texts } from "./Rule.ts"

/** Declarations, an attribute (`#[test]`) named by the function that follows it on the same side. */
const declared = (file: DiffFile, kind: "added" | "removed"): ReadonlyArray<{ readonly title: string; readonly line: string }> => {
  const side = file.lines.filter((line) => line.kind === kind || line.kind === "context")
  return side.flatMap((line, index) => {
    const title = line.kind === kind ? declaredTest(line.text) : null
    if (title === null) return []
    if (!isAttribute(title)) return [{ title, line: line.text }]
    const owner = side.slice(index + 1, index + 6).find((near) => functionName(near.text) !== null)
    // The attribute moved on to a line that stays: nothing is known of its name.
    return [{ title: owner?.kind === kind ? (functionName(owner.text) ?? title) : title, line: owner?.text ?? line.text }]
  })
}

/** Lines between a mark and the declaration it belongs to. */
const MAX_REACH = 200
const MAX_ROWS = 200

const TABLE =
  /\.each\b|\bparametrize\(|\bDataProvider\b|@dataProvider\b|@ParameterizedTest\b|\bsubTest\(|#\[(?:rstest|case|test_case)\b|\bt\.Run\(|->with\(/

/** Tests that leave a file and come back nowhere in the change; as many new ones in the same file explain a rename. */
const deletedTests = (file: DiffFile, files: ReadonlyArray<DiffFile>): Found => {
  const inline = file.oldPath.endsWith(".rs")
  if (!isTestFile(file.oldPath) && !inline) return []
  if (file.status === "renamed" && !isTestFile(file.path) && !inline)
    return [
      finding(
        "test_deleted",
        "block",
        file,
        `${file.oldPath} -> ${file.path}`,
        "A test file is renamed so that its runner no longer finds it.",
      ),
    ]
  const removed = declared(file, "removed")
  const added = declared(file, "added")
  const elsewhere = files.filter((other) => other !== file && isTestFile(other.path)).flatMap((other) => declared(other, "added"))
  const pool = [...added, ...elsewhere].map((test) => test.title)
  const missing = removed.filter(({ title }) => {
    const at = pool.indexOf(title)
    if (at >= 0) pool.splice(at, 1)
    return at < 0
  })
  // New names in this file may be new names for old tests.
  const known = new Set(removed.map((test) => test.title))
  const renamed = added.filter((test) => !known.has(test.title) && !isEmptyTest(test.line)).length
  const gone = missing.slice(renamed)
  const subjectGone = files.some(
    (other) => other.status === "deleted" && isProduction(other.path) && stem(other.path) === stem(file.oldPath),
  )
  // Several tests may have become the rows of one; the comparison of the results counts those.
  const tabled =
    file.status !== "deleted" &&
    texts(file, "added").some((line) => TABLE.test(line)) &&
    !texts(file, "removed").some((line) => TABLE.test(line))
  const severity = subjectGone || tabled ? "warn" : "block"
  const why = subjectGone
    ? "The tests of deleted code are deleted with it."
    : tabled
      ? "A test is gone; a table of cases seems to take its place."
      : "A test is deleted and nothing in the change takes its place."
  if (file.status === "deleted" && gone.length === 0 && removed.length === 0)
    return [finding("test_deleted", severity, file, file.oldPath, "A test file is deleted.")]
  return gone.slice(0, 5).map(({ line }) => finding("test_deleted", severity, file, line, why))
}

const ROW = /^\s*(?:[[({].*[\])}]|\w+\(.*\)|"[^"]*"|'[^']*')\s*,?\s*$/
const CASES = /\b(?:cases|tests|rows|examples|data|inputs|fixtures|table|provider)\b|\[\]struct|=>|@(?:CsvSource|ValueSource|MethodSource)/i
/** Rows of a table of cases: each is a test of its own, and leaves without a trace in the test's name. */
const deletedCases = (file: DiffFile): Found => {
  if (!isTestFile(file.path) || file.status === "deleted") return []
  const rows = (kind: "added" | "removed") => linesOf(file, kind).filter((line) => ROW.test(line.text) && /["'\d]/.test(line.text))
  const added = rows("added")
  const kept = new Set(added.map((line) => line.text.trim()))
  const gone = rows("removed").filter((line) => !kept.has(line.text.trim()))
  const indexes = new Map(file.lines.map((line, index) => [line, index]))
  const inTable = gone.slice(0, added.length + MAX_ROWS).filter((line) => {
    const at = indexes.get(line) ?? 0
    const above = file.lines.slice(Math.max(0, at - 15), at).filter((near) => near.kind === "context")
    return above.some((near) => TABLE.test(near.text) || CASES.test(near.text)) && !asserts(line.text)
  })
  const first = inTable[0]
  return first === undefined || inTable.length <= added.length
    ? []
    : [finding("test_deleted", "block", file, first, `${inTable.length - added.length} more cases of a test are removed than added.`)]
}

/** Existing tests that no longer run: their own line changed, or a mark was put on them. New tests that are skipped only prove nothing. */
const skippedTests = (file: DiffFile): Found => {
  if (!isTestFile(file.path) && !/\.rs$|(^|\/)conftest\.py$/.test(file.path)) return []
  const removed = texts(file, "removed")
  const before = removed.filter((line) => skips(line) === "always").length
  const existed = (line: string): boolean => {
    const title = declaredTest(line) ?? declaredGroup(line)
    return title !== null && removed.some((old) => (declaredTest(old) ?? declaredGroup(old)) === title)
  }
  let credit = before
  let hits = 0
  return file.lines.flatMap((line, index): Found => {
    const kind = line.kind === "added" ? skips(line.text) : null
    if (kind === null || hits++ > MAX_ROWS) return []
    if (kind === "always" && credit-- > 0) return []
    // A mark belongs to the declaration around it: after a decorator, before a statement.
    const declares = declaredTest(line.text) !== null || declaredGroup(line.text) !== null
    const decorator = /^\s*[@#]/.test(line.text)
    const around = decorator ? file.lines.slice(index + 1, index + 8) : file.lines.slice(Math.max(0, index - MAX_REACH), index).toReversed()
    const owner = declares
      ? line
      : around.find(
          (near) =>
            near.kind !== "removed" &&
            (declaredTest(near.text) !== null || declaredGroup(near.text) !== null || functionName(near.text) !== null),
        )
    const old = owner === undefined ? file.status !== "added" : owner.kind === "context" || existed(owner.text)
    if (kind === "sometimes") {
      // In the code a condition is a condition: only what marks a test counts.
      const marks = isTestFile(file.path)
        ? owner !== undefined || decorator
        : around.slice(0, 2).some((near) => /#\[(?:\w+::)*test\b|fn \w+\(\)/.test(near.text)) && nearTest(file, index)
      if (!marks || (/^\s*if\b/.test(line.text) && !old)) return []
      const asked = old && (skipsUnlessAsked(line.text) || /^\s*if\b/.test(line.text))
      return [finding("test_skipped", asked ? "block" : "warn", file, line, "A test now runs only under a condition.")]
    }
    return [
      finding(
        "test_skipped",
        old ? "block" : "warn",
        file,
        line,
        old ? "A test that ran before is skipped." : "A new test is skipped: it proves nothing.",
      ),
    ]
  })
}

const nearTest = (file: DiffFile, index: number): boolean =>
  file.lines.slice(Math.max(0, index - 2), index + 3).some((near) => /#\[(?:\w+::)*test\b/.test(near.text))

/** A build tag on a Go test file that had none: `go test` no longer compiles it. */
const buildTags = (file: DiffFile): Found => {
  if (!file.path.endsWith("_test.go") || file.status === "added") return []
  const tag = /^\/\/go:build\s/
  if (texts(file, "removed").some((line) => tag.test(line))) return []
  return linesOf(file, "added")
    .filter((line) => tag.test(line.text))
    .map((line) => finding("test_skipped", "block", file, line, "The tests of this file are compiled only with a build tag."))
}

const focusedTests = (file: DiffFile): Found => {
  if (!isTestFile(file.path)) return []
  const before = texts(file, "removed").filter(focuses).length
  return linesOf(file, "added")
    .filter((line) => focuses(line.text))
    .slice(before)
    .map((line) => finding("test_focused", "block", file, line, "Only this test runs; all others of the file are left out."))
}

const opensTest = (line: DiffLine): boolean => {
  const title = declaredTest(line.text)
  return title !== null || /^\s*(?:(?:public|pub|async|static)\s+)*(?:fn|void|fun)\s+\w+\s*\(.*\{\s*$/.test(line.text)
}

const emptiedTests = (file: DiffFile): Found => {
  if (!isTestFile(file.path) && !file.path.endsWith(".rs")) return []
  const before = new Map(named(texts(file, "removed")).map((test) => [test.title, test.line]))
  return file.lines.flatMap((line, index): Found => {
    if (line.kind !== "added") return []
    const old = before.get(declaredTest(line.text) ?? "")
    if (old !== undefined && isEmptyTest(line.text) && !isEmptyTest(old))
      return [finding("test_emptied", "block", file, line, "The body of a test is gone.")]
    if (!isTestFile(file.path) || !endsEarly(line.text)) return []
    const above = file.lines
      .slice(Math.max(0, index - MAX_REACH), index)
      .findLast((near) => near.kind !== "removed" && near.text.trim() !== "")
    if (above === undefined || !opensTest(above)) return []
    if (above.kind !== "context" && !before.has(declaredTest(above.text) ?? "")) return []
    // A guard that came before the checks were there is no early end: something must be left out.
    const rest = file.lines.slice(index + 1, index + 20)
    const leavesOut = rest.some((near) => near.kind === "context" && near.text.trim() !== "") || texts(file, "removed").some(asserts)
    return leavesOut ? [finding("test_emptied", "block", file, line, "The test ends before it checks anything.")] : []
  })
}

export const testsGone: ReadonlyArray<CheatRule> = [
  { rule: "test_deleted", what: "a test, or a test file, leaves and nothing takes its place", find: deletedTests },
  { rule: "test_deleted", what: "cases of a table-driven test are removed", find: deletedCases },
  { rule: "test_skipped", what: "a test that ran is skipped, pending or expected to fail", find: skippedTests },
  { rule: "test_skipped", what: "a Go test file gets a build tag", find: buildTags },
  { rule: "test_focused", what: "one test is focused, so that the others no longer run", find: focusedTests },
  { rule: "test_emptied", what: "a test keeps its name and loses its body, or returns at once", find: emptiedTests },
]
