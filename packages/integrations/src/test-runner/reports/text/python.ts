import { cut, lacksMarks, lastIndex, matches, number, reading, total, unique, type TextReader } from "./TextReading.ts"

const SUMMARY = /^=* ?((?:\d+ [a-z]+(?:, )?)+|no tests ran) in [\d.:]+s?(?: \([\d:]+\))? ?=*$/

const idOf = (words: string): string =>
  words
    .replace(/ - .*$/, "")
    .trim()
    .split("::")
    .join(" > ")

/** pytest: what was collected must have been told, and the last line counts it. */
export const readPytest: TextReader = ({ lines }) => {
  const started = lines.findIndex((line) => /^=+ test session starts =+$/.test(line))
  const at = lastIndex(lines, SUMMARY)
  if (started < 0 && at < 0) return null
  const errors = matches(lines, /^ERROR (\S.*)$/)
    .map(([, words = ""]) => words)
    .filter((words) => /^\S+\.py\b|^\S+::/.test(words))
  const loads = unique(errors.filter((words) => !words.includes("::")).map((words) => words.replace(/ - .*$/, "")))
  const failing = unique([
    ...matches(lines, /^FAILED (\S+::.*)$/).map(([, words = ""]) => idOf(words)),
    ...errors.filter((words) => words.includes("::")).map(idOf),
  ])
  const loadErrors = loads.map((file) => ({ file, message: "error at collection" }))
  const usage = lines.some((line) => /^(ERROR: usage:|INTERNALERROR>|.*: error: unrecognized arguments)/.test(line))
  if (at < 0)
    return reading("pytest", started, {
      problem: cut("pytest"),
      failing,
      loadErrors,
      counts: { passed: 0, failed: failing.length, skipped: 0 },
    })
  const line = lines[at] ?? ""
  const say = (word: string) => number(line, new RegExp(`(\\d+) ${word}\\b`))
  const wrong = say("errors?")
  const uncollected = Math.min(
    wrong,
    Math.max(
      loads.length,
      lines.reduce((sum, text) => sum + number(text, /^!+ (?:Interrupted: )?(\d+) errors? during collection/), 0),
    ),
  )
  const figures = {
    passed: say("passed") + say("xpassed"),
    failed: say("failed") + wrong - uncollected,
    skipped: say("skipped") + say("xfailed"),
  }
  const collection =
    lines.findLast((text) => /^((?:collecting \.\.\. )?collected \d+ items?|\d+ workers \[\d+ items?\])/.test(text)) ?? null
  const collected = collection === null ? null : number(collection, /(\d+) items?/) - number(collection, /(\d+) deselected/)
  const stopped = lines.some((text) =>
    /^!+ (stopping after \d+ failures|Interrupted: stopping|_pytest.outcomes.Exit|KeyboardInterrupt)/.test(text),
  )
  const interrupted = lines.some((text) => /^!+ (KeyboardInterrupt|_pytest.outcomes.Exit: |xdist.dsession.Interrupted)/.test(text))
  // `-q` has no head: then at least the marks of its tests must be there.
  const alone =
    started < 0 &&
    !lines.some((text) => /(PASSED|FAILED|SKIPPED|XFAIL|XPASS|ERROR)\b.*\[ *\d+%\]$/.test(text)) &&
    lacksMarks(lines.slice(0, at), /^[.FEsxXR]+(?=\s+\[ *\d+%\]$|$)/, total(figures))
  const ran = figures.passed + figures.failed + say("xfailed")
  const coverage = lines.find((text) => /^(FAIL Required test coverage|ERROR: Coverage failure|FAIL: Required test coverage)/.test(text))
  return reading("pytest", at, {
    counts: figures,
    failing,
    loadErrors: [
      ...loadErrors,
      ...Array.from({ length: Math.max(0, uncollected - loads.length) }, () => ({ file: "(collection)", message: "error at collection" })),
    ],
    otherFailure: coverage ?? (usage ? "pytest could not start" : null),
    stopped,
    problem: interrupted
      ? "pytest was interrupted."
      : alone
        ? "pytest's summary stands alone: its tests were not seen."
        : collected !== null && (ran > collected + say("subtests") || (!stopped && uncollected === 0 && total(figures) < collected))
          ? `pytest collected ${collected} tests, but its summary tells ${total(figures)}.`
          : collected === null && started >= 0 && !/no tests ran/.test(line) && uncollected === 0
            ? cut("pytest")
            : null,
  })
}

/** unittest (also Django): marks, failures, `Ran N tests in`, and `OK` or `FAILED (…)`. */
export const readUnittest: TextReader = ({ lines }) => {
  const at = lastIndex(lines, /^Ran \d+ tests? in [\d.]+s$/)
  if (at < 0) return null
  const ends =
    lines.slice(at + 1, at + 4).find((line) => /^(OK(?: \([^()]*\))?|FAILED \([^()]*\)|NO TESTS RAN(?: \([^()]*\))?)$/.test(line)) ?? null
  const all = number(lines[at] ?? "", /^Ran (\d+)/)
  const say = (word: string) => number(ends ?? "", new RegExp(`\\b${word}=(\\d+)`))
  const headings = matches(lines, /^(?:FAIL|ERROR|UNEXPECTED SUCCESS): (\S+(?: \(.+?\))?.*)$/).map(([, name = ""]) => name)
  const loads = headings.filter((name) => /unittest\.loader\.(_FailedTest|ModuleImportFailure)/.test(name))
  const failed = say("failures") + say("errors") + say("unexpected successes")
  const skipped = say("skipped") + say("expected failures")
  const fixture = headings.filter((name) => /^(setUpClass|tearDownClass|setUpModule|tearDownModule) /.test(name)).length
  const rule = lines.slice(0, at).findLastIndex((line) => /^-{70}$/.test(line))
  const names = unique(
    headings
      .filter((name) => !loads.includes(name))
      .map((name) => {
        const found = /^(\S+) \((.+?)\)(.*)$/.exec(name)
        const owner = found?.[2] ?? ""
        return found === null ? name : `${owner.endsWith(`.${found[1]}`) ? owner : `${owner}.${found[1]}`}${found[3] ?? ""}`
      }),
  )
  const verbose = lines.filter((line) => /\.\.\. (ok|FAIL|ERROR|skipped|expected failure)/.test(line)).length
  const alone = rule < 0 || (verbose === 0 && lacksMarks(lines.slice(0, rule + 1), /^[.FEsxu]+(?=$|[^.\w])|^[.FEsxu]+$/, all))
  return reading("unittest", at, {
    counts: { passed: Math.max(0, all - (failed - fixture) - skipped), failed, skipped },
    failing: names,
    loadErrors: loads.map((name) => ({ file: name.split(" ")[0] ?? name, message: "could not be imported" })),
    failedLoads: loads.length,
    problem:
      ends === null
        ? cut("unittest")
        : alone && all > 0
          ? "unittest's summary stands alone: its tests were not seen."
          : ends.startsWith("OK") && headings.length > 0
            ? "unittest's summary says OK, but failures were told before it."
            : null,
  })
}
