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
  String.raw`sys\.argv.*\b(?:py\.?test|unittest|test)\b|\binspect\.stack\(\).*test|currentframe\(\).*test|\b_called_from_test\b`,
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
const LITERAL = String.raw`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\x60[^\x60$]*\x60|-?\d[\d_.]*`
/** A special case: `if (a === 2) return 4`, `2 => 4`, `case 2: return 4`, `n == 5 ? 120`, `"in": "out"`. */
const SPECIAL: ReadonlyArray<RegExp> = [
  new RegExp(
    String.raw`\bif\b.*(?:===?|\.equals\(|-eq|\bis\b|\s=)\s*(?<in>${LITERAL}).*\b(?:return|echo|printf|then|=)\s*\(?(?<out>${LITERAL})`,
  ),
  new RegExp(String.raw`(?:===?|-eq)\s*(?<in>${LITERAL})[^?]*\?\s*(?<out>${LITERAL})`),
  new RegExp(String.raw`^\s*(?:case|when)\s+(?<in>${LITERAL}).*(?:=>|->|:|then|\breturn)\s*(?:return\s+)?(?<out>${LITERAL})`),
  new RegExp(String.raw`^\s*\[?\(?(?<in>${LITERAL})[^:=>]*(?:=>|:|->|,|\))\s*(?:return\s+)?(?<out>${LITERAL})(?:\.\w+\(\))?\]?[,;)]*\s*$`),
  new RegExp(String.raw`\breturn\s+(?<out>${LITERAL})\s+if\b.*(?:==|\beql?\?)\s*(?<in>${LITERAL})`),
  new RegExp(String.raw`\breturn\s+(?<out>${LITERAL})\s+if\s+.*==\s*(?<in>[[({].*[\])}])`),
]
const CONDITION = new RegExp(
  String.raw`(?:\b(?:if|elif|elsif)\b.*?(?:===?|\.equals\(|-eq|\bis\b|\s=)|^\s*(?:case|when))\s*(?<in>${LITERAL}|[\[{(].*[\]})])`,
)
const RETURNS = new RegExp(String.raw`^\s*(?:return\b|echo\b|printf\b|result\s*=|Ok\(|Some\()?\s*\(?(?<out>${LITERAL})\)?;?\s*$`)

interface Special {
  readonly line: DiffLine
  readonly input: string
  readonly output: string
}
const bare = (literal: string): string => literal.replace(/^["'`]|["'`]$/g, "")

const specialCases = (lines: ReadonlyArray<DiffLine>): ReadonlyArray<Special> =>
  lines.flatMap((line, index): ReadonlyArray<Special> => {
    if (isComment(line.text)) return []
    for (const pattern of SPECIAL) {
      const groups = pattern.exec(line.text)?.groups
      if (groups?.["in"] !== undefined && groups["out"] !== undefined) return [{ line, input: groups["in"], output: groups["out"] }]
    }
    // The condition on one line, what it gives on the next.
    const input = CONDITION.exec(line.text)?.groups?.["in"]
    const next = lines[index + 1]
    const output = next === undefined ? undefined : RETURNS.exec(next.text)?.groups?.["out"]
    return input === undefined || output === undefined || next === undefined ? [] : [{ line: next, input, output }]
  })

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
      ? new RegExp(String.raw`(?<![\w.])${literal.replaceAll(/[.\-]/g, String.raw`\$&`)}(?![\w.])`).test(line)
      : line.includes(bare(literal)) && bare(literal).length > 1
  const siblings = specialCases(file.lines.filter((line) => line.kind === "context")).length + specialCases(linesOf(file, "removed")).length
  const cases = specialCases(linesOf(file, "added")).filter(({ output }) => !TRIVIAL_LITERALS.has(output))
  if (siblings > 0) return []
  return cases
    .filter(({ input, output }) => {
      const inputs = input.match(new RegExp(LITERAL, "g")) ?? []
      return checks.some((line) => holds(line, output) && inputs.length > 0 && inputs.every((literal) => holds(line, literal)))
    })
    .slice(0, 3)
    .map(({ line, input, output }) =>
      finding(
        "expected_value_hardcoded",
        "block",
        file,
        line,
        `The code answers ${output} for ${input}, which is what a test puts in and expects.`,
      ),
    )
}

export const production: ReadonlyArray<CheatRule> = [
  testEnvironment,
  { rule: "expected_value_hardcoded", what: "code answers a test's expected value for the test's input", find: hardcoded },
]
