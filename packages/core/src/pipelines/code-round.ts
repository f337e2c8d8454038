import { Effect } from "effect"
import type { Recipe } from "../domain/Recipe.ts"
import type { RunInput } from "../domain/Run.ts"
import type { Baseline } from "./baseline.ts"
import { codeTurn, Turn } from "./code.ts"
import { taskContext } from "./plan.ts"
import type { Coding } from "./Kept.ts"
import type { Progress } from "./Progress.ts"
import type { Admitted } from "./RunContext.ts"
import { failed } from "./StageFailed.ts"
import { stageStep } from "./stage-step.ts"

export interface CodeRound {
  readonly input: RunInput
  readonly admitted: Admitted
  readonly recipe: Recipe
  readonly base: Baseline
  readonly progress: Progress
  /** Where this round begins, or goes on. */
  readonly coding: Coding
  /** The box does not hold the change yet. */
  readonly isTakenUp: boolean
  /** Hears of every finished turn. */
  readonly keep: (news: Pick<Coding, "transcript" | "turns" | "work">) => void
  /** When the run's time is over, milliseconds since the epoch. */
  readonly deadline: number
}

const TURN_TIMEOUT_MS = 30 * 60_000

/** Model turns until the coder says it is finished; the work is the last one's. Every turn is a durable step of its own. */
export const codeRound = Effect.fn("codeRound")(function* (work: CodeRound) {
  const { input, admitted, recipe, base, progress } = work
  const { round } = work.coding
  let { transcript } = work.coding
  let { isTakenUp } = work
  let startedAt: number | undefined
  for (let n = work.coding.turns + 1; ; n++) {
    const context = yield* taskContext(input, admitted, recipe, base, progress.spent)
    if (n > context.budget.maxTurns) {
      return yield* failed("needs_human", "code", {
        code: "out_of_turns",
        reason: `The model did not finish within ${context.budget.maxTurns} turns.`,
        remedy: "Split the issue into smaller ones, or raise LOOM_MAX_TURNS, then set the label again.",
      })
    }
    const name = `code.${round}.${n}`
    const { checkpoint, usage: spent } = progress
    const restore = isTakenUp
    const step = yield* stageStep(
      {
        stage: "code",
        name,
        success: Turn,
        timeoutMs: TURN_TIMEOUT_MS,
        summary: () => `${n} turns`,
        ends: (turn) => turn.finished !== null,
        ...(startedAt === undefined ? {} : { startedAt }),
      },
      (key) => codeTurn({ input, admitted, recipe, context, spent, transcript, checkpoint, isTakenUp: restore, name }, key),
    )
    isTakenUp = false
    const turn = step.value
    startedAt = step.record.startedAt
    transcript = turn.compacted ?? [...transcript, ...turn.messages]
    progress.checkpoint = turn.checkpoint
    progress.spend(turn.usage, turn.model, "coder")
    progress.record(step.record)
    work.keep({ transcript, turns: n, work: turn.finished })
    if (turn.finished !== null) {
      progress.work = turn.finished
      return turn.finished
    }
    if (turn.endedAt > work.deadline) {
      return yield* failed("needs_human", "code", {
        code: "out_of_time",
        reason: "The run's time is over and the change is not finished.",
        remedy: "Split the issue into smaller ones, or raise `max_minutes` in `.github/loom.yml`, then set the label again.",
      })
    }
  }
})
