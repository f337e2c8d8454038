import { isCiConfig, isRunnerConfig, isTestFile, isTestSetup } from "../path-kinds.ts"
import type { DiffFile } from "../unified-diff.ts"
import { type CheatRule, finding, type Found, lineRule, texts } from "./Rule.ts"

const THRESHOLD =
  /["']?\b(branches|functions|lines|statements|fail_under|fail-under|cov-fail-under|check-coverage|minimum_coverage|minimum|coverageThreshold|threshold|target|mutation_score|minMsi|break|high|low|max-warnings|lineCoverage|COVERAGE_MIN\w*|MIN_COVERAGE)["']?\s*[:=\s>(]\s*["']?(-?\d+(?:\.\d+)?)/gi
/** Where more is laxer. */
const UPPER = /max-warnings/
const thresholds = (lines: ReadonlyArray<string>): ReadonlyMap<string, { readonly value: number; readonly line: string }> =>
  new Map(
    lines.flatMap((line) =>
      [...line.matchAll(THRESHOLD)].map((hit) => [(hit[1] ?? "").toLowerCase(), { value: Number(hit[2]), line }] as const),
    ),
  )
const isConfig = (path: string): boolean =>
  isRunnerConfig(path) ||
  isTestSetup(path) ||
  isCiConfig(path) ||
  /(^|\/)(package\.json|pyproject\.toml|Makefile|Rakefile|stryker\.conf\.\w+|sonar-project\.properties|pom\.xml|build\.gradle(\.kts)?|infection\.json5?|composer\.json|Cargo\.toml|CMakeLists\.txt|deno\.jsonc?)$/.test(
    path,
  )

const loweredThresholds = (file: DiffFile): Found => {
  if (!isConfig(file.path)) return []
  const after = thresholds(texts(file, "added"))
  return [...thresholds(texts(file, "removed"))].flatMap(([key, old]): Found => {
    const now = after.get(key)
    if (now !== undefined && (UPPER.test(key) ? now.value <= old.value : now.value >= old.value)) return []
    return [
      finding(
        "threshold_lowered",
        "block",
        file,
        now?.line ?? old.line,
        now === undefined
          ? `The threshold \`${key}\` (${old.value}) is removed.`
          : `The threshold \`${key}\` goes from ${old.value} to ${now.value}.`,
      ),
    ]
  })
}

/** Keys that decide which tests run and whether a failure counts. */
const SELECTS =
  /testNamePattern|runTestsByPath|\bgrep\b|\broots\b|\bprojects\b|ignore_outcome|ignore_errors|^\s+-\s+(?:pytest|python|nosetests|tox|coverage)\b|testPathIgnorePatterns|modulePathIgnorePatterns|testMatch|testRegex|testIgnore|passWithNoTests|\bexclude\b|\binclude\b|\bretr(y|ies)\b|\bbail\b|\bspec\b|\bignore\b|allowOnly|forbidOnly|\baddopts\b|testpaths|python_files|python_functions|norecursedirs|collect_ignore|pytest_collection_modifyitems|pytest_runtest|pytest\.(skip|xfail)|--(ignore|deselect|bail|passWithNoTests|grep|invert|exclude|tag|exclude-group|filter)\b|dangerouslyIgnoreUnhandledErrors|\|\|\s*true|commands\s*=|<(exclude|directory|file)>|stopOnFailure|failOn(Warning|Risky|Incomplete)|fail-fast/
const TEST_SCRIPT = /^\s*["'](?:pre|post)?(?:test|tests|unit|coverage|check|verify)(?::[\w:-]+)?["']\s*:\s*["'[]/
/** A failure that no longer ends the command, or a command that runs nothing. */
const FORGIVES =
  /\|\|\s*(?:true|:|exit 0|echo\b)|;\s*(?:true|exit 0)\s*["']?,?\s*$|--passWithNoTests|--pass-with-no-tests|--exitfirst\s*\|\||--no-fail(?:-on\w*)?\b|--suppress-no-test-exit-code|--forceExit\b|continue-on-error:\s*true|allow_failure:\s*true|ignore_errors\s*[:=]\s*true|<testFailureIgnore>\s*true|<skipTests>\s*true|maven\.test\.(?:skip|failure\.ignore)\s*[=>]\s*true|ignoreFailures\s*=\s*true|--exit-zero\b|^\t-\s*(?:@)?(?:pytest|go test|npm|cargo|rspec|phpunit|ctest)|^-\s*\S*(?:pytest|go test)/

/** Clean-up that may fail without harm. */
const HARMLESS = /^\s*(#|\/\/)|\b(rm|mkdir|kill|pkill|docker|git|which|command|cp|mv)\b.*\|\|/

const scripts = (file: DiffFile): Found => {
  const added = texts(file, "added")
  const old = texts(file, "removed").filter((line) => TEST_SCRIPT.test(line))
  const now = added.filter((line) => TEST_SCRIPT.test(line))
  const bare = (line: string) => line.trim().replace(/,$/, "")
  const changed = old.filter((line) => !now.some((next) => bare(next) === bare(line)))
  const fresh = now.filter((line) => !old.some((before) => bare(before) === bare(line)))
  return [
    ...changed.map((line) =>
      finding("runner_config_edited", "block", file, line, "The command that runs the tests is changed or removed."),
    ),
    ...(changed.length > 0
      ? []
      : fresh.map((line) =>
          finding("runner_config_edited", FORGIVES.test(line) ? "block" : "warn", file, line, "A command that runs tests is added."),
        )),
    ...added
      .filter((line) => /testPathIgnorePatterns|passWithNoTests|testMatch|testRegex|"retry"|"ignoreWarnings"/.test(line))
      .map((line) => finding("runner_config_edited", "block", file, line, "Which tests run, or whether a failure counts, is changed.")),
  ]
}

const RUNS_TESTS =
  /^\t.*\b(?:go test|pytest|npm (?:run )?test|pnpm test|yarn test|cargo (?:nextest|test)|ctest|rspec|phpunit|mvn|gradle\w*|bats|prove|mocha|jest|vitest|node --test|deno test|bun test)\b/
/** A recipe line that runs the tests: more flags are fine, anything else runs something else. */
const recipes = (file: DiffFile): Found => {
  if (!/(^|\/)(Makefile|GNUmakefile)$|\.mk$/.test(file.path)) return []
  const added = texts(file, "added").filter((line) => RUNS_TESTS.test(line))
  return texts(file, "removed")
    .filter((line) => RUNS_TESTS.test(line))
    .flatMap((old): Found => {
      const words = old.trim().split(/\s+/)
      const kept = added.find((line) => words.every((word) => line.trim().split(/\s+/).includes(word)))
      const narrowed =
        kept === undefined || /\bgrep\b|-run\b|--(?:ignore|deselect|skip|exclude|filter)|\s-k\s|\|\|/.test(kept.replace(old.trim(), ""))
      return narrowed ? [finding("runner_config_edited", "block", file, old, "The command that runs the tests is changed or removed.")] : []
    })
}

const runnerConfig = (file: DiffFile): Found => {
  const added = texts(file, "added")
  const removed = texts(file, "removed")
  if (/(^|\/)(package|composer)\.json$/.test(file.path)) return scripts(file)
  if (
    /(^|\/)(pyproject\.toml|Makefile|Rakefile|pom\.xml|build\.gradle(\.kts)?|CMakeLists\.txt|Cargo\.toml|deno\.jsonc?|justfile|Taskfile\.ya?ml)$/.test(
      file.path,
    )
  ) {
    return [...added, ...removed]
      .filter(
        (line) =>
          /\baddopts\b|testpaths|norecursedirs|python_files|--(ignore|deselect|skip|exclude)\b|\|\|\s*(?:true|:)|exclude\s+["'].*[Tt]est|excludeTestsMatching|exclude.*Test|<exclude>.*Test|\btest\s*=\s*false|DISABLED|WILL_FAIL|^[-+]?\s*(?:add_test|gtest_discover_tests|catch_discover_tests)\(|enabled\s*=\s*false/.test(
            line,
          ) && !HARMLESS.test(line),
      )
      .slice(0, 3)
      .map((line) => finding("runner_config_edited", "block", file, line, "Which tests run, or whether they count, is changed."))
  }
  if (!isRunnerConfig(file.path)) return []
  if (file.status === "deleted")
    return [finding("runner_config_edited", "block", file, file.path, "The configuration of the test runner is deleted.")]
  const selecting = [...added, ...removed].filter((line) => SELECTS.test(line) && !/^\s*(#|\/\/|\*)/.test(line))
  if (selecting.length > 0)
    return selecting
      .slice(0, 3)
      .map((line) =>
        finding(
          "runner_config_edited",
          file.status === "added" ? "warn" : "block",
          file,
          line,
          "Which tests run, or whether a failure counts, is changed.",
        ),
      )
  if (file.path.endsWith("conftest.py")) return []
  return [
    finding("runner_config_edited", "warn", file, added[0] ?? removed[0] ?? file.path, "The configuration of the test runner is changed."),
  ]
}

const isScript = (path: string): boolean => /(^|\/)(Makefile|justfile|Taskfile\.ya?ml|tox\.ini|noxfile\.py)$|\.(sh|bash|mk)$/.test(path)

export const runTampered: ReadonlyArray<CheatRule> = [
  { rule: "threshold_lowered", what: "a coverage, mutation or lint threshold is lowered or removed", find: loweredThresholds },
  { rule: "runner_config_edited", what: "the test command, or what selects tests and counts failures, is changed", find: runnerConfig },
  { rule: "runner_config_edited", what: "a Makefile's line that runs the tests is changed", find: recipes },
  lineRule({
    rule: "runner_config_edited",
    what: "a failure of the tests no longer ends the command (`|| true`, `continue-on-error`, `<testFailureIgnore>`)",
    where: (file) => isConfig(file.path) || (isScript(file.path) && !isTestFile(file.path)),
    severity: "block",
    pattern: FORGIVES,
    unless: HARMLESS,
    explanation: "A failure no longer counts.",
  }),
  lineRule({
    rule: "exit_forced",
    what: "a test or its set-up ends the process with success, or rewrites the exit code",
    where: (file) => isTestFile(file.path) || isTestSetup(file.path) || isRunnerConfig(file.path),
    severity: "block",
    pattern:
      /\bprocess\.exit\(\s*0?\s*\)|\bprocess\.exitCode\s*=\s*0|\bprocess\.reallyExit\(|\bos\._exit\(\s*0?\s*\)|\bsys\.exit\(\s*0?\s*\)|\bpytest\.exit\([^)]*returncode\s*=\s*0|\bsession\.exitstatus\s*=\s*0|\bos\.Exit\(\s*0\s*\)|\bstd::process::exit\(\s*0\s*\)|\bexit!?\s*\(?\s*0\s*\)?|\bSystem\.exit\(\s*0\s*\)|\bRuntime\.getRuntime\(\)\.halt\(\s*0/,
    unless:
      /^\s*(\/\/|#|\*)|\b(expect|assert\w*|mock\w*|stub\w*|spy\w*|toThrow|status|eq|run)\b.*exit|["'`].*exit.*["'`]|os\.Exit\(m\.Run|exit\s*0\s*;;/,
    explanation: "The test process is ended with success, whatever failed or did not run.",
  }),
  lineRule({
    rule: "setup_tampered",
    what: "set-up code marks, filters or replaces tests, assertions or the runner itself",
    where: (file) =>
      isTestFile(file.path) || isTestSetup(file.path) || isRunnerConfig(file.path) || /(^|\/)sitecustomize\.py$/.test(file.path),
    severity: "block",
    pattern:
      /\batexit\.register\(.*(?:exit|_exit)|pytest_(?:collection_modifyitems|ignore_collect|runtest_(?:makereport|call|protocol)|sessionfinish|pyfunc_call)\b|\bitems\[:\]\s*=|\bitems\.clear\(\)|\.add_marker\(\s*pytest\.mark\.(?:xfail|skip)|\b(?:rep|report)\.outcome\s*=\s*["']passed|\b(?:global(?:This)?\.)?expect\s*=\s*(?!require|\w+\.expect|chai)|\bglobal(?:This)?\.(?:it|test|describe)\s*=|\b(?:it|test)\s*=\s*(?:it|test)\.skip|\bassert(?:\.\w+)?\s*=\s*(?:\(|function|lambda|noop)|\bdef assert\w*\(self[^)]*\):\s*(?:pass|return)|\bAssertionError\s*=|["']builtins\.AssertionError|\bsys\.(?:excepthook|unraisablehook)\s*=|\bjest\.retryTimes\(|\bthis\.retries\(\s*[1-9]|\bretry:\s*[1-9]|\bflaky\(|@(?:pytest\.mark\.)?flaky\b|\bRSpec\.configure.*\bfilter_run_excluding\b|\bconfig\.filter_run_excluding\b|\bdisable_trace\b.*raise|\bMinitest\.after_run\b.*exit/,
    unless: /^\s*(\/\/|#|\*)/,
    explanation: "Set-up code decides which tests count or what a check does.",
  }),
]
