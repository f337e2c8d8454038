import type { Runner } from "@loom/core/domain/Recipe"
import { parseTap } from "../tap.ts"
import { cut, lastIndex, matches, number, reading, unique, type Output, type TextReader } from "./TextReading.ts"

const runnerOf = ({ text }: Output): Runner =>
  /^# duration_ms [\d.]+$/m.test(text)
    ? "node:test"
    : (!/^TAP version/m.test(text) && /^1\.\.\d+\n(?:# .*\n)*(?:not )?ok 1 (?!- )/m.test(text)) ||
        /^# \((?:in test file|from function).*\.bats/m.test(text) ||
        /^(?:not )?ok \d+ .*(?: # in \d+ ms)$/m.test(text)
      ? "bats"
      : / › /.test(text) && /^# .* exited |^---tty-stream-chunk-separator/m.test(text)
        ? "ava"
        : "tap"

/** TAP on standard output, from its first line on: every document of it is read, and figures are added up. */
export const readTapText =
  (wanted: Runner | "auto"): TextReader =>
  (output) => {
    const { lines } = output
    const nothing = lines.findIndex((line) => /^No test files found$/.test(line))
    if (nothing >= 0 && (wanted === "tap" || lines.filter((line) => line !== "" && !line.startsWith("npm ")).length < 4))
      return reading("tap", nothing)
    const version = lines.findIndex((line) => /^TAP version 1[234]$/.test(line))
    const points = lastIndex(lines, /^(not )?ok \d+\b/)
    const plan = lastIndex(lines, /^1\.\.\d+/)
    if (version < 0 && (plan < 0 || (points < 0 && !(lines[plan] ?? "").startsWith("1..0")))) return null
    const runner = wanted === "auto" || wanted === "exit-code" ? runnerOf(output) : wanted
    const starts = lines.flatMap((line, index) => (/^TAP version 1[234]$/.test(line) ? [index] : []))
    const from = starts.length === 0 ? [0] : starts
    const parts = from.map((start, index) => parseTap(runner, "text", lines.slice(start, from[index + 1] ?? lines.length).join("\n")))
    const tests = parts.flatMap((part) => part.tests)
    const count = (status: string) => tests.filter((test) => test.status === status).length
    const loadErrors = parts.flatMap((part) => part.loadErrors)
    return reading(
      runner,
      Math.max(version, points, plan, lastIndex(lines, /^# (tests|pass|fail|todo|duration_ms)\s+[\d.]+$|^# \{ total/)),
      {
        counts: { passed: count("passed"), failed: count("failed"), skipped: count("skipped") },
        tests,
        loadErrors,
        failing: tests.flatMap((test) => (test.status === "failed" ? [test.path.join(" > ")] : [])),
        problem: parts.find((part) => part.problem !== null)?.problem ?? null,
      },
    )
  }

/** node-tap's own reporters: `Asserts:` and `Suites:` at the end, and the failing assertions by their path. */
export const readNodeTap: TextReader = ({ lines }) => {
  const at = lastIndex(lines, /^\s?Asserts:\s+\d+ (pass|failed|passed)/)
  if (at < 0) return null
  const line = lines[at] ?? ""
  const say = (pattern: RegExp) => number(line, pattern)
  const failed = say(/(\d+) fail/)
  const suites = lines.slice(at - 3 < 0 ? 0 : at - 3, at + 3).find((text) => /^\s?Suites:/.test(text)) ?? null
  const seen = lines.slice(0, at).filter((text) => /^\s?(PASS|FAIL|SKIP)\s+\S/.test(text)).length
  const failing = unique(matches(lines.slice(0, at), /^✖ (.+?)(?: \S+:\d+:\d+)?$/).map(([, name = ""]) => name))
  return reading("tap", at, {
    counts: { passed: say(/(\d+) pass/), failed, skipped: say(/(\d+) skip/) + say(/(\d+) todo/) },
    failing,
    problem: suites === null ? cut("tap") : seen === 0 ? "tap's summary stands alone: its files were not seen." : null,
    otherFailure: failed === 0 && number(suites ?? "", /(\d+) fail/) > 0 ? "a test file failed outside of its tests" : null,
  })
}

/** tap-spec, behind a pipe that hides the exit code: `total:`, `passing:`, `failing:`, `duration:`, each assertion with its mark before. */
export const readTapSpec: TextReader = ({ lines }) => {
  const at = lastIndex(lines, /^\s+total:\s+\d+\s*$/)
  if (at < 0 || !/^\s+passing:\s+\d+\s*$/.test(lines[at + 1] ?? "")) return null
  const block = lines.slice(at, at + 4).join("\n")
  const [passed, failed] = [number(block, /passing:\s+(\d+)/), number(block, /failing:\s+(\d+)/)]
  const seen = lines.slice(0, at).filter((line) => /^\s+✔ /.test(line)).length
  return reading("tap", lastIndex(lines, /^\s+(total|passing|failing|duration):\s+\d/), {
    counts: { passed, failed, skipped: 0 },
    failing: unique(matches(lines.slice(0, at), /^\s+✖ (.+?)\s*$/).map(([, name = ""]) => name)),
    problem:
      !/^\s+duration:\s+\d/m.test(block) || passed + failed !== number(block, /total:\s+(\d+)/)
        ? cut("tap")
        : seen === passed
          ? null
          : `tap-spec's summary says ${passed} passed, but ${seen} were seen.`,
  })
}
