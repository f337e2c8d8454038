import { Effect } from "effect"
import { afterVerify } from "../domain/after-verify.ts"
import type { Work } from "../domain/Change.ts"
import type { Recipe } from "../domain/Recipe.ts"
import type { RunInput } from "../domain/Run.ts"
import { Agents, type TaskContext, type TranscriptMessage } from "../ports/Agents.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import type { Baseline } from "./baseline.ts"
import { blockedSummary, remedyWith } from "./blocked-hosts.ts"
import { codeRound } from "./code-round.ts"
import type { Coding } from "./Kept.ts"
import type { Progress } from "./Progress.ts"
import { review, Reviewed } from "./review.ts"
import type { Admitted } from "./RunContext.ts"
import { failed } from "./StageFailed.ts"
import { stageStep } from "./stage-step.ts"
import { tell } from "./tell.ts"
import { GATE_MS, MAX_TEST_RUNS, Verified, verify } from "./verify.ts"

const MINUTE = 60_000

export interface ChangeRounds {
  readonly input: RunInput
  readonly admitted: Admitted
  readonly recipe: Recipe
  readonly base: Baseline
  readonly progress: Progress
  readonly brief: ReadonlyArray<TranscriptMessage>
  readonly contextNow: () => Effect.Effect<TaskContext, never, RunSettings>
  /** When the run's time is over, milliseconds since the epoch. */
  readonly deadline: number
}

/** A change that the gate let through and that was sent back only for a test. */
interface Accepted {
  readonly verified: Verified
  readonly work: Work
}

/**
 * Writes, tests, compares and reviews until the gate lets the change through and the reviewer has had their say. `progress.coding` is at
 * every time what another run would go on with; what an earlier run kept is where this begins.
 */
export const changeRounds = Effect.fn("changeRounds")(function* (work: ChangeRounds) {
  const { input, admitted, recipe, base, progress } = work
  const settings = yield* RunSettings
  const agents = yield* Agents
  const maxRounds = settings.maxFixRounds + 1
  const kept = progress.inherited?.coding ?? null
  let coding = kept === null ? begin(work.brief) : takeUp(kept, work.brief, agents.feedback, maxRounds)
  /** The box holds the untouched base, not yet the change that is kept. */
  let isTakenUp = kept !== null
  progress.coding = coding
  progress.checkpoint = coding.checkpoint
  progress.work = coding.work
  progress.reviewFindings = coding.reviewFindings
  const now = (more: Partial<Coding>) => {
    coding = { ...coding, checkpoint: progress.checkpoint, ...more }
    progress.coding = coding
  }
  const sendBack = (feedback: TranscriptMessage, more: Partial<Coding> = {}) =>
    now({ transcript: [...coding.transcript, feedback], round: coding.round + 1, turns: 0, work: null, ...more })

  let accepted: Accepted | null = null
  for (;;) {
    const { round } = coding
    if (coding.work === null) {
      const coded = yield* codeRound({
        input,
        admitted,
        recipe,
        base,
        progress,
        coding,
        isTakenUp,
        keep: now,
        deadline: work.deadline,
      }).pipe(
        // What could have been accepted is not lost because more was asked for.
        Effect.catchIf(
          (failure) => accepted !== null && failure.status === "failed" && failure.failure.class === "needs_human",
          () => Effect.succeed(null),
        ),
      )
      if (coded === null) break
      isTakenUp = false
    }
    const isRestored = isTakenUp
    const verification = yield* stageStep(
      {
        stage: "verify",
        name: `verify.${round}`,
        success: Verified,
        timeoutMs: MAX_TEST_RUNS * settings.testTimeoutMs + GATE_MS,
        summary: (v) => `${v.comparison.verdict}: ${v.comparison.reason}${blockedSummary(v.blocked)}`,
      },
      (key) =>
        verify({ input, admitted, recipe, base, checkpoint: progress.checkpoint, isTakenUp: isRestored, name: `verify.${round}` }, key),
    )
    isTakenUp = false
    const verified = verification.value
    progress.verified = verified
    progress.checkpoint = verified.checkpoint
    now({})
    progress.record(verification.record)
    yield* tell(input, progress, `verify.${round}`)

    const advised = new Set(coding.advised)
    const next = afterVerify({ ...verified, advised, changedFiles: verified.files.length, round, maxRounds })
    if (next._tag === "Stop" && accepted !== null) break
    if (next._tag === "Stop") {
      const evidence = verified.comparison.failures.map((test) => `${test.id}\n${test.message ?? ""}`).join("\n\n")
      const remedy = remedyWith(verified.blocked ?? [], next.remedy)
      return yield* failed(next.class, "verify", { ...next, remedy, evidence: evidence === "" ? null : evidence.slice(0, 4000) })
    }
    if (next._tag === "SendBack") {
      const isAdvice = next.advice !== null && progress.work !== null
      if (next.advice !== null && progress.work !== null) accepted = { verified, work: progress.work }
      sendBack(
        agents.feedback({ comparison: verified.comparison, findings: next.findings, round, maxRounds }),
        isAdvice && next.advice !== null ? { advised: [...coding.advised, next.advice] } : {},
      )
      continue
    }
    accepted = null
    if (coding.isReviewed) break

    // Another pair of eyes; their findings go back once.
    const seen = yield* stageStep(
      {
        stage: "review",
        name: "review",
        success: Reviewed,
        timeoutMs: 20 * MINUTE,
        summary: ({ review: r }) => `${r.approve ? "approved" : "asked for changes"}, ${r.findings.length} notes`,
      },
      (key) => Effect.flatMap(work.contextNow(), (context) => review(context, verified, progress, key)),
    )
    progress.prompts = { ...progress.prompts, ...seen.value.prompts }
    progress.spend(seen.value.usage, seen.value.model, "reviewer")
    progress.record(seen.record)
    const { approve, findings } = seen.value.review
    progress.reviewFindings = findings
    now({ isReviewed: true, reviewFindings: findings })
    if (approve || round >= maxRounds) break
    sendBack(agents.feedback({ comparison: null, findings, round, maxRounds }))
  }

  if (accepted !== null) {
    progress.goBackTo(accepted)
    now({ work: accepted.work })
    if (!coding.isReviewed)
      progress.reviewFindings = ["Nobody but the tests has reviewed this change: the attempt to add a test to it came to nothing."]
  }
})

const begin = (brief: ReadonlyArray<TranscriptMessage>): Coding => ({
  transcript: brief,
  round: 1,
  turns: 0,
  checkpoint: null,
  work: null,
  isReviewed: false,
  reviewFindings: [],
  advised: [],
})

const LOST_WORDS =
  "The conversation so far was too long to keep. What was changed is in the working tree: read it before you go on, and do not begin anew."

const takeUp = (
  kept: Coding,
  brief: ReadonlyArray<TranscriptMessage>,
  feedback: Agents["Service"]["feedback"],
  maxRounds: number,
): Coding =>
  kept.transcript.length > 0
    ? kept
    : { ...kept, transcript: [...brief, feedback({ comparison: null, findings: [LOST_WORDS], round: kept.round, maxRounds })] }
