import { controlLabels } from "./labels.ts"
import type { RunOutcome } from "./Run.ts"
import { fence, oneLine, prose } from "./safe-markdown.ts"

export interface WaitingTask {
  readonly taskId: string
  readonly taskUrl: string
  /** `owner/name` and the issue: for the command that goes on. */
  readonly repository: string
  readonly issueNumber: number
  readonly controlLabel: string
}

const MAX_SUMMARY = 4_000
const MAX_STEPS = 30

const planOf = ({ plan }: RunOutcome): ReadonlyArray<string> =>
  plan === undefined
    ? []
    : [
        `**Plan:** ${oneLine(plan.title, 200)}`,
        "",
        prose(plan.summary.slice(0, MAX_SUMMARY)),
        "",
        ...plan.steps.slice(0, MAX_STEPS).map((step, index) => `${index + 1}. ${oneLine(step, 500)}`),
        ...(plan.steps.length > MAX_STEPS ? [`… and ${plan.steps.length - MAX_STEPS} more on the task's page.`] : []),
        "",
      ]

/** What the issue is told of a task that waits: the plan, for whom it waits, and the exact way to go on. Markdown lines. */
export const waitingWords = (task: WaitingTask, outcome: RunOutcome): ReadonlyArray<string> => {
  const edit = `gh issue edit ${task.issueNumber} --repo ${task.repository}`
  const { failure } = outcome
  const isPlan = outcome.waiting === "awaiting_approval"
  const ways = isPlan
    ? [
        `# the label ${controlLabels.approved}, set anew`,
        `${edit} --remove-label "${controlLabels.approved}"; ${edit} --add-label "${controlLabels.approved}"`,
        "# or, with a word to the coder",
        `loom approve ${task.taskId}`,
      ]
    : [`loom resume ${task.taskId}`]
  return [
    ...planOf(outcome),
    ...(failure === null ? [] : [`**What happened:** ${oneLine(failure.reason, 1000)}`, ""]),
    `**It waits for:** a person with write access to this repository. Nothing runs meanwhile, and what is done is kept.`,
    "",
    `**To go on:** on [the task's page](${task.taskUrl}), or`,
    "",
    fence(ways.join("\n"), "sh"),
    "",
    `**To stop it for good:** remove the label \`${task.controlLabel}\`, or \`loom cancel ${task.taskId}\`.`,
    "",
  ]
}
