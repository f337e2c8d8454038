import type { RunFailure, RunOutcome } from "./Run.ts"
import type { TaskId } from "./Ids.ts"
import { stages, type Stage, type StageRecord } from "./Stage.ts"
import type { Usage } from "./Usage.ts"
import { countsTable, duration, spent, verdictIcon, verdictWords } from "./figures.ts"
import { code, fence, oneLine, prose } from "./safe-markdown.ts"
import { waitingWords } from "./waiting-words.ts"

/** Hidden in Loom's comment; `GitHub.upsertComment` finds it again by this and by the App's authorship. */
export const stickyMarker = (taskId: TaskId): string => `<!-- loom:task:${taskId} -->`

export interface StickyComment {
  readonly taskId: TaskId
  readonly taskUrl: string
  /** `owner/name` and the issue: for the command that goes on. */
  readonly repository: string
  readonly issueNumber: number
  readonly controlLabel: string
  /** Login; shown without notifying. */
  readonly requestedBy: string
  /** Null until `admit` has chosen it; `reason` says why this one. */
  readonly base: { readonly branch: string; readonly reason: string } | null
  /** Null until a model answered. */
  readonly model: string | null
  /** E.g. "a recorded model": shown beside the model. */
  readonly modelNote: string | null
  readonly usage: Usage
  /** As far as the run came; stages without a record are shown open. */
  readonly stages: ReadonlyArray<StageRecord>
  /** Null while the run goes on. */
  readonly outcome: RunOutcome | null
  /** Sentences about `.github/loom.yml`; shown as a note. */
  readonly problems: ReadonlyArray<string>
  /** Earlier runs of the task, newest first, one sentence each. */
  readonly olderRuns: ReadonlyArray<string>
}

const stageWords: Record<Stage, string> = {
  admit: "Read the issue",
  prepare: "Clone and install",
  baseline: "Test the untouched code",
  plan: "Plan",
  code: "Write the change",
  verify: "Test the change",
  review: "Review the change",
  publish: "Open the pull request",
  close: "Clean up",
}

const stageLine = (stage: Stage, record: StageRecord | undefined): string => {
  if (record === undefined) return `- [ ] ${stageWords[stage]}`
  const took = record.endedAt === null ? "" : ` · ${duration(record.endedAt - record.startedAt)}`
  const summary = record.summary === "" ? "" : ` · ${oneLine(record.summary, 200)}`
  // Begun, and not ended: its run came to rest in it.
  if (record.outcome === "skipped" && record.endedAt === null) return `- [ ] ⏸️ ${stageWords[stage]}${summary}`
  const mark = { running: "- [ ] ⏳ ", ok: "- [x] ", failed: "- [ ] ❌ ", skipped: "- [x] ⏭️ " }[record.outcome]
  return `${mark}${stageWords[stage]}${took}${summary}`
}

/** The last record of each stage: a stage that ran again after a failed gate is one line. */
const stageList = (records: ReadonlyArray<StageRecord>): ReadonlyArray<string> => {
  const last = new Map(records.map((record) => [record.name, record]))
  return stages.filter((stage) => stage !== "close").map((stage) => stageLine(stage, last.get(stage)))
}

/** Codes that only the person who runs this Loom can mend. */
const OPERATOR = /^(model_(auth|not_configured|price_unknown)|sandbox_|platform_|github_unavailable)/

/** Who can do something about it, in words. */
export const whoCanFix = (failure: RunFailure): string => {
  if (failure.class === "transient")
    return "nobody needs to for now: it is a fault that usually passes. If it stays, the operator of this Loom"
  if (OPERATOR.test(failure.code)) return "the operator of this Loom"
  return "a maintainer of this repository"
}

/** Sets the label again, which starts a new run: the App sees only a label that was not there before. */
export const goOnCommand = (input: {
  readonly repository: string
  readonly issueNumber: number
  readonly controlLabel: string
}): string => {
  const edit = `gh issue edit ${input.issueNumber} --repo ${input.repository}`
  return `${edit} --remove-label "${input.controlLabel}"; ${edit} --add-label "${input.controlLabel}"`
}

const heading = (outcome: RunOutcome | null): string => {
  if (outcome === null) return "### ⏳ Loom is working on this issue"
  switch (outcome.status) {
    case "completed":
      return `### ${outcome.verdict === null ? "✅" : verdictIcon(outcome.verdict)} Loom opened a pull request`
    case "failed":
      return "### ❌ Loom stopped without a pull request"
    case "cancelled":
      return "### ⏹️ Loom was stopped"
    case "refused":
      return "### ⚠️ Loom did not start"
    case "held":
      return outcome.waiting === "awaiting_approval" ? "### 📝 Loom's plan waits for approval" : "### ⏸️ Loom is paused"
  }
}

const ending = (input: StickyComment, outcome: RunOutcome): ReadonlyArray<string> => {
  const lines: Array<string> = []
  const { comparison, failure, pullRequest, verdict } = outcome
  if (outcome.status === "held") return waitingWords(input, outcome)
  if (pullRequest !== null) {
    lines.push(
      `**Result:** ${pullRequest.draft ? "draft " : ""}pull request [#${pullRequest.number}](${pullRequest.url}) from ${code(pullRequest.branch)} into ${code(pullRequest.base)}.`,
      "",
    )
  }
  if (verdict !== null) lines.push(`**Verdict:** ${verdictIcon(verdict)} ${verdictWords[verdict]}`, "")
  if (comparison !== null) lines.push(countsTable(comparison), "")
  if (failure === null) return lines
  lines.push(`**What happened:** ${oneLine(failure.reason, 1000)} (stage ${code(failure.stage)}, ${code(failure.code)})`, "")
  if (failure.evidence !== null && failure.evidence.trim() !== "") {
    lines.push("<details><summary>Evidence</summary>", "", fence(failure.evidence, "text"), "", "</details>", "")
  }
  lines.push(`**Who can fix it:** ${whoCanFix(failure)}.`, "")
  lines.push(`**What to do:** ${prose(failure.remedy)}`, "")
  lines.push("**To go on:**", "", fence(goOnCommand(input), "sh"), "")
  return lines
}

/** The one comment on the issue, edited in place (product.md "On the issue"). Pure; the caller redacts. */
export const stickyComment = (input: StickyComment): string => {
  const facts = [
    `[Task](${input.taskUrl})`,
    ...(input.base === null ? [] : [`base ${code(input.base.branch)} (${oneLine(input.base.reason, 120)})`]),
    `asked by ${code(input.requestedBy)}`,
    ...(input.model === null && input.modelNote === null
      ? []
      : [
          `model ${input.model === null ? "" : code(input.model)}${input.modelNote === null ? "" : ` (${oneLine(input.modelNote, 120)})`}`.trimEnd(),
        ]),
    `spent ${spent(input.usage)}`,
  ]
  return (
    [
      stickyMarker(input.taskId),
      heading(input.outcome),
      "",
      facts.join(" · "),
      "",
      ...stageList(input.stages),
      "",
      ...(input.outcome === null ? [`Remove the label ${code(input.controlLabel)} to stop it.`, ""] : ending(input, input.outcome)),
      ...input.problems.map((problem) => `> ⚠️ ${oneLine(problem)}`),
      ...(input.olderRuns.length === 0
        ? []
        : [
            "",
            `<details><summary>Earlier runs (${input.olderRuns.length})</summary>`,
            "",
            ...input.olderRuns.slice(0, 10).map((run) => `- ${oneLine(run)}`),
            "",
            "</details>",
          ]),
    ]
      .join("\n")
      .trimEnd() + "\n"
  )
}
