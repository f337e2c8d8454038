import type { TaskDetail, TaskSummary } from "@loom/core/domain/TaskView"
import type { ApiClient } from "../../api-client.ts"
import type { Colors } from "../../render/colors.ts"
import { printed } from "../../render/json.ts"
import { stageLine } from "../../render/progress.ts"
import { testTable } from "../../render/result.ts"
import { ago, money, table } from "../../render/table.ts"
import { fit, plain, wrap } from "../../render/text.ts"
import { tryResult } from "../../result/try-result.ts"
import type { OrderNamed } from "../Order.ts"
import type { CommandContext } from "../start.ts"
import { planLines, waitingRemedy, waitingText } from "./waiting.ts"

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
        tasks.map((task) => [task.id, stateOf(task), `${task.repository}#${task.issueNumber}`, ago(task.updatedAt, now), task.title]),
        { columns, colors },
      )

/** Where it is: the stage of one that runs, what one waits for. */
const stateOf = ({ stage, status, waiting }: TaskSummary): string => {
  if (waiting !== undefined) return waiting.replaceAll("_", " ")
  return status === "running" ? (stage ?? status) : status
}

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
    ...(await reasonLines(api, detail, result.reason, columns)),
    ...(result.pullRequest === null ? [] : [result.pullRequest.url]),
    colors.dim(`${requests} model requests, ${inputTokens + outputTokens} tokens, ${money(costUsd)}`),
  ]
  screen.write(`${lines.join("\n")}\n`)
  return 0
}

/** Why it is where it is; of a task that waits, what it waits for, and how it goes on. */
const reasonLines = async (api: ApiClient, detail: TaskDetail, reason: string, columns: number): Promise<ReadonlyArray<string>> => {
  if (detail.status === "waiting")
    return [
      ...(detail.waiting === "awaiting_approval" ? ["", ...planLines(await api.plan(detail.id), columns), ""] : []),
      ...wrap(plain(waitingText(detail)), columns),
      `Go on: ${plain(waitingRemedy(detail))}`,
    ]
  const from = detail.retryFrom ?? []
  return [
    ...wrap(plain(reason), columns),
    ...(from.length === 0 ? [] : [`Again: loom retry ${plain(detail.id)} [--from ${from.join("|")}]`]),
  ]
}
