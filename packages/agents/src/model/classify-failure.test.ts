import { assert, describe, it } from "@effect/vitest"
import { classifyFailure } from "./classify-failure.ts"

const of = (status: number | null, message: string, code: string | null = null, headers: Record<string, string> = {}) =>
  classifyFailure({ status, message, code, body: "", headers })

describe("classifyFailure", () => {
  const table: ReadonlyArray<readonly [string, number | null, string, string | null, string]> = [
    ["Anthropic rate limit", 429, "This request would exceed your rate limit", "rate_limit_error", "rate_limited"],
    ["rate limit that speaks of tokens", 429, "Request too large: maximum context length", null, "rate_limited"],
    ["OpenAI without credit", 429, "You exceeded your current quota", "insufficient_quota", "auth"],
    ["Anthropic without credit", 400, "Your credit balance is too low", "invalid_request_error", "auth"],
    ["Anthropic overload", 529, "Overloaded", "overloaded_error", "overloaded"],
    ["overload in mid-stream", null, "Overloaded", "overloaded_error", "overloaded"],
    ["server error", 500, "boom", null, "overloaded"],
    ["bad key", 401, "invalid x-api-key", "authentication_error", "auth"],
    ["budget refused by the gateway", 403, "loom: run budget exhausted", "permission_error", "budget_exhausted"],
    ["forbidden", 403, "no access to this model", "permission_error", "auth"],
    ["Anthropic overflow", 400, "prompt is too long: 210000 tokens > 200000 maximum", "invalid_request_error", "context_overflow"],
    ["OpenAI overflow", 400, "This model's maximum context length is 128000 tokens", "context_length_exceeded", "context_overflow"],
    ["llama.cpp overflow", 400, "the request exceeds the available context size", "exceed_context_size_error", "context_overflow"],
    ["Workers AI overflow", 400, "exceeded this model context window limit", "5021", "context_overflow"],
    ["payload too large", 413, "nope", null, "context_overflow"],
    ["content filter", 400, "flagged", "content_filter", "refused"],
    ["unknown model", 404, "model: nothing-1", "not_found_error", "not_configured"],
    ["bad request", 400, "tools.0: invalid", null, "not_configured"],
    ["no route", null, "connect ECONNREFUSED", null, "unreachable"],
    ["Workers AI at capacity", null, "3040: Capacity temporarily exceeded, please try again.", null, "overloaded"],
    ["Workers AI without neurons", null, "4006: you have used up your daily free allocation of 10,000 neurons", null, "auth"],
    ["Workers AI overflow at the binding", null, "5021: exceeded this model context window limit (8000)", null, "context_overflow"],
    ["rate limit in mid-stream", null, "slow down", "rate_limit_exceeded", "rate_limited"],
    ["broken success", 200, "Failed to process successful response", null, "unreachable"],
  ]
  for (const [name, status, message, code, expected] of table)
    it(`says what it is: ${name}`, () => assert.strictEqual(of(status, message, code).code, expected))

  it("reads the words of a server that hides them in its body", () => {
    const body = '{"error":"request (9000 tokens) exceeds the available context size"}'
    assert.strictEqual(classifyFailure({ status: 400, message: "Bad Request", code: null, body, headers: {} }).code, "context_overflow")
  })

  it("reads the wait in either unit, and only where it means something", () => {
    assert.strictEqual(of(429, "", null, { "retry-after": "2" }).retryAfterMs, 2000)
    assert.strictEqual(of(429, "", null, { "retry-after-ms": "150", "retry-after": "2" }).retryAfterMs, 150)
    assert.isNull(of(429, "", null, { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }).retryAfterMs)
    assert.isNull(of(401, "", null, { "retry-after": "2" }).retryAfterMs)
  })
})
