import type { Runner } from "@loom/core/domain/Recipe"
import type { Part } from "./Part.ts"
import { parseTap } from "./tap.ts"

const number = (text: string, pattern: RegExp): number | null => {
  const found = pattern.exec(text)
  return found?.[1] === undefined ? null : Number(found[1])
}

interface Rule {
  readonly runner: Runner
  /** Must stand in the last lines, where a runner writes its summary. */
  readonly when: RegExp
  readonly read: (tail: string) => { readonly passed: number; readonly failed: number; readonly skipped: number }
}

const plainCounts = (passed: RegExp, failed: RegExp, skipped: RegExp) => (tail: string) => ({
  passed: number(tail, passed) ?? 0,
  failed: number(tail, failed) ?? 0,
  skipped: number(tail, skipped) ?? 0,
})

/** Summaries of runners that were started in a way that takes no reporter (inside grunt, a script of the repository's own, …). */
const rules: ReadonlyArray<Rule> = [
  {
    runner: "vitest",
    when: /^\s*Test Files\s+\d/m,
    read: (tail) => plainCounts(/(\d+) passed/, /(\d+) failed/, /(\d+) (?:skipped|todo)/)(/^\s*Tests\s+.*$/m.exec(tail)?.[0] ?? ""),
  },
  {
    runner: "jest",
    when: /^Tests:\s+.*\d+ total/m,
    read: (tail) => plainCounts(/(\d+) passed/, /(\d+) failed/, /(\d+) (?:skipped|todo)/)(/^Tests:.*$/m.exec(tail)?.[0] ?? ""),
  },
  {
    runner: "mocha",
    when: /^\s*\d+ passing\b/m,
    read: plainCounts(/^\s*(\d+) passing\b/m, /^\s*(\d+) failing\b/m, /^\s*(\d+) pending\b/m),
  },
  {
    runner: "pytest",
    when: /^=* ?(?:\d+ \w+,? ?)+in [\d.]+s/m,
    read: plainCounts(/(\d+) passed/, /(\d+) (?:failed|errors?)/, /(\d+) skipped/),
  },
  {
    runner: "unittest",
    when: /^Ran \d+ tests? in /m,
    read: (tail) => {
      const failed = (number(tail, /failures=(\d+)/) ?? 0) + (number(tail, /errors=(\d+)/) ?? 0)
      const skipped = number(tail, /skipped=(\d+)/) ?? 0
      return { failed, skipped, passed: Math.max(0, (number(tail, /^Ran (\d+) tests?/m) ?? 0) - failed - skipped) }
    },
  },
  {
    runner: "jasmine",
    when: /^\d+ specs?, \d+ failures?/m,
    read: (tail) => {
      const failed = number(tail, /specs?, (\d+) failures?/) ?? 0
      const skipped = number(tail, /(\d+) pending specs?/) ?? 0
      return { failed, skipped, passed: (number(tail, /^(\d+) specs?,/m) ?? 0) - failed - skipped }
    },
  },
  {
    runner: "uvu",
    when: /^\s*Total:\s+\d+\s+Passed:\s+\d+/m,
    read: (tail) => {
      const passed = number(tail, /Passed:\s+(\d+)/) ?? 0
      const skipped = number(tail, /Skipped:\s+(\d+)/) ?? 0
      return { passed, skipped, failed: (number(tail, /Total:\s+(\d+)/) ?? 0) - passed - skipped }
    },
  },
]

/**
 * Fallback when nothing could be injected: TAP if the output is TAP, else the last summary of a known shape. Only the last 40 lines
 * count, since anything before may be printed by a test. Null when the text says nothing.
 */
export const readText = (runner: Runner, text: string): Part | null => {
  if (/^TAP version 1[234]$/m.test(text) && /^1\.\.\d+/m.test(text)) return parseTap(runner === "exit-code" ? "tap" : runner, "text", text)
  const tail = text.trimEnd().split("\n").slice(-40).join("\n")
  const ordered = [...rules.filter((rule) => rule.runner === runner), ...rules.filter((rule) => rule.runner !== runner)]
  for (const rule of ordered) {
    if (rule.when.test(tail))
      return { runner: rule.runner, format: "text", tests: [], loadErrors: [], problem: null, counts: rule.read(tail) }
  }
  return null
}
