import { randomUUID } from "node:crypto"
import type { ApiClient, TaskAnswer } from "../../api-client.ts"
import { printed } from "../../render/json.ts"
import { plain } from "../../render/text.ts"
import type { OrderNamed } from "../Order.ts"
import type { CommandContext } from "../start.ts"

export type ControlOrder = OrderNamed<"cancel" | "pause" | "resume"> | OrderNamed<"approve"> | OrderNamed<"retry">

/** What is asked of a task that there is. Every call has a key of its own: the client repeats none. */
export const control = async (api: ApiClient, order: ControlOrder, context: CommandContext): Promise<number> =>
  tell(await ask(api, order), order, context, changedWords[order.name])

const ask = (api: ApiClient, order: ControlOrder): Promise<TaskAnswer> => {
  const key = randomUUID()
  switch (order.name) {
    case "approve":
      return api.approve(order.task, order.note, key)
    case "retry":
      return api.retry(order.task, order.from, key)
    default:
      return api[order.name](order.task, key)
  }
}

/** What became of a task that is there: a run hears of it within its present step. */
const changedWords: { readonly [N in ControlOrder["name"]]: string } = {
  approve: "is approved",
  cancel: "is being cancelled",
  pause: "is being paused",
  resume: "goes on",
  retry: "goes on",
}

/** What became of an order to change something. */
export const tell = (
  answer: TaskAnswer,
  order: { readonly json: boolean },
  { colors, screen }: CommandContext,
  changed = "has changed",
): number => {
  screen.write(
    order.json ? printed(answer) : `${sentenceOf(answer, changed)}\n${colors.dim(`Watch it: loom logs -f ${plain(answer.taskId)}`)}\n`,
  )
  return 0
}

/** Pure. */
export const sentenceOf = ({ effect, status, taskId }: TaskAnswer, changed: string): string => {
  const what =
    { created: "is new", joined: "was open already", repeated: "was asked for before", unchanged: "is as it was" }[effect] ?? changed
  return plain(`Task ${taskId} ${what}: ${status}.`)
}
