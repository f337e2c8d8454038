import { RunId, TaskId } from "../../domain/Ids.ts"
import type { RunInput } from "../../domain/Run.ts"
import { noUsage } from "../../domain/Usage.ts"
import type { CoderTurn } from "../../ports/Agents.ts"

export const usage = { ...noUsage, requests: 1, inputTokens: 100, outputTokens: 10, costUsd: 0.001 }
export const work = { summary: "Fixed the sum.", changes: ["sum adds"], risks: [] }
export const turn = (more: Partial<CoderTurn> = {}): CoderTurn => ({
  messages: [{ role: "assistant" }],
  compacted: null,
  actions: ["edit sum.js"],
  changedFiles: true,
  finished: null,
  usage,
  model: "m",
  ...more,
})

export const input: RunInput = {
  runId: RunId.make("run-1"),
  taskId: TaskId.make("task-1"),
  kind: "implement",
  repository: { id: 1, installationId: 2, owner: "acme", name: "sum" },
  issueNumber: 7,
  requestedBy: "ann",
  attempt: 1,
}
