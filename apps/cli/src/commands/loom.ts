import { makeApiClient } from "../api-client.ts"
import { findWorld } from "../known-world.ts"
import { testTable } from "../render/result.ts"
import { stageLine } from "../render/progress.ts"
import { fit, plain, wrap } from "../render/text.ts"
import { tryResult } from "../result/try-result.ts"
import type { CommandContext } from "./start.ts"

/** The newest tasks, one line each. */
export const list = async ({ root, env, screen }: CommandContext): Promise<number> => {
  const { items } = await clientOf(root, env).tasks()
  if (items.length === 0) screen.write("There is no task yet: label an issue `loom:ready`.\n")
  for (const task of items) {
    const state = `${task.id.padEnd(14)} ${(task.stage !== null && task.status === "running" ? task.stage : task.status).padEnd(9)}`
    screen.write(`${fit(`${state} ${task.repository}#${task.issueNumber} ${plain(task.title)}`, screen.columns())}\n`)
  }
  return 0
}

/** One task: its stages, its tests, its pull request or the reason that there is none. */
export const show = async (task: string, { root, env, screen, colors }: CommandContext): Promise<number> => {
  const detail = await clientOf(root, env).task(task)
  const columns = screen.columns()
  const result = tryResult(detail)
  const lines = [
    fit(`${detail.repository}#${detail.issueNumber} ${plain(detail.title)}`, columns),
    `${detail.status}${result.verdict === null ? "" : `, verdict ${result.verdict}`}`,
    ...detail.stages.map((stage) => stageLine(stage, Date.now(), columns)),
    ...(detail.outcome?.comparison == null ? [] : testTable(detail, columns, colors)),
    ...wrap(plain(result.reason), columns),
    ...(result.pullRequest === null ? [] : [result.pullRequest.url]),
  ]
  screen.write(`${lines.join("\n")}\n`)
  return 0
}

const clientOf = (root: string, env: NodeJS.ProcessEnv) => {
  const { url, apiToken } = findWorld(root, env)
  return makeApiClient(url, apiToken)
}
