import { Link, useLocation, useSearch } from "wouter"
import { useHistoryState } from "wouter/use-browser-location"
import { pageSize, type TaskFilter, useTasks } from "../api/queries.ts"
import { Loading, RequestFailed } from "../parts/Notice.tsx"
import { PageHeading } from "../parts/PageHeading.tsx"
import { TaskFilterForm } from "../parts/TaskFilterForm.tsx"
import { TaskRow } from "../parts/TaskRow.tsx"
import { useNow } from "../parts/use-now.ts"
import { addressOf, filterOf } from "../task/list-address.ts"
import { plural } from "../text/figures.ts"

const Empty = ({ filter }: { readonly filter: TaskFilter }) =>
  filter.status === null && filter.repository === null && filter.text === "" && filter.cursor === null ? (
    <div className="empty">
      <h2>No tasks yet</h2>
      <p>
        Put the label <code>loom:ready</code> on an issue of a repository where Loom is installed. It appears here within seconds.
      </p>
      <Link href="/new" className="button">
        Give Loom an issue by hand
      </Link>
    </div>
  ) : (
    <div className="empty">
      <h2>No task matches</h2>
      <p>Try another word or status.</p>
      <Link href="/" className="button">
        Show all tasks
      </Link>
    </div>
  )

/** `page` counts from 1 and travels with the history entry; an address opened by itself does not know it. */
const pageNumber = (state: unknown, cursor: string | null): number | null => {
  if (cursor === null) return 1
  const page: unknown = typeof state === "object" && state !== null ? Reflect.get(state, "page") : null
  return typeof page === "number" ? page : null
}

export const TaskListPage = () => {
  const filter = filterOf(new URLSearchParams(useSearch()))
  const [, navigate] = useLocation()
  const page = pageNumber(useHistoryState<unknown>(), filter.cursor)
  const tasks = useTasks(filter)
  const now = useNow(10_000)
  const next = tasks.data?.next ?? null

  return (
    <main className="page" id="main">
      <PageHeading title="Tasks">Tasks</PageHeading>
      <TaskFilterForm filter={filter} onChange={(changed) => navigate(addressOf(changed), { replace: true })} />
      {tasks.error === null ? null : (
        <RequestFailed
          error={tasks.error}
          retry={() => void tasks.refetch()}
          {...(tasks.data === undefined ? {} : { shownSince: tasks.dataUpdatedAt })}
        />
      )}
      {tasks.data === undefined ? (
        tasks.error === null ? (
          <Loading what="tasks" />
        ) : null
      ) : (
        <>
          <p className="visually-hidden" role="status">
            {plural(tasks.data.items.length, "task")} shown
          </p>
          {tasks.data.items.length === 0 ? (
            <Empty filter={filter} />
          ) : (
            <ul className="task-list" aria-label="Tasks" aria-busy={tasks.isPlaceholderData}>
              {tasks.data.items.map((task) => (
                <TaskRow key={task.id} task={task} now={now} />
              ))}
            </ul>
          )}
          {filter.cursor === null && next === null ? null : (
            <nav className="pager" aria-label="Pages of the list">
              {filter.cursor === null ? (
                <span />
              ) : (
                <Link href={addressOf({ ...filter, cursor: null })} className="button">
                  Newest
                </Link>
              )}
              <span className="muted">{page === null ? `${pageSize} a page` : `Page ${page}`}</span>
              {next === null ? (
                <span />
              ) : (
                <Link href={addressOf({ ...filter, cursor: next })} state={{ page: (page ?? 1) + 1 }} className="button">
                  Older
                </Link>
              )}
            </nav>
          )}
        </>
      )}
    </main>
  )
}
