import { Schema } from "effect"
import { TaskStatus } from "@loom/core/domain/TaskView"
import type { TaskFilter } from "@loom/core/ports/TaskCatalogue"

const DEFAULT_LIMIT = 25
const MAX_LIMIT = 100
const MAX_LINES = 1_000

const Count = (max: number) => Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: max }))
const Text = Schema.String.check(Schema.isMaxLength(200))

/** `GET /tasks?status=pending,running&repository=owner/name&q=text&limit=25&cursor=…` */
export const ListQuery = Schema.Struct({
  status: Schema.optionalKey(Text),
  repository: Schema.optionalKey(Text),
  q: Schema.optionalKey(Text),
  cursor: Schema.optionalKey(Text),
  limit: Schema.optionalKey(Count(1_000_000)),
})

const Statuses = Schema.Array(TaskStatus)

/** Undefined when a status is not one of the six. More than 100 is 100. */
export const filterOf = (query: typeof ListQuery.Type): Omit<TaskFilter, "readable"> | undefined => {
  const statuses = (query.status ?? "")
    .split(",")
    .map((status) => status.trim())
    .filter((status) => status !== "")
  if (!Schema.is(Statuses)(statuses)) return undefined
  return {
    statuses,
    repository: query.repository ?? null,
    text: query.q ?? null,
    cursor: query.cursor ?? null,
    limit: Math.min(MAX_LIMIT, Math.max(1, query.limit ?? DEFAULT_LIMIT)),
  }
}

/** `?after=<seq>&limit=<n>` */
export const AfterQuery = Schema.Struct({
  after: Schema.optionalKey(Count(Number.MAX_SAFE_INTEGER)),
  limit: Schema.optionalKey(Count(1_000_000)),
})

export const pageOf = (query: typeof AfterQuery.Type, fallback: number) => ({
  after: query.after ?? 0,
  limit: Math.min(MAX_LINES, Math.max(1, query.limit ?? fallback)),
})
