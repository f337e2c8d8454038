import { cut, lastIndex, matches, number, reading, unique, type TextReader } from "./TextReading.ts"

/** The spec reporter of node:test: eight `ℹ` lines at the end, then the failing tests once more. */
export const readNodeSpec: TextReader = ({ lines }) => {
  const at = lastIndex(lines, /^ℹ tests \d+/)
  const ticks = lines.filter((line) => /^\s*✔ .+ \([\d.]+m?s\)/.test(line)).length
  const crosses = matches(lines, /^\s*✖ (.+) \([\d.]+m?s\)(?: # .*)?$/).map(([, name = ""]) => name)
  if (at < 0) {
    return ticks + crosses.length > 0
      ? reading("node:test", lastIndex(lines, /^\s*[✔✖] .+ \([\d.]+m?s\)/), {
          problem: cut("node:test"),
          failing: unique(crosses),
          counts: { passed: ticks, failed: crosses.length, skipped: 0 },
        })
      : null
  }
  const block = lines.slice(at, at + 9)
  const say = (word: string) => block.reduce((sum, line) => sum + number(line, new RegExp(`^ℹ ${word} (\\d+)`)), 0)
  const [tests, passed, skipped] = [say("tests"), say("pass"), say("skipped") + say("todo")]
  const failed = say("fail") + say("cancelled")
  const whole = block.some((line) => /^ℹ duration_ms [\d.]+/.test(line))
  // Only the list at the end: a suite that failed through its tests is crossed too.
  const list = lines.slice(lines.findIndex((line, index) => index > at && line.startsWith("✖ failing tests:")) + 1)
  const again = failed > 0 ? matches(list, /^✖ (.+) \([\d.]+m?s\)(?: # .*)?$/).map(([, name = ""]) => name) : []
  const files = again.filter((name) => /\.[cm]?[jt]sx?$/.test(name))
  return reading("node:test", at, {
    counts: { passed, failed, skipped },
    failing: unique(again.filter((name) => !files.includes(name))),
    loadErrors: files.map((file) => ({ file, message: "The file failed outside of its tests." })),
    failedLoads: files.length,
    problem: !whole ? cut("node:test") : tests !== passed + failed + skipped ? "node:test's figures do not add up." : null,
    otherFailure:
      lines.slice(at).find((line) => /^ℹ Error: .*coverage does not meet threshold|^Error: .*coverage does not meet/.test(line)) ?? null,
  })
}
