import { add, cut, lastIndex, matches, none, number, reading, total, unique, type TextReader } from "./TextReading.ts"

const TESTS_RUN = /Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)(, Time elapsed)?/

/** maven surefire: the line without a time is the module's total; modules are added up, and `BUILD …` ends it. */
export const readMaven: TextReader = ({ lines }) => {
  const found = lines.flatMap((line, index) => {
    const match = TESTS_RUN.exec(line)
    return match === null ? [] : [{ index, match, total: match[5] === undefined }]
  })
  const build = lastIndex(lines, /BUILD (SUCCESS|FAILURE)\b/)
  const scanning = lines.some((line) => /^(\[INFO\] )?Scanning for projects|T E S T S$/.test(line))
  if (found.length === 0 && !scanning) return null
  const totals = found.filter((one) => one.total)
  const figuresOf = (match: RegExpExecArray) => {
    const failed = Number(match[2]) + Number(match[3])
    return { failed, skipped: Number(match[4]), passed: Math.max(0, Number(match[1]) - failed - Number(match[4])) }
  }
  const suites = found
    .filter((one) => !one.total)
    .map(({ match }) => figuresOf(match))
    .reduce(add, none)
  const figures = totals.map(({ match }) => figuresOf(match)).reduce(add, none)
  const uncompiled = lines.some((line) => /COMPILATION ERROR|Could not resolve dependencies|Non-resolvable/.test(line))
  const failing = unique(
    matches(lines, /^\[ERROR\]\s+(?:Run \d+: )?(\w[\w$.]*\.\w+)(?:\[.*?\])?(?:\(.*?\))?:\d+/).map(([, name = ""]) =>
      name.replace(/\.(\w+)$/, " > $1"),
    ),
  )
  const failure = /BUILD FAILURE/.test(lines[build] ?? "")
  return reading("maven", Math.max(build, found.at(-1)?.index ?? 0), {
    counts: figures,
    failing,
    loadErrors: uncompiled
      ? [
          {
            file: "(compilation)",
            message: lines
              .filter((line) => line.startsWith("[ERROR]"))
              .slice(0, 5)
              .join("\n"),
          },
        ]
      : [],
    problem:
      build < 0 || (found.length > 0 && totals.length === 0)
        ? cut("maven")
        : total(suites) > total(figures) && totals.length > 0
          ? "maven's totals are fewer than its suites."
          : null,
    otherFailure: failure && figures.failed === 0 && !uncompiled ? "BUILD FAILURE" : null,
  })
}

/** gradle tells failing tests and, only where some failed, `N tests completed, N failed`. Without a report its success has no figures. */
export const readGradle: TextReader = ({ lines }) => {
  const build = lastIndex(lines, /^BUILD (SUCCESSFUL|FAILED)\b/)
  const tasks = lines.some((line) => line.startsWith("> Task :"))
  if (build < 0 && !tasks) return null
  const line = lines.findLast((text) => /^\d+ tests? completed, /.test(text)) ?? ""
  const states = matches(lines, /^(\S.*?) > (.+?)(?:\(\))? (PASSED|FAILED|SKIPPED)$/)
  const failing = unique(states.filter((found) => found[3] === "FAILED").map(([, suite = "", name = ""]) => `${suite} > ${name}`))
  const failed = Math.max(number(line, /(\d+) failed/), failing.length)
  const skipped = Math.max(number(line, /(\d+) skipped/), states.filter((found) => found[3] === "SKIPPED").length)
  const passed = Math.max(
    number(line, /^(\d+) tests? completed/) - failed - skipped,
    states.filter((found) => found[3] === "PASSED").length,
  )
  const uncompiled = lines.some((text) => /^> Task \S*:compile\w* FAILED/.test(text))
  const silent =
    /SUCCESSFUL/.test(lines[build] ?? "") &&
    passed + failed + skipped <= 0 &&
    !lines.some((text) => /^> Task \S*:test (NO-SOURCE|UP-TO-DATE|FROM-CACHE|SKIPPED)/.test(text))
  return reading("gradle", Math.max(build, lastIndex(lines, /^> Task :/)), {
    counts: { passed: Math.max(0, passed), failed, skipped },
    failing,
    loadErrors: uncompiled ? [{ file: "(compilation)", message: "a compile task failed" }] : [],
    problem: build < 0 ? cut("gradle") : silent ? "gradle tells no figures of tests that pass: read its XML reports." : null,
    otherFailure: /FAILED/.test(lines[build] ?? "") && failed === 0 && !uncompiled ? "BUILD FAILED" : null,
  })
}

/** ctest: a line per test, and `N% tests passed, N tests failed out of N`. */
export const readCtest: TextReader = ({ lines }) => {
  const at = lastIndex(lines, /^\d+% tests passed, \d+ tests? failed out of \d+/)
  const started = lastIndex(lines, /^Test project \//)
  const nothing = lastIndex(lines, /^No tests were found!!!/)
  const told = matches(
    lines,
    /^\s*\d+\/\d+ Test\s+#\d+: (\S.*?) \.*\s*(?:\.|\*\*\*|\s)*(Passed|Failed|Timeout|Not Run(?: \(Disabled\))?|Skipped|Exception: \S+|\S.*?)\s+[\d.]+ sec/,
  )
  if (at < 0 && started < 0 && nothing < 0 && told.length === 0) return null
  const listed = lines.slice(at).flatMap((line) => {
    const found = /^\s+\d+ - (\S.*?) \((\w[\w ]*)\)/.exec(line)
    return found === null || /Skipped|Disabled/.test(found[2] ?? "") ? [] : [found]
  })
  const failing = unique(listed.map((found) => found[1] ?? ""))
  if (at < 0)
    return nothing >= 0 && told.length === 0
      ? reading("ctest", nothing)
      : reading("ctest", started, {
          problem: cut("ctest"),
          counts: { passed: told.filter((found) => found[2] === "Passed").length, failed: 0, skipped: 0 },
        })
  const [failed, all] = [number(lines[at] ?? "", /(\d+) tests? failed/), number(lines[at] ?? "", /out of (\d+)/)]
  const unrun = listed.filter((found) => found[2] === "Not Run").map((found) => found[1] ?? "")
  const skipped = told.filter((found) => /^Skipped|^Not Run \(Disabled\)/.test(found[2] ?? "")).length
  const disabled = told.filter((found) => found[2]?.startsWith("Not Run (Disabled)") === true).length
  const ended = lines.slice(at).some((line) => line.startsWith("Total Test time"))
  return reading("ctest", at, {
    counts: { passed: Math.max(0, all - failed - skipped + disabled), failed, skipped },
    failing: failing.filter((name) => !unrun.includes(name)),
    loadErrors: unrun.map((name) => ({ file: name, message: "Not Run: its program could not be started" })),
    failedLoads: unrun.length,
    problem:
      !ended || failing.length < failed
        ? cut("ctest")
        : told.length < all
          ? `ctest's summary says ${all} tests, but ${told.length} were seen.`
          : null,
  })
}
