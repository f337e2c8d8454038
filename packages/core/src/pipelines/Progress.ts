import type { Plan, Work } from "../domain/Change.ts"
import type { ModelsUsed, PromptDigests } from "../domain/Proof.ts"
import type { Recipe } from "../domain/Recipe.ts"
import type { PullRequestRef, RunOutcome } from "../domain/Run.ts"
import type { StageRecord } from "../domain/Stage.ts"
import { addUsage, noUsage, type Usage } from "../domain/Usage.ts"
import type { Coding, Kept } from "./Kept.ts"
import type { Prepared } from "./prepare.ts"
import type { Admitted, Checkpoint } from "./RunContext.ts"
import type { Publication } from "./Publication.ts"
import type { StageFailed } from "./StageFailed.ts"
import type { Verified } from "./verify.ts"

/**
 * What a run has come to so far. Lives in memory only: the driver fills it from the outputs of durable steps, so a replay
 * fills it the same way again.
 */
export class Progress {
  admitted: Admitted | null = null
  recipe: Recipe | null = null
  plan: Plan | null = null
  work: Work | null = null
  verified: Verified | null = null
  checkpoint: Checkpoint | null = null
  pullRequest: PullRequestRef | null = null
  reviewFindings: ReadonlyArray<string> = []
  model: string | null = null
  models: ModelsUsed = {}
  prompts: PromptDigests = {}
  setup: Prepared["attempts"] = []
  tools: Readonly<Record<string, string>> = {}
  /** Of this run. */
  usage: Usage = noUsage
  /** Of earlier runs of the task. */
  readonly spentBefore: Usage
  /** What an earlier run has kept for this one. */
  inherited: Kept | null = null
  coding: Coding | null = null
  /** What the gate passed and is being published. */
  publication: Publication | null = null
  readonly stages: Array<StageRecord> = []

  constructor(spentBefore: Usage = noUsage) {
    this.spentBefore = spentBefore
  }

  /** Of the task: what counts against its budget. */
  get spent(): Usage {
    return addUsage(this.spentBefore, this.usage)
  }

  spend(usage: Usage, model: string, role: "planner" | "coder" | "reviewer"): void {
    this.usage = addUsage(this.usage, usage)
    // The reviewer's is not what wrote the change.
    if (role !== "reviewer" || this.model === null) this.model = model
    const known = this.models[role] ?? []
    this.models = { ...this.models, [role]: known.includes(model) ? known : [...known, model] }
  }

  /** What an earlier attempt has proven. Its spending is counted there. */
  resume(publication: Publication): void {
    const { admitted, model, plan, recipe, reviewFindings, verified, work } = publication
    Object.assign(this, { admitted, model, plan, recipe, reviewFindings, verified, work })
    const { models, prompts } = publication
    Object.assign(this, { models, prompts, publication, coding: this.inherited?.coding ?? null })
  }

  /** A later round came to nothing: what the gate let through before stands. */
  goBackTo(accepted: { readonly verified: Verified; readonly work: Work }): void {
    this.verified = accepted.verified
    this.work = accepted.work
    this.checkpoint = accepted.verified.checkpoint
  }

  /** A stage of several steps is one record: the later replaces the earlier while that has not ended. */
  record(record: StageRecord): void {
    const last = this.stages.length - 1
    const known = this.stages[last]
    if (known?.name === record.name && known.endedAt === null) this.stages[last] = record
    else this.stages.push(record)
  }

  outcome(status: RunOutcome["status"], failure: StageFailed | null): RunOutcome {
    return {
      status,
      verdict: this.verified?.comparison.verdict ?? null,
      pullRequest: this.pullRequest,
      failure: failure?.failure ?? null,
      recipe: this.recipe,
      baseCommit: this.admitted?.baseCommit ?? null,
      headCommit: this.pullRequest?.headSha ?? null,
      comparison: this.verified?.comparison ?? null,
      ...(this.verified === null ? {} : { gate: this.verified.gate }),
      ...(this.plan === null ? {} : { plan: this.plan }),
      ...(failure?.waiting === undefined ? {} : { waiting: failure.waiting }),
      usage: this.usage,
      stages: this.stages.map((record) =>
        record.endedAt === null && failure !== null
          ? { ...record, outcome: status === "held" ? ("skipped" as const) : ("failed" as const) }
          : record,
      ),
    }
  }
}
