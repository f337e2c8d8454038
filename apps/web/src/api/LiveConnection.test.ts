import type { LiveMessage } from "@loom/core/domain/LiveMessage"
import { describe, expect, it, vi } from "vitest"
import { LiveConnection, type LiveState } from "./LiveConnection.ts"

// What Vite makes while it builds; the browser tests run the real one.
vi.mock("virtual:shapes", () => ({ liveMessage: { shape: { fields: { type: "text", cursor: "text" }, required: ["type", "cursor"] } } }))

class FakeSocket extends EventTarget {
  readonly url: string
  readonly sent: Array<string> = []
  closed = false
  constructor(url: string) {
    super()
    this.url = url
  }
  send(text: string) {
    this.sent.push(text)
  }
  close() {
    this.closed = true
  }
  say(data: unknown) {
    this.dispatchEvent(new MessageEvent("message", { data: typeof data === "string" ? data : JSON.stringify(data) }))
  }
}

const connect = () => {
  vi.useFakeTimers()
  const sockets: Array<FakeSocket> = []
  const messages: Array<LiveMessage> = []
  const states: Array<LiveState> = []
  let cursor = "0.0"
  const connection = new LiveConnection({
    url: "ws://loom.test/live",
    cursor: () => cursor,
    onMessage: (message) => {
      messages.push(message)
      cursor = message.cursor
    },
    onState: (state) => states.push(state),
    open: (url) => {
      const socket = new FakeSocket(url)
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
  })
  const last = () => sockets.at(-1) ?? new FakeSocket("none")
  return { connection, sockets, messages, states, last }
}

describe("the live connection", () => {
  it.each([0, 0.5, 0.999])(
    "connects again behind what it took, later each time nothing works, and at once when the network is back (chance %d)",
    (chance) => {
      const random = vi.spyOn(Math, "random").mockReturnValue(chance)
      const { connection, last, sockets, states } = connect()
      last().say({ type: "end", cursor: "4.7" })
      /** The line breaks; answers how long it was waited for the next one. */
      const pauseMs = () => {
        const before = Date.now()
        last().dispatchEvent(new Event("close"))
        vi.advanceTimersToNextTimer()
        return Date.now() - before
      }
      const pauses = Array.from({ length: 8 }, pauseMs)
      expect(states).toEqual(["live", ...pauses.map(() => "away")])
      expect(sockets.map(({ url }) => url)).toEqual(["ws://loom.test/live?after=0.0", ...pauses.map(() => "ws://loom.test/live?after=4.7")])
      expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].map((ms) => Math.trunc(ms * (0.5 + chance))))
      last().dispatchEvent(new Event("close"))
      vi.advanceTimersByTime(10_000)
      expect(sockets).toHaveLength(9)
      connection.hurry()
      expect(sockets).toHaveLength(10)
      connection.stop()
      vi.advanceTimersByTime(100_000)
      expect(sockets).toHaveLength(10)
      random.mockRestore()
    },
  )

  it("hears nothing of a connection that it has given up", () => {
    const { connection, last, messages, sockets } = connect()
    connection.lose()
    vi.advanceTimersByTime(1_000)
    sockets[0]?.say({ type: "end", cursor: "9.9" })
    sockets[0]?.dispatchEvent(new Event("close"))
    expect(messages).toEqual([])
    expect(last().closed).toBe(false)
    connection.stop()
  })

  it("gives up a line that is silent, at first and after a ping", () => {
    const { connection, last, sockets, states } = connect()
    vi.advanceTimersByTime(8_000)
    expect(states).toEqual(["away"])
    vi.advanceTimersByTime(1_000)
    last().dispatchEvent(new Event("open"))
    last().say({ type: "end", cursor: "1.1" })
    vi.advanceTimersByTime(20_000)
    expect(last().sent).toEqual(["ping"])
    last().say("pong")
    vi.advanceTimersByTime(27_000)
    expect(sockets).toHaveLength(2)
    vi.advanceTimersByTime(3_000)
    expect(sockets).toHaveLength(3)
    connection.stop()
  })

  it("acknowledges what it took, and lets the page ask where it can't understand", () => {
    const { connection, last, sockets, states } = connect()
    const message = JSON.stringify({ type: "log", cursor: "0.1", items: [], pad: "x".repeat(70_000) })
    last().say(message)
    expect(last().sent).toEqual([JSON.stringify({ type: "ack", chars: message.length })])
    last().say("{}")
    expect(states.at(-1)).toBe("away")
    vi.advanceTimersByTime(100_000)
    expect(sockets).toHaveLength(1)
    connection.stop()
  })
})
