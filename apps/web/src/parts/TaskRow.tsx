import type { TaskSummary } from "@loom/core/domain/TaskView"
import { Link } from "wouter"
import { formatCost } from "../text/figures.ts"
import { badgeOf, verdictWords } from "../text/wording.ts"
import { Badge } from "./Icon.tsx"
import { OutsideLink, Untrusted } from "./Text.tsx"
import { Ago } from "./Time.tsx"

/** One task of the list. The title leads to its page; the pull request has its own link. */
export const TaskRow = ({ task, now }: { readonly task: TaskSummary; readonly now: number }) => {
  const status = badgeOf(task)
  return (
    <li className="task-row">
      <div className="task-row-state">
        <Badge tone={status.tone}>{status.label}</Badge>
        {task.status === "running" && task.stage !== null ? <span className="muted">{task.stage}</span> : null}
      </div>
      <div className="task-row-what">
        <Link href={`/tasks/${encodeURIComponent(task.id)}`} className="task-row-title">
          <Untrusted>{task.title}</Untrusted>
        </Link>
        <p className="muted">
          <Untrusted>{`${task.repository} #${task.issueNumber}`}</Untrusted> · asked by <Untrusted>{task.requestedBy}</Untrusted> ·{" "}
          <Ago at={task.updatedAt} now={now} />
          {task.attempt > 1 ? ` · attempt ${task.attempt}` : ""}
        </p>
        {task.reason === null || task.status === "completed" ? null : (
          <p className="task-row-reason">
            <Untrusted>{task.reason}</Untrusted>
          </p>
        )}
      </div>
      <div className="task-row-result">
        {task.pullRequest === null ? null : <OutsideLink to={task.pullRequest.url}>Pull request #{task.pullRequest.number}</OutsideLink>}
        <span className="muted">
          {[
            task.verdict === null ? null : verdictWords[task.verdict].label,
            task.usage.requests === 0 ? null : formatCost(task.usage.costUsd),
          ]
            .filter((word) => word !== null)
            .join(" · ")}
        </span>
      </div>
    </li>
  )
}
