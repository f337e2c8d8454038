import type { TaskStatus } from "@loom/core/domain/TaskView"
import type { TaskFilter } from "../api/queries.ts"
import { statusWords } from "../text/wording.ts"

export const isStatus = (text: string | null): text is TaskStatus => text !== null && Object.hasOwn(statusWords, text)

/** The filter that the address of the list says: `/?status=failed&repository=acme/parser&q=text&cursor=…`. What it does not understand it leaves out. */
export const filterOf = (query: URLSearchParams): TaskFilter => {
  const status = query.get("status")
  return {
    status: isStatus(status) ? status : null,
    repository: query.get("repository") || null,
    text: (query.get("q") ?? "").trim().slice(0, 200),
    cursor: query.get("cursor"),
  }
}

/** The address of a filter; the other way round of `filterOf`. */
export const addressOf = (filter: TaskFilter): string => {
  const query = new URLSearchParams()
  if (filter.status !== null) query.set("status", filter.status)
  if (filter.repository !== null) query.set("repository", filter.repository)
  if (filter.text !== "") query.set("q", filter.text)
  if (filter.cursor !== null) query.set("cursor", filter.cursor)
  return query.size === 0 ? "/" : `/?${query}`
}
