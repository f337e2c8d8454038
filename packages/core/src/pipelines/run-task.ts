import { Effect } from "effect"
import { controlLabels } from "../domain/labels.ts"
import type { RunInput, RunOutcome } from "../domain/Run.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { Admission, admit } from "./admit.ts"
import { Baseline, baseline } from "./baseline.ts"
import { blockedSummary } from "./blocked-hosts.ts"
import { changeRounds } from "./change-rounds.ts"
import { close } from "./close.ts"
import { inLivingBox } from "./code.ts"
import { keptPlan, plan, Planned, taskContext } from "./plan.ts"
import { prepare, Prepared } from "./prepare.ts"
import { ending } from "./ending.ts"
import { Progress } from "./Progress.ts"
import type { Publication } from "./Publication.ts"
import { publish, Published } from "./publish.ts"
import type { Admitted } from "./RunContext.ts"
import { gaveUp, held, type StageFailed } from "./StageFailed.ts"
import { stageStep } from "./stage-step.ts"
import { tell } from "./tell.ts"

const MINUTE = 60_000

/**
 * One attempt at one issue, from label to draft pull request (design section 6). Reads as the numbered story it is; every
 * stage is a durable step, so that the whole may be run again from the top at any time and continues where it was.
 * Never fails: every end is an outcome with a reason.
 */
export const runTask = Effect.fn("runTask")(function* (input: RunInput) {
  const progress = new Progress(input.spent)
  if (input.ended !== undefined) return yield* close(input, progress, ending(input.ended, progress))
  const outcome = yield* implement(input, progress).pipe(
    // The engine gave a step up, or Loom has a bug: still an end that is told, with its box closed. When it is this isolate
    // that dies, `close` finds no engine either, and the next isolate tells the story again.
    Effect.catchDefect((defect) => Effect.fail(gaveUp(progress.stages.at(-1)?.name ?? "admit", defect))),
    Effect.catch((failure: StageFailed) => Effect.succeed(progress.outcome(failure.status, failure))),
  )
  return yield* close(input, progress, outcome)
})

const implement = Effect.fn("implement")(function* (input: RunInput, progress: Progress) {
  const settings = yield* RunSettings

  // 1. Is there something to do, and for whom?
  const admission = yield* stageStep(
    {
      stage: "admit",
      name: "admit",
      success: Admission,
      timeoutMs: 5 * MINUTE,
      summary: ({ admitted: a }) => `issue #${a.issue.number} on ${a.baseBranch} at ${a.baseCommit.slice(0, 7)}`,
    },
    () => admit(input),
  )
  const { admitted, kept, unfinished } = admission.value
  progress.admitted = admitted
  progress.inherited = kept
  progress.record(admission.record)
  yield* tell(input, progress, "admitted")
  // An earlier attempt came as far as publishing: its change is proven, and half of it may be on GitHub already.
  if (unfinished !== null) {
    progress.resume(unfinished)
    return yield* publishing(input, progress, unfinished)
  }

  // 2. A box with the repository in it, installed.
  const preparation = yield* stageStep(
    {
      stage: "prepare",
      name: "prepare",
      success: Prepared,
      timeoutMs: 45 * MINUTE,
      summary: (p) =>
        p.recipe.install.length === 0
          ? "nothing to install"
          : p.cache.outcome === "restored"
            ? "installed state of an earlier run restored"
            : `installed with ${p.recipe.packageManager ?? p.recipe.language}${blockedSummary(p.blocked)}`,
    },
    (key) => prepare(input, admitted, key),
  )
  progress.recipe = preparation.value.recipe
  progress.setup = preparation.value.attempts
  progress.tools = preparation.value.tools ?? {}
  progress.record(preparation.record)

  const untouched = { input, admitted, checkpoint: null }
  // 3. What the tests say of the untouched code, before any model is asked.
  const measured = yield* stageStep(
    {
      stage: "baseline",
      name: "baseline",
      success: Baseline,
      timeoutMs: 2 * settings.testTimeoutMs + 5 * MINUTE,
      summary: (b) => b.summary,
    },
    // Nothing is written yet: whoever loses the box here begins the stage again in a new one.
    (key) => inLivingBox({ ...untouched, recipe: preparation.value.recipe }, key, baseline(input, admitted, preparation.value.recipe, key)),
  )
  const base = measured.value
  const recipe = base.recipe ?? preparation.value.recipe
  progress.recipe = recipe
  progress.record(measured.record)
  yield* tell(input, progress, "baseline")

  // 4. A plan: a new one, or the one that is kept; and a person's word where that is wanted.
  const contextNow = () => taskContext(input, admitted, recipe, base, progress.spent)
  const planning = yield* stageStep(
    {
      stage: "plan",
      name: "plan",
      success: Planned,
      timeoutMs: 20 * MINUTE,
      summary: (p) => (kept === null ? p.plan.title : `${p.plan.title} (of an earlier run)`),
    },
    (key) =>
      Effect.flatMap(contextNow(), (context) =>
        kept === null ? inLivingBox({ ...untouched, recipe }, key, plan(context, key)) : keptPlan(context, kept),
      ),
  )
  progress.plan = planning.value.plan
  progress.models = { ...kept?.models }
  progress.prompts = planning.value.prompts
  progress.spend(planning.value.usage, planning.value.model, "planner")
  if (kept !== null) progress.model = kept.model
  progress.coding = kept?.coding ?? null
  progress.record(planning.record)
  // Only the plan that was read is approved: one that was made since waits in its turn.
  if (input.approval !== undefined && (input.approval.state === "wanted" || kept === null)) return yield* awaitingApproval()

  // 5. and 6. Write, test, compare, review; what the gate stops goes back with its failures.
  yield* changeRounds({
    input,
    admitted,
    recipe,
    base,
    progress,
    brief: planning.value.brief,
    contextNow,
    deadline: admission.record.startedAt + maxMinutes(settings, admitted) * MINUTE - (kept?.workedMs ?? 0),
  })

  // 7. Exactly what the gate passed, pushed and opened.
  const { plan: planned, verified, work, model } = progress
  if (planned === null || verified === null || work === null) return yield* Effect.die("publish reached without plan, work and verdict")
  return yield* publishing(input, progress, {
    provenBy: input.runId,
    requestedBy: input.requestedBy,
    admitted,
    recipe,
    plan: planned,
    work,
    verified,
    reviewFindings: progress.reviewFindings,
    model: model ?? "unknown",
    modelNote: settings.modelNote,
    models: progress.models,
    prompts: progress.prompts,
    setup: progress.setup,
    tools: progress.tools,
    loom: settings.version,
    usage: progress.spent,
    startedAt: admission.record.startedAt,
    stages: [...progress.stages],
  })
})

const awaitingApproval = () =>
  held("plan", "awaiting_approval", {
    reason: "The plan is made, and nothing is written before a person with write access approves it.",
    remedy: `Read the plan, then set the label \`${controlLabels.approved}\` or approve it on the task's page. For another plan, say in the issue what is missing and retry from \`plan\`.`,
  })

const publishing = Effect.fn("publishing")(function* (input: RunInput, progress: Progress, what: Publication) {
  progress.publication = what
  const publication = yield* stageStep(
    {
      stage: "publish",
      name: "publish",
      success: Published,
      timeoutMs: 15 * MINUTE,
      summary: (p) => `draft pull request #${p.pullRequest.number}`,
    },
    (key) => publish(input, what, key),
  )
  progress.pullRequest = publication.value.pullRequest
  progress.record(publication.record)
  return progress.outcome("completed", null) satisfies RunOutcome
})

const maxMinutes = (settings: RunSettings["Service"], admitted: Admitted) =>
  Math.min(settings.maxMinutes, admitted.config.max_minutes ?? settings.maxMinutes)
