import type { TaskDetail } from "@loom/core/domain/TaskView"
import { useId } from "react"
import { isOpen } from "../api/polling.ts"
import { usePatch, usePlan } from "../api/task-files.ts"
import { DiffView } from "./DiffView.tsx"
import { Loading, RequestFailed } from "./Notice.tsx"
import { PlanView } from "./PlanView.tsx"

/** A part of the task that is not there: why, and when it will be. */
export const NotYet = ({ task, title, what }: { readonly task: TaskDetail; readonly title: string; readonly what: string }) => {
  const heading = useId()
  return (
    <section className="card" aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      <p className="muted">{isOpen(task.status) ? what : "The run ended before it came to this. The log says why."}</p>
    </section>
  )
}

export const PlanPart = ({ task }: { readonly task: TaskDetail }) => {
  const ended = task.outcome?.plan
  const plan = usePlan(task, ended === undefined)
  if (ended !== undefined) return <PlanView plan={ended} />
  if (plan.data !== undefined && plan.data !== null) return <PlanView plan={plan.data} />
  if (plan.error !== null) return <RequestFailed error={plan.error} retry={() => void plan.refetch()} />
  return plan.data === undefined ? (
    <Loading what="the plan" />
  ) : (
    <NotYet title="Plan" task={task} what="The plan is made when the tests have run on the untouched code." />
  )
}

export const ChangesPart = ({ task }: { readonly task: TaskDetail }) => {
  const patch = usePatch(task)
  if (patch.data === null)
    return <NotYet title="Changes" task={task} what="The change appears here as soon as its first part is written." />
  return (
    <section className="card" aria-labelledby="changes-heading">
      <h2 id="changes-heading">Changes</h2>
      {patch.error === null ? null : <RequestFailed error={patch.error} retry={() => void patch.refetch()} />}
      {patch.data === undefined ? patch.error === null ? <Loading what="the change" /> : null : <DiffView patch={patch.data} />}
    </section>
  )
}
