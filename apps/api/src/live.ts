import { type Context as Services, Effect } from "effect"
import { isOpen } from "@loom/core/domain/Task"
import type { ApiServices } from "./ApiScope.ts"
import { findEvents, findLogs, findTask } from "./find-task.ts"

const POLL_MS = 500
const KEEP_ALIVE_MS = 15_000
/** The browser connects again by itself and goes on behind `Last-Event-ID`. */
const MAX_DURATION_MS = 5 * 60_000
const PAGE = 200

interface Place {
  readonly event: number
  readonly log: number
}

/** `<event seq>.<log seq>`; the beginning when it is anything else. */
export const placeOf = (lastEventId: string | undefined): Place => {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(lastEventId ?? "")
  return match === null ? { event: 0, log: 0 } : { event: Number(match[1]), log: Number(match[2]) }
}

const message = (name: string, place: Place, data: unknown) =>
  `event: ${name}\nid: ${place.event}.${place.log}\ndata: ${JSON.stringify(data)}\n\n`

/** One look: what is new behind `from`, as server-sent events, and whether the task has ended. */
const look = Effect.fnUntraced(function* (taskId: string, from: Place) {
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
  let place = placeOf(request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("last-event-id") ?? undefined)
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
