import type { Recipe, Runner } from "@loom/core/domain/Recipe"
import type { TestReport, TestResult } from "@loom/core/domain/TestReport"
import type { ExecResult } from "@loom/core/ports/Sandbox"
import type { Section } from "../sections.ts"
import { plain } from "../shell.ts"
import { parseCargo } from "./cargo-text.ts"
import { parseGo } from "./go-jsonl.ts"
import { parseJestJson } from "./jest-json.ts"
import { parseJUnit } from "./junit.ts"
import { parseMochaJson } from "./mocha-json.ts"
import { parseNodeTest } from "./node-test-jsonl.ts"
import { broken, type Part, type RawTest } from "./Part.ts"
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
]

/** Every runner process that started must have left its report: one that did not was ended by a test, or crashed. */
const readParts = (sections: ReadonlyArray<Section>): ReadonlyArray<Part> => {
  const reports = sections.filter((section) => section.kind === "report")
  const stem = (name: string) => name.replace(/\.\w+$/, "")
  const written = new Set(reports.filter((section) => !section.name.endsWith(".started")).map((section) => stem(section.name)))
  return reports.flatMap((section) => {
    const format = formats.find((row) => section.name.startsWith(row.prefix))
    if (format === undefined) return []
    if (!section.name.endsWith(".started")) return [format.read(section.text)]
    return written.has(stem(section.name))
      ? []
      : [broken(format.runner, `${format.runner} started but wrote no report: a test ended the process, or it crashed.`)]
  })
}

const inside = (root: string, file: string | null): string | null =>
  file === null ? null : file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file.replace(/^\.\//, "")

/** Ids are unique: the second test of the same file, suites and name is `#2`. */
export const results = (root: string, raw: ReadonlyArray<RawTest>): ReadonlyArray<TestResult> => {
  const used = new Map<string, number>()
  return raw.map((test) => {
    const file = inside(root, test.file)
    const base = [...(file === null ? [] : [file]), ...test.path].join(" > ").replaceAll(/\s+/g, " ").trim().slice(0, 600) || "(unnamed)"
    const count = (used.get(base) ?? 0) + 1
    used.set(base, count)
    return {
      id: count === 1 ? base : `${base} #${count}`,
      file,
      name: test.path.at(-1) ?? base,
      status: test.status,
      durationMs: test.durationMs,
      message: test.message === null ? null : plain(test.message).replaceAll(`${root}/`, "").slice(0, 4000),
      location: file !== null && test.line != null && test.line > 0 ? { file, line: Math.trunc(test.line) } : null,
    }
  })
}

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
  const machine = readParts(input.sections)
  const fallback = machine.length > 0 ? null : readText(recipe.runner, text)
  const parts = fallback === null ? machine : [fallback]
  const tests = results(
    root,
    parts.flatMap((part) => part.tests),
  )
  const loadErrors = parts
    .flatMap((part) => part.loadErrors)
    .map((error) => ({
      file: inside(root, error.file) ?? error.file,
      message: plain(error.message).replaceAll(`${root}/`, "").slice(0, 4000),
    }))
  const told = parts.reduce(
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
  const format = parts.every((part) => part.problem !== null && part.tests.length === 0 && part.counts === undefined)
    ? "exit-code"
    : parts.some((part) => part.format === "text")
      ? "text"
      : "machine"
  const problem = ((): string | null => {
    if (ended !== "exited") return endedProblem(ended, input.timeoutMs, tests.length > 0)
    if (!input.collected) return "The test report was too large to be read whole."
    const cut = parts.find((part) => part.problem !== null)
    if (cut !== undefined) return cut.problem
    if (parts.length === 0 && recipe.runner !== "exit-code")
      return `${recipe.runner} was expected but neither a report nor a summary was found.`
    if (fallback !== null && result.truncated) return "The output was cut before its summary could be trusted."
    if (format === "exit-code") return null
    const failures = counts.failed + loadErrors.length
    if (counts.passed + counts.skipped + failures === 0) return `No test ran (exit code ${result.exitCode}).`
    if (failures === 0 && result.exitCode !== 0)
      return `Every test passed, but the exit code is ${result.exitCode}: a coverage threshold, an unhandled error or another step of the test command failed.`
    if (failures > 0 && result.exitCode === 0) return `${failures} failed, but the exit code is 0: the test command hides failures.`
    return null
  })()
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
})
