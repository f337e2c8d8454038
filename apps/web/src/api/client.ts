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

const unreachable = (cause: unknown): ApiError =>
  new ApiError(
    {
      kind: "unreachable",
      message: navigator.onLine ? "Loom can't be reached." : "This device is offline, and Loom can't be reached.",
      remedy: "Check the connection and that Loom is running. The page tries again by itself.",
    },
    { cause },
  )

const checked = <A>(shape: ShapeOf<A>, body: unknown, status: number): A => {
  if (fits(shape, body)) return body
  if (body === undefined) {
    throw new ApiError({
      kind: "broken",
      status,
      message: "The answer did not come from Loom's API.",
      remedy: "Check that /api/v1 of this address leads to Loom's Worker.",
    })
  }
  const where = mismatch(shape.shape, body) ?? "the answer"
  throw new ApiError({
    kind: "outdated",
    status,
    message: `This page and the server have different versions (they differ at ${where}).`,
    remedy: "Reload the page.",
  })
}

/** GET `path` (below `/api/v1`); 2xx or an `ApiError`, but for an abort by `signal`. */
const get = async (path: string, accept: string, signal: AbortSignal): Promise<Response> => {
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, {
      headers: { accept },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
  } catch (cause) {
    if (signal.aborted) throw cause
    throw unreachable(cause)
  }
  noteServerDate(response.headers.get("date"))
  if (!response.ok) throw await refusal(response)
  return response
}

/** GET `path`, checked against `shape`. */
export const getJson = async <A>(path: string, shape: ShapeOf<A>, signal: AbortSignal): Promise<A> => {
  const response = await get(path, "application/json", signal)
  const body = await readJson(response)
  if (signal.aborted) throw new DOMException("Aborted", "AbortError")
  return checked(shape, body, response.status)
}

/** GET `path` as text; null when there is none (404). */
export const getText = async (path: string, signal: AbortSignal): Promise<string | null> => {
  try {
    const response = await get(path, "*/*", signal)
    return await response.text()
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

interface Write {
  readonly method: "POST" | "PATCH" | "DELETE"
  readonly path: string
  readonly body?: unknown
  /** The same for a repetition of the same wish: the server then does it once. */
  readonly key?: string
}

/** Asks for a change, once. Answers the body, undefined when there is none. */
export const sendTo = async (address: string, { body, key, method }: Omit<Write, "path">): Promise<unknown> => {
  let response: Response
  try {
    response = await fetch(address, {
      method,
      headers: {
        accept: "application/json",
        // A page of another site can't send this type without being asked (CSRF).
        "content-type": "application/json",
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      body: JSON.stringify(body ?? {}),
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (cause) {
    throw unreachable(cause)
  }
  if (!response.ok) throw await refusal(response)
  return readJson(response)
}

export const sendJson = (write: Write): Promise<unknown> => sendTo(`/api/v1${write.path}`, write)

/** The same, where the answer counts. */
export const sendFor = async <A>(write: Write, shape: ShapeOf<A>): Promise<A> => checked(shape, await sendJson(write), 200)
