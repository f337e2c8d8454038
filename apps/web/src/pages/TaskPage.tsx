import type { TaskDetail } from "@loom/core/domain/TaskView"
import { useEffect, useRef, useState } from "react"
import { Link } from "wouter"
import { isOpen } from "../api/polling.ts"
import { useTask } from "../api/queries.ts"
import { Facts } from "../parts/Facts.tsx"
import { Badge } from "../parts/Icon.tsx"
import { LogView } from "../parts/LogView.tsx"
import { Loading, RequestFailed } from "../parts/Notice.tsx"
import { Outcome } from "../parts/Outcome.tsx"
import { PageHeading } from "../parts/PageHeading.tsx"
import { TestTable } from "../parts/TestTable.tsx"
import { OutsideLink, Untrusted } from "../parts/Text.tsx"
import { Timeline } from "../parts/Timeline.tsx"
import { announcement } from "../task/announcement.ts"
import { visibleText } from "../text/untrusted.ts"
import { statusWords } from "../text/wording.ts"

/** Says in a live region what moved on since the answer before. The first answer is read as the page and is not repeated. */
const Announcer = ({ task }: { readonly task: TaskDetail }) => {
  const before = useRef(task)
  const [words, setWords] = useState("")
  useEffect(() => {
    const said = announcement(before.current, task)
    before.current = task
    if (said !== null) setWords(visibleText(said))
  }, [task])
  return (
    <p className="visually-hidden" role="status" data-announcer>
      {words}
    </p>
  )
}

const Task = ({ task, failed }: { readonly task: TaskDetail; readonly failed: boolean }) => {
  const open = isOpen(task.status)
  const status = statusWords[task.status]
  const comparison = task.outcome?.comparison ?? null
  return (
    <>
      <div className="task-head">
        <PageHeading title={visibleText(task.title)}>
          <Untrusted>{task.title}</Untrusted>
        </PageHeading>
        <p className="task-head-line">
          <Badge tone={status.tone}>{status.label}</Badge>
          <OutsideLink to={task.issueUrl}>
            <Untrusted>{`${task.repository} #${task.issueNumber}`}</Untrusted>
          </OutsideLink>
          {open ? <span className="muted live">Live</span> : null}
        </p>
      </div>
      <Announcer task={task} />
      <Outcome task={task} />
      <div className="task-columns">
        <Timeline task={task} open={open} />
        <div className="task-main">
          {comparison === null ? null : <TestTable comparison={comparison} withReason={task.status !== "completed"} />}
          <LogView id={task.id} status={task.status} saidFailed={failed} />
        </div>
        <Facts task={task} />
      </div>
    </>
  )
}

export const TaskPage = ({ id }: { readonly id: string }) => {
  const task = useTask(id)
  return (
    <main className="page" id="main">
      <p className="back">
        <Link href="/">All tasks</Link>
      </p>
      {task.error === null ? null : (
        <>
          {task.data === undefined ? <PageHeading title="Task">Task</PageHeading> : null}
          <RequestFailed
            error={task.error}
            retry={() => void task.refetch()}
            {...(task.data === undefined ? {} : { shownSince: task.dataUpdatedAt })}
          />
        </>
      )}
      {task.data !== undefined ? (
        <Task task={task.data} failed={task.error !== null} />
      ) : task.error === null ? (
        <>
          <h1 className="visually-hidden">Task</h1>
          <Loading what="the task" />
        </>
      ) : null}
    </main>
  )
}
