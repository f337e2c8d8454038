import type { CheatFinding, Comparison } from "./Verdict.ts"

/** What the run does with the gate's word. */
export type NextStep =
  | { readonly _tag: "Accept" }
  | { readonly _tag: "SendBack"; readonly findings: ReadonlyArray<string> }
  | {
      readonly _tag: "Stop"
      readonly code: string
      readonly class: "transient" | "permanent" | "needs_human"
      readonly reason: string
      readonly remedy: string
    }

export interface AfterVerify {
  readonly comparison: Comparison
  readonly findings: ReadonlyArray<CheatFinding>
  /** Files of the change; a change of nothing resolves nothing. */
  readonly changedFiles: number
  /** Counts from 1. */
  readonly round: number
  readonly maxRounds: number
}

const SAY_MORE = "Describe the wanted behaviour more precisely in the issue, or make the change by hand, then set the label again."

/** Pure: the gate's word on this round, and whether another round is left to mend it. */
export const afterVerify = ({ comparison, findings, changedFiles, round, maxRounds }: AfterVerify): NextStep => {
  const mayTryAgain = round < maxRounds
  const sendBackOr = (words: ReadonlyArray<string>, code: string, reason: string): NextStep =>
    mayTryAgain ? { _tag: "SendBack", findings: words } : { _tag: "Stop", code, class: "needs_human", reason, remedy: SAY_MORE }

  if (changedFiles === 0) {
    return sendBackOr(
      ["You changed no file. Make the change that resolves the issue, then call finish."],
      "no_change",
      "The model finished without changing any file.",
    )
  }
  const blocking = findings.filter((finding) => finding.severity === "block")
  if (blocking.length > 0) {
    const words = blocking.map((finding) => `${finding.rule} in ${finding.file}: ${finding.explanation} (${finding.line.trim()})`)
    return sendBackOr(words, "gate_weakened_tests", `The change makes the checks weaker instead of the code better: ${words[0]}`)
  }
  switch (comparison.verdict) {
    case "pass":
    case "existing_failures_only":
    case "no_tests":
      return { _tag: "Accept" }
    case "regressed":
    case "timed_out":
      return sendBackOr([], `gate_${comparison.verdict}`, `The gate stopped the change after ${round} rounds: ${comparison.reason}`)
    case "flaky":
      return {
        _tag: "Stop",
        code: "gate_flaky",
        class: "needs_human",
        reason: comparison.reason,
        remedy: "Make those tests repeatable, then set the label again.",
      }
    case "infrastructure":
      return {
        _tag: "Stop",
        code: "gate_infrastructure",
        class: "transient",
        reason: comparison.reason,
        remedy: "Loom tries again by itself; if it stays, the operator looks at the sandbox host (memory, disk).",
      }
    case "broken_baseline":
      return {
        _tag: "Stop",
        code: "gate_broken_baseline",
        class: "needs_human",
        reason: comparison.reason,
        remedy: "Mend the tests of the base branch, or name working ones as `test:` in `.github/loom.yml`, then set the label again.",
      }
  }
}
