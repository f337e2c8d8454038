import type { Runner } from "@loom/core/domain/Recipe"
import type { Part, RawTest } from "./Part.ts"

const POINT = /^( *)(not ok|ok)\b *(\d+)?(?: *-)? *(.*?)(?: +# *(skip|todo)\b.*| # time=.*)?( *\{)?$/i
const EXITED = /^(.+?) exited (?:with a non-zero exit code|due to)/
const UNCAUGHT = /^(?:Error|TypeError|SyntaxError|ReferenceError|Uncaught|Unhandled)\b|\[ERR_/

/**
 * TAP 12 to 14 (testanything.org): ava, tap, tape and whatever prints it. Subtests are indented by four spaces; a test point that
 * closes its subtests is their parent and not counted. `plan` missing or short means that the run was cut.
 * ava reports a file that failed to load as a point of its own: that is a load error.
 */
export const parseTap = (runner: Runner, format: "machine" | "text", text: string): Part => {
  const tests: Array<RawTest> = []
  const loadErrors: Array<{ file: string; message: string }> = []
  let open: Array<Array<RawTest>> = [[]]
  let plan: number | null = null
  let points = 0
  let bail: string | null = null
  const lines = text.split("\n")
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ""
    const planned = /^1\.\.(\d+)/.exec(line)
    if (planned) plan = Number(planned[1])
    const bailed = /^Bail out!(.*)/.exec(line)
    if (bailed) bail = (bailed[1] ?? "").trim()
    const point = POINT.exec(line)
    if (!point) continue
    const depth = Math.floor((point[1] ?? "").length / 4)
    const ok = (point[2] ?? "").toLowerCase() === "ok"
    const name = (point[4] ?? "").replaceAll(/\\([#\\])/g, "$1").trim() || `test ${point[3] ?? ""}`.trim()
    const note: Array<string> = []
    if (/^\s+---/.test(lines[index + 1] ?? "")) {
      for (index += 2; index < lines.length && !/^\s+\.\.\.$/.test(lines[index] ?? ""); index++) note.push(lines[index] ?? "")
    }
    if (depth === 0) points++
    const exited = EXITED.exec(name)
    if (runner === "ava" && !ok && (exited || UNCAUGHT.test(name))) {
      loadErrors.push({ file: exited?.[1] ?? "(uncaught)", message: name })
      continue
    }
    const children = open[depth + 1] ?? []
    open = open.slice(0, depth + 1)
    const level = (open[depth] ??= [])
    const directive = point[5] !== undefined
    if (children.length > 0) {
      level.push(...children.map((test) => ({ ...test, path: [name, ...test.path] })))
      if (ok || children.some((test) => test.status === "failed")) continue
    }
    level.push({
      file: null,
      path: runner === "ava" ? name.split(" › ") : [name],
      status: directive ? "skipped" : ok ? "passed" : "failed",
      durationMs: null,
      message: ok ? null : note.join("\n").slice(0, 4000) || name,
    })
  }
  tests.push(...open.flat())
  // ava's plan leaves out uncaught errors; every other producer's must match.
  const short = plan === null || points < plan
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
          : null,
  }
}
