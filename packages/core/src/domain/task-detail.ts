import type { GateReport } from "./Gate.ts"
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
    ...(task.waiting === null ? {} : { waiting: task.waiting }),
    ...(task.pause === undefined ? {} : { pausing: true as const }),
    // A run that goes on has not come to its end, and what it will keep is not known.
    ...(task.kept === undefined || task.status === "running" || task.status === "pending" ? {} : { retryFrom: task.kept.stages }),
    runId: task.runId,
    stages: task.stages,
    outcome: task.outcome,
  }
}

/** Characters, because names of parametrised tests can be as long as their parameters. */
const MAX_ID_CHARS = 1_000
const MAX_LIST_CHARS = 30_000
const MAX_FAILURES_CHARS = 100_000

/** As many of the first as fit; at least none. */
const fitting = <A>(items: ReadonlyArray<A>, sizeOf: (item: A) => number, max: number): ReadonlyArray<A> => {
  let left = max
  const end = items.findIndex((item) => (left -= sizeOf(item)) < 0)
  return end < 0 ? items : items.slice(0, end)
}

const fittingIds = (ids: ReadonlyArray<string>) =>
  fitting(
    ids.map((id) => (id.length > MAX_ID_CHARS ? `${id.slice(0, MAX_ID_CHARS)}…` : id)),
    (id) => id.length,
    MAX_LIST_CHARS,
  )

const boundGate = (gate: GateReport): GateReport => ({
  ...gate,
  tests: { ...gate.tests, tests: fitting(gate.tests.tests, ({ id }) => id.length, MAX_LIST_CHARS) },
})

/**
 * An outcome as it is kept in rows: lists of test ids and failures are cut where they would come near a row's 2 MB (limits of
 * SQLite in Durable Objects and of D1). Everything is in the run's proof and baseline, which are artifacts.
 */
export const boundOutcome = (outcome: RunOutcome): RunOutcome => {
  const { comparison } = outcome
  if (comparison === null) return outcome
  return {
    ...outcome,
    ...(outcome.gate === undefined ? {} : { gate: boundGate(outcome.gate) }),
    comparison: {
      ...comparison,
      reason: comparison.reason.slice(0, 2_000),
      fixed: fittingIds(comparison.fixed),
      regressed: fittingIds(comparison.regressed),
      stillFailing: fittingIds(comparison.stillFailing),
      added: fittingIds(comparison.added),
      removed: fittingIds(comparison.removed),
      flaky: fittingIds(comparison.flaky),
      ...(comparison.unstable === undefined ? {} : { unstable: fittingIds(comparison.unstable) }),
      failures: fitting(comparison.failures, (test) => JSON.stringify(test).length, MAX_FAILURES_CHARS),
    },
  }
}
