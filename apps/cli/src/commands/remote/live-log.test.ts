import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { ApiFailed, makeApiClient } from "../../api-client.ts"
import { followLive } from "./live-log.ts"

/** `heard` resolves when so many lines in all have been heard. */
type Connection = (answer: ServerResponse, heard: (lines: number) => Promise<void>) => void

const line = (seq: number) =>
  `event: log\nid: 0.${seq}\ndata: ${JSON.stringify({ seq, at: 0, stage: "code", level: "info", message: `line ${seq} ✓` })}\n\n`
const stream = (answer: ServerResponse, ...parts: ReadonlyArray<string | Uint8Array>) => {
  answer.writeHead(200, { "content-type": "text/event-stream" })
  for (const part of parts) answer.write(part)
}

/** What is heard over connections to a real server, one after another, and how it ended. */
const follow = async (
  connections: ReadonlyArray<Connection>,
  options: { readonly silenceMs?: number; readonly patienceMs?: number } = {},
) => {
  const asked: Array<string | undefined> = []
  const heard: Array<number> = []
  let broken = 0
  const heardAll = async (lines: number) => {
    while (heard.length < lines) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const server = createServer((request, answer) => {
    const lastEventId = request.headers["last-event-id"]
    asked.push(typeof lastEventId === "string" ? lastEventId : undefined)
    const connection = connections[asked.length - 1]
    if (connection === undefined) answer.writeHead(404, { "content-type": "application/json" }).end('{"detail":"gone"}')
    else connection(answer, heardAll)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const failure = await followLive(
    makeApiClient(`http://127.0.0.1:${port}`, null),
    "t1",
    (news) => news.type === "log" && heard.push(news.line.seq),
    {
      signal: AbortSignal.timeout(120_000),
      retryMs: 1,
      patienceMs: 10_000,
      silenceMs: 10_000,
      onBroken: () => void (broken += 1),
      ...options,
    },
  ).then(
    () => null,
    (error: unknown) => error,
  )
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  return { asked, broken, failure, heard }
}

const end = "event: end\nid: 0.9\ndata: {}\n\n"

describe("followLive", () => {
  it("goes on behind the last event, whatever breaks, and tells each line once", async () => {
    const half = line(3).slice(0, 40)
    const last = new TextEncoder().encode(line(4) + end)
    // Among the bytes of ✓ there is a cut.
    const cut = last.indexOf(0xe2) + 1
    const { asked, broken, failure, heard } = await follow([
      (answer, heardAll) => (stream(answer, line(1), line(2), half), void heardAll(2).then(() => answer.destroy())),
      // Closed in order, as after five minutes; it repeats a line.
      (answer) => (stream(answer, line(2), line(3)), answer.end()),
      (answer) => answer.writeHead(503, { "content-type": "application/json" }).end('{"detail":"away"}'),
      (answer) => (stream(answer, last.subarray(0, cut)), setTimeout(() => answer.end(last.subarray(cut)), 50)),
    ])
    assert.isNull(failure)
    assert.deepStrictEqual(heard, [1, 2, 3, 4])
    assert.deepStrictEqual(asked, [undefined, "0.2", "0.3", "0.3"])
    assert.strictEqual(broken, 2)
  })

  it("leaves a connection that gives no sign", async () => {
    const { failure, heard } = await follow(
      [(answer) => stream(answer, line(1)), (answer) => (stream(answer, line(2), end), answer.end())],
      { silenceMs: 1_500 },
    )
    assert.isNull(failure)
    assert.deepStrictEqual(heard, [1, 2])
  })

  it("ends at a refusal, and when Loom stays away", async () => {
    const { asked, failure } = await follow([])
    assert.instanceOf(failure, ApiFailed)
    assert.lengthOf(asked, 1)
    const away: Connection = (answer) => answer.destroy()
    const gone = await follow(
      Array.from({ length: 1_000 }, () => away),
      { patienceMs: 50 },
    )
    assert.instanceOf(gone.failure, ApiFailed)
  })
})
