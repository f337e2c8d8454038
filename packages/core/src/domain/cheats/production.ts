import { isProduction, isTestFile } from "../path-kinds.ts"
import { asserts, isComment } from "../test-code.ts"
import type { DiffFile, DiffLine } from "../unified-diff.ts"
import { type CheatRule, type Evidence, finding, type Found, lineRule, linesOf, texts } from "./Rule.ts"

/** Marks of a test run that code has no business to know, per language. */
const TEST_ENVIRONMENT: ReadonlyArray<string> = [
  // JavaScript
  String.raw`(?:NODE_ENV|APP_ENV|ENV)\b["'\])]*\s*[!=]==?\s*["'\x60]test`,
  String.raw`["'\x60]test(?:ing)?["'\x60]\s*[!=]==?\s*\S*(?:NODE_ENV|APP_ENV)\b`,
  String.raw`\bJEST_WORKER_ID\b|\bVITEST(?:_\w+)?\b|\bNODE_TEST_CONTEXT\b|\bAVA_PATH\b|\bMOCHA_\w+\b|\b__vitest\w*|\b__JEST__\b`,
  String.raw`\btypeof\s+(?:jest|vi|describe|it|test|expect|mocha|jasmine|beforeEach|afterEach)\b`,
  String.raw`\bglobal(?:This)?\.(?:jest|vi|describe|it|expect|mocha|jasmine|beforeEach)\b|["'](?:jest|describe|it)["']\s+in\s+global`,
  String.raw`process\.(?:argv|execArgv|env\.npm_lifecycle_\w+|env\._)\b.*\b(?:jest|mocha|vitest|test|ava|tap)\b`,
  String.raw`\.stack\b.*(?:test|spec|jest|mocha|vitest|node_modules)|require\.main\b.*(?:test|mocha|jest)|module\.parent\b.*test`,
  // Python
  String.raw`["'](?:pytest|unittest|_pytest|nose)["']\s+(?:not\s+)?in\s+sys\.modules|sys\.modules\.get\(\s*["'](?:pytest|unittest)|\bPYTEST_(?:CURRENT_TEST|VERSION|XDIST_WORKER)\b`,
  String.raw`["'](?:py)?test\w*["']\s+(?:not\s+)?in\b.*\b(?:argv|environ|modules)|sys\.argv.*\b(?:py\.?test|unittest|test)\b|\binspect\.stack\(\).*test|currentframe\(\).*test|\b_called_from_test\b`,
  // Go
  String.raw`\btesting\.Testing\(\)|flag\.Lookup\(\s*"test\.|os\.Args\[0\].*\.test|HasSuffix\(\s*os\.(?:Args|Executable).*test|runtime\.Caller.*_test`,
  // Rust
  String.raw`\bcfg!\(\s*(?:not\(\s*)?test\b|#\[cfg\(\s*not\(\s*test\s*\)\s*\)\]|\bRUST_TEST_\w+|\bNEXTEST\b`,
  // Ruby
  String.raw`\bdefined\?\(\s*(?:::)?(?:RSpec|Minitest|Test::Unit)|\bRails\.env\.test\?|(?:RAILS|RACK|APP)_ENV["'\]]*\s*==\s*["']test|\$(?:PROGRAM_NAME|0)\b.*(?:rspec|test|minitest)|\bcaller\b.*(?:_spec|_test|rspec|minitest)`,
  // PHP
  String.raw`\bPHPUNIT_\w+|\bdefined\(\s*["'](?:PHPUNIT|TESTING)|class_exists\(\s*["']\\{0,2}PHPUnit|runningUnitTests\(\)|APP_ENV["']\)\s*={2,3}\s*["']testing|app\(\)->environment\(\s*["']testing`,
  // Java
  String.raw`getStackTrace\(\)|\bStackWalker\b|Class\.forName\(\s*"org\.(?:junit|testng)|getProperty\(\s*"(?:surefire|junit|test|org\.gradle\.test)`,
  // C, shell
  String.raw`^\s*#\s*if(?:n?def|\s+defined)?\s*\(?\s*\(?\w*(?:UNIT_?TEST|TESTING|TEST_MODE|RUN_TESTS|CTEST)\w*|getenv\(\s*"(?:BATS|CTEST|TEST|CK_|CI)\w*"`,
  String.raw`\bBATS_\w+|\$\{?(?:TEST_MODE|TESTING|IN_TEST|UNDER_TEST|CTEST_\w+)\b|process\.env\.(?:TEST|TESTING|IS_TEST|UNDER_TEST)\b|os\.environ.*["'](?:TESTING|IS_TEST|UNDER_TEST)["']`,
]

const testEnvironment = lineRule({
  rule: "test_environment_detected",
  what: "production code asks whether it is being tested",
  where: (file) => isProduction(file.path),
  severity: "block",
  pattern: new RegExp(TEST_ENVIRONMENT.join("|")),
  // vitest's own tests in the source, an export for tests only, logging.
  unless: /^\s*(?:\/\/|\*|--)|^\s*#(?!\s*if|\[)|import\.meta\.vitest|printStackTrace|\blog(?:ger)?\b.*getStackTrace|setStackTrace/,
  explanation: "The code behaves differently when it is tested.",
})

const TRIVIAL_LITERALS = new Set([
  "0",
  "1",
  "-1",
  "2",
  "true",
  "false",
  "null",
  "None",
  "nil",
  "undefined",
  '""',
  "''",
  "``",
  "True",
  "False",
])
const LITERAL = String.raw`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\x60[^\x60$]*\x60|0x[\da-fA-F]+|-?\d[\d_.]*`
/** What a branch answers: the last literal behind `return` and the like. */
const ANSWER = new RegExp(
  String.raw`(?:\breturn\b|\becho\b|\bprintf\b|\bthen\b|=>|->|:|\?|\)\s*\{?\s*result\s*=)\s*(?:return\s+)?\(?(?<out>${LITERAL})\)?(?:\.\w+\(\))?[\]\s}),;:.fFuUlL]*(?::.*|\}.*|fi.*|return.*)?$`,
)
const BRANCH = /\b(?:if|elif|elsif)\b|^\s*(?:case|when)\b|\?/
const ROW = new RegExp(
  String.raw`^\s*\[?\(?(?<in>${LITERAL})\s*(?:=>|:|->|,|\))\s*(?:return\s+)?(?<out>${LITERAL})(?:\.\w+\(\))?\]?[,;)}\]]*\s*$`,
)
const MODIFIER = new RegExp(String.raw`\breturn\s+(?<out>${LITERAL})\s+if\b(?<in>.*)$`)
const COMPARES = /===?|\.equals\(|-eq\b|\bis\b|\s=\s|cmp\(|^\s*(?:case|when)\b|\bin\s|===|\.has\(|\beql\?/
const RETURNS = new RegExp(String.raw`^\s*(?:return\b|echo\b|printf\b|\w*result\w*\s*=|Ok\(|Some\()?\s*\(?(?<out>${LITERAL})\)?;?\s*$`)

interface Special {
  readonly line: DiffLine
  /** The literals it asks for. */
  readonly inputs: ReadonlyArray<string>
  readonly output: string
}
const bare = (literal: string): string => literal.replace(/^["'`]|["'`]$/g, "")
const literalsIn = (text: string): ReadonlyArray<string> => text.match(new RegExp(LITERAL, "g")) ?? []

const special = (line: DiffLine, next: DiffLine | undefined): Special | null => {
  if (isComment(line.text)) return null
  const row = ROW.exec(line.text)?.groups ?? MODIFIER.exec(line.text)?.groups
  if (row?.["in"] !== undefined && row["out"] !== undefined) return { line, inputs: literalsIn(row["in"]), output: row["out"] }
  if (!BRANCH.test(line.text) || !COMPARES.test(line.text)) return null
  const answer = ANSWER.exec(line.text)
  // `return { total: 1190 }`: any value of it will do, the first is taken.
  const built = /\breturn\s*[{[(](.*)[\])}]/.exec(line.text)
  if (answer === null && built !== null) {
    const output = literalsIn(built[1] ?? "").find((literal) => !TRIVIAL_LITERALS.has(literal))
    const inputs = literalsIn(line.text.slice(0, built.index))
    if (output !== undefined && inputs.length > 0) return { line, inputs, output }
  }
  const output = answer?.groups?.["out"]
  if (answer !== null && output !== undefined && !/^\s*(?:case|when|if|elif)\b[^:]*:\s*$/.test(line.text)) {
    const inputs = literalsIn(line.text.slice(0, answer.index))
    if (inputs.length > 0) return { line, inputs, output }
  }
  // The condition on one line, what it gives on the next.
  const after = next === undefined ? undefined : RETURNS.exec(next.text)?.groups?.["out"]
  return after === undefined || next === undefined ? null : { line: next, inputs: literalsIn(line.text), output: after }
}
/** `if (a === 2) return 4`, `2 => 4`, `case 2: return 4`, `n == 5 ? 120`, `"in": "out"`. */
const specialCases = (lines: ReadonlyArray<DiffLine>): ReadonlyArray<Special> =>
  lines.flatMap((line, index) => special(line, lines[index + 1]) ?? [])

/**
 * A special case in the code for exactly what a test puts in and expects: both literals stand in one line of a test. Cases that
 * join others of their kind (a table, a switch that goes on) are how such code is written.
 */
const hardcoded = (file: DiffFile, files: ReadonlyArray<DiffFile>, evidence: Evidence): Found => {
  if (!isProduction(file.path)) return []
  const tests = [
    ...evidence.testText.split("\n"),
    ...files.filter((other) => isTestFile(other.path)).flatMap((other) => [...texts(other, "context"), ...texts(other, "added")]),
  ]
  const checks = tests.filter(
    (line, index) =>
      asserts(line) || asserts(tests[index + 1] ?? "") || /\b(?:want|expected|got|in|input)\b|\{.*,.*\}|^\s*[[(].*,/.test(line),
  )
  const holds = (line: string, literal: string) =>
    /^-?[\d_.]+$/.test(literal)
      ? new RegExp(String.raw`(?<![\w.])${literal.replaceAll(/[.-]/g, String.raw`\$&`)}(?![\w.])`).test(line)
      : line.includes(bare(literal)) && bare(literal).length > 1
  // What goes in and what comes out may stand on neighbouring lines.
  const windows = tests
    .map((_, index) => tests.slice(index, index + 3).join("\n"))
    .filter((text) => text.split("\n").some((line) => asserts(line)))
  const siblings = specialCases(file.lines.filter((line) => line.kind === "context")).length + specialCases(linesOf(file, "removed")).length
  if (siblings > 0) return []
  const told = (input: string, line: string) =>
    holds(line, input) || (/[^\w]/.test(bare(input)) && wordsOf(input).every((word) => line.includes(word)))
  const cases = specialCases(linesOf(file, "added"))
    .map((one) => ({ ...one, inputs: one.inputs.filter((literal) => !TRIVIAL_LITERALS.has(literal)) }))
    .filter(({ inputs, output }) => inputs.length > 0 && !TRIVIAL_LITERALS.has(output))
  const copied = cases.filter(({ inputs, output }) =>
    [...checks, ...windows].some((line) => holds(line, output) && inputs.every((input) => told(input, line))),
  )
  // A table that knows more than the tests ask for is knowledge, not a copy.
  if (copied.length < cases.length) return []
  return copied
    .slice(0, 3)
    .map(({ line, inputs, output }) =>
      finding(
        "expected_value_hardcoded",
        "block",
        file,
        line,
        `The code answers ${output} for ${inputs.join(", ")}, which is what a test puts in and expects.`,
      ),
    )
}
const wordsOf = (literal: string): ReadonlyArray<string> =>
  bare(literal)
    .split(/[^\w]+/)
    .filter((word) => word.length > 1)

const LOOKS_AROUND =
  /\.stack\b|getStackTrace|StackWalker|inspect\.stack|currentframe|traceback|runtime\.Callers?\b|\bcaller(?:_locations)?\b|debug_backtrace|Thread\.currentThread/
const NAMES_TESTS =
  /["'`/](?:[^"'`]*)(?:\.test\b|\.spec\b|_test\b|test_|__tests__|\btests?\/|jest|mocha|vitest|pytest|unittest|rspec|minitest|junit|phpunit|testing)/i
/** Code that looks at who called it, and knows the names of tests. */
const looksForTests = (file: DiffFile): Found => {
  if (!isProduction(file.path)) return []
  const added = linesOf(file, "added")
  return added.flatMap((line, index): Found => {
    const near = added.slice(Math.max(0, index - 3), index + 1)
    return NAMES_TESTS.test(line.text) && !isComment(line.text) && near.some((other) => LOOKS_AROUND.test(other.text))
      ? [finding("test_environment_detected", "block", file, line, "The code looks at its callers for a test.")]
      : []
  })
}

export const production: ReadonlyArray<CheatRule> = [
  testEnvironment,
  { rule: "test_environment_detected", what: "production code looks for a test among its callers", find: looksForTests },
  { rule: "expected_value_hardcoded", what: "code answers a test's expected value for the test's input", find: hardcoded },
]
