import { randomUUID } from "node:crypto"
import type { TaskSummary } from "@loom/core/domain/TaskView"
import type { ApiClient, TaskAnswer } from "../../api-client.ts"
import type { Colors } from "../../render/colors.ts"
import { printed } from "../../render/json.ts"
import { stageLine } from "../../render/progress.ts"
import { testTable } from "../../render/result.ts"
import { ago, money, table } from "../../render/table.ts"
import { fit, plain, wrap } from "../../render/text.ts"
import { tryResult } from "../../result/try-result.ts"
import type { OrderNamed } from "../Order.ts"
import type { CommandContext } from "../start.ts"

/** The newest tasks, one line each. */
export const list = async (api: ApiClient, order: OrderNamed<"list">, { colors, screen }: CommandContext): Promise<number> => {
  const { cursor, limit, repository, search, status } = order
  const page = await api.tasks({
    limit,
    ...(cursor === null ? {} : { cursor }),
    ...(repository === null ? {} : { repository }),
    ...(search === null ? {} : { q: search }),
    ...(status === null ? {} : { status }),
  })
  if (order.json) screen.write(printed(page))
  else for (const line of taskLines(page.items, { columns: screen.columns(), colors, now: Date.now() })) screen.write(`${line}\n`)
  if (!order.json && page.next !== null) screen.write(colors.dim(`More: --cursor ${plain(page.next)}\n`))
  return 0
}

/** Pure. */
export const taskLines = (
  tasks: ReadonlyArray<TaskSummary>,
  { colors, columns, now }: { readonly colors: Colors; readonly columns: number; readonly now: number },
): ReadonlyArray<string> =>
  tasks.length === 0
    ? ["There is no such task. Label an issue `loom:ready`, or `loom submit owner/name#7`."]
    : table(
        [
          { title: "TASK" },
          { title: "STATE", paint: (cell, row) => paintOf(tasks[row]?.status, colors)(cell) },
          { title: "ISSUE" },
          { title: "UPDATED", align: "right", paint: (cell) => colors.dim(cell) },
          { title: "TITLE" },
        ],
        tasks.map((task) => [
          task.id,
          task.status === "running" ? (task.stage ?? task.status) : task.status,
          `${task.repository}#${task.issueNumber}`,
          ago(task.updatedAt, now),
          task.title,
        ]),
        { columns, colors },
      )

const paintOf = (status: TaskSummary["status"] | undefined, colors: Colors): ((text: string) => string) => {
  if (status === "completed") return colors.green
  if (status === "failed") return colors.red
  if (status === "running") return colors.cyan
  return status === "waiting" ? colors.yellow : (text) => text
}

/** One task: its stages, its tests, its pull request or the reason that there is none. */
export const show = async (api: ApiClient, order: OrderNamed<"show">, { colors, screen }: CommandContext): Promise<number> => {
  const detail = await api.task(order.task)
  if (order.json) {
    screen.write(printed(detail))
    return 0
  }
  const columns = screen.columns()
  const result = tryResult(detail)
  const { costUsd, inputTokens, outputTokens, requests } = detail.usage
  const lines = [
    fit(`${detail.repository}#${detail.issueNumber} ${plain(detail.title)}`, columns),
    `${paintOf(detail.status, colors)(detail.status)}${result.verdict === null ? "" : `, verdict ${result.verdict}`}`,
    ...detail.stages.map((stage) => stageLine(stage, Date.now(), columns)),
    ...(detail.outcome?.comparison == null ? [] : testTable(detail, columns, colors)),
    ...wrap(plain(result.reason), columns),
    ...(result.pullRequest === null ? [] : [result.pullRequest.url]),
    colors.dim(`${requests} model requests, ${inputTokens + outputTokens} tokens, ${money(costUsd)}`),
  ]
  screen.write(`${lines.join("\n")}\n`)
  return 0
}

export const cancel = async (api: ApiClient, order: OrderNamed<"cancel">, context: CommandContext): Promise<number> =>
  tell(await api.cancel(order.task, randomUUID()), order, context)

export const retry = async (api: ApiClient, order: OrderNamed<"retry">, context: CommandContext): Promise<number> =>
  tell(await api.retry(order.task, randomUUID()), order, context)

/** What became of an order to change something. */
export const tell = (answer: TaskAnswer, order: { readonly json: boolean }, { colors, screen }: CommandContext): number => {
  screen.write(order.json ? printed(answer) : `${sentenceOf(answer)}\n${colors.dim(`Watch it: loom logs -f ${plain(answer.taskId)}`)}\n`)
  return 0
}

const sentenceOf = ({ effect, status, taskId }: TaskAnswer): string => {
  const what =
    { created: "is new", joined: "was open already", repeated: "was asked for before", unchanged: "is as it was" }[effect] ?? "has changed"
  return plain(`Task ${taskId} ${what}: ${status}.`)
}
