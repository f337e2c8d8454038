import type { TaskDetail } from "@loom/core/domain/TaskView"
import type { RetryStage } from "@loom/core/domain/Wait"
import { useState } from "react"
import { isOpen } from "../api/polling.ts"
import { fromWords } from "../text/waiting.ts"
import { Confirm } from "../widgets/Confirm.tsx"

interface Props {
  readonly task: TaskDetail
  readonly busy: boolean
  /** Null: from the beginning. */
  readonly onRun: (from: RetryStage | null) => Promise<unknown>
}

const beginning = { value: null, name: "From the beginning", what: "Everything is done anew." }

/**
 * An ended task is run again, from the beginning or from a stage whose predecessors' work is kept; one that waits goes back to such
 * a stage, and loses what came behind it. Nothing is shown of a waiting task that kept nothing.
 */
export const RunAgain = ({ busy, onRun, task }: Props) => {
  const isWaiting = isOpen(task.status)
  const stages = (task.retryFrom ?? []).map((value) => ({ value, ...fromWords[value] }))
  const choices = isWaiting ? stages.toReversed() : [beginning, ...stages]
  const [chosen, choose] = useState<RetryStage | null>(null)
  // What is offered may change while it is looked at.
  const from = choices.find(({ value }) => value === chosen) ?? choices[0]
  if (from === undefined) return null
  if (choices.length === 1 && !isWaiting)
    return (
      <button type="button" disabled={busy} onClick={() => void onRun(null)}>
        Run again
      </button>
    )
  return (
    <Confirm
      button={isWaiting ? "Go back…" : "Run again…"}
      title={isWaiting ? "Go back to an earlier stage?" : "Run this task again?"}
      confirm={isWaiting ? "Go back" : "Run it"}
      back={isWaiting ? "Leave it" : "Go back"}
      tone={isWaiting ? "danger" : "primary"}
      disabled={busy}
      onConfirm={() => onRun(from.value)}
      fields={
        <fieldset className="choices">
          <legend>From where</legend>
          {choices.map((choice) => (
            <label key={choice.value ?? "beginning"} className="choice">
              <input type="radio" name="from" checked={choice === from} onChange={() => choose(choice.value)} />
              <span>
                {choice.name}
                <span className="muted">{choice.what}</span>
              </span>
            </label>
          ))}
        </fieldset>
      }
    >
      <p>
        {isWaiting
          ? "The task goes on from there at once. What it did behind that is lost."
          : "It becomes a new task of the same issue; this one stays as it is."}
      </p>
    </Confirm>
  )
}
