import type { TaskDetail } from "@loom/core/domain/TaskView"
import { useState } from "react"
import { useMe } from "../api/me.ts"
import { useTaskCommand } from "../api/task-commands.ts"
import { Confirm } from "../widgets/Confirm.tsx"
import { SignIn } from "./SignIn.tsx"
import { PlanPart } from "./TaskParts.tsx"

/** The API's own bound on a note, in characters. */
const maxNote = 4_000

/** The plan that waits for a person, and the two answers to it. */
export const Approval = ({ task }: { readonly task: TaskDetail }) => {
  const me = useMe()
  const [note, setNote] = useState("")
  // This part goes away with its answer: the focus goes where the page begins.
  const command = useTaskCommand(task.id, () => document.querySelector("h1")?.focus())
  const run = (what: Parameters<typeof command.mutate>[0]) => command.mutateAsync(what).catch(() => undefined)
  return (
    <>
      <PlanPart task={task} />
      {me.data === undefined ? null : me.data.kind === "anonymous" ? (
        <p>
          To approve or reject it, <SignIn me={me.data} />.
        </p>
      ) : (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault()
            void run({ name: "approve", note: note.trim() })
          }}
        >
          <label className="field">
            <span>Note (optional)</span>
            <textarea
              name="note"
              rows={2}
              maxLength={maxNote}
              value={note}
              placeholder="What is to be minded when it is carried out"
              onChange={(event) => setNote(event.currentTarget.value)}
            />
          </label>
          <div className="actions" role="group" aria-label="Answer to the plan">
            <button type="submit" className="primary" disabled={command.isPending}>
              Approve the plan
            </button>
            <Confirm
              button="Another plan"
              title="Have another plan made?"
              confirm="Make another plan"
              disabled={command.isPending}
              onConfirm={() => run({ name: "retry", from: "plan" })}
            >
              <p>This plan is lost. Say on the issue first what the next one is to mind: the issue is read again for it.</p>
            </Confirm>
            <Confirm
              button="Reject"
              title="Reject this plan?"
              confirm="Reject the plan"
              disabled={command.isPending}
              onConfirm={() => run({ name: "cancel", rejects: true })}
            >
              <p>The task ends as cancelled, without a change. The plan stays on this page, and the issue can be given to Loom again.</p>
            </Confirm>
          </div>
        </form>
      )}
    </>
  )
}
