import { isProduction, isProtected, isRunnerConfig, isSnapshot, isTestFile, matchesGlob } from "./path-kinds.ts"
import { asserts, declaredGroup, declaredTest, endsEarly, focuses, isEmptyTest, isTrivial, isWeak, skips } from "./test-code.ts"
import { parseDiff, type DiffFile } from "./unified-diff.ts"
import type { CheatFinding } from "./Verdict.ts"

type Rule = CheatFinding["rule"]
type Found = ReadonlyArray<CheatFinding>

const finding = (rule: Rule, severity: CheatFinding["severity"], file: DiffFile, line: string, explanation: string): CheatFinding => ({
  rule,
  severity,
  file: file.path,
  line: line.trim().slice(0, 300),
  explanation,
})
const texts = (file: DiffFile, kind: "added" | "removed"): ReadonlyArray<string> =>
  file.lines.filter((line) => line.kind === kind).map((line) => line.text)
const named = (lines: ReadonlyArray<string>): ReadonlyArray<{ readonly title: string; readonly line: string }> =>
  lines.flatMap((line) => {
    const title = declaredTest(line)
    return title === null ? [] : [{ title, line }]
  })
const stem = (path: string): string =>
  (path.split("/").at(-1) ?? path)
    .replace(/^test_/, "")
    .replace(/([._-](test|spec|tests))?\.[^.]+$/, "")
    .toLowerCase()

/** Tests that leave a file and come back nowhere in the change; as many new ones in the same file explain a rename. */
const deletedTests = (file: DiffFile, files: ReadonlyArray<DiffFile>): Found => {
  if (!isTestFile(file.oldPath)) return []
  if (file.status === "renamed" && !isTestFile(file.path))
    return [
      finding(
        "test_deleted",
        "block",
        file,
        `${file.oldPath} -> ${file.path}`,
        "A test file is renamed so that its runner no longer finds it.",
      ),
    ]
  const added = named(texts(file, "added"))
  const elsewhere = files.filter((other) => other !== file && isTestFile(other.path)).flatMap((other) => named(texts(other, "added")))
  const pool = [...added, ...elsewhere].map((test) => test.title)
  const missing = named(texts(file, "removed")).filter(({ title }) => {
    const at = pool.indexOf(title)
    if (at >= 0) pool.splice(at, 1)
    return at < 0
  })
  // New names in this file may be new names for old tests.
  const known = new Set(named(texts(file, "removed")).map((test) => test.title))
  const renamed = added.filter((test) => !known.has(test.title)).length
  const gone = missing.slice(renamed)
  const subjectGone = files.some(
    (other) => other.status === "deleted" && isProduction(other.path) && stem(other.path) === stem(file.oldPath),
  )
  const severity = subjectGone ? "warn" : "block"
  const why = subjectGone
    ? "The tests of deleted code are deleted with it."
    : "A test is deleted and nothing in the change takes its place."
  if (file.status === "deleted" && gone.length === 0 && named(texts(file, "removed")).length === 0)
    return [finding("test_deleted", severity, file, file.oldPath, "A test file is deleted.")]
  return gone.slice(0, 5).map(({ line }) => finding("test_deleted", severity, file, line, why))
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
  return file.lines.flatMap((line, index): Found => {
    const kind = line.kind === "added" ? skips(line.text) : null
    if (kind === null) return []
    if (kind === "sometimes") return [finding("test_skipped", "warn", file, line.text, "A test now runs only under a condition.")]
    if (credit-- > 0) return []
    // A mark belongs to the declaration around it: after a decorator, before a statement.
    const declares = declaredTest(line.text) !== null || declaredGroup(line.text) !== null
    const decorator = /^\s*[@#]/.test(line.text)
    const around = decorator ? file.lines.slice(index + 1, index + 8) : file.lines.slice(0, index).toReversed()
    const owner = declares
      ? line
      : around.find(
          (near) =>
            near.kind !== "removed" &&
            (declaredTest(near.text) !== null || declaredGroup(near.text) !== null || /^\s*(pub\s+)?(async\s+)?fn\s/.test(near.text)),
        )
    const old = owner === undefined ? file.status !== "added" : owner.kind === "context" || existed(owner.text)
    return [
      finding(
        "test_skipped",
        old ? "block" : "warn",
        file,
        line.text,
        old ? "A test that ran before is skipped." : "A new test is skipped: it proves nothing.",
      ),
    ]
  })
}

const focusedTests = (file: DiffFile): Found => {
  if (!isTestFile(file.path)) return []
  const before = texts(file, "removed").filter(focuses).length
  return texts(file, "added")
    .filter(focuses)
    .slice(before)
    .map((line) => finding("test_focused", "block", file, line, "Only this test runs; all others of the file are left out."))
}

const emptiedTests = (file: DiffFile): Found => {
  if (!isTestFile(file.path)) return []
  const before = new Map(named(texts(file, "removed")).map((test) => [test.title, test.line]))
  return file.lines.flatMap((line, index): Found => {
    if (line.kind !== "added") return []
    const old = before.get(declaredTest(line.text) ?? "")
    if (old !== undefined && isEmptyTest(line.text) && !isEmptyTest(old))
      return [finding("test_emptied", "block", file, line.text, "The body of a test is gone.")]
    const above = file.lines.slice(0, index).findLast((near) => near.kind !== "removed" && near.text.trim() !== "")
    const inOldTest =
      above !== undefined && declaredTest(above.text) !== null && (above.kind === "context" || before.has(declaredTest(above.text) ?? ""))
    return inOldTest && endsEarly(line.text)
      ? [finding("test_emptied", "block", file, line.text, "The test ends before it checks anything.")]
      : []
  })
}

/** Checks that vanish, become true by themselves, or only ask whether there is something. */
const weakenedAssertions = (file: DiffFile, files: ReadonlyArray<DiffFile>): Found => {
  if (!isTestFile(file.path) || file.status === "deleted") return []
  const added = texts(file, "added")
  const moved = new Set(
    files.filter((other) => other !== file && isTestFile(other.path)).flatMap((other) => texts(other, "added").map((line) => line.trim())),
  )
  const removed = texts(file, "removed").filter((line) => !moved.has(line.trim()))
  const gone = removed.filter(asserts)
  const trivial = added.filter(isTrivial)
  const count = (lines: ReadonlyArray<string>, test: (line: string) => boolean) => lines.filter(test).length
  if (trivial.length > count(removed, isTrivial)) {
    return trivial.map((line) =>
      finding("assertion_removed", gone.length > 0 ? "block" : "warn", file, line, "This check is true whatever the code does."),
    )
  }
  const strong = (line: string) => asserts(line) && !isWeak(line)
  const lostStrong = count(removed, strong) - count(added, strong)
  const weak = added.filter(isWeak)
  if (lostStrong > 0 && weak.length > count(removed, isWeak))
    return [finding("assertion_removed", "block", file, weak[0] ?? "", "A check of a value is replaced by a check that there is one.")]
  const net = gone.length - count(added, asserts)
  const first = gone[0]
  if (net <= 0 || first === undefined) return []
  return [
    finding(
      "assertion_removed",
      count(added, asserts) === 0 ? "block" : "warn",
      file,
      first,
      `${net} more ${net === 1 ? "check is" : "checks are"} removed than added.`,
    ),
  ]
}

const THRESHOLD =
  /["']?\b(branches|functions|lines|statements|fail_under|fail-under|cov-fail-under|check-coverage|minimum_coverage|coverageThreshold|threshold|target|mutation_score|break|high|low)["']?\s*[:=]\s*["']?(-?\d+(?:\.\d+)?)/gi
const thresholds = (lines: ReadonlyArray<string>): ReadonlyMap<string, { readonly value: number; readonly line: string }> =>
  new Map(
    lines.flatMap((line) =>
      [...line.matchAll(THRESHOLD)].map((hit) => [(hit[1] ?? "").toLowerCase(), { value: Number(hit[2]), line }] as const),
    ),
  )
const isConfig = (path: string): boolean =>
  isRunnerConfig(path) || /(^|\/)(package\.json|pyproject\.toml|Makefile|stryker\.conf\.\w+|sonar-project\.properties)$/.test(path)

const loweredThresholds = (file: DiffFile): Found => {
  if (!isConfig(file.path)) return []
  const after = thresholds(texts(file, "added"))
  return [...thresholds(texts(file, "removed"))].flatMap(([key, old]): Found => {
    const now = after.get(key)
    if (now !== undefined && now.value >= old.value) return []
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
  /testPathIgnorePatterns|modulePathIgnorePatterns|testMatch|testRegex|testIgnore|passWithNoTests|\bexclude\b|\binclude\b|\bretr(y|ies)\b|\bbail\b|\bspec\b|\bignore\b|allowOnly|forbidOnly|\baddopts\b|testpaths|python_files|python_functions|norecursedirs|collect_ignore|pytest_collection_modifyitems|pytest_runtest|pytest\.(skip|xfail)|--(ignore|deselect|bail|passWithNoTests|grep|invert|exclude)\b|dangerouslyIgnoreUnhandledErrors|\|\|\s*true|commands\s*=/
const TEST_SCRIPT = /^\s*["'](?:pre|post)?(?:test|tests|unit|coverage)(?::[\w:-]+)?["']\s*:\s*["']/

const runnerConfig = (file: DiffFile): Found => {
  const added = texts(file, "added")
  const removed = texts(file, "removed")
  if (/(^|\/)package\.json$/.test(file.path)) {
    const old = removed.filter((line) => TEST_SCRIPT.test(line))
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
            finding(
              "runner_config_edited",
              /\|\||;\s*true|exit 0/.test(line) ? "block" : "warn",
              file,
              line,
              "A command that runs tests is added.",
            ),
          )),
      ...added
        .filter((line) => /testPathIgnorePatterns|passWithNoTests|testMatch/.test(line))
        .map((line) => finding("runner_config_edited", "block", file, line, "Which tests run is changed.")),
    ]
  }
  if (/(^|\/)(pyproject\.toml|Makefile)$/.test(file.path)) {
    return [...added, ...removed]
      .filter((line) => /\baddopts\b|testpaths|norecursedirs|python_files|--(ignore|deselect)\b|\|\|\s*true/.test(line))
      .slice(0, 3)
      .map((line) => finding("runner_config_edited", "block", file, line, "Which tests run, or whether they count, is changed."))
  }
  if (!isRunnerConfig(file.path)) return []
  if (file.status === "deleted")
    return [finding("runner_config_edited", "block", file, file.path, "The configuration of the test runner is deleted.")]
  const selecting = [...added, ...removed].filter((line) => SELECTS.test(line))
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

const snapshotOnly = (files: ReadonlyArray<DiffFile>): Found => {
  if (files.some((file) => isProduction(file.path))) return []
  return files
    .filter((file) => isSnapshot(file.path) && (file.status === "deleted" || texts(file, "removed").length > 0))
    .map((file) =>
      finding(
        "snapshot_only",
        "block",
        file,
        texts(file, "removed")[0] ?? file.path,
        "Expected output is rewritten although no code changed.",
      ),
    )
}

const RULES: ReadonlyArray<(file: DiffFile, files: ReadonlyArray<DiffFile>) => Found> = [
  deletedTests,
  skippedTests,
  focusedTests,
  emptiedTests,
  weakenedAssertions,
  loweredThresholds,
  runnerConfig,
]

/**
 * Reads a change for edits that make tests weaker instead of code better. Paths in `allowPaths` (globs) lift the protection and turn
 * every block of theirs into a warning; `protectPaths` adds to what is protected.
 */
export const checkChange = (input: {
  readonly patch: string
  readonly allowPaths: ReadonlyArray<string>
  readonly protectPaths: ReadonlyArray<string>
}): ReadonlyArray<CheatFinding> => {
  const files = parseDiff(input.patch)
  const guarded = files.flatMap((file) =>
    [...new Set([file.path, file.oldPath])]
      .filter((path) => isProtected(path, input.protectPaths, input.allowPaths))
      .map((path) =>
        finding(
          "protected_path",
          "block",
          { ...file, path },
          path,
          "This file is protected: it may only be changed by a person, or by a path in `allow_paths` of `.github/loom.yml`.",
        ),
      ),
  )
  const weaker = [
    ...files.flatMap((file) => {
      const own = RULES.flatMap((rule) => rule(file, files))
      // A test that is gone takes its checks with it: said once.
      return own.some((item) => item.rule === "test_deleted" || item.rule === "test_emptied")
        ? own.filter((item) => item.rule !== "assertion_removed")
        : own
    }),
    ...snapshotOnly(files),
  ]
  return [
    ...guarded,
    ...weaker.map((item): CheatFinding =>
      input.allowPaths.some((pattern) => matchesGlob(item.file, pattern)) ? { ...item, severity: "warn" } : item,
    ),
  ]
}
