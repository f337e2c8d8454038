import { Effect, Result, Schema } from "effect"
import { ExecEvent, HEARTBEAT_INTERVAL_MS, type ExecExit, type ExecRequest } from "@loom/core/domain/SandboxProtocol"
import { IsolationMissing, SandboxError, type ExecResult } from "@loom/core/ports/Sandbox"
import type { SandboxClient } from "./sandbox-client.ts"
import { unavailable } from "./sandbox-errors.ts"

const decodeEvent = Schema.decodeUnknownResult(Schema.fromJsonString(ExecEvent))

/** Three missing heartbeats mean that the connection is dead, not the exec (protocol v1). */
const SILENCE_MS = 3 * HEARTBEAT_INTERVAL_MS
/** Broken connections in a row without one new event. */
const MAX_FRUITLESS = 6
const backoffMs = (fruitless: number): number => Math.min(5000, 100 * 2 ** fruitless)

/** What came so far: output survives any number of re-attachments without loss or repetition. */
interface Progress {
  next: number
  readonly streams: Record<1 | 2, Array<string>>
  lastFd: 1 | 2
  exit: ExecExit | null
}

/** Takes one event in; true when it was new. */
const take = (progress: Progress, event: ExecEvent, onOutput: (text: string) => void): boolean => {
  if (event.t === "heartbeat" || event.seq < progress.next) return false
  progress.next = event.seq + 1
  if (event.t === "exit") progress.exit = event
  if (event.t === "out") {
    progress.lastFd = event.fd
    progress.streams[event.fd].push(event.data)
    onOutput(event.data)
  }
  if (event.t === "gap") {
    const note = `\n[… ${event.droppedBytes} bytes of output left out …]\n`
    progress.streams[progress.lastFd].push(note)
    onOutput(note)
  }
  return true
}

/** Reads one connection until `exit`, its end, or silence. Succeeds with whether anything new came. */
const follow = (
  operation: string,
  body: ReadableStream<Uint8Array>,
  progress: Progress,
  onOutput: (text: string) => void,
): Effect.Effect<boolean, SandboxError> =>
  Effect.acquireUseRelease(
    Effect.sync(() => body.getReader()),
    (reader) =>
      Effect.gen(function* () {
        const decoder = new TextDecoder()
        let rest = ""
        let news = false
        while (progress.exit === null) {
          const read = yield* Effect.tryPromise({
            try: () => reader.read(),
            catch: () => unavailable(operation, "the stream broke off"),
          }).pipe(
            Effect.timeoutOrElse({ duration: SILENCE_MS, orElse: () => Effect.fail(unavailable(operation, "the stream fell silent")) }),
            Effect.result,
          )
          // A broken connection is the same as an ended one: whoever called attaches again.
          if (Result.isFailure(read) || read.success.done) break
          const lines = (rest + decoder.decode(read.success.value, { stream: true })).split("\n")
          rest = lines.pop() ?? ""
          for (const line of lines) {
            if (line === "") continue
            const event = decodeEvent(line)
            if (Result.isFailure(event))
              return yield* unavailable(operation, "the daemon speaks another protocol; use the same version of Loom and sandboxd")
            news = take(progress, event.success, onOutput) || news
          }
        }
        return news
      }),
    (reader) => Effect.promise(() => reader.cancel().catch(() => {})),
  )

const toResult = (operation: string, progress: Progress, exit: ExecExit): Effect.Effect<ExecResult, SandboxError> => {
  if (exit.reason === "not_started") {
    return Effect.fail(
      new SandboxError({
        operation,
        reason: new IsolationMissing({
          detail: exit.detail ?? "a wall of the sandbox could not be built",
          remedy: "ask the sandbox host what is missing: GET /v1/capabilities, or `loom doctor`",
        }),
      }),
    )
  }
  return Effect.succeed({
    exitCode: exit.code,
    signal: exit.signal,
    reason: exit.reason,
    stdout: progress.streams[1].join(""),
    stderr: progress.streams[2].join(""),
    durationMs: exit.ms,
    truncated: exit.truncated,
  })
}

/**
 * Runs or re-attaches to `request.id` and follows it to its exit. A disconnect never ends the exec: the same POST with
 * `from` goes on where the last event was. Six fruitless connections in a row give up with `SandboxUnavailable`.
 */
export const followExec = (
  client: SandboxClient,
  sessionId: string,
  request: ExecRequest,
  onOutput: (text: string) => void,
): Effect.Effect<ExecResult, SandboxError> =>
  Effect.gen(function* () {
    const operation = "exec"
    const session = `/v1/sessions/${encodeURIComponent(sessionId)}`
    const progress: Progress = { next: 0, streams: { 1: [], 2: [] }, lastFd: 1, exit: null }
    let fruitless = 0
    for (;;) {
      const news = yield* client
        .send({
          operation,
          method: "POST",
          path: `${session}/execs?from=${progress.next}`,
          body: request,
          sessionId,
        })
        .pipe(
          Effect.timeoutOrElse({ duration: SILENCE_MS, orElse: () => Effect.fail(unavailable(operation, "no answer in time")) }),
          Effect.flatMap((response) =>
            response?.body === null || response === null ? Effect.succeed(false) : follow(operation, response.body, progress, onOutput),
          ),
          Effect.result,
        )
      if (progress.exit !== null) {
        // A daemon that is told to end cancels everything and says so: then it is the box that is lost, not the exec that was stopped.
        if (progress.exit.reason === "cancelled") yield* client.text({ operation, method: "GET", path: session, sessionId })
        return yield* toResult(operation, progress, progress.exit)
      }
      if (Result.isFailure(news) && !news.failure.isRetryable) return yield* news.failure
      fruitless = Result.isSuccess(news) && news.success ? 0 : fruitless + 1
      if (fruitless > MAX_FRUITLESS)
        return yield* Result.isFailure(news) ? news.failure : unavailable(operation, "the stream ends again and again before the exec does")
      yield* Effect.sleep(backoffMs(fruitless))
    }
  })
