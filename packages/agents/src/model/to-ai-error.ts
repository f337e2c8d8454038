import { Duration, Schema } from "effect"
import { AiError } from "effect/ai"
import { AgentErrorCode } from "@loom/core/ports/Agents"
import { classifyFailure, type Classified } from "./classify-failure.ts"
import { ModelFailure } from "./ModelFailure.ts"
import { readThrown } from "./read-thrown.ts"

/** A failure of Loom's own finding, thrown inside the adapter: no HTTP status tells it. */
export class AnswerUnusable extends Error {
  readonly code: AgentErrorCode
  constructor(code: AgentErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

const reasonOf = ({ code, retryAfterMs }: Classified, description: string): AiError.AiErrorReason => {
  const metadata = { loom: { code, retryAfterMs, description } }
  switch (code) {
    case "rate_limited":
      return new AiError.RateLimitError({ metadata, ...(retryAfterMs === null ? {} : { retryAfter: Duration.millis(retryAfterMs) }) })
    case "auth":
      return new AiError.AuthenticationError({ kind: "InvalidKey", metadata })
    case "budget_exhausted":
      return new AiError.QuotaExhaustedError({ metadata })
    case "refused":
      return new AiError.ContentPolicyError({ description, metadata })
    case "malformed_output":
      return new AiError.InvalidOutputError({ description, metadata })
    case "context_overflow":
    case "not_configured":
      return new AiError.InvalidRequestError({ description, metadata })
    default:
      return new AiError.InternalProviderError({ description, metadata })
  }
}

/** Anything thrown by a provider as effect/ai's error; `metadata.loom` keeps Loom's own classification. */
export const toAiError =
  (method: string) =>
  (thrown: unknown): AiError.AiError => {
    if (AiError.isAiError(thrown)) return thrown
    const facts = readThrown(thrown)
    const classified = thrown instanceof AnswerUnusable ? { code: thrown.code, retryAfterMs: null } : classifyFailure(facts)
    return AiError.make({ module: "AiSdk", method, reason: reasonOf(classified, facts.message) })
  }

/** The way back: effect/ai's error as one typed failure of `model`. An error without `metadata.loom` is effect/ai refusing an answer. */
export const toModelFailure =
  (model: string) =>
  (error: AiError.AiError): ModelFailure => {
    const loom = "metadata" in error.reason ? error.reason.metadata["loom"] : undefined
    if (loom === undefined || loom === null || typeof loom !== "object" || Array.isArray(loom))
      return new ModelFailure({ code: "malformed_output", model, detail: error.message.slice(0, 500), retryAfterMs: null })
    const { code, retryAfterMs, description } = loom
    return new ModelFailure({
      code: isCode(code) ? code : "malformed_output",
      model,
      detail: typeof description === "string" ? description : error.message,
      retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : null,
    })
  }

const isCode = Schema.is(AgentErrorCode)
