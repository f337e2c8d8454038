import { cut, lacksMarks, lastIndex, matches, number, reading, unique, withContext, type TextReader } from "./TextReading.ts"

/** rspec: `Finished in`, then `N examples, N failures`, then the failed examples with their places. */
export const readRspec: TextReader = ({ lines }) => {
  const at = lastIndex(lines, /^\d+ examples?, \d+ failures?(, \d+ pending)?(, \d+ errors? occurred outside of examples)?$/)
  if (at < 0) return null
  const line = lines[at] ?? ""
  const [all, failed, skipped, outside] = [
    number(line, /^(\d+)/),
    number(line, /(\d+) failure/),
    number(line, /(\d+) pending/),
    number(line, /(\d+) errors? occurred/),
  ]
  const listed = matches(lines.slice(at), /^rspec (\S+?)(?::\d+|\[[\d:]+\])? # (.+)$/)
  const failing = unique(listed.map(([, file = "", name = ""]) => `${file.replace(/^\.\//, "")} > ${name}`))
  const loads = unique(
    matches(lines, /^An error occurred while loading (\S+?)\.?(?: - .*)?$/).map(([, file = ""]) => file.replace(/^\.\//, "")),
  )
  const loadErrors = [
    ...loads.map((file) => ({ file, message: "An error occurred while loading" })),
    ...Array.from({ length: Math.max(0, outside - loads.length) }, () => ({
      file: "(outside of examples)",
      message: "an error occurred outside of examples",
    })),
  ]
  const finished = lines.slice(Math.max(0, at - 3), at).some((text) => /^Finished in [\d.]/.test(text))
  const interrupted = lines.some((text) => text.startsWith("RSpec is shutting down"))
  return reading("rspec", at, {
    counts: { passed: Math.max(0, all - failed - skipped), failed, skipped },
    failing,
    loadErrors,
    otherFailure:
      lines.slice(at).find((text) => /^(SimpleCov failed|Line coverage \(.*below|Coverage report generated.*fail)/.test(text)) ?? null,
    problem: !finished || failing.length < failed ? cut("rspec") : interrupted ? "rspec was interrupted." : null,
  })
}

const MINITEST = /^\d+ (?:runs|tests), \d+ assertions, \d+ failures, \d+ errors, \d+ skips$/

/** minitest (also Rails): `Finished in`, failures by number, then `N runs, … N skips`. */
export const readMinitest: TextReader = ({ lines }) => {
  const at = lastIndex(lines, MINITEST)
  const started = lastIndex(lines, /^# Running(?: tests with run options.*)?:?$/)
  if (at < 0 && started < 0) return null
  if (at < 0) return reading("minitest", started, { problem: cut("minitest") })
  const line = lines[at] ?? ""
  const failed = number(line, /(\d+) failures/) + number(line, /(\d+) errors/)
  const [runs, skipped] = [number(line, /^(\d+)/), number(line, /(\d+) skips/)]
  const failing = unique(
    lines.flatMap((text, index) => {
      if (!/^\s+\d+\) (Failure|Error):$/.test(text)) return []
      return [
        (lines[index + 1] ?? "")
          .replace(/ \[.*$/, "")
          .replace(/:$/, "")
          .replace("#", " > "),
      ]
    }),
  )
  // Between the summary before, which may be of another suite or printed by a test, and this one.
  const before = lastIndex(lines.slice(0, at), MINITEST)
  const finished = lines.slice(before + 1, at).some((text) => /^Finished (?:tests )?in [\d.]+/.test(text))
  return reading("minitest", at, {
    counts: { passed: Math.max(0, runs - failed - skipped), failed, skipped },
    failing,
    problem: !finished ? "minitest's summary stands alone: a test may have printed it." : null,
  })
}

/** test-unit: `Finished in`, then `N tests, … N notifications` and the share that passed. */
export const readTestUnit: TextReader = ({ lines }) => {
  const at = lastIndex(lines, /^\d+ tests, \d+ assertions, \d+ failures, \d+ errors, \d+ pendings, \d+ omissions, \d+ notifications$/)
  const started = lastIndex(lines, /^Loaded suite /)
  if (at < 0 && started < 0) return null
  if (at < 0) return reading("test-unit", started, { problem: cut("test-unit") })
  const line = lines[at] ?? ""
  const failed = number(line, /(\d+) failures/) + number(line, /(\d+) errors/)
  const skipped = number(line, /(\d+) pendings/) + number(line, /(\d+) omissions/)
  const failing = unique(matches(lines, /^(?:Failure|Error): (\S+)\((.+?)\)/).map(([, name = "", suite = ""]) => `${suite} > ${name}`))
  const before = lines.slice(Math.max(0, at - 3), at).some((text) => /^Finished in [\d.]+ seconds/.test(text))
  return reading("test-unit", at, {
    counts: { passed: Math.max(0, number(line, /^(\d+)/) - failed - skipped), failed, skipped },
    failing,
    problem:
      !before || !lines.slice(at).some((text) => /^[\d.]+% passed$/.test(text))
        ? "test-unit's summary is not whole: a test may have printed it."
        : null,
  })
}

/** PHPUnit: marks with their count, `Time:`, then `OK (…)` or `Tests: N, Assertions: N, …`. */
export const readPhpunit: TextReader = ({ lines }) => {
  const started = lines.findIndex((line) => /^PHPUnit \d+\.\d+/.test(line))
  const ok = /^OK \((\d+) tests?, \d+ assertions?\)$/
  const counted = /^Tests: \d+, Assertions: \d+.*\.$/
  const at = Math.max(lastIndex(lines, ok), lastIndex(lines, counted))
  const nothing = lastIndex(lines, /^No tests executed!$/)
  if (started < 0 && at < 0) return null
  const fatal = lastIndex(lines, /^(PHP )?(Fatal error|Parse error): /)
  const loadErrors =
    fatal >= 0 && at < fatal ? [{ file: /in (\S+\.php)/.exec(lines[fatal] ?? "")?.[1] ?? "(php)", message: lines[fatal] ?? "" }] : []
  if (at < 0)
    return nothing >= 0
      ? reading("phpunit", nothing)
      : reading("phpunit", Math.max(started, fatal), { loadErrors, problem: loadErrors.length > 0 ? null : cut("phpunit") })
  const line = lines[at] ?? ""
  const all = number(line, ok) + number(line, /^Tests: (\d+)/)
  const say = (word: string) => number(line, new RegExp(`\\b${word}: (\\d+)`))
  const failed = say("Failures") + say("Errors")
  const skipped = say("Skipped") + say("Incomplete")
  const failing = unique(
    withContext(lines, /^\d+\) (\S+::.+)$/, /^There (?:was|were) \d+ \w+/).flatMap(({ found, context }) =>
      /(failure|error)s?:?$/.test(context ?? "") ? [(found[1] ?? "").replace("::", " > ")] : [],
    ),
  )
  const crossed = withContext(lines, /^ ✘ (.+)$/, /^(?!PHPUnit )[A-Z][\w ()\\]*$/).map(
    ({ found, context }) => `${context ?? ""} > ${found[1] ?? ""}`,
  )
  const progress = lines.slice(Math.max(started, 0), at)
  const told = matches(progress, /^[.FEWRSIDN]+\s+(\d+) \/ (\d+) \(\s*\d+%\)$/).at(-1)
  const timed = progress.some((text) => text.startsWith("Time: "))
  const listed = progress.some((text) => /^ [✔✘↩∅☢⚠] /.test(text))
  return reading("phpunit", at, {
    counts: { passed: Math.max(0, all - failed - skipped), failed, skipped },
    failing: failing.length > 0 ? failing : unique(crossed),
    loadErrors,
    problem:
      !timed ||
      (told === undefined && !listed && !progress.some((text) => /^[.FEWRSIDN]+$/.test(text)) && lacksMarks(progress, /^[.FEWRSIDN]+/, all))
        ? "PHPUnit's summary stands alone: a test may have printed it."
        : told !== undefined && Number(told[1]) !== all && Number(told[2]) !== all
          ? `PHPUnit's progress tells ${told[1]} tests, its summary ${all}.`
          : Math.max(failing.length, crossed.length) < failed
            ? cut("phpunit")
            : null,
    otherFailure: /^(WARNINGS|ERRORS|FAILURES)!/.test(lines[at - 1] ?? "") && failed === 0 ? (lines[at - 1] ?? null) : null,
  })
}
