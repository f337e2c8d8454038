import { add, cut, lastIndex, matches, none, number, reading, unique, withContext, type TextReader } from "./TextReading.ts"

const counts = (line: string) => ({
  passed: number(line, /(\d+) passed/) + number(line, /(\d+) expected fail/),
  failed: number(line, /(\d+) failed/),
  skipped: number(line, /(\d+) skipped/) + number(line, /(\d+) todo/) + number(line, /(\d+) pending/),
})

/**
 * vitest's default, verbose and dot reporters. A summary is whole with `Test Files`, `Tests` and `Duration`; what a test prints
 * of it stands before, and its files were never listed.
 */
export const readVitest: TextReader = ({ lines }) => {
  const started = lines.findIndex((line) => /^\s*(RUN|DEV)\s+v\d/.test(line))
  const summaries = lines.flatMap((line, index) => (/^\s*Test Files\s+\d.*\(\d+\)\s*$/.test(line) ? [index] : []))
  const startup = lastIndex(lines, /^⎯+ Startup Error ⎯+$/)
  if (startup >= 0 && summaries.length === 0)
    return reading("vitest", startup, { loadErrors: [{ file: "(vitest)", message: lines.slice(startup + 1, startup + 6).join("\n") }] })
  const nothing = lastIndex(lines, /^\s*No test (?:files|suites?) found(?=, exiting|\.)/)
  if (started < 0 && summaries.length === 0 && nothing < 0) return null
  const whole = summaries.filter((at, index) => {
    const block = lines.slice(at, Math.min(at + 12, summaries[index + 1] ?? lines.length))
    return block.some((line) => /^\s*(Duration|Time)\s+\S/.test(line))
  })
  const failing = unique(
    matches(lines, /^\s*FAIL\s+(?:\|[^|]+\|\s+)?(\S.*)$/).flatMap(([, name = ""]) => (/\[ .* \]$/.test(name) ? [] : [name.trim()])),
  )
  const loadErrors = unique(matches(lines, /^\s*FAIL\s+(?:\|[^|]+\|\s+)?(\S.*?) \[ .* \]\s*$/).map(([, file = ""]) => file)).map(
    (file) => ({
      file,
      message: "The file failed outside of its tests.",
    }),
  )
  const end = whole.at(-1)
  if (end === undefined) {
    const seen = Math.max(started, ...summaries, nothing)
    return nothing >= 0 && summaries.length === 0
      ? reading("vitest", nothing)
      : reading("vitest", seen, { problem: cut("vitest"), failing, loadErrors, counts: { passed: 0, failed: failing.length, skipped: 0 } })
  }
  const block = lines.slice(end, end + 12)
  const figures = whole
    .map((at) => counts(lines.slice(at, at + 6).find((line) => /^\s*Tests\s/.test(line)) ?? ""))
    .reduce(add, { passed: 0, failed: 0, skipped: 0 })
  const errors = number(block.find((line) => /^\s*Errors\s/.test(line)) ?? "", /(\d+) errors?/)
  const failedFiles = number(lines[end] ?? "", /(\d+) failed/)
  const threshold = lines.find((line) => /Coverage for .* does not meet .*threshold/i.test(line))
  const missing = Math.max(0, failedFiles - (figures.failed > 0 ? failedFiles : loadErrors.length))
  return reading("vitest", lastIndex(lines, /^\s*(Duration|Time)\s+\S/), {
    counts: figures,
    failing,
    loadErrors: [
      ...loadErrors,
      ...Array.from({ length: missing }, () => ({ file: "(a test file)", message: "failed without a failing test" })),
    ],
    otherFailure: errors > 0 ? `${errors} unhandled error(s)` : (threshold?.trim() ?? null),
  })
}

/** jest's default and verbose reporters. Whole with `Test Suites:`, `Tests:` and `Time:` one after the other. */
export const readJest: TextReader = ({ lines }) => {
  const files = matches(lines, /^ ?(PASS|FAIL|RUNS) +(\S+\.\w+)/)
  const found = lines.flatMap((line, index) => (/^Test Suites:\s+.*\d+ total\s*$/.test(line) ? [index] : []))
  const nothing = lastIndex(lines, /^No tests found(, exiting with code \d+)?\s*$/)
  const partial = lastIndex(lines, /^Tests:\s+\d.* total|^Test Suites:\s/)
  if (files.length === 0 && found.length === 0 && nothing < 0 && partial < 0) return null
  let from = 0
  const whole = found.filter((at) => {
    const block = lines.slice(at, at + 6)
    const ok = block.some((line) => /^Tests:\s+.*\d+ total/.test(line)) && block.some((line) => /^Time:\s+[\d.]+/.test(line))
    // Its files were listed before it; a summary that a test prints has none of its own.
    const listed =
      lines.slice(from, at).some((line) => /^ ?(PASS|FAIL)\s+\S/.test(line)) ||
      /^Test Suites:\s+(?:\d+ skipped, )?0 of|^Test Suites:\s+\d+ skipped, /.test(lines[at] ?? "")
    if (ok) from = at
    return ok && listed
  })
  const loads = unique(
    withContext(lines, /^\s*● Test suite failed to run/, /^ ?FAIL\s/).map(({ context }) =>
      (context ?? "(a test file)").replace(/^ ?FAIL\s+/, "").replace(/ \([\d.]+ m?s\)$/, ""),
    ),
  )
  const failing = unique(
    matches(lines, /^\s{1,4}● (?!Test suite failed to run|Console|process\.exit)(\S.*)$/).flatMap(([, name = ""]) =>
      /^\s*process\.exit/.test(name) ? [] : [name.replaceAll(" › ", " > ").trim()],
    ),
  )
  const loadErrors = loads.map((file) => ({ file, message: "Test suite failed to run" }))
  const end = whole.at(-1)
  const exited = lastIndex(lines, /●\s+process\.exit called with/)
  if (end === undefined || exited > end) {
    if (found.length === 0 && files.length === 0 && nothing >= 0) return reading("jest", nothing)
    return reading("jest", Math.max(partial, exited, nothing, 0), {
      problem: cut("jest"),
      failing,
      loadErrors,
      counts: { passed: 0, failed: failing.length, skipped: 0 },
    })
  }
  const figures = whole.map((at) => counts(lines.slice(at, at + 4).find((line) => line.startsWith("Tests:")) ?? "")).reduce(add, none)
  const suites = lines[end] ?? ""
  const threshold = lines.find((line) => /^Jest: .*threshold/.test(line))
  const stopped = / \d+ of \d+ total/.test(suites)
  const failedFiles = number(suites, /(\d+) failed/)
  const missing = figures.failed === 0 ? Math.max(0, failedFiles - loads.length) : 0
  return reading("jest", Math.max(lastIndex(lines, /^Time:\s+[\d.]+/), end), {
    counts: figures,
    failing: failing.slice(0, Math.max(figures.failed, 0)),
    loadErrors: [
      ...loadErrors,
      ...Array.from({ length: missing }, () => ({ file: "(a test file)", message: "failed without a failing test" })),
    ],
    otherFailure:
      threshold?.trim() ??
      (lines.some((line) => /^\s*› \d+ snapshots? obsolete/.test(line) && /ci/i.test(line)) ? "obsolete snapshots" : null),
    stopped,
  })
}
