import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Sandbox, type SandboxError } from "@loom/core/ports/Sandbox"
import { SandboxHttp } from "./SandboxHttp.ts"
import { httpTransport, SandboxTransport } from "./SandboxTransport.ts"
import { startSandboxd, type TestSandboxd } from "./testing/start-sandboxd.ts"

let daemon: TestSandboxd
beforeAll(async () => void (daemon = await startSandboxd()))
afterAll(() => daemon.close())

type Fetch = (request: Request) => Promise<Response>
const to = (fetch: Fetch = globalThis.fetch, token?: Redacted.Redacted<string>) =>
  SandboxHttp.pipe(
    Layer.provide(Layer.sync(SandboxTransport, () => httpTransport({ baseUrl: daemon.baseUrl, token: token ?? daemon.token, fetch }))),
  )

let sessions = 0
const spec = () => ({ id: `test-${++sessions}`, gateways: [], registries: [], reapAfterMs: 60_000 })
const bash = (id: string, script: string, more: object = {}) => ({ id, argv: ["bash", "-c", script], timeoutMs: 120_000, ...more })

/** Runs with a fresh session over `fetch`, and closes it. */
const inSession = <A, E>(use: (sandbox: Sandbox["Service"], sessionId: string) => Effect.Effect<A, E>, fetch?: Fetch) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox
    const { id } = yield* sandbox.open(spec())
    return yield* use(sandbox, id).pipe(Effect.ensuring(Effect.orDie(sandbox.close(id))))
  }).pipe(Effect.provide(to(fetch)))

/** Breaks every event stream after so many bytes, as a proxy, a deploy or a lost connection does. */
const breakingAfter = (bytes: number) => {
  const broken = { streams: 0 }
  const fetch: Fetch = async (request) => {
    const response = await globalThis.fetch(request)
    if (!request.url.includes("/execs?") || response.body === null) return response
    let left = bytes
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          controller.enqueue(chunk.subarray(0, left))
          left -= chunk.length
          if (left >= 0) return
          broken.streams++
          controller.error(new Error("connection reset"))
        },
      }),
    )
    return new Response(body, response)
  }
  return { fetch, broken }
}

describe("SandboxHttp against a real sandboxd", () => {
  it.live("answers output, exit code and time; a failing program is a result", () =>
    inSession((sandbox, id) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const result = yield* sandbox.exec(
          id,
          bash("e1", "echo out; echo err >&2; exit 7", { onOutput: (text: string) => seen.push(text) }),
        )
        assert.deepInclude(result, { exitCode: 7, signal: null, reason: null, stdout: "out\n", stderr: "err\n", truncated: false })
        assert.sameMembers(seen.join("").trim().split("\n"), ["out", "err"])
      }),
    ),
  )

  it.live("an exec id runs once, however often it is asked for", () =>
    inSession((sandbox, id) =>
      Effect.gen(function* () {
        const count = bash("once", "echo x >> runs; wc -l < runs")
        const results = yield* Effect.all([sandbox.exec(id, count), sandbox.exec(id, count), sandbox.exec(id, count)], { concurrency: 3 })
        assert.deepStrictEqual(
          results.map((result) => result.stdout.trim()),
          ["1", "1", "1"],
        )
      }),
    ),
  )

  it.live("re-attaches through broken connections without losing or repeating a byte", () => {
    const { broken, fetch } = breakingAfter(40_000)
    return inSession(
      (sandbox, id) =>
        Effect.gen(function* () {
          const seen: Array<string> = []
          const result = yield* sandbox.exec(
            id,
            bash("long", "for i in $(seq 1 3000); do echo line-$i-$(printf %050d 0); [ $((i % 300)) = 0 ] && sleep 0.02; done; true", {
              onOutput: (text: string) => seen.push(text),
            }),
          )
          const numbers = result.stdout
            .trim()
            .split("\n")
            .map((line) => Number(line.split("-")[1]))
          assert.deepStrictEqual(
            numbers,
            Array.from({ length: 3000 }, (_, i) => i + 1),
          )
          assert.strictEqual(seen.join(""), result.stdout)
          assert.isAbove(broken.streams, 0, "the test broke no stream")
        }),
      fetch,
    )
  })

  it.live("takes what it already has from a daemon that starts again at the beginning", () => {
    const { broken, fetch } = breakingAfter(20_000)
    let streams = 0
    // Longer each time, or the beginning is all that ever comes.
    const again: Fetch = (request) =>
      request.url.includes("/execs?") && ++streams > 1
        ? globalThis.fetch(new Request(request.url.replace(/from=\d+/, "from=0"), request))
        : fetch(request)
    return inSession(
      (sandbox, id) =>
        Effect.gen(function* () {
          const result = yield* sandbox.exec(
            id,
            bash("again", "for i in $(seq 1 1000); do echo line-$i-$(printf %050d 0); [ $((i % 100)) = 0 ] && sleep 0.02; done; true"),
          )
          assert.strictEqual(result.stdout.split("\n").length, 1001)
          assert.strictEqual(broken.streams, 1)
        }),
      again,
    )
  })

  it.live("an answer from another box is a lost box, even under the same session", () => {
    let replaced = false
    return Effect.gen(function* () {
      const sandbox = yield* Sandbox
      const { id } = yield* sandbox.open(spec())
      replaced = true
      assert.strictEqual((yield* Effect.flip(sandbox.exec(id, bash("x", "true")))).reason._tag, "BoxLost")
      assert.strictEqual((yield* Effect.flip(sandbox.readFile(id, "x"))).reason._tag, "BoxLost")
      replaced = false
      yield* sandbox.close(id)
    }).pipe(
      Effect.provide(
        to(async (request) => {
          const response = await globalThis.fetch(request)
          if (!replaced) return response
          const headers = new Headers(response.headers)
          headers.set("x-loom-instance", "another-box")
          return new Response(response.body, { status: 200, headers })
        }),
      ),
    )
  })

  it.effect("gives up when connections stay fruitless", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const dead: Fetch = (request) => {
        asked.push(request.url)
        return Promise.resolve(new Response(new ReadableStream({ start: (controller) => controller.close() })))
      }
      const running = yield* Effect.forkChild(
        Effect.exit(Sandbox.use((sandbox) => sandbox.exec("s", bash("never", "echo x"))).pipe(Effect.provide(to(dead)))),
      )
      // Real streams under a test clock: each turn lets what is ready happen, then the next pause pass.
      while (running.pollUnsafe() === undefined) {
        yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        yield* TestClock.adjust("5 seconds")
      }
      const exit = yield* Fiber.join(running)
      assert.include(String(exit), "SandboxUnavailable")
      assert.strictEqual(asked.length, 7)
    }),
  )

  it.live("tells why an exec was ended", () =>
    inSession((sandbox, id) =>
      Effect.gen(function* () {
        const slow = yield* sandbox.exec(id, bash("slow", "sleep 30", { timeoutMs: 200 }))
        assert.deepInclude(slow, { exitCode: null, reason: "timeout" })
        const loud = yield* sandbox.exec(id, bash("loud", "yes | head -c 5000000", { maxOutputBytes: 1000, onOutputLimit: "kill" }))
        assert.strictEqual(loud.reason, "output_limit")
        const kept = yield* sandbox.exec(id, bash("kept", "echo first; yes | head -c 5000000; echo last", { maxOutputBytes: 1000 }))
        assert.deepInclude(kept, { exitCode: 0, reason: null, truncated: true })
        assert.match(kept.stdout, /^first[\s\S]*bytes of output left out[\s\S]*last\n$/)
      }),
    ),
  )

  it.live("cancels a running exec, and cancelling what is unknown is no error", () =>
    inSession((sandbox, id) =>
      Effect.gen(function* () {
        const started = Promise.withResolvers<void>()
        const running = yield* Effect.forkChild(sandbox.exec(id, bash("c1", "echo up; sleep 60", { onOutput: () => started.resolve() })))
        yield* Effect.promise(() => started.promise)
        yield* sandbox.cancelExec(id, "c1")
        yield* sandbox.cancelExec(id, "unknown")
        assert.strictEqual((yield* Fiber.join(running)).reason, "cancelled")
      }),
    ),
  )

  it.live("writes and reads files, and says which file is missing", () =>
    inSession((sandbox, id) =>
      Effect.gen(function* () {
        const text = "ünïcode 🧵\nno newline"
        yield* sandbox.writeFile(id, "a b/c#d?.txt", text)
        assert.strictEqual(yield* sandbox.readFile(id, "a b/c#d?.txt"), text)
        yield* sandbox.writeFile(id, "empty", "")
        assert.strictEqual(yield* sandbox.readFile(id, "empty"), "")
        const error: SandboxError = yield* Effect.flip(sandbox.readFile(id, "missing.txt"))
        assert.deepInclude(error.reason, { _tag: "FileRefused", path: "missing.txt" })
      }),
    ),
  )

  it.live("reads a file as it is: a byte order mark stays, and what would come back damaged is refused", () =>
    inSession((sandbox, id) =>
      Effect.gen(function* () {
        yield* sandbox.writeFile(id, "mark.cs", "\uFEFFclass A {}\r\n")
        assert.strictEqual(yield* sandbox.readFile(id, "mark.cs"), "\uFEFFclass A {}\r\n")
        yield* sandbox.exec(id, bash("make", "printf 'caf\\xe9' > latin1.txt; head -c 17000000 /dev/zero > large.bin"))
        const refusal = (path: string) => Effect.map(Effect.flip(sandbox.readFile(id, path)), (error) => error.reason)
        assert.deepInclude(yield* refusal("latin1.txt"), { _tag: "FileRefused", detail: "it is not UTF-8 text" })
        assert.deepInclude(yield* refusal("large.bin"), { _tag: "FileRefused", detail: "it has more than 16 MiB" })
      }),
    ),
  )

  it.live("opening twice is one session; closing twice is closed; after that the box is lost", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox
      const wanted = spec()
      assert.isTrue((yield* sandbox.open(wanted)).created)
      assert.isFalse((yield* sandbox.open(wanted)).created)
      yield* sandbox.close(wanted.id)
      yield* sandbox.close(wanted.id)
      const error = yield* Effect.flip(sandbox.exec(wanted.id, bash("late", "true")))
      assert.strictEqual(error.reason._tag, "BoxLost")
    }).pipe(Effect.provide(to())),
  )

  it.live("asks again when the host does not answer for a moment", () => {
    let refusals = 3
    return inSession(
      (sandbox, id) =>
        sandbox.exec(id, bash("r", "echo ok")).pipe(Effect.tap((result) => Effect.sync(() => assert.strictEqual(result.stdout, "ok\n")))),
      (request) => (refusals-- > 0 ? Promise.reject(new TypeError("fetch failed")) : globalThis.fetch(request)),
    )
  })

  it.live("a wrong token is a mistake of the caller, told without the token", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Sandbox.use((sandbox) => sandbox.open(spec())))
      assert.strictEqual(error.reason._tag, "InvalidRequest")
      assert.notInclude(error.message, "not-the-token")
    }).pipe(Effect.provide(to(undefined, Redacted.make("not-the-token-at-all")))),
  )

  it.live("brings the repository's hosts, and what was refused comes back with the setting that allows it", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox
      const { id } = yield* sandbox.open({ ...spec(), hosts: { setup: [], tests: [{ host: "localhost:9", by: "operator" }] } })
      const ask = (url: string) => `curl -s -o /dev/null -w '%{http_code} ' --noproxy '' ${url}`
      const ran = yield* sandbox.exec(
        id,
        bash("net", `${ask("http://localhost:9/")}; ${ask("http://other.example.org/")}`, { network: "tests" }),
      )
      // Listed and nobody there; not listed.
      assert.strictEqual(ran.stdout, "502 403 ")
      const [refusal, ...others] = yield* sandbox.refusals(id)
      assert.lengthOf(others, 0)
      assert.strictEqual(refusal?.phase, "tests")
      assert.include(refusal?.message, "`network: { tests: [other.example.org:80] }` in .github/loom.yml")
      yield* sandbox.close(id)
    }).pipe(Effect.provide(to())),
  )

  it.live("says what the host really enforces", () =>
    Effect.gen(function* () {
      const capabilities = yield* Sandbox.use((sandbox) => sandbox.capabilities)
      assert.isTrue(capabilities.ready)
      assert.isNotEmpty(capabilities.enforced)
    }).pipe(Effect.provide(to())),
  )

  it.live(
    "a restarted daemon is another box, never silently the same",
    () =>
      Effect.gen(function* () {
        const first = yield* Effect.promise(() => startSandboxd())
        const transport = httpTransport({ baseUrl: first.baseUrl, token: first.token })
        const started = Promise.withResolvers<void>()
        const lost = Effect.gen(function* () {
          const sandbox = yield* Sandbox
          const { id } = yield* sandbox.open(spec())
          const running = yield* Effect.forkChild(
            Effect.flip(sandbox.exec(id, bash("x", "echo up; sleep 60", { onOutput: () => started.resolve() }))),
          )
          yield* Effect.promise(() => started.promise)
          yield* Effect.promise(() => first.kill())
          const second = yield* Effect.promise(() => startSandboxd(first.port, Redacted.value(first.token)))
          return yield* Fiber.join(running).pipe(Effect.ensuring(Effect.promise(() => second.close())))
        })
        const error = yield* lost.pipe(Effect.provide(SandboxHttp.pipe(Layer.provide(Layer.succeed(SandboxTransport, transport)))))
        assert.strictEqual(error.reason._tag, "BoxLost")
      }),
    60_000,
  )
})
