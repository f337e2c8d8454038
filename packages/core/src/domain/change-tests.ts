import { isProduction, isTestFile, isTestSupport } from "./path-kinds.ts"
import { declaredTest, functionName, isAttribute } from "./test-code.ts"
import type { TestProof } from "./Gate.ts"
import type { TestReport, TestResult } from "./TestReport.ts"
import { type DiffFile, parseDiff } from "./unified-diff.ts"
import type { Comparison } from "./Verdict.ts"

const MAX_TESTS = 100

/** The part of a patch that belongs to the tests: applied alone to the base commit, it shows what the tests say without the change. */
export const testPartOf = (patch: string): { readonly patch: string; readonly files: ReadonlyArray<string> } => {
  const files = parseDiff(patch).filter((file) => isTestSupport(file.path))
  const text = files.map((file) => file.patch).join("")
  return {
    patch: text === "" || text.endsWith("\n") ? text : `${text}\n`,
    files: files.filter((file) => isTestFile(file.path)).map((file) => file.path),
  }
}

/** Titles of the tests whose lines the change touches, by file. */
export const touchedTitles = (files: ReadonlyArray<DiffFile>): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(
    files
      .filter((file) => file.status !== "deleted" && (isTestFile(file.path) || file.path.endsWith(".rs")))
      .map((file) => {
        const titles = new Set<string>()
        let current: string | null = null
        let attribute = false
        file.lines.forEach((line, index) => {
          const heading = file.headings.get(index)
          if (heading !== undefined) current = declaredTest(heading)
          if (line.kind !== "removed") {
            const title = declaredTest(line.text)
            if (title !== null && isAttribute(title)) attribute = true
            else if (title !== null) current = title
            else if (attribute && functionName(line.text) !== null) {
              current = functionName(line.text)
              attribute = false
            }
          }
          if (line.kind !== "context" && line.text.trim() !== "" && current !== null) titles.add(current)
        })
        return [file.path, titles] as const
      }),
  )

/** A title is a test's name, or the frame of a parametrised one's: `slug(%s)`, `test_p` of `test_p[2]`. */
const isTitled = (test: TestResult, titles: ReadonlySet<string>): boolean =>
  [...titles].some((title) => {
    if (test.name === title) return true
    const frame = title.split(/%[sdifjoOp#]|\$\{?\w+\}?|\$\w+/)[0] ?? title
    const tail = title.split(".").at(-1) ?? title
    return (frame.length > 2 && frame !== title && test.name.startsWith(frame)) || test.name.startsWith(`${title}[`) || test.name === tail
  })

interface Brought {
  readonly id: string
  readonly isNew: boolean
  readonly file: string | null
}

/** Tests of the head that are new, or whose lines the change touches, and that pass. */
export const broughtTests = (files: ReadonlyArray<DiffFile>, base: TestReport, head: TestReport): ReadonlyArray<Brought> => {
  const known = new Set(base.tests.map((test) => test.id))
  const titles = touchedTitles(files)
  const all = new Set([...titles.values()].flatMap((set) => [...set]))
  return head.tests
    .filter((test) => test.status === "passed" && test.name !== "(file)")
    .flatMap((test): ReadonlyArray<Brought> => {
      const isNew = !known.has(test.id)
      const touched = isTitled(test, test.file === null ? all : (titles.get(test.file) ?? new Set()))
      return isNew || touched ? [{ id: test.id, isNew, file: test.file }] : []
    })
    .toSorted((a, b) => Number(b.isNew) - Number(a.isNew))
    .slice(0, MAX_TESTS)
}

const words = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
const say = (status: TestProof["status"], reason: string, tests: TestProof["tests"] = []): TestProof => ({ status, reason, tests })

const exemption = (files: ReadonlyArray<DiffFile>): string | null => {
  if (files.some((file) => isProduction(file.path))) return null
  if (files.length > 0 && files.every((file) => isTestSupport(file.path))) return "Only tests are changed; there is no code to prove."
  return "No code is changed (documentation, data or configuration only), so no test is asked for."
}

/**
 * What can be said without running anything: no code to test, no test to run. Null when the change's tests have to be run at the base.
 * `fixed`: tests that failed before and pass now prove a change by themselves.
 */
export const proofWithoutRun = (patch: string, base: TestReport, head: TestReport, comparison: Comparison): TestProof | null => {
  const files = parseDiff(patch)
  const exempt = exemption(files)
  if (exempt !== null) return say("exempt", exempt)
  const fixed = comparison.fixed.length
  const brought = broughtTests(files, base, head)
  const part = testPartOf(patch)
  if (part.files.length === 0 && brought.some((test) => test.isNew))
    return fixed > 0
      ? say("proven", `${words(fixed, "test that failed before passes", "tests that failed before pass")} now.`)
      : say("not_checked", "The new tests stand in the same files as the code, so they cannot be run without it.")
  if (part.files.length === 0 || (brought.length === 0 && head.tests.length > 0))
    return fixed > 0
      ? say(
          "proven",
          `${words(fixed, "test that failed before passes", "tests that failed before pass")} now; the change brings no new one.`,
        )
      : say(
          "no_tests",
          part.files.length === 0 ? "The change brings no test." : "The change touches test files, but no test is new or changed.",
        )
  return null
}

/** The proof from the run of the change's tests on the base commit (`onBase`). */
export const proofOfRun = (patch: string, base: TestReport, head: TestReport, onBase: TestReport, comparison: Comparison): TestProof => {
  const fixed = new Set(comparison.fixed)
  if (onBase.ended !== "exited")
    return fixed.size > 0
      ? say("proven", `${words(fixed.size, "test that failed before passes", "tests that failed before pass")} now.`)
      : say("not_checked", `The change's tests could not be run on the base commit: ${onBase.problem ?? onBase.ended}`)
  if (head.tests.length === 0 || onBase.format === "exit-code") return proofByExitCode(head, onBase)
  const results = new Map(onBase.tests.map((test) => [test.id, test.status]))
  const unloaded = new Set(onBase.loadErrors.map((error) => error.file))
  // Nothing ran and the command failed: the tests do not compile without the change.
  const nothing = onBase.tests.length === 0 && onBase.exitCode !== 0
  const atBase = (test: Brought): TestProof["tests"][number]["atBase"] => {
    const status = results.get(test.id)
    if (status === "failed" || fixed.has(test.id)) return "failed"
    if (status === "passed") return "passed"
    if (nothing || (test.file === null ? unloaded.size > 0 : unloaded.has(test.file))) return "not_loaded"
    return "not_run"
  }
  const tests = broughtTests(parseDiff(patch), base, head).map((test) => ({ id: test.id, isNew: test.isNew, atBase: atBase(test) }))
  const fails = tests.filter((test) => test.atBase === "failed" || test.atBase === "not_loaded").length
  const passes = tests.filter((test) => test.atBase === "passed")
  const fresh = tests.filter((test) => test.isNew).length
  const what =
    fresh === tests.length
      ? words(tests.length, "new test")
      : fresh === 0
        ? words(tests.length, "changed test")
        : `${fresh} new and ${words(tests.length - fresh, "changed test")}`
  if (fails > 0 || fixed.size > 0) {
    const how =
      fails === tests.length
        ? `${tests.length === 1 ? "it fails" : tests.length === 2 ? "both fail" : "all fail"} without the change`
        : `${fails} ${fails === 1 ? "fails" : "fail"} without the change${passes.length > 0 ? `, ${passes.length} ${passes.length === 1 ? "passes" : "pass"} without it too` : ""}`
    return say("proven", `${what}: ${how}.`, tests)
  }
  return passes.length > 0
    ? say(
        "proves_nothing",
        `${what}: ${passes.length === 1 ? "it passes" : "all pass"} without the change too, so nothing shows that the change is needed or works.`,
        tests,
      )
    : say("not_checked", `${what}, which did not run on the base commit.`, tests)
}

/** A command without figures is one test. */
const proofByExitCode = (head: TestReport, onBase: TestReport): TestProof => {
  const one = (atBase: "failed" | "passed") => [{ id: "(test command)", isNew: false, atBase }] as const
  if (onBase.exitCode === null || head.exitCode !== 0) return say("not_checked", "The test command gives nothing to compare.")
  return onBase.exitCode === 0
    ? say("proves_nothing", "The test command succeeds with the change's tests and without its code too.", one("passed"))
    : say("proven", "The test command fails with the change's tests and without its code.", one("failed"))
}
