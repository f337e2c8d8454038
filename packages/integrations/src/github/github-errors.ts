import { Forbidden, GitHubError, NotFound, RateLimited, Rejected, Unauthorized, Unreachable } from "@loom/core/ports/GitHub"
import { redact } from "@loom/core/domain/redact"

/** What Octokit throws: `RequestError`, read by shape because several copies of the class may be installed. */
interface Thrown {
  readonly status: number | null
  readonly message: string
  readonly headers: Readonly<Record<string, string>>
  /** The request reached GitHub and was answered. */
  readonly answered: boolean
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

const readThrown = (error: unknown): Thrown => {
  if (!isRecord(error)) return { status: null, message: String(error), headers: {}, answered: false }
  const response = isRecord(error["response"]) ? error["response"] : null
  const raw = response !== null && isRecord(response["headers"]) ? response["headers"] : {}
  return {
    status: typeof error["status"] === "number" ? error["status"] : null,
    message: typeof error["message"] === "string" ? error["message"] : "unknown error",
    headers: Object.fromEntries(Object.entries(raw).map(([name, value]) => [name.toLowerCase(), String(value)])),
    answered: response !== null,
  }
}

/** GitHub's advice where it gives none: at least a minute. */
const DEFAULT_WAIT_MS = 60_000

/**
 * How long to wait, or null when this is no rate limit. Both kinds of limit come as 403 or 429.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
const waitOf = ({ headers, message, status }: Thrown, nowMs: number): number | null => {
  if (status !== 403 && status !== 429) return null
  const after = Number(headers["retry-after"])
  if (headers["retry-after"] !== undefined && Number.isFinite(after)) return Math.max(0, after * 1000)
  const reset = Number(headers["x-ratelimit-reset"])
  if (headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset)) return Math.max(1000, reset * 1000 - nowMs)
  return status === 429 || /rate limit/i.test(message) ? DEFAULT_WAIT_MS : null
}

/** Every answer that is not 2xx, and every silence, as one of the port's reasons. Messages are GitHub's, redacted and cut. */
export const toGitHubError = (operation: string, error: unknown, nowMs: number): GitHubError => {
  if (error instanceof GitHubError) return error
  const thrown = readThrown(error)
  const detail = redact(thrown.message).slice(0, 1000)
  const fail = (reason: GitHubError["reason"]) => new GitHubError({ operation, reason })
  const waitMs = thrown.answered ? waitOf(thrown, nowMs) : null
  if (waitMs !== null) return fail(new RateLimited({ retryAfterMs: Math.ceil(waitMs) }))
  if (!thrown.answered) return fail(new Unreachable({ detail }))
  switch (thrown.status) {
    case 401:
      return fail(new Unauthorized({ detail }))
    case 403:
      return fail(new Forbidden({ detail }))
    case 404:
    case 410:
    case 451:
      return fail(new NotFound({ detail }))
    default:
      return (thrown.status ?? 500) < 500 ? fail(new Rejected({ detail })) : fail(new Unreachable({ detail }))
  }
}
