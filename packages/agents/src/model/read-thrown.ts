import { APICallError } from "@ai-sdk/provider"
import { Predicate } from "effect"
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
  return (cause === null || own.includes(cause) ? own : `${own}: ${cause}`).slice(0, MAX_DETAIL)
}

/** Facts of whatever an AI SDK provider, `fetch` or a Workers AI binding threw. Reads no request body and no request header. */
export const readThrown = (thrown: unknown): FailureFacts => {
  if (!APICallError.isInstance(thrown)) return { status: null, code: providerCode(thrown), message: messageOf(thrown), headers: {} }
  const message = thrown.message === "" ? (thrown.responseBody ?? "").slice(0, MAX_DETAIL) : messageOf(thrown)
  return { status: thrown.statusCode ?? null, code: providerCode(thrown.data), message, headers: thrown.responseHeaders ?? {} }
}
