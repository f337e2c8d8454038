import { Context, Schema, type Effect } from "effect"
import type { Plan, Review, Work } from "../domain/Change.ts"
import type { PromptDigests } from "../domain/Proof.ts"
import type { Budget, Usage } from "../domain/Usage.ts"
import type { Comparison } from "../domain/Verdict.ts"
import type { Recipe } from "../domain/Recipe.ts"
import type { SandboxError } from "./Sandbox.ts"

/** Why the models could not go on, after retries and the second model. */
export const AgentErrorCode = Schema.Literals([
  "rate_limited",
  "overloaded",
  "auth",
  "context_overflow",
  "refused",
  "malformed_output",
  "unreachable",
  "budget_exhausted",
  "price_unknown",
  "loop_detected",
  "out_of_turns",
  "not_configured",
])
export type AgentErrorCode = typeof AgentErrorCode.Type

export class AgentError extends Schema.TaggedError<AgentError>()("AgentError", {
  role: Schema.Literals(["planner", "coder", "reviewer"]),
  code: AgentErrorCode,
  detail: Schema.String,
  remedy: Schema.String,
}) {
  override get message(): string {
    return `${this.role}: ${this.code}: ${this.detail} ${this.remedy}`
  }
  get isRetryable(): boolean {
    return this.code === "rate_limited" || this.code === "overloaded" || this.code === "unreachable"
  }
}

/** Everything a role may know of the task. Issue text and files are untrusted data, quoted as such in prompts. */
export interface TaskContext {
  readonly runId: string
  readonly sessionId: string
  readonly repository: string
  readonly issue: {
    readonly number: number
    readonly title: string
    readonly body: string
    readonly author: string
    readonly trusted: boolean
  }
  readonly comments: ReadonlyArray<{ readonly author: string; readonly body: string; readonly trusted: boolean }>
  /** AGENTS.md and the like of the default branch, already cut to size. */
  readonly instructions: string
  readonly recipe: Recipe
  /** Failing tests of the base, at most 20, as `id: message`. */
  readonly baselineFailures: ReadonlyArray<string>
  readonly baselineSummary: string
  readonly model: string | null
  readonly budget: Budget
  /** Spent so far on the task: by this run and by those before it. */
  readonly spent: Usage
  /** What the person with write access who approved the plan said to it; null when nobody did. */
  readonly guidance: { readonly by: string; readonly text: string } | null
}

/** One message of a transcript, in the encoded form of `effect/ai` Prompt messages: JSON, opaque to core. */
export type TranscriptMessage = { readonly [key: string]: unknown }

export interface CoderTurn {
  /** Messages this turn appended (assistant, then tool results). The transcript is the fold of them. */
  readonly messages: ReadonlyArray<TranscriptMessage>
  /** Replaces the whole transcript when the context was compacted in this turn. */
  readonly compacted: ReadonlyArray<TranscriptMessage> | null
  /** For people: one line per tool call, e.g. `edit src/sum.js`. */
  readonly actions: ReadonlyArray<string>
  readonly changedFiles: boolean
  /** Set when the coder called `finish`, or stopped calling tools. */
  readonly finished: Work | null
  readonly usage: Usage
  /** Model that answered (the second one after a fall-back). */
  readonly model: string
}

/** The language-model roles. Each call is one durable step and may be repeated: tool execs carry ids made from `key`. */
export class Agents extends Context.Service<
  Agents,
  {
    /** Version and hash of each role's prompt, for the proof: `planner`, `coder`, `reviewer`. */
    readonly prompts: PromptDigests
    readonly plan: (
      context: TaskContext,
      key: string,
    ) => Effect.Effect<{ readonly plan: Plan; readonly usage: Usage; readonly model: string }, AgentError | SandboxError>
    /** The first messages of the coder's transcript: system prompt, task, plan. */
    readonly brief: (context: TaskContext, plan: Plan) => Effect.Effect<ReadonlyArray<TranscriptMessage>, AgentError>
    /** One model turn: one request, then its tool calls. */
    readonly codeTurn: (
      context: TaskContext,
      key: string,
      transcript: ReadonlyArray<TranscriptMessage>,
    ) => Effect.Effect<CoderTurn, AgentError | SandboxError>
    /** The message that hands the gate's structured failures, or a review's findings, back to the coder. */
    readonly feedback: (input: {
      readonly comparison: Comparison | null
      readonly findings: ReadonlyArray<string>
      readonly round: number
      readonly maxRounds: number
    }) => TranscriptMessage
    readonly review: (
      context: TaskContext,
      key: string,
      input: { readonly patch: string; readonly work: Work; readonly comparison: Comparison },
    ) => Effect.Effect<{ readonly review: Review; readonly usage: Usage; readonly model: string }, AgentError | SandboxError>
  }
>()("@loom/core/ports/Agents") {}
