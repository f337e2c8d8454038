import type { Runner } from "@loom/core/domain/Recipe"
import type { Figures, Part, RawTest } from "./Part.ts"

const POINT = /^( *)(not ok|ok)\b *(\d+)?(?: *-)? *(.*?)(?: +# *(skip|todo)\b.*?| # time=.*?)?( *\{)?$/i
const EXITED = /^(.+?) exited (?:with a non-zero exit code|due to)/
const UNCAUGHT = /^(?:Error|TypeError|SyntaxError|ReferenceError|Uncaught|Unhandled)\b|\[ERR_/
/** Points that a producer makes of a whole file or program: they fail for reasons of their own. */
const WHOLE_FILE = /\.([cm]?[jt]sx?|bats|t)$|^setup_(file|suite) failed$/

/** The figures that producers write as comments after the plan: node:test, tape, tap. */
const commentFigures = (lines: ReadonlyArray<string>): Figures | null => {
  const tail = lines.slice(-25)
  const object = tail.findLast((line) => /^# \{ total: \d+/.test(line))
  const say = (pattern: RegExp) => Number(tail.findLast((line) => pattern.test(line))?.match(/\d+/)?.[0] ?? 0)
  if (object !== undefined) {
    const of = (word: string) => Number(new RegExp(`\\b${word}: (\\d+)`).exec(object)?.[1] ?? 0)
    return { passed: of("pass"), failed: of("fail"), skipped: of("skip") + of("todo") }
  }
  if (!tail.some((line) => /^# pass\s+\d+$/.test(line)) || !tail.some((line) => /^# tests \d+$/.test(line))) return null
  return {
    passed: say(/^# pass\s+\d+$/),
    failed: say(/^# fail\s+\d+$/) + say(/^# cancelled \d+$/),
    skipped: say(/^# skipped \d+$/) + say(/^# todo \d+$/),
  }
}

/**
 * TAP 12 to 14 (testanything.org): ava, tap, bats, tape and whatever prints it. Subtests are indented by four spaces; a test point
 * that closes its subtests is their parent and not counted. A plan that is missing, or is not what ran, means that the run was cut or
 * that something else wrote into it. ava reports a file that failed to load as a point of its own: that is a load error.
 */
export const parseTap = (runner: Runner, format: "machine" | "text", text: string): Part => {
  const tests: Array<RawTest> = []
  const loadErrors: Array<{ file: string; message: string }> = []
  let open: Array<Array<RawTest>> = [[]]
  let plan: number | null = null
  let plans = 0
  let points = 0
  let bail: string | null = null
  const headings: Array<string | undefined> = []
  const failedHeadings: Array<string> = []
  let braces = 0
  const numbers = new Set<number>()
  let twice = false
  const lines = text.split("\n")
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ""
    const planned = /^1\.\.(\d{1,9})\b/.exec(line)
    if (planned) {
      plan = Number(planned[1]) + (plan ?? 0)
      if (plans++ > 0) numbers.clear()
    }
    if (braces > 0 && /^\s*\}$/.test(line)) braces--
    const bailed = /^ *Bail out!(.*)/.exec(line)
    if (bailed) bail = (bailed[1] ?? "").trim()
    const point = line.length > 5000 ? null : POINT.exec(line)
    if (!point) continue
    const depth = Math.min(50, Math.floor((point[1] ?? "").length / 4))
    const ok = (point[2] ?? "").toLowerCase() === "ok"
    const name = (point[4] ?? "").replaceAll(/\\([#\\])/g, "$1").trim() || `test ${point[3] ?? ""}`.trim()
    const note: Array<string> = []
    if (/^\s+---/.test(lines[index + 1] ?? "")) {
      for (index += 2; index < lines.length && !/^\s+\.\.\.$/.test(lines[index] ?? ""); index++) note.push(lines[index] ?? "")
    }
    if (depth === 0) {
      points++
      const number = Number(point[3] ?? Number.NaN)
      if (numbers.has(number)) twice = true
      if (!Number.isNaN(number)) numbers.add(number)
    }
    const exited = EXITED.exec(name)
    if (runner === "ava" && !ok && (exited || UNCAUGHT.test(name))) {
      loadErrors.push({ file: exited?.[1] ?? "(uncaught)", message: name })
      continue
    }
    headings.length = Math.min(headings.length, depth)
    const above = headings.filter((heading) => heading !== undefined)
    // vitest writes the parent first, with a brace; what follows deeper is inside of it.
    if (point[6] !== undefined) {
      headings[depth] = name
      braces++
      if (!ok) failedHeadings.push(name)
      continue
    }
    const children = open[depth + 1] ?? []
    open = open.slice(0, depth + 1)
    const level = above.length > 0 ? (open[0] ??= []) : (open[depth] ??= [])
    const directive = point[5]?.toLowerCase()
    if (children.length > 0) {
      // One by one: there may be more than a call takes arguments.
      for (const test of children) level.push({ ...test, path: [name, ...test.path] })
      if (ok || children.some((test) => test.status === "failed")) continue
    }
    if (!ok && directive === undefined && depth === 0 && WHOLE_FILE.test(name) && children.length === 0) {
      loadErrors.push({ file: name, message: note.join("\n").slice(0, 4000) || "The file failed outside of its tests." })
      continue
    }
    level.push({
      file: null,
      path: [...above, ...(runner === "ava" ? name.split(" › ") : [name])],
      status: directive !== undefined ? "skipped" : ok ? "passed" : "failed",
      durationMs: null,
      message: ok ? null : note.join("\n").slice(0, 4000) || name,
      ...(directive === "todo" && !ok ? { expectedFailure: true } : {}),
    })
  }
  // Holes, where a level was skipped, fall out.
  for (const test of open.flat()) tests.push(test)
  const said = commentFigures(lines)
  const failed = tests.filter((test) => test.status === "failed").length
  // ava's plan leaves out uncaught errors; every other producer's must match.
  // node-tap's `--output-file` begins after the plan; its own totals at the end stand in for it.
  const whole =
    runner === "tap" &&
    format === "machine" &&
    said !== null &&
    said.passed + said.failed + said.skipped <= tests.length + loadErrors.length
  if (failed === 0) for (const file of failedHeadings) loadErrors.push({ file, message: "It failed outside of its tests." })
  const short = braces > 0 || (plan === null ? !whole : points < plan)
  const contradiction =
    said !== null && said.failed > 0 && failed + loadErrors.length === 0 ? `its last lines say that ${said.failed} failed` : null
  return {
    runner,
    format,
    tests,
    loadErrors,
    problem:
      bail !== null
        ? `The tests bailed out: ${bail}`
        : short
          ? `The TAP is cut: ${points} of ${plan ?? "an unknown number of"} tests.`
          : runner !== "ava" && ((plan !== null && points > plan) || twice)
            ? `The TAP has ${points} tests where its plan says ${plan ?? 0}: a test wrote into it.`
            : contradiction === null
              ? null
              : `The TAP contradicts itself: ${contradiction}.`,
  }
}
