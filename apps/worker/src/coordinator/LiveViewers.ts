import { LiveAck, liveCloseCodes, parseCursor, type LivePlace } from "@loom/core/domain/LiveMessage"
import { Schema } from "effect"
import { liveFrames, type LiveFrames } from "./live-frames.ts"
import type { TaskStore } from "./TaskStore.ts"

/** What is sent and not yet acknowledged, in characters: more than that waits in the tables, not in memory. */
const WINDOW_CHARS = 262_144
/** A viewer that takes nothing for this long is let go. It may come back. */
const STALLED_MS = 30_000
/** After this long a viewer has to connect again, and is checked again. */
const LIFE_MS = 5 * 60_000
/** News gathers for this long, so that a busy run costs its viewers few messages. */
const GATHER_MS = 25
const MAX_VIEWERS = 1_000

/** What is known of a viewer. It is the socket's attachment, so it outlives the object's memory. */
interface Viewer extends LivePlace {
  readonly taskId: string
  /** Characters sent and not acknowledged. */
  readonly unacked: number
  /** Since when the window is full; null when it is not. */
  readonly fullSince: number | null
  readonly until: number
  /** `end` was said. */
  readonly told: boolean
}

const decodeAck = Schema.decodeUnknownOption(Schema.fromJsonString(LiveAck))

/**
 * The people who look at this repository's tasks, each over a WebSocket that lets the object hibernate. After a commit each message is
 * serialised once and sent to all that stand at the same place. A viewer is sent a window's worth and no more before it says that it
 * has taken it; the rest is read from the tables then. So nobody waits for a viewer, and a slow one costs nothing.
 */
export class LiveViewers {
  readonly #ctx: DurableObjectState
  readonly #store: TaskStore
  readonly #now: () => number
  /** How many there may be: asking the platform costs a commit more. Corrected whenever they are looked at. */
  #count: number
  /** The end of the earliest life; null when nobody looks. */
  #earliestEnd: number | null
  #gathering = false
  /** For the load bench and tests. */
  serialised = 0

  constructor(ctx: DurableObjectState, store: TaskStore, now: () => number) {
    this.#ctx = ctx
    this.#store = store
    this.#now = now
    const viewers = this.#viewers()
    this.#count = viewers.length
    this.#earliestEnd = earliestEnd(viewers)
    // Pings are answered without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"))
  }

  /** Answers an upgrade: `?task=<id>&after=<event seq>.<log seq>`. */
  connect(query: URLSearchParams): Response {
    const taskId = query.get("task") ?? ""
    if (this.#store.byId(taskId) === null) return new Response(null, { status: 404 })
    this.#count = this.#ctx.getWebSockets().length
    if (this.#count >= MAX_VIEWERS) return new Response(null, { status: 503 })
    const { 0: client, 1: server } = new WebSocketPair()
    this.#ctx.acceptWebSocket(server, [taskId])
    this.#count += 1
    const place = parseCursor(query.get("after"))
    const until = this.#now() + LIFE_MS
    this.#earliestEnd ??= until
    const viewer = { ...place, taskId, unacked: 0, fullSince: null, until, told: false }
    this.#send(server, viewer, new Map(), true)
    return new Response(null, { status: 101, webSocket: client })
  }

  /** Called after each commit, where it must cost nothing when nobody looks. */
  changed(): void {
    if (this.#count === 0 || this.#gathering) return
    this.#gathering = true
    setTimeout(() => this.#tellAll(), GATHER_MS)
  }

  message(socket: WebSocket, text: string | ArrayBuffer): void {
    const viewer = viewerOf(socket)
    const ack = typeof text === "string" && text.length < 200 ? decodeAck(text) : null
    if (viewer === null || ack === null || ack._tag === "None")
      return close(socket, liveCloseCodes.refused, 'Say {"type":"ack","chars":…} or nothing.')
    const unacked = Math.max(0, viewer.unacked - ack.value.chars)
    this.#send(socket, { ...viewer, unacked, fullSince: null }, new Map(), false)
  }

  /** The other side has gone, or the connection broke. */
  gone(socket: WebSocket): void {
    close(socket, 1000, "")
  }

  /** Lets go of those whose time is over. */
  expire(): void {
    if (this.#earliestEnd === null || this.#earliestEnd > this.#now()) return
    for (const { socket, viewer } of this.#viewers())
      if (viewer.until <= this.#now()) close(socket, liveCloseCodes.renew, "Connect again behind your cursor.")
    this.#earliestEnd = earliestEnd(this.#viewers())
  }

  /** When `expire` has something to do; null when nobody looks. */
  nextExpiry(): number | null {
    return this.#earliestEnd
  }

  #viewers() {
    const sockets = this.#ctx.getWebSockets().filter((socket) => socket.readyState === WebSocket.OPEN)
    this.#count = sockets.length
    return sockets.flatMap((socket) => {
      const viewer = viewerOf(socket)
      return viewer === null ? [] : [{ socket, viewer }]
    })
  }

  #tellAll(): void {
    this.#gathering = false
    const frames = new Map<string, LiveFrames>()
    for (const { socket, viewer } of this.#viewers()) {
      try {
        this.#send(socket, viewer, frames, false)
      } catch (cause) {
        // One broken socket is nobody else's trouble; its viewer connects again.
        console.warn(JSON.stringify({ event: "live.send_failed", message: cause instanceof Error ? cause.message : String(cause) }))
        close(socket, 1011, "Connect again behind your cursor.")
      }
    }
  }

  /** Sends what is new behind the viewer's place, as far as its window allows. `frames` holds what was serialised for others. */
  #send(socket: WebSocket, before: Viewer, frames: Map<string, LiveFrames>, first: boolean): void {
    let viewer = before
    let withTask = first
    while (viewer.unacked < WINDOW_CHARS) {
      const news = this.#framesOf(viewer, frames, withTask)
      if (news === null) break
      let sent = 0
      for (const text of news.texts) {
        socket.send(text)
        sent += text.length
      }
      const tells = news.ended && !viewer.told
      if (tells) socket.send(news.end)
      viewer = { ...viewer, ...news.place, unacked: viewer.unacked + sent + (tells ? news.end.length : 0), told: viewer.told || news.ended }
      withTask = false
      if (!news.more) break
    }
    const isFull = viewer.unacked >= WINDOW_CHARS
    if (isFull && viewer.fullSince !== null && this.#now() - viewer.fullSince > STALLED_MS)
      return close(socket, liveCloseCodes.slow, "Too slow. Connect again behind your cursor.")
    viewer = { ...viewer, fullSince: isFull ? (viewer.fullSince ?? this.#now()) : null }
    socket.serializeAttachment(viewer)
  }

  #framesOf(viewer: Viewer, frames: Map<string, LiveFrames>, withTask: boolean): LiveFrames | null {
    const key = `${viewer.taskId} ${viewer.event}.${viewer.log} ${withTask}`
    const known = frames.get(key)
    if (known !== undefined) return known
    const stored = this.#store.byId(viewer.taskId)
    if (stored === null) return null
    const made = liveFrames(this.#store, this.#ctx.storage.sql, stored, viewer, withTask)
    this.serialised += made.texts.length
    frames.set(key, made)
    return made
  }
}

const earliestEnd = (viewers: ReadonlyArray<{ readonly viewer: Viewer }>): number | null =>
  viewers.length === 0 ? null : Math.min(...viewers.map(({ viewer }) => viewer.until))

/** Written by this class alone, in this object's own storage. */
const viewerOf = (socket: WebSocket): Viewer | null => socket.deserializeAttachment()

const close = (socket: WebSocket, code: number, reason: string): void => {
  try {
    socket.close(code, reason)
  } catch {
    // It is closed already.
  }
}
