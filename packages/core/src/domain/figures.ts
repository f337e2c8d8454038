import type { Counts } from "./TestReport.ts"
import type { Usage } from "./Usage.ts"
import type { Comparison, Verdict } from "./Verdict.ts"
import { cell } from "./safe-markdown.ts"

/** `0.4 s`, `12 s`, `3 min 20 s`, `1 h 05 min`. */
export const duration = (ms: number): string => {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`
}

/** Money and tokens of a run, as people read them; an unknown price is said, never shown as nothing. */
export const spent = (usage: Usage): string => {
  if (usage.requests === 0) return "nothing yet"
  const money = usage.costUsd === null ? "price of the model unknown" : `$${usage.costUsd.toFixed(usage.costUsd < 1 ? 4 : 2)}`
  const tokens = (usage.inputTokens + usage.outputTokens).toLocaleString("en-US")
  return `${money} (${usage.requests} model ${usage.requests === 1 ? "request" : "requests"}, ${tokens} tokens)`
}

export const verdictWords: Record<Verdict, string> = {
  pass: "All tests pass.",
  existing_failures_only: "Only tests that failed before still fail.",
  regressed: "Tests that passed before fail now.",
  flaky: "Some tests differ between two runs of the same code.",
  timed_out: "The tests did not end in time.",
  infrastructure: "The tests could not be run; this says nothing about the change.",
  no_tests: "Nothing was verified: no tests were found.",
  broken_baseline: "The tests do not run even without the change.",
}

/** ✅ only where the gate lets a change through as proven. */
export const verdictIcon = (verdict: Verdict): string =>
  verdict === "pass" || verdict === "existing_failures_only" ? "✅" : verdict === "no_tests" ? "⚠️" : "❌"

/** Tests before and after. */
export const countsTable = (comparison: Pick<Comparison, "base" | "head">): string => {
  const row = (name: string, counts: Counts) => `| ${name} | ${counts.passed} | ${counts.failed} | ${counts.skipped} |`
  return ["| | passed | failed | skipped |", "|---|---:|---:|---:|", row("before", comparison.base), row("after", comparison.head)].join(
    "\n",
  )
}

/** Rows of a list longer than this are counted, not shown. */
const MAX_ROWS = 30

/** Test ids as a list of inline code under a heading; empty when there are none. */
export const testList = (heading: string, ids: ReadonlyArray<string>): ReadonlyArray<string> =>
  ids.length === 0
    ? []
    : [
        `${heading} (${ids.length}):`,
        "",
        ...ids.slice(0, MAX_ROWS).map((id) => `- ${cell(id, 300)}`),
        ...(ids.length > MAX_ROWS ? [`- and ${ids.length - MAX_ROWS} more`] : []),
        "",
      ]
