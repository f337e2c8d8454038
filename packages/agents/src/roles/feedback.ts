import type { Comparison } from "@loom/core/domain/Verdict"
import type { TranscriptMessage } from "@loom/core/ports/Agents"
import { quoteUntrusted } from "../prompts/quote-untrusted.ts"

const MAX_FAILURES = 12
/** Characters of one failure: its message and the first lines of its stack; a log is not what mends a test. */
const MAX_MESSAGE = 800
const MAX_FAILURE_CHARS = 8_000
const MAX_FINDING_CHARS = 6_000

/** The message's head, and its last line where that is cut: the cause of a chain often stands there. */
const short = (message: string): string => {
  if (message.length <= MAX_MESSAGE) return message
  const last = message.trimEnd().split("\n").at(-1)?.trim().slice(0, 200) ?? ""
  return `${message.slice(0, MAX_MESSAGE - last.length)}\n…\n${last}`
}

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
        `${regressed.has(test.id) ? "BROKEN BY YOUR CHANGE" : "failing"}: ${test.id}${test.location === null ? "" : ` (${test.location.file}:${test.location.line})`}\n${short(test.message ?? "")}`,
    )
  const left = comparison.failures.length - failures.length
  return [
    `The gate says ${comparison.verdict}: ${comparison.reason}`,
    `Before your change: ${comparison.base.passed} passed, ${comparison.base.failed} failed. Now: ${comparison.head.passed} passed, ${comparison.head.failed} failed.`,
    ...(comparison.removed.length === 0
      ? []
      : [`Tests that are gone and must come back: ${comparison.removed.slice(0, MAX_FAILURES).join("; ").slice(0, 4_000)}`]),
    ...(failures.length === 0 ? [] : [quoteUntrusted("test output", failures.join("\n\n"), MAX_FAILURE_CHARS)]),
    ...(left > 0 ? [`${left} more fail; run_tests names them.`] : []),
    ...((comparison.unstable ?? []).length === 0
      ? []
      : [
          "Unstable without your change too, leave them alone:",
          quoteUntrusted("test ids", (comparison.unstable ?? []).slice(0, MAX_FAILURES).join("; "), 2_000),
        ]),
  ]
}

/** Hands the gate's failures, or a review's findings, back to the coder, as an encoded effect/ai user message. */
export const feedback = ({ comparison, findings, round, maxRounds }: FeedbackInput): TranscriptMessage => {
  const text = [
    `Your change was checked and must be improved (round ${round} of ${maxRounds}).`,
    ...(comparison === null ? [] : renderComparison(comparison)),
    ...(findings.length === 0
      ? []
      : ["Findings:", quoteUntrusted("findings of the check", findings.map((finding) => `- ${finding}`).join("\n"), MAX_FINDING_CHARS)]),
    "Mend the cause, run the tests, and call finish again. If a finding is wrong, say why in risks.",
  ].join("\n")
  return { role: "user", content: [{ type: "text", text }] }
}
