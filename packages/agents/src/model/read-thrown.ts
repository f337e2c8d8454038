import { APICallError } from "@ai-sdk/provider"
import { Predicate } from "effect"
import { redact } from "@loom/core/domain/redact"
import type { FailureFacts } from "./classify-failure.ts"

const MAX_DETAIL = 500

const textOf = (value: unknown, key: string): string | null => {
  if (!Predicate.hasProperty(value, key)) return null
  const found = value[key]
  return typeof found === "string" ? found : typeof found === "number" ? String(found) : null
}

/** Finds `error.code` or `error.type`: OpenAI and Anthropic bodies, and what both send in mid-stream. */
const providerCode = (body: unknown): string | null => {
  const error = Predicate.hasProperty(body, "error") ? body["error"] : body
  return textOf(error, "code") ?? textOf(error, "type")
}

const messageOf = (thrown: unknown): string => {
  const nested = Predicate.hasProperty(thrown, "error") ? textOf(thrown["error"], "message") : null
  const own = nested ?? textOf(thrown, "message") ?? String(thrown)
  // `fetch failed` says nothing; its cause names the refused address or the reset.
  const cause = Predicate.hasProperty(thrown, "cause") ? textOf(thrown["cause"], "message") : null
  // A provider that refuses a key likes to quote it.
  return redact(cause === null || own.includes(cause) ? own : `${own}: ${cause}`).slice(0, MAX_DETAIL)
}

/** Facts of whatever an AI SDK provider, `fetch` or a Workers AI binding threw. Reads no request body and no request header. */
export const readThrown = (thrown: unknown): FailureFacts => {
  if (!APICallError.isInstance(thrown))
    return { status: null, code: providerCode(thrown), message: messageOf(thrown), body: "", headers: {} }
  // Only an error's JSON: a page of HTML says anything, and an answer that broke off says what the model said.
  const status = thrown.statusCode ?? null
  const text = thrown.responseBody?.trimStart() ?? ""
  const body = status !== null && status >= 400 && text.startsWith("{") ? text.slice(0, 4000) : ""
  return { status, code: providerCode(thrown.data), message: messageOf(thrown), body, headers: thrown.responseHeaders ?? {} }
}
