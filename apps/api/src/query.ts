import { Effect, Schema } from "effect"
import { TaskStatus } from "@loom/core/domain/TaskView"
import type { Readable, TaskFilter } from "@loom/core/ports/TaskCatalogue"
import { Refused } from "./problem.ts"

const DEFAULT_LIMIT = 25
const MAX_LIMIT = 100
const MAX_LINES = 1_000

/** A whole number; more than the most there can be is the most. */
export const Count = (max: number) => Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: max }))
/** No control characters: the database takes them for the end of a text. */
const printable = Schema.isPattern(/^\P{Cc}*$/u)
export const Text = Schema.String.check(Schema.isMaxLength(200), printable)

export const ById = Schema.Struct({ id: Text })
export const LoginParams = Schema.Struct({ login: Text })
export const RepositoryParams = Schema.Struct({ owner: Text, name: Text })

/** `GET /tasks?status=pending,running&repository=owner/name&q=text&limit=25&cursor=…` */
export const ListQuery = Schema.Struct({
  status: Schema.optionalKey(
    Text.annotate({ description: "pending, running, waiting, completed, failed, cancelled; several with commas between them." }),
  ),
  repository: Schema.optionalKey(Text.annotate({ description: "owner/name, without case." })),
  q: Schema.optionalKey(Text.annotate({ description: "Part of `<title> <owner/name> #<issue number>`, without case." })),
  cursor: Schema.optionalKey(Text.annotate({ description: "`next` of the page before." })),
  limit: Schema.optionalKey(Count(1_000_000)),
})

const Statuses = Schema.Array(TaskStatus)

/** More than 100 is 100. */
export const filterOf = (query: typeof ListQuery.Type, readable: Readable): Effect.Effect<TaskFilter, Refused> => {
  const statuses = (query.status ?? "")
    .split(",")
    .map((status) => status.trim())
    .filter((status) => status !== "")
  if (!Schema.is(Statuses)(statuses))
    return Effect.fail(
      new Refused({
        code: "bad_request",
        detail: "`status` names a state that there is not.",
        remedy: "Use pending, running, waiting, completed, failed or cancelled, separated by commas.",
      }),
    )
  return Effect.succeed({
    statuses: [...new Set(statuses)],
    repository: query.repository ?? null,
    text: query.q ?? null,
    cursor: query.cursor ?? null,
    limit: limitOf(query.limit),
    readable,
  })
}

export const limitOf = (limit: number | undefined): number => Math.min(MAX_LIMIT, Math.max(1, limit ?? DEFAULT_LIMIT))

export const PageQuery = Schema.Struct({ cursor: Schema.optionalKey(Text), limit: Schema.optionalKey(Count(1_000_000)) })

/** `?after=<seq>&limit=<n>` */
export const AfterQuery = Schema.Struct({
  after: Schema.optionalKey(Count(Number.MAX_SAFE_INTEGER)),
  limit: Schema.optionalKey(Count(1_000_000)),
})

export const pageOf = (query: typeof AfterQuery.Type, fallback: number) => ({
  after: query.after ?? 0,
  limit: Math.min(MAX_LINES, Math.max(1, query.limit ?? fallback)),
})
