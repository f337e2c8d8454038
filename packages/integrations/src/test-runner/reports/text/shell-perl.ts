import { cut, lastIndex, matches, number, reading, unique, type TextReader } from "./TextReading.ts"

/** bats with its pretty formatter: `✓`, `✗` and `-` lines, then `N tests, N failures`. */
export const readBats: TextReader = ({ lines }) => {
  const at = lastIndex(lines, /^\d+ tests?, \d+ failures?(, \d+ skipped)?(, \d+ not run)?( in \d+ seconds?)?$/)
  const marks = matches(lines, /^\s*(✓|✗|-) (.+)$/)
  const ok = marks.filter((found) => found[1] === "✓").length
  const bad = marks.filter((found) => found[1] === "✗").map((found) => found[2] ?? "")
  if (at < 0) {
    return ok + bad.length > 0 && lines.some((line) => /^\S+\.bats$|\.bats, line \d+/.test(line))
      ? reading("bats", lastIndex(lines, /^\s*[✓✗] /), {
          problem: cut("bats"),
          failing: unique(bad),
          counts: { passed: ok, failed: bad.length, skipped: 0 },
        })
      : null
  }
  const line = lines[at] ?? ""
  const [all, failed, skipped] = [number(line, /^(\d+)/), number(line, /(\d+) failure/), number(line, /(\d+) skipped/)]
  const unrun = number(line, /(\d+) not run/)
  return reading("bats", at, {
    counts: { passed: Math.max(0, all - failed - skipped - unrun), failed, skipped: skipped + unrun },
    failing: unique(bad),
    stopped: unrun > 0,
    problem: ok + bad.length < all - skipped - unrun ? `bats' summary says ${all} tests, but ${marks.length} were seen.` : null,
  })
}

/** prove: `Files=N, Tests=N`, and `Result:` after it. The failed tests stand in the report before. */
export const readProve: TextReader = ({ lines }) => {
  const files = matches(lines, /^(\S+\.t) \.+ ?(.*)$/)
  const at = lastIndex(lines, /^Files=\d+, Tests=\d+,/)
  if (at < 0) return files.length > 0 ? reading("prove", lastIndex(lines, /^\S+\.t \.+/), { problem: cut("prove") }) : null
  const tests = number(lines[at] ?? "", /Tests=(\d+)/)
  const result = /^Result: (\w+)/.exec(lines[at + 1] ?? "")?.[1] ?? null
  const report = lines.slice(lastIndex(lines.slice(0, at), /^Test Summary Report$/) + 1, at)
  const entries = report.flatMap((line, index) => {
    const found = /^(\S+)\s+\(Wstat: .*Tests: (\d+) Failed: (\d+)\)/.exec(line)
    if (found === null) return []
    const rest = report.slice(index + 1)
    const until = rest.findIndex((text) => /^\S+\s+\(Wstat:/.test(text))
    const own = (until < 0 ? rest : rest.slice(0, until)).join("\n")
    return [{ file: found[1] ?? "", tests: Number(found[2]), failed: Number(found[3]), own }]
  })
  const failed = entries.reduce((sum, entry) => sum + entry.failed, 0)
  const numbers = (own: string) =>
    (/Failed tests?:\s+([\d\s,-]+)/.exec(own)?.[1] ?? "").split(/[,\s]+/).flatMap((word) => {
      const [from = 0, to = from] = word.split("-").map(Number)
      return word === "" || to - from > 10_000 ? [] : Array.from({ length: to - from + 1 }, (_, index) => from + index)
    })
  const wrong = entries.filter((entry) => entry.failed === 0 && /Parse errors|Non-zero exit|Non-zero wait/.test(entry.own))
  const skipped = lines.reduce((sum, line) => sum + number(line, /less (\d+) skipped subtests?/), 0)
  const list = lines.filter((line) => /^\S+\.t \.+ ?/.test(line)).length
  return reading("prove", at, {
    counts: { passed: Math.max(0, tests - failed - skipped), failed, skipped },
    failing: entries.flatMap((entry) => (entry.failed > 0 ? numbers(entry.own).map((test) => `${entry.file} > test ${test}`) : [])),
    loadErrors: wrong.map((entry) => ({ file: entry.file, message: entry.own.trim().slice(0, 500) })),
    problem:
      result === null
        ? cut("prove")
        : result === "FAIL" && failed === 0 && wrong.length === 0
          ? cut("prove")
          : list < number(lines[at] ?? "", /Files=(\d+)/) && list === 0
            ? "prove's summary stands alone: its files were not seen."
            : null,
  })
}
