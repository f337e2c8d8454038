import type { TaskDetail } from "@loom/core/domain/TaskView"
import { useLocation } from "wouter"
import { isOpen } from "../api/polling.ts"
import { type TaskCommand, useTaskCommand } from "../api/task-commands.ts"
import { useMe } from "../api/me.ts"
import { Confirm } from "../widgets/Confirm.tsx"
import { SignIn } from "./SignIn.tsx"

const Do = ({ busy, children, onClick }: { readonly busy: boolean; readonly children: string; readonly onClick: () => void }) => (
  <button type="button" disabled={busy} onClick={onClick}>
    {children}
  </button>
)

/** What may be done with the task now. Whether this person may do it, the server decides; who is nobody is asked to sign in. */
export const TaskActions = ({ task }: { readonly task: TaskDetail }) => {
  const me = useMe()
  const [, navigate] = useLocation()
  const command = useTaskCommand(task.id, (taskId) => {
    if (taskId !== task.id) navigate(`/tasks/${encodeURIComponent(taskId)}`)
  })
  if (me.data === undefined) return null
  if (me.data.kind === "anonymous")
    return (
      <p className="actions muted">
        To stop or repeat this task, <SignIn me={me.data} />.
      </p>
    )
  const run = (name: TaskCommand) => command.mutateAsync(name).catch(() => undefined)
  const busy = command.isPending
  const open = isOpen(task.status)
  return (
    <div className="actions" role="group" aria-label="Actions">
      {task.status === "waiting" ? (
        <Do busy={busy} onClick={() => void run("retry")}>
          Go on
        </Do>
      ) : null}
      {open ? (
        <Confirm button="Cancel" title="Cancel this task?" confirm="Cancel the task" disabled={busy} onConfirm={() => run("cancel")}>
          <p>The run stops within one step. What was done is kept, and the issue says that it was cancelled.</p>
        </Confirm>
      ) : (
        <Do busy={busy} onClick={() => void run("retry")}>
          Run again
        </Do>
      )}
    </div>
  )
}
