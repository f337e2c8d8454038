import type { TaskDetail } from "@loom/core/domain/TaskView"
import { badgeOf, stageWords, type Tone, verdictWords, whoCanMend } from "../text/wording.ts"
import { visibleText } from "../text/untrusted.ts"
import { waitWords } from "../text/waiting.ts"
import { Approval } from "./Approval.tsx"
import { Icon } from "./Icon.tsx"
import { OutsideLink, Untrusted } from "./Text.tsx"

const Box = ({ tone, title, children }: { readonly tone: Tone; readonly title: string; readonly children: React.ReactNode }) => (
  <section className={`outcome tone-${tone}`} aria-labelledby="outcome-heading">
    <h2 id="outcome-heading">
      <Icon name={tone} />
      {title}
    </h2>
    {children}
  </section>
)

const Reason = ({ task }: { readonly task: TaskDetail }) =>
  task.reason === null ? null : (
    <p>
      <Untrusted>{task.reason}</Untrusted>
    </p>
  )

const Failure = ({ task }: { readonly task: TaskDetail }) => {
  const failure = task.outcome?.failure ?? null
  if (failure === null) {
    return (
      <Box tone="bad" title="This task failed">
        <Reason task={task} />
        <p>
          The log below says more. To try again, comment <code>/loom retry</code> on the issue.
        </p>
      </Box>
    )
  }
  return (
    <Box tone="bad" title={`Stopped: ${stageWords[failure.stage].toLowerCase()}`}>
      <dl className="failure">
        <div>
          <dt>What happened</dt>
          <dd>
            <Untrusted>{failure.reason}</Untrusted>
          </dd>
        </div>
        {failure.evidence === null ? null : (
          <div>
            <dt>Evidence</dt>
            <dd>
              <pre tabIndex={0} role="region" aria-label="Evidence">
                {visibleText(failure.evidence)}
              </pre>
            </dd>
          </div>
        )}
        <div>
          <dt>What to do</dt>
          <dd>
            <p>
              <Untrusted>{failure.remedy}</Untrusted>
            </p>
            <p className="muted">
              {whoCanMend[failure.class]} <code>{visibleText(failure.code)}</code>
            </p>
          </dd>
        </div>
      </dl>
    </Box>
  )
}

const Completed = ({ task }: { readonly task: TaskDetail }) => {
  const verdict = task.verdict === null ? null : verdictWords[task.verdict]
  const reason = task.outcome?.comparison?.reason ?? task.reason
  const pull = task.pullRequest
  return (
    <Box tone={verdict?.tone ?? "good"} title={verdict?.label ?? "Done"}>
      <p>{reason === null ? (verdict?.meaning ?? "The run has ended.") : <Untrusted>{reason}</Untrusted>}</p>
      {pull === null ? null : (
        <p className="outcome-pull">
          <OutsideLink to={pull.url}>
            {pull.draft ? "Draft pull request" : "Pull request"} #{pull.number}
          </OutsideLink>
          <span className="muted">
            <code>{visibleText(pull.branch)}</code> into <code>{visibleText(pull.base)}</code>
          </span>
        </p>
      )}
    </Box>
  )
}

/** What the task has come to, before anything else on its page. */
export const Outcome = ({ task }: { readonly task: TaskDetail }) => {
  switch (task.status) {
    case "completed":
      return <Completed task={task} />
    case "failed":
      return <Failure task={task} />
    case "cancelled":
      return (
        <Box tone="quiet" title="Cancelled">
          <Reason task={task} />
          <p>
            What was done is kept. Comment <code>/loom run</code> on the issue to start again.
          </p>
        </Box>
      )
    case "waiting":
      return (
        <Box tone={badgeOf(task).tone} title={task.waiting === undefined ? "Waiting" : waitWords[task.waiting].title}>
          <Reason task={task} />
          <p>{task.waiting === undefined ? "It goes on when the issue is answered." : waitWords[task.waiting].remedy}</p>
          {task.waiting === "awaiting_approval" ? <Approval task={task} /> : null}
        </Box>
      )
    case "pending":
      return (
        <Box tone="quiet" title="In the queue">
          <Reason task={task} />
          <p>It starts as soon as a place is free.</p>
        </Box>
      )
    case "running": {
      const stage = task.stages.findLast((record) => record.outcome === "running")
      return (
        <Box tone="busy" title={stage === undefined ? "Working" : stageWords[stage.name]}>
          <p>
            {stage === undefined || stage.summary === "" ? (
              "Loom is at work; this page follows by itself."
            ) : (
              <Untrusted>{stage.summary}</Untrusted>
            )}
          </p>
          {task.pausing === true ? <p>It is about to pause, at the next place where nothing is lost.</p> : null}
        </Box>
      )
    }
  }
}
