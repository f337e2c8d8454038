import type { TaskDetail } from "@loom/core/domain/TaskView"
import { useLocation } from "wouter"
import { isOpen } from "../api/polling.ts"
import { type TaskCommand, useTaskCommand } from "../api/task-commands.ts"
import { useMe } from "../api/me.ts"
import { Confirm } from "../widgets/Confirm.tsx"
import { RunAgain } from "./RunAgain.tsx"
import { SignIn } from "./SignIn.tsx"

/** Not disabled while it is busy: a disabled button drops the focus. */
const Do = ({ busy, children, onClick }: { readonly busy: boolean; readonly children: string; readonly onClick: () => void }) => (
  <button type="button" aria-disabled={busy} onClick={() => (busy ? undefined : onClick())}>
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
  // A plan that waits is answered beneath itself.
  if (me.data === undefined || task.waiting === "awaiting_approval") return null
  if (me.data.kind === "anonymous")
    return (
      <p className="actions muted">
        To stop or repeat this task, <SignIn me={me.data} />.
      </p>
    )
  const run = (what: TaskCommand) => command.mutateAsync(what).catch(() => undefined)
  const busy = command.isPending
  const isPausing = task.pausing === true
  const open = isOpen(task.status)
  const held = task.status === "waiting"
  return (
    <div className="actions" role="group" aria-label="Actions">
      {open ? (
        <Do busy={busy || isPausing} onClick={() => void run({ name: held ? "resume" : "pause" })}>
          {held ? "Resume" : isPausing ? "Pausing…" : "Pause"}
        </Do>
      ) : null}
      {open && !held ? null : <RunAgain task={task} busy={busy} onRun={(from) => run({ name: "retry", from })} />}
      {open ? (
        <Confirm
          button="Cancel"
          title="Cancel this task?"
          confirm="Cancel the task"
          disabled={busy}
          onConfirm={() => run({ name: "cancel" })}
        >
          <p>The run stops within one step. What was done is kept, and the issue says that it was cancelled.</p>
        </Confirm>
      ) : null}
    </div>
  )
}
