import { ApiError } from "./ApiError.ts"
import { noteServerDate } from "./server-clock.ts"
import { fits, mismatch, type ShapeOf } from "./shape.ts"

/** A request that takes longer counts as unreachable. */
const timeoutMs = 15_000

const remedies: { readonly [status: number]: string } = {
  401: "Sign in, then load this page again.",
  403: "Ask someone with access to the repository, or sign in as another person.",
  404: "Check the address, or look for it in the list of tasks.",
  429: "Wait a little; the page tries again by itself.",
}

const readJson = async (response: Response): Promise<unknown> => {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

const textField = (value: unknown, name: string): string | null => {
  const field: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined
  return typeof field === "string" && field !== "" ? field : null
}

/** `Retry-After` in seconds (RFC 9110 section 10.2.3; the date form is not used by Loom). */
const retryAfterMs = (headers: Headers): number | null => {
  const seconds = Number.parseInt(headers.get("retry-after") ?? "", 10)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null
}

/** The error of an answer that is not 2xx: problem+json (RFC 9457) where the server sent it. */
const refusal = async (response: Response): Promise<ApiError> => {
  const problem = await readJson(response)
  const broken = response.status >= 500
  return new ApiError({
    kind: broken ? "broken" : "refused",
    status: response.status,
    message: textField(problem, "detail") ?? textField(problem, "title") ?? `The server answered with status ${response.status}.`,
    remedy:
      textField(problem, "remedy") ??
      remedies[response.status] ??
      (broken ? "The page tries again by itself. If it stays, look at the log of the Worker." : "Go back to the list of tasks."),
    retryAfterMs: retryAfterMs(response.headers),
  })
}

/** GET `path` (below `/api/v1`), checked against `shape`. Every failure is an `ApiError`, but for an abort by `signal`. */
export const getJson = async <A>(path: string, shape: ShapeOf<A>, signal: AbortSignal): Promise<A> => {
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, {
      headers: { accept: "application/json" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
  } catch (cause) {
    if (signal.aborted) throw cause
    const message = navigator.onLine ? "Loom can't be reached." : "This device is offline, and Loom can't be reached."
    throw new ApiError(
      { kind: "unreachable", message, remedy: "Check the connection and that Loom is running. The page tries again by itself." },
      { cause },
    )
  }
  noteServerDate(response.headers.get("date"))
  if (!response.ok) throw await refusal(response)
  const body = await readJson(response)
  if (fits(shape, body)) return body
  if (signal.aborted) throw new DOMException("Aborted", "AbortError")
  if (body === undefined) {
    throw new ApiError({
      kind: "broken",
      status: response.status,
      message: "The answer did not come from Loom's API.",
      remedy: "Check that /api/v1 of this address leads to Loom's Worker.",
    })
  }
  const where = mismatch(shape.shape, body) ?? "the answer"
  throw new ApiError({
    kind: "outdated",
    status: response.status,
    message: `This page and the server have different versions (they differ at ${where}).`,
    remedy: "Reload the page.",
  })
}
