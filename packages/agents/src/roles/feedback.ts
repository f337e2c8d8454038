import type { Comparison } from "@loom/core/domain/Verdict"
import type { TranscriptMessage } from "@loom/core/ports/Agents"
import { quoteUntrusted } from "../prompts/quote-untrusted.ts"

const MAX_FAILURES = 20

export interface FeedbackInput {
  readonly comparison: Comparison | null
  readonly findings: ReadonlyArray<string>
  readonly round: number
  readonly maxRounds: number
}

const renderComparison = (comparison: Comparison): ReadonlyArray<string> => {
  const regressed = new Set(comparison.regressed)
  // Test ids and messages come out of the repository's own code.
  const failures = comparison.failures
    .toSorted((a, b) => Number(regressed.has(b.id)) - Number(regressed.has(a.id)))
    .slice(0, MAX_FAILURES)
    .map(
      (test) =>
        `${regressed.has(test.id) ? "BROKEN BY YOUR CHANGE" : "failing"}: ${test.id}${test.location === null ? "" : ` (${test.location.file}:${test.location.line})`}\n${test.message?.slice(0, 1500) ?? ""}`,
    )
  return [
    `The gate says ${comparison.verdict}: ${comparison.reason}`,
    `Before your change: ${comparison.base.passed} passed, ${comparison.base.failed} failed. Now: ${comparison.head.passed} passed, ${comparison.head.failed} failed.`,
    ...(comparison.removed.length === 0
      ? []
      : [`Tests that are gone and must come back: ${comparison.removed.slice(0, MAX_FAILURES).join("; ")}`]),
    ...(failures.length === 0 ? [] : [quoteUntrusted("test output", failures.join("\n\n"), 20_000)]),
  ]
}

/** Hands the gate's failures, or a review's findings, back to the coder, as an encoded effect/ai user message. */
export const feedback = ({ comparison, findings, round, maxRounds }: FeedbackInput): TranscriptMessage => {
  const text = [
    `Your change was checked and must be improved (round ${round} of ${maxRounds}).`,
    ...(comparison === null ? [] : renderComparison(comparison)),
    ...(findings.length === 0
      ? []
      : ["Findings:", quoteUntrusted("findings of the check", findings.map((finding) => `- ${finding}`).join("\n"), 10_000)]),
    "Mend the cause, run the tests, and call finish again. If a finding is wrong, say why in risks.",
  ].join("\n")
  return { role: "user", content: [{ type: "text", text }] }
}
