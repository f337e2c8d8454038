import { add, cut, lastIndex, matches, none, number, reading, total, unique, lacksMarks, type TextReader } from "./TextReading.ts"

/** Numbered failures of mocha: `  1) suite`, deeper lines until the one that ends with `:`. */
const mochaFailures = (lines: ReadonlyArray<string>, from: number): ReadonlyArray<string> =>
  lines.flatMap((line, index) => {
    const first = index <= from ? null : /^ {2,4}\d+\) (.+)$/.exec(line)?.[1]
    if (first === null || first === undefined) return []
    const path = [first]
    for (let next = index + 1; !path.at(-1)?.endsWith(":") && next < index + 8; next++) {
      const word = (lines[next] ?? "").trim()
      if (word === "") break
      path.push(word)
    }
    return [path.join(" > ").replace(/:$/, "")]
  })

/** mocha's spec, dot, min and list reporters: `N passing (time)`, then pending and failing, then as many numbered failures as it says. */
export const readMocha: TextReader = ({ lines }) => {
  const ends = lines.flatMap((line, index) => (/^\s*\d+ passing \([\d.]+\s?m?[sh]?\)\s*$/.test(line) ? [index] : []))
  const ticks = lines.filter((line) => /^\s+[✓√✔] \S/.test(line)).length
  const crosses = lines.filter((line) => /^\s+\d+\) \S/.test(line)).length
  const uncaught = lines.findIndex((line) => /^\s*(Exception during run:|Error: No test files found)/.test(line))
  if (ends.length === 0) {
    if (uncaught >= 0)
      return /No test files found/.test(lines[uncaught] ?? "")
        ? reading("mocha", uncaught)
        : reading("mocha", uncaught, { loadErrors: [{ file: "(mocha)", message: lines.slice(uncaught, uncaught + 10).join("\n") }] })
    return ticks + crosses > 1 && lines.every((line) => !/^ℹ |^\s*Test Files|^Tests:|^ {2}─$/.test(line))
      ? reading("mocha", lastIndex(lines, /^\s+[✓√✔] \S|^\s+\d+\) \S/), { problem: cut("mocha") })
      : null
  }
  let from = 0
  const blocks = ends.map((at) => {
    const tail = lines.slice(at + 1, at + 4)
    const figures = {
      passed: number(lines[at] ?? "", /(\d+) passing/),
      failed: tail.reduce((sum, line) => sum + number(line, /^\s*(\d+) failing\s*$/), 0),
      skipped: tail.reduce((sum, line) => sum + number(line, /^\s*(\d+) pending\s*$/), 0),
    }
    const before = lines.slice(from, at)
    const seen = before.filter((line) => /[✓√✔] \S/.test(line)).length
    const marked = before.filter((line) => /^\s+\d+\) \S/.test(line)).length
    from = at
    return { at, figures, listed: seen === 0 && marked === 0 ? null : { seen, marked } }
  })
  const last = blocks.at(-1)
  const real = blocks.filter(({ listed, figures }) =>
    listed === null ? figures.passed === 0 || blocks.length === 1 : listed.seen >= figures.passed,
  )
  const used = real.length > 0 ? real : blocks
  const figures = used.map((block) => block.figures).reduce(add, none)
  const failing = unique(mochaFailures(lines, used[0]?.at ?? 0)).slice(0, figures.failed)
  // A dot for each test, `!` for each that failed.
  const bangs = lines.slice(0, last?.at ?? 0).reduce((sum, line) => sum + (/^\s*[.․,!]+$/.test(line) ? line.split("!").length - 1 : 0), 0)
  const doubt =
    last?.listed != null && last.listed.seen < last.figures.passed
      ? `mocha's summary says ${last.figures.passed} passed, but ${last.listed.seen} were seen: a test may have printed it.`
      : last?.listed != null && last.figures.failed < last.listed.marked
        ? cut("mocha")
        : failing.length < figures.failed || bangs > figures.failed
          ? cut("mocha")
          : null
  const dots = last !== undefined && last.listed === null && lacksMarks(lines.slice(0, last.at), /^\s*[.․,!]+/, total(last.figures))
  return reading("mocha", last?.at ?? 0, {
    counts: figures,
    failing,
    problem: doubt ?? (dots ? "mocha's summary stands alone: none of its tests was seen." : null),
  })
}

/** ava's default reporter: a rule of one dash, then `N tests passed` and what else there is. */
export const readAva: TextReader = ({ lines }) => {
  const nothing = lastIndex(lines, /^\s*✘ (Couldn[’']t find any files to test|No tests found in)/)
  const summary = /^\s{2}(\d+) (tests?|known failures?|uncaught exceptions?|unhandled rejections?|tests? failed|hooks?|skipped|todo)\b/
  const at = lastIndex(lines, summary)
  const rule = lastIndex(lines, /^\s{2}─+$/)
  const ticks = lines.filter((line) => /^\s{2}[✔✓] \S/.test(line)).length
  const crossed = matches(lines, /^\s{2}[✘✖] \[fail\]: (.+)$/).map(([, name = ""]) =>
    name.replace(/ (?:\([\d.]+m?s\)|Error.*)$/, "").replaceAll(" › ", " > "),
  )
  const odd = lines.some((line) =>
    /^\s{2}(✘|✖) (\[fail\]|.* exited|Exiting due to|\d+ tests? remaining)|^\s+Uncaught exception in /.test(line),
  )
  if (!odd && nothing < 0 && (at < 0 || rule < 0)) return null
  const ended = lastIndex(lines, /^\s{2}✘ (Exiting due to|\d+ tests? remaining in)/)
  const tail = at < 0 ? [] : lines.slice(lastIndex(lines.slice(0, at + 1), /^\s{2}─+$/) + 1)
  const say = (pattern: RegExp) => tail.reduce((sum, line) => sum + number(line, pattern), 0)
  const passedSaid = say(/^\s{2}(\d+) tests? passed/)
  const failedSaid = say(/^\s{2}(\d+) tests? failed/)
  const known = say(/^\s{2}(\d+) known failures?/)
  const uncaught = say(/^\s{2}(\d+) uncaught exceptions?/) + say(/^\s{2}(\d+) unhandled rejections?/) + say(/^\s{2}(\d+) hooks? failed/)
  const loads = unique(matches(lines, /^\s{2}[✘✖] (.+?) exited (?:with|due)/).map(([, file = ""]) => file))
  const figures = {
    // Where tests failed ava does not say how many passed: they are counted.
    passed: failedSaid > 0 || passedSaid === 0 ? Math.max(passedSaid, ticks) : passedSaid,
    failed: Math.max(failedSaid, crossed.length),
    skipped: say(/^\s{2}(\d+) tests? skipped/) + say(/^\s{2}(\d+) tests? todo/) + known,
  }
  if (at < 0 && nothing >= 0 && ticks === 0) return reading("ava", nothing)
  return reading("ava", Math.max(at, rule, nothing), {
    counts: figures,
    failing: unique(crossed),
    loadErrors: loads.map((file) => ({ file, message: "ended before its tests did" })),
    otherFailure: uncaught > 0 ? `${uncaught} uncaught exception(s), rejection(s) or hook(s)` : null,
    problem:
      ended >= 0 || at < 0
        ? cut("ava")
        : passedSaid > ticks && ticks > 0
          ? `ava's summary says ${passedSaid} passed, but ${ticks} were seen.`
          : null,
  })
}
