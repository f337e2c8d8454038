import type { TaskDetail } from "@loom/core/domain/TaskView"
import { useEffect, useRef, useState } from "react"
import { Link } from "wouter"
import type { LiveState } from "../api/LiveConnection.ts"
import { isOpen } from "../api/polling.ts"
import { useTask } from "../api/queries.ts"
import { useLiveTask } from "../api/use-live-task.ts"
import { CostTable } from "../parts/CostTable.tsx"
import { Facts } from "../parts/Facts.tsx"
import { GateView } from "../parts/GateView.tsx"
import { Badge } from "../parts/Icon.tsx"
import { LogView } from "../parts/LogView.tsx"
import { Loading, RequestFailed } from "../parts/Notice.tsx"
import { Outcome } from "../parts/Outcome.tsx"
import { PageHeading } from "../parts/PageHeading.tsx"
import { ProofView } from "../parts/ProofView.tsx"
import { TaskActions } from "../parts/TaskActions.tsx"
import { ChangesPart, NotYet, PlanPart } from "../parts/TaskParts.tsx"
import { TestTable } from "../parts/TestTable.tsx"
import { OutsideLink, Untrusted } from "../parts/Text.tsx"
import { Timeline } from "../parts/Timeline.tsx"
import { announcement } from "../task/announcement.ts"
import { type Tab, Tabs } from "../widgets/Tabs.tsx"
import { visibleText } from "../text/untrusted.ts"
import { badgeOf } from "../text/wording.ts"

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

/** The part of the page that its address names behind `#`. */
const useSelected = (first: string): readonly [string, (id: string) => void] => {
  const [selected, select] = useState(() => location.hash.slice(1) || first)
  return [
    selected,
    (id) => {
      select(id)
      // Not an entry of the history: going back leaves the task.
      history.replaceState(history.state, "", `#${id}`)
    },
  ]
}

const Parts = ({ failed, live, task }: { readonly task: TaskDetail; readonly failed: boolean; readonly live: LiveState }) => {
  const comparison = task.outcome?.comparison ?? null
  const gate = task.outcome?.gate
  const tabs: ReadonlyArray<Tab> = [
    { id: "log", name: "Log", content: <LogView id={task.id} status={task.status} live={live} saidFailed={failed} /> },
    { id: "plan", name: "Plan", content: <PlanPart task={task} /> },
    { id: "changes", name: "Changes", content: <ChangesPart task={task} /> },
    {
      id: "tests",
      name: "Tests",
      content:
        comparison === null ? (
          <NotYet title="Tests" task={task} what="The tests before and after the change are compared when it has been written." />
        ) : (
          <TestTable comparison={comparison} withReason={task.status !== "completed"} />
        ),
    },
    {
      id: "gate",
      name: "Gate",
      content:
        gate === undefined ? (
          <NotYet title="Gate" task={task} what="The gate looks at the change when its tests have run." />
        ) : (
          <GateView gate={gate} />
        ),
    },
    { id: "proof", name: "Proof", content: <ProofView id={task.id} /> },
    { id: "cost", name: "Cost", content: <CostTable task={task} live={live} /> },
  ]
  const [selected, select] = useSelected("log")
  const known = tabs.some(({ id }) => id === selected) ? selected : "log"
  return <Tabs label="Parts of the task" tabs={tabs} selected={known} onSelect={select} />
}

const liveWords: { readonly [K in LiveState]: string } = { connecting: "Connecting…", live: "Live", away: "Updated each second" }

const Task = ({ failed, live, task }: { readonly task: TaskDetail; readonly failed: boolean; readonly live: LiveState }) => {
  const open = isOpen(task.status)
  const status = badgeOf(task)
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
          {open ? <span className={`muted ${live === "live" ? "live" : ""}`}>{liveWords[live]}</span> : null}
        </p>
        <TaskActions task={task} />
      </div>
      <Announcer task={task} />
      <Outcome task={task} />
      <div className="task-columns">
        <Timeline task={task} open={open} />
        <div className="task-main">
          <Parts task={task} failed={failed} live={live} />
        </div>
        <Facts task={task} />
      </div>
    </>
  )
}

export const TaskPage = ({ id }: { readonly id: string }) => {
  const live = useLiveTask(id)
  const task = useTask(id, live)
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
        <Task task={task.data} failed={task.error !== null} live={live} />
      ) : task.error === null ? (
        <>
          <h1 className="visually-hidden">Task</h1>
          <Loading what="the task" />
        </>
      ) : null}
    </main>
  )
}
