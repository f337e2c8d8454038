import { fullName, type RepositoryRef } from "./Repository.ts"
import type { RunOutcome } from "./Run.ts"
import type { Task } from "./Task.ts"
import type { TaskDetail } from "./TaskView.ts"
import { addUsage } from "./Usage.ts"

/** A task as people see it. */
export const taskDetail = (task: Task, repository: RepositoryRef): TaskDetail => {
  const pullRequest = task.outcome?.pullRequest ?? null
  return {
    id: task.id,
    repository: fullName(repository),
    issueNumber: task.issueNumber,
    issueUrl: task.issueUrl,
    title: task.title,
    status: task.status,
    reason: task.reason ?? task.cancel?.reason ?? null,
    stage:
      task.status === "running"
        ? ((task.stages.findLast((record) => record.outcome === "running") ?? task.stages.at(-1))?.name ?? null)
        : null,
    requestedBy: task.requestedBy,
    attempt: task.attempt,
    verdict: task.outcome?.verdict ?? null,
    pullRequest:
      pullRequest === null
        ? null
        : {
            number: pullRequest.number,
            url: pullRequest.url,
            draft: pullRequest.draft,
            branch: pullRequest.branch,
            base: pullRequest.base,
          },
    usage: addUsage(task.spent, task.runUsage),
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
    runId: task.runId,
    stages: task.stages,
    outcome: task.outcome,
  }
}

const MAX_IDS = 1_000

/** Lists of test ids are cut at 1,000 entries and failures at 50, so that an outcome stays far below a row's 2 MB. */
export const boundOutcome = (outcome: RunOutcome): RunOutcome =>
  outcome.comparison === null
    ? outcome
    : {
        ...outcome,
        comparison: {
          ...outcome.comparison,
          fixed: outcome.comparison.fixed.slice(0, MAX_IDS),
          regressed: outcome.comparison.regressed.slice(0, MAX_IDS),
          stillFailing: outcome.comparison.stillFailing.slice(0, MAX_IDS),
          added: outcome.comparison.added.slice(0, MAX_IDS),
          removed: outcome.comparison.removed.slice(0, MAX_IDS),
          flaky: outcome.comparison.flaky.slice(0, MAX_IDS),
          failures: outcome.comparison.failures.slice(0, 50),
        },
      }
