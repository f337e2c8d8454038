import type { Recipe, Runner } from "@loom/core/domain/Recipe"
import type { Coverage, TestReport, TestResult } from "@loom/core/domain/TestReport"
import type { ExecResult } from "@loom/core/ports/Sandbox"
import type { Section } from "../sections.ts"
import { plain } from "../shell.ts"
import { parseCargo } from "./cargo-text.ts"
import { parseGo } from "./go-jsonl.ts"
import { parseEvents } from "./events-jsonl.ts"
import { parseJestJson } from "./jest-json.ts"
import { parseJUnit } from "./junit.ts"
import { parseMochaJson } from "./mocha-json.ts"
import { parseNodeTest } from "./node-test-jsonl.ts"
import { parseRspecJson } from "./other-json.ts"
import { coverageIn } from "./coverage-text.ts"
import { broken, type Part, type RawTest } from "./Part.ts"
import { judge } from "./verdict.ts"
import { readNextest } from "./text/go-rust.ts"
import { parseTap } from "./tap.ts"
import { outputOf, readMakeText, readText } from "./read-text.ts"
import { parseUnittest } from "./unittest-json.ts"

/** File name prefix of a report, its runner, and how it is read. One row per machine format. */
const formats: ReadonlyArray<{ readonly prefix: string; readonly runner: Runner; readonly read: (text: string) => Part }> = [
  { prefix: "vitest", runner: "vitest", read: (text) => parseJestJson("vitest", text) },
  { prefix: "jest", runner: "jest", read: (text) => parseJestJson("jest", text) },
  { prefix: "mocha", runner: "mocha", read: parseMochaJson },
  { prefix: "node-test", runner: "node:test", read: parseNodeTest },
  { prefix: "ava", runner: "ava", read: (text) => parseTap("ava", "machine", text) },
  { prefix: "pytest", runner: "pytest", read: (text) => parseJUnit("pytest", text) },
  { prefix: "bun", runner: "bun", read: (text) => parseJUnit("bun", text) },
  { prefix: "unittest", runner: "unittest", read: parseUnittest },
  { prefix: "go", runner: "go", read: parseGo },
  { prefix: "cargo", runner: "cargo", read: parseCargo },
  {
    prefix: "nextest",
    runner: "cargo",
    read: (text) => readNextest(outputOf(text)) ?? broken("cargo", "cargo nextest ended before it ran a test."),
  },
  { prefix: "tap", runner: "tap", read: (text) => parseTap("tap", "machine", text) },
  { prefix: "tape", runner: "tap", read: (text) => parseEvents("tap", text) },
  { prefix: "jasmine", runner: "jasmine", read: (text) => parseEvents("jasmine", text) },
  { prefix: "uvu", runner: "uvu", read: (text) => parseEvents("uvu", text) },
  { prefix: "minitest", runner: "minitest", read: (text) => parseEvents("minitest", text) },
  { prefix: "test-unit", runner: "test-unit", read: (text) => parseEvents("test-unit", text) },
  { prefix: "prove", runner: "prove", read: (text) => parseEvents("prove", text) },
  { prefix: "rspec", runner: "rspec", read: parseRspecJson },
  { prefix: "deno", runner: "deno", read: (text) => parseJUnit("deno", text) },
  { prefix: "phpunit", runner: "phpunit", read: (text) => parseJUnit("phpunit", text) },
  { prefix: "ctest", runner: "ctest", read: (text) => parseJUnit("ctest", text) },
  { prefix: "bats", runner: "bats", read: (text) => parseTap("bats", "machine", text) },
  { prefix: "maven", runner: "maven", read: (text) => parseJUnit("maven", text) },
  { prefix: "gradle", runner: "gradle", read: (text) => parseJUnit("gradle", text) },
]

/** The longest prefix wins: `tape` is not `tap`. */
const formatOf = (name: string) =>
  formats
    .filter((row) => name.startsWith(`${row.prefix}-`) || name.startsWith(`${row.prefix}.`))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0]

/** Every runner process that started must have left its report: one that did not was ended by a test, or crashed. */
const readParts = (sections: ReadonlyArray<Section>): ReadonlyArray<Part> => {
  const reports = sections.filter((section) => section.kind === "report")
  const stem = (name: string) => name.replace(/\.\w+$/, "")
  const exits = new Set(reports.find((section) => section.name === "node-exits.txt")?.text.split("\n") ?? [])
  const written = new Set(reports.filter((section) => !section.name.endsWith(".started")).map((section) => stem(section.name)))
  return reports.flatMap((section) => {
    const format = formatOf(section.name)
    if (format === undefined) return []
    if (!section.name.endsWith(".started"))
      return [format.runner === "node:test" ? parseNodeTest(section.text, exits) : format.read(section.text)]
    return written.has(stem(section.name))
      ? []
      : [broken(format.runner, `${format.runner} started but wrote no report: a test ended the process, or it crashed.`)]
  })
}

const inside = (root: string, file: string | null): string | null =>
  file === null ? null : file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file.replace(/^\.\//, "")

/** More is no suite of tests but an attack on whoever compares them. */
export const MAX_TESTS = 100_000

/** What stands in the last brackets of a name: `adds[1-2]`, `adds (1, 2)`, PHPUnit's data set. In one look: names are as long as a test wants. */
const parametersOf = (name: string): string | undefined => {
  const open = name.endsWith("]") ? "[" : name.endsWith(")") ? "(" : null
  const starts = [open, " with data set "].flatMap((mark) => {
    const at = mark === null ? -1 : name.indexOf(mark)
    return mark === null || at < 0 ? [] : [{ at, from: at + mark.length, to: mark === open ? name.length - 1 : name.length }]
  })
  const first = starts.toSorted((a, b) => a.at - b.at).find(({ from, to }) => to > from)
  return first === undefined ? undefined : name.slice(first.from, first.to)
}

/** Ids are unique: the second test of the same file, suites and name is `#2`. */
export const results = (root: string, raw: ReadonlyArray<RawTest>): ReadonlyArray<TestResult> => {
  const used = new Map<string, number>()
  return raw.map((test) => {
    const file = inside(root, test.file)
    const base = [...(file === null ? [] : [file]), ...test.path].join(" > ").replaceAll(/\s+/g, " ").trim().slice(0, 600) || "(unnamed)"
    const count = (used.get(base) ?? 0) + 1
    used.set(base, count)
    const parameters = parametersOf(test.path.at(-1) ?? "")
    return {
      id: count === 1 ? base : `${base} #${count}`,
      file,
      name: test.path.at(-1) ?? base,
      status: test.status,
      durationMs: test.durationMs,
      message: test.message === null ? null : plain(test.message).replaceAll(`${root}/`, "").slice(0, 4000),
      ...(test.path.length > 1 ? { suite: test.path.slice(0, -1) } : {}),
      ...(parameters === undefined ? {} : { parameters }),
      ...(test.retries === undefined ? {} : { retries: test.retries }),
      ...(test.expectedFailure === true ? { expectedFailure: true } : {}),
      location: file !== null && test.line != null && test.line > 0 ? { file, line: Math.trunc(test.line) } : null,
    }
  })
}

/** Files of a coverage report, relative to the repository; what lies outside of it is no part of it. */
const missedIn = (root: string, coverage: Coverage): { readonly missed?: NonNullable<Coverage["missed"]> } =>
  coverage.missed === undefined
    ? {}
    : {
        missed: Object.fromEntries(
          Object.entries(coverage.missed).flatMap(([file, lines]) =>
            file.startsWith(`${root}/`) ? [[file.slice(root.length + 1), lines]] : [],
          ),
        ),
      }

const sumOf = (counts: TestReport["counts"]): number => counts.passed + counts.failed + counts.skipped

const endedOf = (result: ExecResult): TestReport["ended"] => {
  if (result.reason === null) return result.signal === null && result.exitCode !== null ? "exited" : "killed"
  return result.reason === "timeout" || result.reason === "oom" || result.reason === "output_limit" ? result.reason : "killed"
}

const endedProblem = (ended: TestReport["ended"], timeoutMs: number, hasReport: boolean): string => {
  if (ended === "timeout")
    return `The tests did not end within ${Math.round(timeoutMs / 1000)} s${hasReport ? ", though they had written their report: something keeps the process alive" : ""}.`
  if (ended === "oom") return "The tests needed more memory than the sandbox has."
  return ended === "output_limit" ? "The tests wrote more output than is allowed." : "The test process was killed from outside."
}

/**
 * The text alone. Where only an exit code was expected, a summary that somebody wrote is still held against it. A make that had nothing to do ran no test.
 */
const textOf = (runner: Runner, text: string): Part | null => {
  const output = outputOf(text)
  const found = readText(runner, output)
  if (runner !== "exit-code") return found ?? readText("auto", output)
  if (found !== null && (found.problem !== null || sumOf(found.counts) > 0)) return found
  return NOTHING_TO_DO.test(text) ? readMakeText(output) : null
}
const NOTHING_TO_DO = /^g?make(?:\[\d+\])?: (?:Nothing to be done for|'[^']*' is up to date)/m

/** One report out of what the reports' files, the text and the exit code say. Whatever they disagree on makes it incomplete. */
export const buildReport = (input: {
  readonly recipe: Recipe
  readonly result: ExecResult
  readonly sections: ReadonlyArray<Section>
  /** False when the reports themselves were cut on their way out. */
  readonly collected: boolean
  readonly timeoutMs: number
}): TestReport => {
  const { recipe, result } = input
  const root = input.sections.find((section) => section.kind === "root")?.name ?? ""
  const text = plain(`${result.stdout}${result.stderr}`)
  const found = readParts(input.sections)
  const said = found.some((part) => part.problem === null || part.tests.length > 0) ? null : textOf(recipe.runner, text)
  // A runner that failed before it could report may still say why; figures of tests are not taken from it.
  const explained =
    found.length > 0 &&
    said !== null &&
    said.problem === null &&
    said.counts !== undefined &&
    sumOf(said.counts) === 0 &&
    result.exitCode !== 0
  const machine = explained ? [] : found
  const fallback = machine.length > 0 ? null : said
  const parts = fallback === null ? machine : [fallback]
  // Where every test passed and the command failed, its output may say why; it adds errors and never takes one away.
  const green =
    machine.length > 0 &&
    result.exitCode !== 0 &&
    machine.every((part) => part.loadErrors.length === 0 && !part.tests.some((test) => test.status === "failed"))
  const why = green ? readText(machine[0]?.runner ?? recipe.runner, outputOf(text)) : null
  const tests = results(root, parts.flatMap((part) => part.tests).slice(0, MAX_TESTS))
  const loadErrors = [...parts, ...(why === null ? [] : [why])]
    .flatMap((part) => part.loadErrors)
    .map((error) => ({
      file: inside(root, error.file) ?? error.file,
      message: plain(error.message).replaceAll(`${root}/`, "").slice(0, 4000),
    }))
  const told = parts
    .filter((part) => part.tests.length === 0)
    .reduce(
      (sum, part) => ({
        passed: sum.passed + (part.counts?.passed ?? 0),
        failed: sum.failed + (part.counts?.failed ?? 0),
        skipped: sum.skipped + (part.counts?.skipped ?? 0),
      }),
      { passed: 0, failed: 0, skipped: 0 },
    )
  const counts = {
    passed: told.passed + tests.filter((test) => test.status === "passed").length,
    failed: told.failed + tests.filter((test) => test.status === "failed").length,
    skipped: told.skipped + tests.filter((test) => test.status === "skipped").length,
  }
  const ended = endedOf(result)
  const stopped = parts.some((part) => part.stopped === true)
  const coverage = parts.find((part) => part.coverage !== undefined)?.coverage ?? coverageIn(text)
  const format = parts.every((part) => part.problem !== null && part.tests.length === 0 && part.counts === undefined)
    ? "exit-code"
    : parts.some((part) => part.format === "text")
      ? "text"
      : "machine"
  const untrusted = ((): string | null => {
    if (ended !== "exited") return endedProblem(ended, input.timeoutMs, tests.length > 0)
    if (!input.collected) return "The test report was too large to be read whole."
    if (tests.length >= MAX_TESTS) return `The reports tell of ${MAX_TESTS} tests or more, which Loom does not compare.`
    const cut = parts.find((part) => part.problem !== null)
    if (cut !== undefined) return cut.problem
    if (parts.length === 0 && recipe.runner !== "exit-code")
      return `${recipe.runner} was expected but neither a report nor a summary was found.`
    return fallback !== null && result.truncated ? "The output was cut before its summary could be trusted." : null
  })()
  const failures = counts.failed + loadErrors.length
  const other = [...parts, ...(why === null ? [] : [why])].find((part) => part.otherFailure != null)?.otherFailure ?? null
  const problem = ((): string | null => {
    if (untrusted !== null) return untrusted
    if (format === "exit-code") return null
    if (counts.passed + counts.skipped + failures === 0) return `No test ran (exit code ${result.exitCode}).`
    if (failures === 0 && other !== null) return `Every test passed, but the run failed: ${other}.`
    if (failures === 0 && result.exitCode !== 0)
      return `Every test passed, but the exit code is ${result.exitCode}: a coverage threshold, an unhandled error or another step of the test command failed.`
    if (failures > 0 && result.exitCode === 0) return `${failures} failed, but the exit code is 0: the test command hides failures.`
    return stopped ? "The run was stopped at its first failures (--bail or the like): what was left did not run." : null
  })()
  const { verdict } = judge({
    counts,
    failedLoads: parts.reduce((sum, part) => sum + (part.failedLoads ?? 0), 0),
    loadErrors: loadErrors.length,
    problem: untrusted,
    otherFailure: other,
    stopped,
    exitCode: result.exitCode,
    exitCodeOnly: format === "exit-code",
  })
  return {
    runner: parts[0]?.runner ?? recipe.runner,
    format,
    tests,
    loadErrors,
    counts,
    exitCode: result.exitCode,
    ended,
    complete: problem === null,
    problem,
    durationMs: result.durationMs,
    outputTail: text.slice(-8000),
    ...(coverage === null ? {} : { coverage: { ...coverage, ...missedIn(root, coverage) } }),
    ...(stopped ? { stopped } : {}),
    verdict,
  }
}

/** The report of a repository without tests: nothing ran, nothing is proven. */
export const emptyReport = (recipe: Recipe): TestReport => ({
  runner: recipe.runner,
  format: "exit-code",
  tests: [],
  loadErrors: [],
  counts: { passed: 0, failed: 0, skipped: 0 },
  exitCode: null,
  ended: "exited",
  complete: true,
  problem: "The repository has no tests that Loom can find.",
  durationMs: 0,
  outputTail: "",
  verdict: "empty",
})
