import { Runner } from "@loom/core/domain/Recipe"
import { results } from "./build-report.ts"
import { parseGo } from "./go-jsonl.ts"
import { parseJestJson } from "./jest-json.ts"
import { parseJUnit } from "./junit.ts"
import { parseMochaJson } from "./mocha-json.ts"
import { parseNodeTest } from "./node-test-jsonl.ts"
import { parseLibtest, parseMochaOwn, parseMochaStream, parsePytestJson, parseRspecJson } from "./other-json.ts"
import { broken, type Part } from "./Part.ts"
import { outputOf, readMakeText, readText } from "./read-text.ts"
import { judge, type ReportVerdict } from "./verdict.ts"

export interface ReportReading {
  readonly runner: Runner | "unknown"
  /** `exit-code`: there are no figures, only the exit code is known. */
  readonly format: "machine" | "text" | "exit-code" | "none"
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Failing tests as `file > suite > name`, as far as the report names them. */
  readonly failing: ReadonlyArray<string>
  readonly loadErrors: ReadonlyArray<{ readonly file: string; readonly message: string }>
  readonly verdict: ReportVerdict
  /** The report is whole and agrees with itself and with the exit code. */
  readonly complete: boolean
  /** One sentence on whatever a reader should not overlook. */
  readonly problem: string | null
}

/** Other names that people give the runners. */
const ALIASES: Readonly<Record<string, Runner>> = {
  tape: "tap",
  node: "node:test",
  "node-test": "node:test",
  nextest: "cargo",
  "cargo-nextest": "cargo",
  surefire: "maven",
  make: "exit-code",
  "go test": "go",
  "cargo test": "cargo",
  "go-test": "go",
  "cargo-test": "cargo",
  testunit: "test-unit",
  perl: "prove",
}

/** The runner of a name as a person types it; null where there is none. */
export const runnerNamed = (name: string): Runner | "auto" | null => {
  const word = name.trim().toLowerCase()
  return word === "auto" ? "auto" : (Runner.literals.find((runner) => runner === word) ?? ALIASES[word] ?? null)
}

export const runnerNames: ReadonlyArray<string> = [...Runner.literals, ...Object.keys(ALIASES)]

/** JSON documents by a key that only they have. */
const SHAPES: ReadonlyArray<readonly [RegExp, Runner, (text: string) => Part]> = [
  [
    /"numTotalTestSuites"\s*:[\s\S]*"numRuntimeErrorTestSuites"|"numRuntimeErrorTestSuites"|"openHandles"|"wasInterrupted"/,
    "jest",
    (text) => parseJestJson("jest", text),
  ],
  [/"numTotalTestSuites"|"assertionResults"/, "vitest", (text) => parseJestJson("vitest", text)],
  [/"stats"\s*:\s*\{\s*"suites"/, "mocha", parseMochaOwn],
  [/"examples"\s*:\s*\[[\s\S]*"summary(?:_line)?"\s*:/, "rspec", parseRspecJson],
  [/"collectors"\s*:|"exitcode"\s*:/, "pytest", parsePytestJson],
  [/^\s*\{\s*"tests"\s*:\s*\[\s*(\{\s*"titles"|\])/, "mocha", parseMochaJson],
]
const LINES: ReadonlyArray<readonly [RegExp, Runner, (text: string) => Part]> = [
  [/^\{"(?:Time|Action|ImportPath|Package)":.*"Action":|^\{"Action":/, "go", parseGo],
  [/^\{\s*"type"\s*:\s*"(?:suite|test)"\s*,\s*"(?:event|name)"|^\{\s*"type"\s*:\s*"(?:suite|test)"/, "cargo", parseLibtest],
  [/^\{"ok":(?:true|false),"name":/, "node:test", parseNodeTest],
  [/^\["start",\{"total":\d+\}\]$/, "mocha", parseMochaStream],
]

const isJson = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === "object"
  } catch {
    return false
  }
}

/** The machine report that a text is, or ends with; and what stood before it. */
const machineIn = (wanted: Runner | "auto", text: string): { readonly part: Part; readonly before: string } | null => {
  const trimmed = text.trim()
  if (/^(<\?xml|<testsuites?[\s>/])/.test(trimmed)) {
    return /<testsuites?[\s>/]/.test(trimmed)
      ? { part: parseJUnit(wanted, trimmed), before: "" }
      : { part: broken("junit", "The XML is not a JUnit report, or it is cut."), before: "" }
  }
  const xml = /^(?:<\?xml[^>]*>\s*)?<testsuites?[\s>]/m.exec(trimmed)
  const closed = xml === null ? -1 : trimmed.lastIndexOf("</testsuite")
  if (xml !== null && closed > xml.index) {
    const end = trimmed.indexOf(">", closed) + 1
    // Only a word of the tool itself may follow, e.g. deno's `error: Test failed`.
    if (end > 0 && trimmed.length - end < 2000)
      return { part: parseJUnit(wanted, trimmed.slice(xml.index, end)), before: trimmed.slice(0, xml.index) }
  }
  const first = LINES.find(([pattern]) =>
    trimmed
      .slice(0, 20_000)
      .split("\n")
      .some((line) => pattern.test(line)),
  )
  if (first !== undefined) return { part: first[2](trimmed), before: "" }
  const start = trimmed.startsWith("{") ? 0 : /(?:^|\n)\{(?=\s*")/.exec(trimmed)?.index
  if (start === undefined) return null
  const document = trimmed.slice(start).trim()
  const shape = SHAPES.find(([pattern]) => pattern.test(document.slice(0, 200_000)) || pattern.test(document.slice(-200_000)))
  if (shape === undefined)
    return start === 0 && !isJson(document) ? { part: broken("exit-code", "The JSON is cut, or no report."), before: "" } : null
  const end = isJson(document) ? document.length : document.lastIndexOf("\n}") + 2
  const part = shape[2](document.slice(0, Math.max(end, 0)))
  return start === 0 || part.problem === null ? { part, before: trimmed.slice(0, start) } : null
}

const unknown = (verdict: ReportVerdict, problem: string): ReportReading => ({
  runner: "unknown",
  format: "none",
  passed: 0,
  failed: 0,
  skipped: 0,
  failing: [],
  loadErrors: [],
  verdict,
  complete: false,
  problem,
})

/** No root: the files stay as the report names them. */
const NOWHERE = "\0"

const told = (part: Part, exitCode: number | null): ReportReading => {
  const tests = results(NOWHERE, part.tests)
  const count = (status: string) => tests.filter((test) => test.status === status).length
  const counts = part.counts ?? { passed: count("passed"), failed: count("failed"), skipped: count("skipped") }
  const exitCodeOnly =
    part.runner === "exit-code" &&
    part.loadErrors.length === 0 &&
    part.otherFailure == null &&
    exitCode !== null &&
    part.format === "machine" &&
    part.problem === null
  const { verdict, complete, problem } = judge({
    counts,
    failedLoads: part.failedLoads ?? 0,
    loadErrors: part.loadErrors.length,
    problem: part.problem,
    otherFailure: part.otherFailure ?? null,
    stopped: part.stopped === true,
    exitCode,
    exitCodeOnly,
  })
  return {
    runner: part.runner,
    format: part.runner === "exit-code" ? "exit-code" : part.format,
    ...counts,
    failing: part.failing ?? tests.filter((test) => test.status === "failed").map((test) => test.id),
    loadErrors: part.loadErrors,
    verdict,
    complete,
    problem,
  }
}

const CI_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z /

/**
 * Reads any captured output or report file. Total: whatever the text, the answer is a reading whose figures stand in the text.
 * @param exitCode of the command that wrote it; null when it is not known, and then the text alone is judged
 */
export const readReport = (
  raw: string,
  { runner = "auto", exitCode = null }: { readonly runner?: Runner | "auto"; readonly exitCode?: number | null },
): ReportReading => {
  if (raw.slice(0, 65_536).includes("\0")) return unknown("broken", "This is a binary file, not the output of a test run.")
  if (raw.trim() === "" && runner !== "exit-code") {
    return exitCode === null || exitCode === 0
      ? unknown("empty", "There is no output: nothing ran.")
      : unknown("broken", `There is no output, and the exit code is ${exitCode}.`)
  }
  const bare = raw.replace(/^\uFEFF/, "")
  // A CI service's log has a time before every line.
  const text = CI_TIME.test(bare) ? bare.replaceAll(new RegExp(CI_TIME, "gm"), "") : bare
  const machine = machineIn(runner, text)
  if (machine !== null) {
    const before = machine.before.trim() === "" ? null : readText("auto", outputOf(machine.before))
    // A report at the end of an output that tells of failures itself may be a test's own.
    const doubt = before !== null && before.counts.failed > 0 && !machine.part.tests.some((test) => test.status === "failed")
    return told(
      doubt ? { ...machine.part, problem: "The output before the report tells of failures that the report does not have." } : machine.part,
      exitCode,
    )
  }
  const output = outputOf(text)
  const found = runner === "exit-code" ? null : readText(runner, output)
  if (found !== null) return told(found, exitCode)
  const made = runner === "auto" || runner === "exit-code" ? readMakeText(output) : null
  if (made !== null) return told(made, exitCode)
  if (runner === "exit-code") return told({ runner, format: "machine", tests: [], loadErrors: [], problem: null }, exitCode)
  return unknown(
    "broken",
    runner === "auto" ? "No runner's report or summary is recognised in it." : `It holds no report or summary of ${runner}.`,
  )
}
