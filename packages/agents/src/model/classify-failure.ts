import type { AgentErrorCode } from "@loom/core/ports/Agents"

/** What is known of a failed request, whatever the provider. */
export interface FailureFacts {
  /** HTTP status; null when no answer came. */
  readonly status: number | null
  /** The provider's error code or type, when its body has one. */
  readonly code: string | null
  readonly message: string
  /** The whole body where it is JSON: servers that speak a provider's protocol loosely hide their words in it. */
  readonly body: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

export interface Classified {
  readonly code: AgentErrorCode
  readonly retryAfterMs: number | null
}

/** The gateway's refusal, in the provider's own error shape. */
const BUDGET = /loom: run budget exhausted/i
/**
 * Providers agree on no code for a prompt that is too long; these are the words of Anthropic, OpenAI, Azure, vLLM, llama.cpp,
 * LM Studio, Ollama, Mistral, Groq, xAI, Bedrock, Gemini and Workers AI.
 */
const OVERFLOW =
  /prompt is too long|context_length_exceeded|exceed_context_size|maximum context length|context (?:window|length|size|limit)|request_too_large|input (?:is too long|length exceeds|token count .*exceeds)|maximum prompt length|too large for model|reduce the length of the (?:messages|prompt)/i
/** Waiting does not help: the account has no credit. */
const NO_CREDIT = /insufficient_quota|credit balance is too low|billing|daily free allocation/i
const REFUSAL = /content_filter|content_policy|content management policy|safety system|usage polic/i
const OVERLOADED = /overloaded|capacity temporarily exceeded/i
/** Of a Workers AI binding or an error event in mid-stream, which have no status. */
const RATE_LIMITED = /rate.?limit|too many requests/i

/** `retry-after-ms`, or `retry-after` in seconds (RFC 9110 10.2.3; its date form is not used by any provider). */
const retryAfterMs = (headers: FailureFacts["headers"]): number | null => {
  const ms = Number.parseFloat(headers["retry-after-ms"] ?? "")
  if (ms >= 0) return ms
  const seconds = Number.parseFloat(headers["retry-after"] ?? "")
  return seconds >= 0 ? seconds * 1000 : null
}

const codeOf = ({ status, code, message, body }: FailureFacts): AgentErrorCode => {
  const words = `${code ?? ""} ${message} ${body}`
  if (BUDGET.test(words)) return "budget_exhausted"
  if (NO_CREDIT.test(words) || status === 402) return "auth"
  if (status === 401 || status === 403) return "auth"
  if (status === 429) return "rate_limited"
  if (OVERLOADED.test(words)) return "overloaded"
  if (status !== null && status >= 500) return "overloaded"
  if (OVERFLOW.test(words) || status === 413) return "context_overflow"
  if (status === null) return RATE_LIMITED.test(words) ? "rate_limited" : "unreachable"
  if (status === 408 || status === 409) return "unreachable"
  if (REFUSAL.test(words)) return "refused"
  // A success whose body could not be read, or that broke off.
  if (status < 400) return "unreachable"
  return "not_configured"
}

/** Decides what a failed model request means. Pure; the order of the rules matters and is tested. */
export const classifyFailure = (facts: FailureFacts): Classified => {
  const code = codeOf(facts)
  return { code, retryAfterMs: code === "rate_limited" || code === "overloaded" ? retryAfterMs(facts.headers) : null }
}
