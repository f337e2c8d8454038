import { Schema } from "effect"
import { TaskStatus, type TaskDetail } from "@loom/core/domain/TaskView"
import { Counts } from "@loom/core/domain/TestReport"
import { Usage } from "@loom/core/domain/Usage"
import { Verdict } from "@loom/core/domain/Verdict"

/** One side of the comparison; null where nothing was measured. */
const Side = Schema.Struct({ commit: Schema.NullOr(Schema.String), counts: Schema.NullOr(Counts) })

/** What `try --json` writes. */
export const TryResult = Schema.Struct({
  task: Schema.Struct({ id: Schema.String, status: TaskStatus }),
  verdict: Schema.NullOr(Verdict),
  recipe: Schema.Struct({ install: Schema.Array(Schema.String), test: Schema.Array(Schema.String) }),
  base: Side,
  head: Side,
  fixed: Schema.Array(Schema.String),
  regressed: Schema.Array(Schema.String),
  pullRequest: Schema.NullOr(
    Schema.Struct({ number: Schema.Int, url: Schema.String, draft: Schema.Boolean, branch: Schema.String, base: Schema.String }),
  ),
  /** The signed evidence: sha-256 of its bytes, where this world served it, and whether it was verified there. Null without a pull request. */
  proof: Schema.NullOr(Schema.Struct({ hash: Schema.String, url: Schema.String, verified: Schema.Boolean })),
  /** One sentence or more for people: what the gate said, or why there is no pull request and what to do. */
  reason: Schema.String,
  usage: Usage,
  /** In the order they began; a stage that was entered more than once is one entry with the sum. */
  stages: Schema.Array(Schema.Struct({ name: Schema.String, ms: Schema.Finite })),
})
export type TryResult = typeof TryResult.Type

export const tryResult = (detail: TaskDetail, proof: TryResult["proof"] = null): TryResult => {
  const { outcome } = detail
  const comparison = outcome?.comparison ?? null
  return {
    task: { id: detail.id, status: detail.status },
    verdict: outcome?.verdict ?? detail.verdict,
    recipe: {
      install: (outcome?.recipe?.install ?? []).map(({ command }) => command),
      test: (outcome?.recipe?.test ?? []).map(({ command }) => command),
    },
    base: { commit: outcome?.baseCommit ?? null, counts: comparison?.base ?? null },
    head: { commit: outcome?.headCommit ?? null, counts: comparison?.head ?? null },
    fixed: comparison?.fixed ?? [],
    regressed: comparison?.regressed ?? [],
    pullRequest: detail.pullRequest,
    proof,
    reason: reasonOf(detail),
    usage: outcome?.usage ?? detail.usage,
    stages: stageTimes(detail),
  }
}

const reasonOf = ({ outcome, reason, status }: TaskDetail): string => {
  const failure = outcome?.failure ?? null
  if (failure !== null) return `${failure.reason} ${failure.remedy}`.trim()
  return reason ?? outcome?.comparison?.reason ?? `The task is ${status}.`
}

const stageTimes = ({ outcome, stages }: TaskDetail): TryResult["stages"] => {
  const times = new Map<string, number>()
  for (const { name, startedAt, endedAt } of outcome?.stages ?? stages) {
    times.set(name, (times.get(name) ?? 0) + (endedAt === null ? 0 : endedAt - startedAt))
  }
  return [...times].map(([name, ms]) => ({ name, ms }))
}

/** 0 when a pull request was opened that the gate calls proven; else 1. */
export const exitCodeOf = ({ task, verdict, pullRequest }: Pick<TryResult, "task" | "verdict" | "pullRequest">): 0 | 1 =>
  task.status === "completed" && pullRequest !== null && (verdict === "pass" || verdict === "existing_failures_only") ? 0 : 1
