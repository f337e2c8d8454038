import { Schema } from "effect"
import { AgentErrorCode } from "@loom/core/ports/Agents"

/** One model could not answer one request. Roles turn it into an `AgentError` when no model is left. */
export class ModelFailure extends Schema.TaggedError<ModelFailure>()("ModelFailure", {
  code: AgentErrorCode,
  /** `provider/model` */
  model: Schema.String,
  /** The provider's own words, at most 500 characters; never a header or a request body. */
  detail: Schema.String,
  /** What the provider asked to wait, in milliseconds. */
  retryAfterMs: Schema.NullOr(Schema.Finite),
}) {
  override get message(): string {
    return `${this.model}: ${this.code}: ${this.detail}`
  }
  /** Whether the same request may succeed on the same model. An answer without content is asked for again, too. */
  get isRetryable(): boolean {
    return ["rate_limited", "overloaded", "unreachable", "malformed_output"].includes(this.code)
  }
}

const remedies: Record<AgentErrorCode, string> = {
  rate_limited: "Wait for the provider's limit to reset, or raise the limit of the account, then `/loom retry`.",
  overloaded: "The provider is overloaded: `/loom retry` later, or configure a second model.",
  auth: "The operator must check the provider's key and credit in Loom's settings, then `/loom retry`.",
  context_overflow: "Split the issue into smaller ones, or configure a model with a larger context window.",
  refused: "Reword the issue, or configure a second model, then `/loom retry`.",
  malformed_output: "Configure a stronger model, or `/loom retry`.",
  unreachable: "The operator must check the model's base URL and its network, then `/loom retry`.",
  budget_exhausted: "Raise it with `/loom budget <usd>`, then `/loom resume`.",
  price_unknown: 'The operator must set `price` for this model: "free" for a model of their own, or dollars per million tokens.',
  loop_detected: "Say in the issue what to do differently, then `/loom retry`.",
  out_of_turns: "Split the issue into smaller ones, or raise the turn limit, then `/loom retry`.",
  not_configured: "The operator must configure a model in Loom's settings.",
}

/** What a person can do about it. */
export const remedyOf = (code: AgentErrorCode): string => remedies[code]
