import { Effect } from "effect"
import { afterVerify } from "../domain/after-verify.ts"
import type { Work } from "../domain/Change.ts"
import type { TestProof } from "../domain/Gate.ts"
import type { RunInput, RunOutcome } from "../domain/Run.ts"
import { Agents } from "../ports/Agents.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { Admission, admit } from "./admit.ts"
import { Baseline, baseline } from "./baseline.ts"
import { blockedSummary, remedyWith } from "./blocked-hosts.ts"
import { close } from "./close.ts"
import { inLivingBox } from "./code.ts"
import { codeRound } from "./code-round.ts"
import { plan, Planned, taskContext } from "./plan.ts"
import { prepare, Prepared } from "./prepare.ts"
import { ending } from "./ending.ts"
import { Progress } from "./Progress.ts"
import type { Publication } from "./Publication.ts"
import { publish, Published } from "./publish.ts"
import { review, Reviewed } from "./review.ts"
import type { Admitted } from "./RunContext.ts"
import { failed, gaveUp, type StageFailed } from "./StageFailed.ts"
import { stageStep } from "./stage-step.ts"
import { tell } from "./tell.ts"
import { GATE_MS, MAX_TEST_RUNS, Verified, verify } from "./verify.ts"

const MINUTE = 60_000

/**
 * One attempt at one issue, from label to draft pull request (design section 6). Reads as the numbered story it is; every
 * stage is a durable step, so that the whole may be run again from the top at any time and continues where it was.
 * Never fails: every end is an outcome with a reason.
 */
export const runTask = Effect.fn("runTask")(function* (input: RunInput) {
  const progress = new Progress()
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
  const agents = yield* Agents

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
  const { admitted, unfinished } = admission.value
  progress.admitted = admitted
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

  // 4. A plan.
  const contextNow = () => taskContext(input, admitted, recipe, base, progress.usage)
  const planning = yield* stageStep(
    { stage: "plan", name: "plan", success: Planned, timeoutMs: 20 * MINUTE, summary: (p) => p.plan.title },
    (key) => Effect.flatMap(contextNow(), (context) => inLivingBox({ ...untouched, recipe }, key, plan(context, key))),
  )
  progress.plan = planning.value.plan
  progress.prompts = planning.value.prompts
  progress.spend(planning.value.usage, planning.value.model, "planner")
  progress.record(planning.record)

  // 5. Write, test, compare; what the gate stops goes back with its failures.
  let transcript = planning.value.brief
  let reviewed = false
  const advised = new Set<TestProof["status"]>()
  let accepted: Accepted | null = null
  const maxRounds = settings.maxFixRounds + 1
  for (let round = 1; ; round++) {
    const coded = yield* codeRound({
      input,
      admitted,
      recipe,
      base,
      progress,
      transcript,
      round,
      deadline: admission.record.startedAt + maxMinutes(settings, admitted) * MINUTE,
    }).pipe(
      // What could have been accepted is not lost because more was asked for.
      Effect.catchIf(
        (failure) => accepted !== null && failure.status === "failed" && failure.failure.class === "needs_human",
        () => Effect.succeed(null),
      ),
    )
    if (coded === null) break
    transcript = coded
    const verification = yield* stageStep(
      {
        stage: "verify",
        name: `verify.${round}`,
        success: Verified,
        timeoutMs: MAX_TEST_RUNS * settings.testTimeoutMs + GATE_MS,
        summary: (v) => `${v.comparison.verdict}: ${v.comparison.reason}${blockedSummary(v.blocked)}`,
      },
      (key) => verify({ input, admitted, recipe, base, checkpoint: progress.checkpoint, name: `verify.${round}` }, key),
    )
    const verified = verification.value
    progress.verified = verified
    progress.checkpoint = verified.checkpoint
    progress.record(verification.record)
    yield* tell(input, progress, `verify.${round}`)

    const next = afterVerify({ ...verified, advised, changedFiles: verified.files.length, round, maxRounds })
    if (next._tag === "Stop" && accepted !== null) break
    if (next._tag === "Stop") {
      const evidence = verified.comparison.failures.map((test) => `${test.id}\n${test.message ?? ""}`).join("\n\n")
      const remedy = remedyWith(verified.blocked ?? [], next.remedy)
      return yield* failed(next.class, "verify", { ...next, remedy, evidence: evidence === "" ? null : evidence.slice(0, 4000) })
    }
    if (next._tag === "SendBack") {
      if (next.advice !== null && progress.work !== null) {
        advised.add(next.advice)
        accepted = { verified, work: progress.work }
      }
      transcript = [...transcript, agents.feedback({ comparison: verified.comparison, findings: next.findings, round, maxRounds })]
      continue
    }
    accepted = null
    if (reviewed) break

    // 6. Another pair of eyes; their findings go back once.
    const seen = yield* stageStep(
      {
        stage: "review",
        name: "review",
        success: Reviewed,
        timeoutMs: 20 * MINUTE,
        summary: ({ review: r }) => `${r.approve ? "approved" : "asked for changes"}, ${r.findings.length} notes`,
      },
      (key) => Effect.flatMap(contextNow(), (context) => review(context, verified, progress, key)),
    )
    reviewed = true
    progress.prompts = { ...progress.prompts, ...seen.value.prompts }
    progress.spend(seen.value.usage, seen.value.model, "reviewer")
    progress.record(seen.record)
    progress.reviewFindings = seen.value.review.findings
    if (seen.value.review.approve || round >= maxRounds) break
    transcript = [...transcript, agents.feedback({ comparison: null, findings: seen.value.review.findings, round, maxRounds })]
  }

  if (accepted !== null) {
    progress.goBackTo(accepted)
    if (!reviewed)
      progress.reviewFindings = ["Nobody but the tests has reviewed this change: the attempt to add a test to it came to nothing."]
  }

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
    usage: progress.usage,
    startedAt: admission.record.startedAt,
    stages: [...progress.stages],
  })
})

/** A change that the gate let through and that was sent back only for a test. */
interface Accepted {
  readonly verified: Verified
  readonly work: Work
}

const publishing = Effect.fn("publishing")(function* (input: RunInput, progress: Progress, what: Publication) {
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
