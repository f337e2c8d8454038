import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted } from "effect"
import fc from "fast-check"
import { TestClock } from "effect/testing"
import type { ExecEvent } from "@loom/core/domain/SandboxProtocol"
import { Sandbox, type ExecResult } from "@loom/core/ports/Sandbox"
import { SandboxHttp } from "./SandboxHttp.ts"
import { httpTransport, SandboxTransport } from "./SandboxTransport.ts"

const exit = (seq: number, bytes: number): ExecEvent => ({
  seq,
  t: "exit",
  code: 0,
  signal: null,
  reason: null,
  oomKills: 0,
  ms: 1,
  bytes,
  truncated: false,
  detail: null,
})

interface Connection {
  /** Bytes that come through before it is cut; null: all. */
  readonly cutAfter: number | null
  /** Sizes of the chunks that the bytes come in, over and over. */
  readonly chunks: ReadonlyArray<number>
  /** What the daemon sends before the event that was asked for: it may begin again earlier. */
  readonly earlier: number
  /** How it ends: with an error, or as if it were complete. */
  readonly ends: "error" | "close"
}

/** A daemon whose log is `events`; its connections break as told, and the last one is whole. */
const daemonOf = (events: ReadonlyArray<ExecEvent>, connections: ReadonlyArray<Connection>) => {
  const lines = events.map((event) => `${JSON.stringify(event)}\n`)
  const asked: Array<number> = []
  const fetch = async (request: Request): Promise<Response> => {
    const from = Number(new URL(request.url).searchParams.get("from"))
    const { cutAfter, chunks, earlier, ends } = connections[asked.length] ?? {
      cutAfter: null,
      chunks: [1 << 20],
      earlier: 0,
      ends: "close",
    }
    asked.push(from)
    const whole = new TextEncoder().encode(lines.slice(Math.max(0, from - earlier)).join(""))
    const bytes = cutAfter === null ? whole : whole.subarray(0, cutAfter)
    let at = 0
    let nth = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (at < bytes.length) {
          const size = chunks[nth++ % chunks.length] ?? 1
          controller.enqueue(bytes.slice(at, at + size))
          at += size
        } else if (ends === "error" && cutAfter !== null) controller.error(new Error("connection reset"))
        else controller.close()
      },
    })
    return new Response(body, { headers: { "x-loom-instance": "one" } })
  }
  return { fetch, asked }
}

/** To its end, with as much time as the pauses between connections ask for. */
const follow = (fetch: (request: Request) => Promise<Response>, onOutput: (text: string) => void): Promise<ExecResult> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const running = yield* Effect.forkChild(
        Sandbox.use((sandbox) => sandbox.exec("s", { id: "e", argv: ["true"], timeoutMs: 1000, onOutput })),
      )
      while (running.pollUnsafe() === undefined) {
        yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        yield* TestClock.adjust("5 seconds")
      }
      return yield* Fiber.join(running)
    }).pipe(
      Effect.provide(
        SandboxHttp.pipe(
          Layer.provide(Layer.succeed(SandboxTransport, httpTransport({ baseUrl: "http://d", token: Redacted.make("t"), fetch }))),
        ),
      ),
      Effect.provide(TestClock.layer()),
    ),
  )

const connection = (maxCut: number) =>
  fc.record({
    cutAfter: fc.integer({ min: 0, max: maxCut }),
    chunks: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }),
    earlier: fc.integer({ min: 0, max: 3 }),
    ends: fc.constantFrom("error" as const, "close" as const),
  })

describe("an exec's stream", () => {
  it("comes through whole and once, wherever its connections are cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        // Text with line ends, quotes, and characters of up to four bytes: a cut may fall inside each.
        fc.array(fc.tuple(fc.constantFrom(1 as const, 2 as const), fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 })), {
          maxLength: 12,
        }),
        fc.array(connection(800), { maxLength: 6 }),
        async (outputs, connections) => {
          const events: ReadonlyArray<ExecEvent> = [
            { seq: 0, t: "start", execId: "e", instanceId: "one" },
            ...outputs.map(([fd, data], i): ExecEvent => ({ seq: i + 1, t: "out", fd, data })),
            exit(outputs.length + 1, 0),
          ]
          const { asked, fetch } = daemonOf(events, connections)
          const seen: Array<string> = []
          const result = await follow(fetch, (text) => seen.push(text))
          const of = (wanted: 1 | 2) => outputs.map(([fd, data]) => (fd === wanted ? data : "")).join("")
          assert.deepInclude(result, { exitCode: 0, stdout: of(1), stderr: of(2) })
          assert.strictEqual(seen.join(""), outputs.map(([, data]) => data).join(""))
          assert.deepStrictEqual(
            asked,
            asked.toSorted((a, b) => a - b),
            "what was had is not asked for again",
          )
        },
      ),
      { numRuns: 150 },
    )
  })
})
