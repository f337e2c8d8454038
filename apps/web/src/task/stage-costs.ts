import type { Stage, StageRecord } from "@loom/core/domain/Stage"
import type { TaskEventView } from "@loom/core/domain/TaskView"
import type { Usage } from "@loom/core/domain/Usage"

/** What one stage took of the models. */
export interface StageCost {
  readonly stage: Stage
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** US dollars; null when a price is unknown. */
  readonly costUsd: number | null
}

const numberIn = (value: unknown, name: string): number | null => {
  const field: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined
  return typeof field === "number" && Number.isFinite(field) ? field : null
}

type Figures = Pick<Usage, "requests" | "inputTokens" | "outputTokens" | "costUsd">

const usageIn = (data: unknown): Figures | null => {
  const usage: unknown = typeof data === "object" && data !== null ? Reflect.get(data, "usage") : undefined
  const [requests, inputTokens, outputTokens] = [
    numberIn(usage, "requests"),
    numberIn(usage, "inputTokens"),
    numberIn(usage, "outputTokens"),
  ]
  if (requests === null || inputTokens === null || outputTokens === null) return null
  return { requests, inputTokens, outputTokens, costUsd: numberIn(usage, "costUsd") }
}

const nothing: Figures = { requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }

const minus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : Math.max(0, a - b))
const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

/**
 * Cost by stage of the current run: the run reports its total while it goes on (`UsageReported`), and what it grew by belongs to the
 * stage that was running then. Stages without a request are left out.
 */
export const stageCosts = (
  events: ReadonlyArray<TaskEventView>,
  stages: ReadonlyArray<StageRecord>,
  runId: string | null,
): ReadonlyArray<StageCost> => {
  const costs = new Map<Stage, StageCost>()
  let before = nothing
  for (const event of events) {
    if (event.type !== "UsageReported" || event.cause !== runId) continue
    const usage = usageIn(event.data)
    const stage = stages.findLast((record) => record.startedAt <= event.at)?.name ?? stages[0]?.name
    if (usage === null || stage === undefined) continue
    const known = costs.get(stage) ?? { stage, ...nothing }
    costs.set(stage, {
      stage,
      requests: known.requests + Math.max(0, usage.requests - before.requests),
      inputTokens: known.inputTokens + Math.max(0, usage.inputTokens - before.inputTokens),
      outputTokens: known.outputTokens + Math.max(0, usage.outputTokens - before.outputTokens),
      costUsd: plus(known.costUsd, minus(usage.costUsd, before.costUsd)),
    })
    before = usage
  }
  return [...costs.values()].filter(({ requests }) => requests > 0)
}
