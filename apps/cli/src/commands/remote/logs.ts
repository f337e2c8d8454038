import type { TaskDetail, TaskLogView } from "@loom/core/domain/TaskView"
import type { ApiClient } from "../../api-client.ts"
import type { Colors } from "../../render/colors.ts"
import { fit, plain } from "../../render/text.ts"
import { exitCodeOf, tryResult } from "../../result/try-result.ts"
import type { OrderNamed } from "../Order.ts"
import type { CommandContext } from "../start.ts"
import { followLive } from "./live-log.ts"
import { waitingRemedy, waitingText } from "./waiting.ts"

const RETRY_MS = 1_000
const PATIENCE_MS = 120_000
const SILENCE_MS = 60_000

/**
 * The log of a task, to its present end or, with `follow`, to the task's own. Standard output holds the log alone, one JSON object
 * a line with `--json`; what is said about it goes to standard error.
 */
export const logs = async (api: ApiClient, order: OrderNamed<"logs">, context: CommandContext): Promise<number> => {
  const { colors, screen, signal } = context
  const write = (line: TaskLogView) => {
    if (order.json) screen.write(`${JSON.stringify(line)}\n`)
    else for (const text of logLines(line, colors)) screen.write(`${text}\n`)
  }
  const say = (text: string) => void process.stderr.write(`${colors.dim(fit(plain(text), screen.columns()))}\n`)
  const sayWaiting = (detail: TaskDetail) => {
    say(waitingText(detail))
    say(`Go on: ${waitingRemedy(detail)}`)
  }
  if (order.follow) {
    const first = await api.task(order.task)
    if (first.status === "waiting") sayWaiting(first)
    let told = first.status
    await followLive(
      api,
      order.task,
      (news) => {
        if (news.type === "log") return write(news.line)
        if (news.detail.status === "waiting" && told !== "waiting") sayWaiting(news.detail)
        told = news.detail.status
      },
      {
        signal,
        retryMs: RETRY_MS,
        patienceMs: PATIENCE_MS,
        silenceMs: SILENCE_MS,
        onBroken: (error) => say(`${error instanceof Error ? error.message : String(error)}; going on in a second`),
      },
    )
  } else await readLog(api, order.task, write)
  if (!order.follow && !order.exitStatus) return 0
  const detail = await api.task(order.task)
  const result = tryResult(detail)
  if (order.follow) say(`Task ${detail.status}. ${result.pullRequest?.url ?? result.reason}`)
  return order.exitStatus ? exitCodeOf(result) : 0
}

const readLog = async (api: ApiClient, task: string, write: (line: TaskLogView) => void): Promise<void> => {
  for (let after = 0; ;) {
    const fresh = (await api.logs(task, after)).items.filter(({ seq }) => seq > after)
    for (const line of fresh) write(line)
    if (fresh.length === 0) return
    after = Math.max(...fresh.map(({ seq }) => seq))
  }
}

/** `14:03:07 baseline  npm test`, once for each line of the message; times in UTC. */
export const logLines = ({ at, level, message, stage }: TaskLogView, colors: Colors): ReadonlyArray<string> => {
  const head = colors.dim(`${new Date(at).toISOString().slice(11, 19)} ${(stage ?? "").padEnd(9)}`)
  const paint = level === "error" ? colors.red : level === "warn" ? colors.yellow : level === "debug" ? colors.dim : (text: string) => text
  return message
    .trimEnd()
    .split("\n")
    .map((line) => `${head} ${paint(plain(line))}`)
}
