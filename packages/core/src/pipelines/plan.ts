import { Effect, Schema } from "effect"
import { Plan } from "../domain/Change.ts"
import { latestPatchKey, planKey } from "../domain/artifact-keys.ts"
import { PromptDigests } from "../domain/Proof.ts"
import type { Recipe } from "../domain/Recipe.ts"
import { fullName } from "../domain/Repository.ts"
import type { RunInput } from "../domain/Run.ts"
import { noUsage, Usage } from "../domain/Usage.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { Agents, type TaskContext } from "../ports/Agents.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import type { Baseline } from "./baseline.ts"
import type { Kept } from "./Kept.ts"
import type { Admitted } from "./RunContext.ts"
import { RunLog } from "./RunLog.ts"

/** What the planner answered, with what it cost. */
export const Planned = Schema.Struct({
  plan: Plan,
  usage: Usage,
  model: Schema.String,
  /** As they were when they were used. */
  prompts: PromptDigests,
  /** The first messages of the coder's transcript. */
  brief: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)),
})
export type Planned = typeof Planned.Type

/** Everything the model roles may know. The budget is the smaller of the operator's and the repository's. */
export const taskContext = Effect.fn("taskContext")(function* (
  input: RunInput,
  admitted: Admitted,
  recipe: Recipe,
  base: Baseline,
  spent: Usage,
) {
  const { approval } = input
  const { budget } = yield* RunSettings
  return {
    runId: input.runId,
    sessionId: input.runId,
    repository: fullName(input.repository),
    issue: admitted.issue,
    comments: admitted.comments,
    instructions: admitted.instructions,
    recipe,
    baselineFailures: base.failing,
    baselineSummary: base.summary,
    model: admitted.config.model ?? null,
    budget: { ...budget, maxUsd: Math.min(budget.maxUsd, admitted.config.budget_usd ?? budget.maxUsd) },
    spent,
    guidance: approval?.state === "given" && approval.note !== null ? { by: approval.by, text: approval.note } : null,
  } satisfies TaskContext
})

/** The plan an earlier run kept. Its brief is written anew: base, tests and a person's guidance may be others now. */
export const keptPlan = Effect.fn("keptPlan")(function* (context: TaskContext, kept: Kept) {
  const agents = yield* Agents
  yield* (yield* RunLog).say("info", `plan of an earlier run: ${kept.plan.title}`)
  // For people: plan and change of a run are found by its own id.
  const artifacts = yield* Artifacts
  yield* artifacts.put(planKey(context.runId), JSON.stringify(kept.plan)).pipe(Effect.ignore)
  const checkpoint = kept.coding?.checkpoint ?? null
  if (checkpoint !== null) {
    const patch = yield* artifacts.get(checkpoint.artifact)
    if (patch !== null) yield* artifacts.put(latestPatchKey(context.runId), patch).pipe(Effect.ignore)
  }
  return {
    plan: kept.plan,
    usage: noUsage,
    model: kept.models.planner?.at(-1) ?? kept.model ?? "unknown",
    prompts: kept.prompts,
    brief: yield* agents.brief(context, kept.plan),
  } satisfies Planned
})

export const plan = Effect.fn("plan")(function* (context: TaskContext, key: string) {
  const log = yield* RunLog
  const agents = yield* Agents
  const planned = yield* agents.plan(context, key)
  yield* log.say("info", `plan: ${planned.plan.title}`)
  for (const step of planned.plan.steps) yield* log.say("info", `  - ${step}`)
  // For people to read while the run goes on: the run itself keeps it in its step, and does without this.
  yield* (yield* Artifacts).put(planKey(context.runId), JSON.stringify(planned.plan)).pipe(Effect.ignore)
  return { ...planned, prompts: agents.prompts, brief: yield* agents.brief(context, planned.plan) } satisfies Planned
})
