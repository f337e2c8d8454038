/** The wire format of a provider: which of its doors are open, and how it says no. */
export type Dialect = "anthropic" | "openai"

export interface ModelProvider {
  readonly dialect: Dialect
  /** What precedes `/v1/…`, without trailing slash, e.g. `https://api.anthropic.com`. */
  readonly upstream: string
  /** Null when the operator has configured none. */
  readonly key: string | null
  readonly keyHeader: "x-api-key" | "authorization"
  /** The operator's setting that holds the key, for the message. */
  readonly setting: string
}

/**
 * Only what is metered is served: with the operator's key, files, batches and fine-tuning would be spending that nobody counts.
 * `v1` may be left out, as some clients' base URLs have it.
 */
const DOORS: Readonly<Record<Dialect, ReadonlyArray<readonly [string, RegExp]>>> = {
  anthropic: [
    ["POST", /^messages(\/count_tokens)?$/],
    ["GET", /^models(\/[\w.:-]+)?$/],
  ],
  openai: [
    ["POST", /^(responses|chat\/completions)$/],
    ["GET", /^models(\/[\w.:/-]+)?$/],
  ],
}

/** The path after the provider's name, without `v1/`; null when that door is closed. */
export const doorOf = (dialect: Dialect, method: string, path: string): string | null => {
  const door = path.replace(/^\/+/, "").replace(/^v1\//, "")
  return DOORS[dialect].some(([verb, pattern]) => verb === method && pattern.test(door)) ? door : null
}

/** Requests that cost tokens; the others are not in the ledger. */
export const isMetered = (door: string): boolean => door === "messages" || door === "responses" || door === "chat/completions"

/** An error as the provider's own clients read it. They retry a 401 for a long time, so Loom never sends one. */
export const refusal = (dialect: Dialect, status: 400 | 403 | 404 | 413 | 502 | 503, text: string): Response => {
  const message = `loom: ${text}`
  const type =
    status === 404 ? "not_found_error" : status === 403 ? "permission_error" : status >= 500 ? "api_error" : "invalid_request_error"
  return Response.json(
    dialect === "anthropic" ? { type: "error", error: { type, message } } : { error: { message, type, param: null, code: type } },
    { status, headers: { "cache-control": "no-store" } },
  )
}
