import { add, cut, lacksMarks, lastIndex, matches, none, number, reading, unique, withContext, type TextReader } from "./TextReading.ts"

/** jasmine: marks after `Started`, then `N specs, N failures` and `Finished in`. */
export const readJasmine: TextReader = ({ lines }) => {
  const started = lines.findIndex((line) => /^Started\s*$/.test(line))
  const at = lastIndex(lines, /^\d+ specs?, \d+ failures?(, \d+ pending specs?)?\s*$/)
  const nothing = lastIndex(lines, /^(Incomplete: )?No specs found\s*$/)
  const jasmine = lines.some((line) => /^Randomized with seed|^Jasmine started/.test(line))
  if (at < 0 && nothing < 0 && !(started >= 0 && jasmine)) return null
  if (at < 0) return nothing >= 0 ? reading("jasmine", nothing) : reading("jasmine", started, { problem: cut("jasmine") })
  const line = lines[at] ?? ""
  const [specs, failed, skipped] = [number(line, /^(\d+) spec/), number(line, /, (\d+) failure/), number(line, /(\d+) pending/)]
  const focused = lines.some((text) => /^Incomplete: fit\(\) or fdescribe\(\) was found|^Ran \d+ of \d+ specs?/.test(text))
  const failing = unique(matches(lines, /^\d+\) (.+)$/).map(([, name = ""]) => name))
  const alone = started >= 0 && lacksMarks(lines.slice(started + 1, at), /^[.F*]+/, specs)
  const hooks = lines.some((text) => /^Suite error: |^\s*An error was thrown in an (after|before)All/.test(text))
  return reading("jasmine", at, {
    counts: { passed: Math.max(0, specs - failed - skipped), failed, skipped },
    failing: failing.slice(0, Math.max(failed, 0) + skipped).slice(0, Math.max(failed, 1)),
    problem: !lines.slice(at, at + 3).some((text) => /^Finished in [\d.]+ seconds?$/.test(text))
      ? cut("jasmine")
      : alone
        ? "jasmine's summary stands alone: its specs were not seen."
        : null,
    otherFailure: focused
      ? "jasmine calls the run incomplete: fit() or fdescribe() was found"
      : hooks
        ? "an error outside of the specs"
        : null,
  })
}

/** uvu: `Total`, `Passed`, `Skipped`, `Duration`. */
export const readUvu: TextReader = ({ lines }) => {
  const at = lastIndex(lines, /^\s*Total:\s+\d+\s*$/)
  const early = lastIndex(lines, /^Exiting early before testing is finished\.$/)
  if (at < 0 && early < 0) return null
  const block = lines.slice(at, at + 4).join("\n")
  if (at >= 0 && !/^\s*Passed:\s+\d+/m.test(block)) return null
  const [all, passed, skipped] = [number(block, /Total:\s+(\d+)/), number(block, /Passed:\s+(\d+)/), number(block, /Skipped:\s+(\d+)/)]
  const ran = matches(lines.slice(0, at), /\((\d+) \/ (\d+)\)\s*$/)
  const seen = ran.reduce((sum, found) => sum + Number(found[2]), 0)
  const failing = unique(
    matches(lines, /^\s*FAIL\s+(?:(\S.*?)\s+)?"(.+)"\s*$/).map(([, suite, name = ""]) => (suite ? `${suite} > ${name}` : name)),
  )
  return reading("uvu", Math.max(at, early), {
    counts: { passed, skipped, failed: Math.max(0, all - passed) },
    failing,
    problem:
      early >= 0 || !/Duration:\s+[\d.]+/.test(block)
        ? cut("uvu")
        : ran.length > 0 && seen !== all
          ? `uvu's summary says ${all} tests, but ${seen} were seen.`
          : all > 0 && ran.length === 0
            ? "uvu's summary stands alone: its tests were not seen."
            : null,
  })
}

/** bun: one line per test with its file before, then `N pass`, `N fail` and `Ran N tests across M files`. */
export const readBun: TextReader = ({ lines }) => {
  const header = lines.findIndex((line) => /^bun test v?\d/.test(line))
  const at = lastIndex(lines, /^Ran \d+ tests? across \d+ files?\b/)
  const nothing = lastIndex(lines, /^(error: )?(No tests found!|0 test files matching|.*did not match any test files)/)
  if (header < 0 && at < 0) return null
  const seen = { pass: 0, fail: 0 }
  const failing = unique(
    matches(lines, /^(\(pass\)|\(fail\)|✓|✗) (.+?)(?: \[[\d.]+m?s\])?$/).flatMap(([, mark = "", name = ""]) => {
      const ok = mark === "(pass)" || mark === "✓"
      seen[ok ? "pass" : "fail"]++
      return ok ? [] : [name]
    }),
  )
  const errors = lines.filter((line) => line.startsWith("# Unhandled error between tests")).length
  const loadErrors = withContext(lines, /^# Unhandled error between tests/, /^\S+\.\w+:$/).map(({ context, index }) => ({
    file: context?.slice(0, -1) ?? "(a test file)",
    message: lines.slice(index + 2, index + 8).join("\n"),
  }))
  if (at < 0)
    return nothing >= 0
      ? reading("bun", nothing)
      : reading("bun", header, { problem: cut("bun"), failing, loadErrors, counts: { passed: seen.pass, failed: seen.fail, skipped: 0 } })
  const block = lines.slice(Math.max(0, at - 10), at + 1)
  const say = (word: string) => number(block.findLast((line) => new RegExp(`^ *\\d+ ${word}\\b`).test(line)) ?? "", /(\d+)/)
  const figures = { passed: say("pass"), failed: say("fail"), skipped: say("skip") + say("todo") }
  const listed = seen.pass + seen.fail > 0
  const dotted = lines.slice(Math.max(0, header), at).some((line) => /^\.+$/.test(line))
  return reading("bun", at, {
    counts: figures,
    failing,
    loadErrors,
    failedLoads: Math.min(errors, Math.max(0, figures.failed - seen.fail)),
    // bun lists every test; for an agent only the failing ones, and with `--dots` a dot each.
    problem:
      !dotted && ((seen.pass > 0 && seen.pass < figures.passed) || (!listed && figures.passed > 0))
        ? `bun's summary says ${figures.passed} passed, but ${seen.pass} were seen.`
        : null,
    stopped: lines.some((line) => /^Bailed out after \d+ failure/.test(line)),
  })
}

/** deno: `running N tests from …`, one line per test, then `ok | N passed | N failed`. */
export const readDeno: TextReader = ({ lines }) => {
  const summary = /^(ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed(?: \(\d+ steps?\))?(.*?)(?: \((\d.*)\))?$/
  const announced = matches(lines, /^running (\d+) tests? from (\S+)/).reduce((sum, found) => sum + Number(found[1]), 0)
  const started = lastIndex(lines, /^running \d+ tests? from /)
  const nothing = lastIndex(lines, /^error: No test modules found/)
  const unchecked = lastIndex(lines, /^error: (Type checking failed|Module not found|.*is not exported|Uncaught)/)
  // What tests print stands between these two rules.
  let printed = false
  const inside = lines.map((line) => {
    if (/^-+ (post-test )?output -+$/.test(line)) printed = true
    if (/^-+ (post-test )?output end -+$/.test(line)) printed = false
    return printed
  })
  const at = lines.findLastIndex((line, index) => summary.test(line) && inside[index] !== true)
  if (started < 0 && at < 0 && nothing < 0 && unchecked < 0) return null
  if (started < 0 && at < 0) {
    if (nothing >= 0) return reading("deno", nothing)
    return lines.some((line) => /^Check |\[ERROR\]|deno/i.test(line))
      ? reading("deno", unchecked, {
          loadErrors: [{ file: "(type check)", message: lines.slice(Math.max(0, unchecked - 5), unchecked + 1).join("\n") }],
        })
      : null
  }
  const failing = unique(
    matches(lines, /^(\S.*?) => (\S+?):\d+:\d+$/).map(
      ([, name = "", file = ""]) => `${file.replace(/^\.\//, "")} > ${name.split(" ... ").join(" > ")}`,
    ),
  )
  const loads = unique(matches(lines, /^(\S+) \(uncaught error\)(?: \.\.\. FAILED)?/).map(([, file = ""]) => file))
  const loadErrors = loads.map((file) => ({ file, message: "uncaught error" }))
  const found = at < 0 ? null : summary.exec(lines[at] ?? "")
  if (found === null)
    return reading("deno", started, {
      problem: cut("deno"),
      failing,
      loadErrors,
      counts: { passed: 0, failed: failing.length, skipped: 0 },
    })
  const figures = { passed: Number(found[2]), failed: Number(found[3]), skipped: number(found[4] ?? "", /(\d+) ignored/) }
  const seen = add(figures, none)
  const all = seen.passed + seen.failed + seen.skipped - loads.length
  const filtered = number(found[4] ?? "", /(\d+) filtered out/)
  return reading("deno", at, {
    counts: figures,
    failing,
    loadErrors,
    failedLoads: loads.length,
    problem:
      started < 0
        ? lacksMarks(lines.slice(0, at), /^[.!,]+$/, all)
          ? "deno's summary stands alone: its tests were not seen."
          : null
        : announced < all
          ? `deno's summary says ${all} tests, but ${announced} were announced.`
          : null,
    stopped: announced > all && filtered === 0 && figures.failed > 0,
  })
}
