import { Schema } from "effect"
import { makeParser } from "effect/encoding/Sse"
import { TaskDetail, TaskLogView } from "@loom/core/domain/TaskView"
import { ApiFailed, type ApiClient } from "../../api-client.ts"
import type { TaskNews } from "../../world/follow-task.ts"

export interface LiveLogOptions {
  readonly signal: AbortSignal
  /** Wait before a broken connection is made anew. */
  readonly retryMs: number
  /** How long Loom may give no sign before following fails. */
  readonly patienceMs: number
  /** A connection this long without a byte is dead: Loom gives a sign every 15 seconds. */
  readonly silenceMs: number
  /** Told when a connection broke, and that it will be made anew. */
  readonly onBroken: (error: unknown) => void
}

const decodeLine = Schema.decodeUnknownOption(Schema.fromJsonString(TaskLogView))
const decodeTask = Schema.decodeUnknownOption(Schema.fromJsonString(TaskDetail))

/**
 * Follows the live feed of a task until its `end`, over as many connections as it takes: each goes on behind the last event's id,
 * and a line is told once, by its sequence number, whatever a connection repeats.
 * @throws ApiFailed when Loom refuses, or has been silent for longer than `patienceMs`
 */
export const followLive = async (
  api: Pick<ApiClient, "live">,
  task: string,
  onNews: (news: TaskNews) => void,
  options: LiveLogOptions,
): Promise<void> => {
  let lastEventId: string | null = null
  let lastLine = 0
  let heardAt = Date.now()
  const feed = { ended: false }

  const parser = () =>
    makeParser((event) => {
      if (event._tag !== "Event") return
      if (event.event === "end") feed.ended = true
      if (event.event === "task")
        decodeTask(event.data).pipe((read) => read._tag === "Some" && onNews({ type: "task", detail: read.value }))
      const line = event.event === "log" ? decodeLine(event.data) : null
      if (line?._tag === "Some" && line.value.seq > lastLine) {
        lastLine = line.value.seq
        onNews({ type: "log", line: line.value })
      }
      // Last: what was not told before the connection broke comes again.
      lastEventId = event.id ?? lastEventId
    })

  while (!feed.ended) {
    options.signal.throwIfAborted()
    using dead = silenceAfter(options.silenceMs)
    try {
      const body = await api.live(task, lastEventId, AbortSignal.any([options.signal, dead.signal]))
      await hear(body, parser(), () => {
        heardAt = Date.now()
        dead.restart()
        return feed.ended
      })
    } catch (error) {
      options.signal.throwIfAborted()
      if (!isPassing(error) || Date.now() - heardAt > options.patienceMs) throw error
      options.onBroken(error)
    }
    if (!feed.ended) await pause(options.retryMs, options.signal)
  }
}

/** Aborts unless it is started again in time. */
const silenceAfter = (ms: number) => {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error(`nothing came for ${ms / 1_000} seconds`)), ms)
  return { signal: controller.signal, restart: () => timer.refresh(), [Symbol.dispose]: () => clearTimeout(timer) }
}

/** Feeds a connection to the parser until it closes, or `heard` says that it is enough. */
const hear = async (body: ReadableStream<Uint8Array>, parser: ReturnType<typeof makeParser>, heard: () => boolean): Promise<void> => {
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    const problem = parser.feed(decoder.decode(chunk, { stream: true }))
    if (problem !== undefined) throw problem
    if (heard()) return
  }
}

/** Loom is away for a moment, or the connection broke; a refusal stays one. */
const isPassing = (error: unknown): boolean =>
  !(error instanceof ApiFailed) || error.status === null || error.status >= 500 || error.status === 429

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true })
  })
