import type { LiveMessage } from "@loom/core/domain/LiveMessage"
import { liveMessage } from "virtual:shapes"
import { fits } from "./shape.ts"

/** `live`: news comes by itself. `away`: it does not, and whoever wants to know must ask. */
export type LiveState = "connecting" | "live" | "away"

const pingMs = 20_000
/** A line on which nothing is heard for so long, at first or after a ping, is dead, whatever the browser thinks of it. */
const pongMs = 8_000
const firstPauseMs = 500
const longestPauseMs = 30_000
/** The server sends a quarter of a million characters ahead of what it knows to be taken. */
const ackChars = 65_536

interface Options {
  /** `ws:` or `wss:` address without `after`. */
  readonly url: string
  /** The place behind all that was taken: `<event seq>.<log seq>`. Asked for at each connection. */
  readonly cursor: () => string
  readonly onMessage: (message: LiveMessage) => void
  readonly onState: (state: LiveState) => void
  readonly open?: (url: string) => WebSocket
}

/**
 * The live feed of one task. It connects until it is stopped, each time behind what was taken before, so that nothing is lost and nothing
 * comes twice. What it can't understand ends it for good: then the page asks instead.
 */
export class LiveConnection {
  readonly #options: Options
  #socket: WebSocket | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #ping: ReturnType<typeof setInterval> | undefined
  #dead: ReturnType<typeof setTimeout> | undefined
  #pauseMs = firstPauseMs
  #unacked = 0
  #stopped = false

  constructor(options: Options) {
    this.#options = options
    this.#connect()
  }

  stop(): void {
    this.#stopped = true
    this.#drop()
  }

  /** Now rather than after the pause: the network is said to be back. */
  hurry(): void {
    if (this.#stopped || this.#socket !== null) return
    this.#pauseMs = firstPauseMs
    this.#connect()
  }

  /** The network is said to be gone. */
  lose(): void {
    if (!this.#stopped) this.#retry()
  }

  #connect(): void {
    clearTimeout(this.#timer)
    const { cursor, open, url } = this.#options
    const address = `${url}?after=${cursor()}`
    const socket = open === undefined ? new WebSocket(address) : open(address)
    this.#socket = socket
    this.#unacked = 0
    this.#dead = setTimeout(() => this.#retry(), pongMs)
    const isCurrent = () => this.#socket === socket
    socket.addEventListener("message", ({ data }) => {
      if (isCurrent() && typeof data === "string") this.#take(socket, data)
    })
    // An `error` is always followed by a `close`.
    socket.addEventListener("close", () => {
      if (isCurrent()) this.#retry()
    })
    socket.addEventListener("open", () => {
      if (!isCurrent()) return
      this.#ping = setInterval(() => {
        socket.send("ping")
        this.#dead ??= setTimeout(() => this.#retry(), pongMs)
      }, pingMs)
    })
  }

  #take(socket: WebSocket, data: string): void {
    clearTimeout(this.#dead)
    this.#dead = undefined
    if (data === "pong") return
    const message = parse(data)
    if (message === null) {
      this.stop()
      return this.#options.onState("away")
    }
    // Only a connection that told something has shown that it works.
    this.#pauseMs = firstPauseMs
    this.#options.onState("live")
    this.#options.onMessage(message)
    this.#unacked += data.length
    if (this.#unacked < ackChars) return
    socket.send(JSON.stringify({ type: "ack", chars: this.#unacked }))
    this.#unacked = 0
  }

  #retry(): void {
    this.#drop()
    this.#options.onState("away")
    // Not in step with all the others who lost it at the same time.
    this.#timer = setTimeout(() => this.#connect(), this.#pauseMs * (0.5 + Math.random()))
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2)
  }

  #drop(): void {
    clearTimeout(this.#timer)
    clearInterval(this.#ping)
    clearTimeout(this.#dead)
    this.#dead = undefined
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }
}

const parse = (data: string): LiveMessage | null => {
  try {
    const message: unknown = JSON.parse(data)
    return fits(liveMessage, message) ? message : null
  } catch {
    return null
  }
}
