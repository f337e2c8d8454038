import { type Context as Services, Effect } from "effect"
import { type LivePlace, parseCursor, printCursor } from "@loom/core/domain/LiveMessage"
import { isOpen } from "@loom/core/domain/Task"
import { LiveFeed } from "@loom/core/ports/LiveFeed"
import type { ApiServices } from "./ApiScope.ts"
import { findEvents, findLogs, findTask, repositoryOf } from "./find-task.ts"
import { Refused } from "./problem.ts"

const POLL_MS = 500
const KEEP_ALIVE_MS = 15_000
/** The browser connects again by itself and goes on behind `Last-Event-ID`. */
const MAX_DURATION_MS = 5 * 60_000
const PAGE = 200

const message = (name: string, place: LivePlace, data: unknown) =>
  `event: ${name}\nid: ${printCursor(place)}\ndata: ${JSON.stringify(data)}\n\n`

/** One look: what is new behind `from`, as server-sent events, and whether the task has ended. */
const look = Effect.fnUntraced(function* (taskId: string, from: LivePlace) {
  // The task first: what happened before it ended is then certainly among the entries read after it.
  const task = yield* findTask(taskId)
  const events = yield* findEvents(taskId, { after: from.event, limit: PAGE })
  const logs = yield* findLogs(taskId, { after: from.log, limit: PAGE })
  let place = from
  let text = ""
  for (const item of events.items) text += message("event", (place = { ...place, event: item.seq }), item)
  for (const item of logs.items) text += message("log", (place = { ...place, log: item.seq }), item)
  if (events.items.length > 0) text += message("task", place, task)
  return { text, place, more: events.next !== null || logs.next !== null, ended: !isOpen(task.status) }
})

/**
 * `GET /tasks/{id}/live`: server-sent events `task`, `event`, `log`, and `end` when the task has ended. Polls the coordinator
 * twice a second; ends after five minutes at the latest, and when the reader goes away.
 */
export const liveFeed = (request: Request, taskId: string, services: Services.Context<ApiServices>): Response => {
  const encoder = new TextEncoder()
  const endsAt = Date.now() + MAX_DURATION_MS
  let place = parseCursor(request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("last-event-id") ?? undefined)
  let quietSince = Date.now()
  let waitMs = 0
  const stop = new AbortController()
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode("retry: 1000\n\n")),
    pull: async (controller) => {
      while (!stop.signal.aborted && Date.now() < endsAt) {
        await new Promise((resolve) => setTimeout(resolve, waitMs))
        waitMs = POLL_MS
        const seen = await Effect.runPromiseWith(services)(Effect.option(look(taskId, place)), { signal: stop.signal }).catch(() => null)
        if (seen === null) break
        const found = seen._tag === "Some" ? seen.value : { text: "", place, more: false, ended: false }
        place = found.place
        if (found.more) waitMs = 0
        const ended = found.ended && !found.more
        const text = found.text + (ended ? message("end", place, {}) : "")
        if (text !== "" || Date.now() - quietSince > KEEP_ALIVE_MS) {
          quietSince = Date.now()
          controller.enqueue(encoder.encode(text === "" ? ": still here\n\n" : text))
          if (ended) controller.close()
          return
        }
      }
      controller.close()
    },
    cancel: () => stop.abort(),
  })
  return new Response(body, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no" },
  })
}

/**
 * A browser lets any page open a WebSocket to any address and sends its cookies along, so the page must be of this origin
 * (RFC 6455 section 10.2). A program sends no Origin.
 */
const isOwnPage = (request: Request): boolean => {
  const origin = request.headers.get("origin")
  return origin === null || URL.parse(origin)?.host === new URL(request.url).host
}

/** The same feed over a WebSocket: `?after=<event seq>.<log seq>`, messages are `domain/LiveMessage`. The coordinator itself serves it. */
export const liveSocket = Effect.fn("api.liveSocket")(function* (request: Request, taskId: string) {
  if (!isOwnPage(request))
    return yield* new Refused({ code: "forbidden", detail: "This live feed was asked for by a page of another site." })
  const repositoryId = yield* repositoryOf(taskId)
  const after = parseCursor(new URL(request.url).searchParams.get("after"))
  return yield* LiveFeed.use((live) => live.connect(repositoryId, taskId, after))
})

export const isWebSocket = (request: Request): boolean => request.headers.get("upgrade")?.toLowerCase() === "websocket"
