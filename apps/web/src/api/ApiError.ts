/** What went wrong with a request, in the terms of what a reader can do about it. */
export type ApiErrorKind =
  /** No answer: the network or the server is away. */
  | "unreachable"
  /** 4xx: the request was understood and refused. */
  | "refused"
  /** 5xx, or an answer that is not the API's. */
  | "broken"
  /** An answer of the API that this version of the page does not understand. */
  | "outdated"

interface Details {
  readonly kind: ApiErrorKind
  readonly message: string
  readonly remedy: string
  /** HTTP status; 0 when there was no answer. */
  readonly status?: number
  /** What `Retry-After` asked for. */
  readonly retryAfterMs?: number | null
}

/** A failed request. Not a `Schema.TaggedError`: the schema library does not travel to the browser (README). */
export class ApiError extends Error {
  readonly kind: ApiErrorKind
  readonly remedy: string
  readonly status: number
  readonly retryAfterMs: number | null

  constructor(details: Details, options?: ErrorOptions) {
    super(details.message, options)
    this.name = "ApiError"
    this.kind = details.kind
    this.remedy = details.remedy
    this.status = details.status ?? 0
    this.retryAfterMs = details.retryAfterMs ?? null
  }
}

/** Any thrown value as an ApiError, so that every page can show it. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError(
        { kind: "broken", message: "The page made a mistake.", remedy: "Reload it. If that does not help, report what you did." },
        { cause: error },
      )
