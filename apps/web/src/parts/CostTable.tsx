import type { TaskDetail } from "@loom/core/domain/TaskView"
import { useTaskEvents } from "../api/queries.ts"
import type { LiveState } from "../api/LiveConnection.ts"
import { stageCosts } from "../task/stage-costs.ts"
import { formatCost, formatCount } from "../text/figures.ts"
import { stageWords } from "../text/wording.ts"

/** What the run's model requests cost, by stage. */
export const CostTable = ({ live, task }: { readonly task: TaskDetail; readonly live: LiveState }) => {
  const events = useTaskEvents(task.id, task.status, live)
  const rows = stageCosts(events.data?.events ?? [], task.stages, task.runId)
  const { usage } = task
  return (
    <section className="card" aria-labelledby="cost-heading">
      <h2 id="cost-heading">Cost</h2>
      <table className="costs">
        <caption className="visually-hidden">Model requests, tokens and money by stage</caption>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">Requests</th>
            <th scope="col">Tokens in / out</th>
            <th scope="col">Cost</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.stage}>
              <th scope="row">{stageWords[row.stage]}</th>
              <td>{row.requests}</td>
              <td>
                {formatCount(row.inputTokens)} / {formatCount(row.outputTokens)}
              </td>
              <td>{formatCost(row.costUsd)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All runs</th>
            <td>{usage.requests}</td>
            <td>
              {formatCount(usage.inputTokens)} / {formatCount(usage.outputTokens)}
            </td>
            <td>{formatCost(usage.costUsd)}</td>
          </tr>
        </tfoot>
      </table>
      {usage.cachedInputTokens === 0 ? null : (
        <p className="muted">{formatCount(usage.cachedInputTokens)} of the tokens in came from the provider's cache.</p>
      )}
    </section>
  )
}
