import { type SQL, sql, type SQLWrapper } from "drizzle-orm"
import type { Readable, TaskFilter } from "@loom/core/ports/TaskCatalogue"
import type { Place } from "./cursor.ts"

/** Many values as one parameter: D1 takes at most 100. */
export const isOneOf = (column: SQLWrapper, values: ReadonlyArray<string | number>): SQL =>
  sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`

/** As `tasks_list` has it: SQLite knows an indexed expression by its form. */
const repository = sql.raw("lower(repository)")
const searched = sql.raw("lower(title || ' ' || repository || ' #' || issue_number)")

export const isReadable = (name: SQL, readable: Readable): SQL | undefined =>
  readable === "all"
    ? undefined
    : isOneOf(
        name,
        readable.map((each) => each.toLowerCase()),
      )

/**
 * Ids of a page, newest first, one more than `limit` to tell whether another follows. Walks one index in the list's order and
 * touches no row: 100,000 tasks without a match take about 30 ms in workerd (docs/decisions/022). One repository, or one status, alone
 * has an index of its own that begins with it.
 */
export const pageQuery = (filter: TaskFilter, place: Place | null): SQL => {
  const text = filter.text?.trim().toLowerCase() ?? ""
  const conditions = [
    filter.statuses.length === 0
      ? undefined
      : filter.statuses.length === 1
        ? sql`status = ${filter.statuses[0]}`
        : isOneOf(sql.raw("status"), filter.statuses),
    filter.repository === null ? undefined : sql`${repository} = ${filter.repository.toLowerCase()}`,
    isReadable(repository, filter.readable),
    text === "" ? undefined : sql`instr(${searched}, ${text}) > 0`,
    place === null ? undefined : sql`(created_at, id) < (${place.createdAt}, ${place.id})`,
  ].filter((condition) => condition !== undefined)
  const where = conditions.length === 0 ? sql`` : sql`WHERE ${sql.join(conditions, sql` AND `)}`
  const isAlone = text === "" && filter.readable === "all"
  const index =
    text === "" && filter.repository !== null && filter.statuses.length === 0
      ? "tasks_repository"
      : isAlone && filter.repository === null && filter.statuses.length === 1
        ? "tasks_status"
        : "tasks_list"
  return sql`SELECT id FROM tasks INDEXED BY ${sql.raw(index)} ${where} ORDER BY created_at DESC, id DESC LIMIT ${filter.limit + 1}`
}
