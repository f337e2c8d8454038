import type { Plan } from "@loom/core/domain/Change"
import type { TaskDetail } from "@loom/core/domain/TaskView"
import type { WaitKind } from "@loom/core/domain/Wait"
import { plain, wrap } from "../../render/text.ts"

const forWhat: { readonly [K in WaitKind]: string } = {
  needs_input: "for an answer on the issue",
  awaiting_approval: "for its plan to be approved",
  budget: "for more budget",
  paused: "because somebody paused it",
  blocked: "for something in its way to be mended",
}

const before: { readonly [K in WaitKind]: string } = {
  needs_input: "Answer on the issue, then ",
  awaiting_approval: "",
  budget: "Raise the budget, then ",
  paused: "",
  blocked: "Mend it, then ",
}

/** `The task waits for its plan to be approved: …` */
export const waitingText = ({ reason, waiting }: Pick<TaskDetail, "reason" | "waiting">): string =>
  `The task waits ${waiting === undefined ? "for a person" : forWhat[waiting]}${reason === null ? "." : `: ${reason}`}`

/** What a person can do about it, as the commands to type. */
export const waitingRemedy = ({ id, waiting }: Pick<TaskDetail, "id" | "waiting">): string =>
  waiting === "awaiting_approval"
    ? `loom approve ${id} [--note "…"]; loom retry ${id} for another plan; loom cancel ${id} to reject it`
    : `${waiting === undefined ? "" : before[waiting]}loom resume ${id}`

/** The plan, in the model's words. */
export const planLines = ({ steps, summary, title }: Plan, columns: number): ReadonlyArray<string> => [
  ...wrap(plain(`Plan: ${title}`), columns),
  ...wrap(plain(summary), columns),
  ...steps.flatMap((step, index) =>
    wrap(plain(step), columns - 4).map((line, i) => `${i === 0 ? `${index + 1}.`.padEnd(4) : "    "}${line}`),
  ),
]
