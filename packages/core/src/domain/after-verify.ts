import type { GateReport, GateResult, TestProof } from "./Gate.ts"
import type { CheatFinding, Comparison } from "./Verdict.ts"

/** What the run does with the gate's word. */
export type NextStep =
  | { readonly _tag: "Accept" }
  /** `advice`: the change could be accepted as it is; this is asked for once. */
  | { readonly _tag: "SendBack"; readonly findings: ReadonlyArray<string>; readonly advice: TestProof["status"] | null }
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
  readonly gate: GateReport
  /** What was asked for already in this run. */
  readonly advised: ReadonlySet<TestProof["status"]>
  /** Files of the change; a change of nothing resolves nothing. */
  readonly changedFiles: number
  /** Counts from 1. */
  readonly round: number
  readonly maxRounds: number
}

const SAY_MORE = "Describe the wanted behaviour more precisely in the issue, or make the change by hand, then set the label again."

const MAX_WORDS = 12
const MAX_WORD = 400
/** Findings of one gate as the coder reads them: where, what, the line. */
const wordsOf = (result: GateResult): ReadonlyArray<string> =>
  result.findings
    .filter((finding) => finding.severity === "block")
    .slice(0, MAX_WORDS)
    .map((finding) => {
      const where = finding.file === null ? "" : ` in ${finding.file}${finding.line === null ? "" : `:${finding.line}`}`
      return `${result.gate}${where}: ${finding.explanation}${finding.text === "" ? "" : ` (${finding.text})`}`.slice(0, MAX_WORD)
    })

/** What the coder is told when nothing shows that its change is needed. */
const adviceOf = ({ status, tests }: TestProof): ReadonlyArray<string> => {
  const passing = tests.filter((test) => test.atBase === "passed").slice(0, MAX_WORDS)
  return status === "no_tests"
    ? [
        "The change brings no test. Add or extend one that fails without your change and passes with it; if none can be written, say why in risks.",
      ]
    : [
        `These tests pass without your change too, so they prove nothing: ${passing
          .map((test) => test.id)
          .join("; ")
          .slice(0, 2_000)}. Make at least one fail without your change; if that cannot be, say why in risks.`,
      ]
}

/** Pure: the gate's word on this round, and whether another round is left to mend it. */
export const afterVerify = ({ comparison, findings, gate, advised, changedFiles, round, maxRounds }: AfterVerify): NextStep => {
  const mayTryAgain = round < maxRounds
  const sendBackOr = (words: ReadonlyArray<string>, code: string, reason: string): NextStep =>
    mayTryAgain
      ? { _tag: "SendBack", findings: words, advice: null }
      : { _tag: "Stop", code, class: "needs_human", reason, remedy: SAY_MORE }

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
    return sendBackOr(
      words.slice(0, MAX_WORDS).map((word) => word.slice(0, MAX_WORD)),
      "gate_weakened_tests",
      `The change makes the checks weaker instead of the code better: ${words[0]}`,
    )
  }
  const isTold = (result: GateResult) => result.gate === "cheats" || result.gate === "protected_paths"
  const stopping = gate.results.filter((result) => result.status === "blocked" && !isTold(result))
  const stops = stopping[0]
  switch (comparison.verdict) {
    case "pass":
    case "existing_failures_only":
    case "no_tests": {
      if (stops !== undefined) {
        const words = stopping.flatMap((result) => (result.gate === "tests" ? adviceOf(gate.tests) : wordsOf(result))).slice(0, MAX_WORDS)
        return sendBackOr(words, `gate_${stops.gate}`, `The gate \`${stops.gate}\` stopped the change: ${words[0] ?? stops.summary}`)
      }
      const { status } = gate.tests
      const wanted = gate.results.some((result) => result.gate === "tests" && result.status === "warned")
      return wanted && mayTryAgain && !advised.has(status)
        ? { _tag: "SendBack", findings: adviceOf(gate.tests), advice: status }
        : { _tag: "Accept" }
    }
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
