import { Effect, Redacted, Schedule, Schema, type Context } from "effect"
import { INSTANCE_HEADER, type SandboxProblemCode } from "@loom/core/domain/SandboxProtocol"
import { FileRefused, SandboxError } from "@loom/core/ports/Sandbox"
import type { SandboxTransport } from "./SandboxTransport.ts"
import { boxLost, fromProblem, unavailable } from "./sandbox-errors.ts"

export interface SandboxRequest {
  readonly operation: string
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  readonly path: string
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown
  /** Of a file request: for its error. */
  readonly file?: string
  /** Of the session: the answer must come from the box that it was opened in. */
  readonly sessionId?: string
  /** Of the whole answer; not for streams. */
  readonly timeoutMs?: number
}

/** Jittered, 200 ms doubling, five retries: some ten seconds, in which a daemon restarts or a container starts. */
export const unavailableRetry = Schedule.max([Schedule.exponential("200 millis").pipe(Schedule.jittered), Schedule.recurs(5)]).pipe(
  Schedule.setInputType<SandboxError>(),
  Schedule.while(({ input }) => input.isRetryable),
)

const TIMEOUT_MS = 60_000
/** Of one file (port `Sandbox`). */
const MAX_FILE_BYTES = 16 * 1024 * 1024

/** Null when there are more than `max` bytes; the rest is not read. */
const readBytes = async (body: ReadableStream<Uint8Array> | null, max: number): Promise<Uint8Array | null> => {
  const chunks: Array<Uint8Array> = []
  let length = 0
  // Leaving the loop cancels the stream.
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    length += chunk.length
    if (length > max) return null
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** One request to the daemon; what is not 2xx is an error. Remembers which box each session lives in. */
export const makeSandboxClient = (transport: Context.Service.Shape<typeof SandboxTransport>) => {
  const instances = new Map<string, string>()

  /** The open answer, headers read and checked, body not. `ignore` are problems that are no failure: then null. */
  const send = (request: SandboxRequest, ignore: ReadonlyArray<SandboxProblemCode> = []): Effect.Effect<Response | null, SandboxError> =>
    Effect.gen(function* () {
      const { body, operation } = request
      const response = yield* Effect.tryPromise({
        try: (signal) =>
          transport.fetch(
            new Request(`${transport.baseUrl}${request.path}`, {
              method: request.method,
              headers: {
                authorization: `Bearer ${Redacted.value(transport.token)}`,
                ...(body === undefined
                  ? {}
                  : { "content-type": typeof body === "string" ? "application/octet-stream" : "application/json" }),
              },
              ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
              signal,
            }),
          ),
        catch: (error) => unavailable(operation, error instanceof Error ? error.message : "no answer"),
      })
      if (!response.ok) {
        const text = yield* Effect.promise(() => response.text().catch(() => ""))
        const { code, error } = fromProblem(operation, response.status, text, request.file ?? null)
        return code !== null && ignore.includes(code) ? null : yield* error
      }
      if (request.sessionId !== undefined) yield* sameBox(operation, request.sessionId, response.headers.get(INSTANCE_HEADER))
      return response
    })

  const sameBox = (operation: string, sessionId: string, instance: string | null): Effect.Effect<void, SandboxError> => {
    const known = instances.get(sessionId)
    if (instance !== null && known === undefined) instances.set(sessionId, instance)
    return instance === null || known === undefined || known === instance
      ? Effect.void
      : Effect.fail(boxLost(operation, `another box answers for session ${sessionId}: its files are gone`))
  }

  const withTimeout = <A>(request: SandboxRequest, effect: Effect.Effect<A, SandboxError>): Effect.Effect<A, SandboxError> =>
    effect.pipe(
      Effect.timeoutOrElse({
        duration: request.timeoutMs ?? TIMEOUT_MS,
        orElse: () => Effect.fail(unavailable(request.operation, "no answer in time")),
      }),
    )

  /** The body as text, or null for an ignored problem. Every request here may be repeated: ids are the client's own. */
  const text = (request: SandboxRequest, ignore: ReadonlyArray<SandboxProblemCode> = []): Effect.Effect<string | null, SandboxError> =>
    withTimeout(
      request,
      Effect.flatMap(send(request, ignore), (response) =>
        response === null
          ? Effect.succeed(null)
          : Effect.tryPromise({
              try: () => response.text(),
              catch: () => unavailable(request.operation, "the answer broke off"),
            }),
      ),
    ).pipe(Effect.retry(unavailableRetry))

  /**
   * The text of a file, byte for byte: what is written back must be what was read. `Response.text` would drop a byte order mark
   * and turn every byte that is not UTF-8 into U+FFFD, so a file that is not text, or too long, is refused instead.
   */
  const file = (request: SandboxRequest & { readonly file: string }): Effect.Effect<string, SandboxError> => {
    const { operation, file: path } = request
    const refused = (detail: string) => new SandboxError({ operation, reason: new FileRefused({ path, detail }) })
    return withTimeout(
      request,
      Effect.flatMap(send(request), (response) =>
        Effect.tryPromise({
          try: () => readBytes(response?.body ?? null, MAX_FILE_BYTES),
          catch: () => unavailable(operation, "the answer broke off"),
        }),
      ),
    ).pipe(
      Effect.retry(unavailableRetry),
      Effect.flatMap((bytes) =>
        bytes === null
          ? Effect.fail(refused(`it has more than ${MAX_FILE_BYTES / 1024 / 1024} MiB`))
          : Effect.try({
              try: () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
              catch: () => refused("it is not UTF-8 text"),
            }),
      ),
    )
  }

  const json = <A, I>(request: SandboxRequest, schema: Schema.Codec<A, I>): Effect.Effect<A, SandboxError> =>
    text(request).pipe(
      Effect.flatMap((body) => Schema.decodeUnknownEffect(Schema.fromJsonString(schema))(body)),
      Effect.mapError((error) =>
        error._tag === "SandboxError"
          ? error
          : unavailable(request.operation, "the answer is not protocol v1; is the daemon another version?"),
      ),
    )

  return {
    send,
    text,
    file,
    json,
    /** Called by `open`: the session may rightly be in another box than before. */
    opened: (sessionId: string, instance: string) => void instances.set(sessionId, instance),
    closed: (sessionId: string) => void instances.delete(sessionId),
  }
}
export type SandboxClient = ReturnType<typeof makeSandboxClient>
