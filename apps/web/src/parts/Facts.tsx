import type { TaskDetail } from "@loom/core/domain/TaskView"
import { formatCost, formatCount } from "../text/figures.ts"
import { visibleText } from "../text/untrusted.ts"
import { RecipeView } from "./RecipeView.tsx"
import { OutsideLink, Untrusted } from "./Text.tsx"
import { Ago } from "./Time.tsx"
import { useNow } from "./use-now.ts"

const Fact = ({ name, children }: { readonly name: string; readonly children: React.ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const Commit = ({ sha }: { readonly sha: string }) => <code title={visibleText(sha)}>{visibleText(sha.slice(0, 10))}</code>

/** Where the task comes from and what it cost. */
export const Facts = ({ task }: { readonly task: TaskDetail }) => {
  const now = useNow(10_000)
  const { usage, outcome } = task
  return (
    <section className="card" aria-labelledby="facts-heading">
      <h2 id="facts-heading">Details</h2>
      <dl className="facts">
        <Fact name="Issue">
          <OutsideLink to={task.issueUrl}>
            <Untrusted>{`${task.repository} #${task.issueNumber}`}</Untrusted>
          </OutsideLink>
        </Fact>
        {task.pullRequest === null ? null : (
          <Fact name="Pull request">
            <OutsideLink to={task.pullRequest.url}>
              #{task.pullRequest.number}
              {task.pullRequest.draft ? " (draft)" : ""}
            </OutsideLink>
          </Fact>
        )}
        <Fact name="Asked by">
          <Untrusted>{task.requestedBy}</Untrusted>, <Ago at={task.createdAt} now={now} />
        </Fact>
        <Fact name="Last change">
          <Ago at={task.updatedAt} now={now} />
        </Fact>
        {task.attempt > 1 ? <Fact name="Attempt">{task.attempt}</Fact> : null}
        <Fact name="Cost">{formatCost(usage.costUsd)}</Fact>
        <Fact name="Tokens">
          {formatCount(usage.inputTokens)} in, {formatCount(usage.outputTokens)} out
          {usage.cachedInputTokens === 0 ? "" : `, ${formatCount(usage.cachedInputTokens)} cached`}
        </Fact>
        <Fact name="Model requests">{usage.requests}</Fact>
        {outcome?.baseCommit ? (
          <Fact name="Base commit">
            <Commit sha={outcome.baseCommit} />
          </Fact>
        ) : null}
        {outcome?.headCommit ? (
          <Fact name="Head commit">
            <Commit sha={outcome.headCommit} />
          </Fact>
        ) : null}
        <Fact name="Task">
          <code>{visibleText(task.id)}</code>
        </Fact>
      </dl>
      {outcome?.recipe ? (
        <>
          <h3>How it was tested</h3>
          <RecipeView recipe={outcome.recipe} />
        </>
      ) : null}
    </section>
  )
}
