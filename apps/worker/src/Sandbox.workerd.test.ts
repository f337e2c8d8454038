import { env } from "cloudflare:workers"
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test"
import { Effect, Fiber, Layer, Redacted } from "effect"
import { describe, expect, inject, it } from "vitest"
import { Sandbox, type ExecSpec, type SandboxError } from "@loom/core/ports/Sandbox"
import { SandboxHttp } from "@loom/integrations/sandbox/SandboxHttp"
import { containerTransport, SandboxTransport } from "@loom/integrations/sandbox/SandboxTransport"
import { containerOf } from "../test/container.ts"
import type { TestSandbox } from "../test/entry.ts"

const CAPABILITY = "capability-of-this-run-and-no-other"
const REAP_MS = 600_000
let boxes = 0

/** A box of its own, not opened yet, with the Worker's client in front of it and a real daemon behind. */
const newBox = () => {
  const id = `box-${Date.now()}-${++boxes}`
  const container = containerOf(id)
  container.daemon = inject("sandboxd")
  const stub = () => env.SANDBOX.getByName(id)
  const transport = containerTransport({ fetch: (request) => stub().fetch(request) }, Redacted.make("token-of-this-box"))
  const client = SandboxHttp.pipe(Layer.provide(Layer.succeed(SandboxTransport, transport)))
  const use = <A>(effect: (sandbox: Sandbox["Service"]) => Effect.Effect<A, SandboxError>) =>
    Effect.runPromise(Sandbox.use(effect).pipe(Effect.provide(client)))
  const open = (egress: { registries?: ReadonlyArray<string> } = {}) =>
    use((sandbox) =>
      sandbox.open({
        id,
        gateways: [
          { host: "git.loom.internal", upstream: "https://loom.test/gateways/git", headers: { authorization: `Bearer ${CAPABILITY}` } },
        ],
        registries: egress.registries ?? [],
        reapAfterMs: REAP_MS,
      }),
    )
  const exec = (execId: string, script: string, more: Partial<ExecSpec> = {}) =>
    Sandbox.use((sandbox) => sandbox.exec(id, { id: execId, argv: ["bash", "-c", script], timeoutMs: 120_000, ...more })).pipe(
      Effect.provide(client),
    )
  const run = (execId: string, script: string, more: Partial<ExecSpec> = {}) => Effect.runPromise(exec(execId, script, more))
  const reasonOf = (effect: Effect.Effect<unknown, SandboxError>) =>
    Effect.runPromise(Effect.flip(effect).pipe(Effect.map((error) => error.reason._tag)))
  /** What a program inside gets when it asks for `url` now. */
  const ask = (url: string, init?: RequestInit) =>
    runInDurableObject(stub(), async () => {
      const answer = await container.ask(url, init)
      return { status: answer.status, text: await answer.text(), headers: Object.fromEntries(answer.headers) }
    })
  return { id, container, stub, use, open, exec, run, reasonOf, ask, close: () => use((sandbox) => sandbox.close(id)) }
}

/** Resolves when the exec printed its first output; `go on` files let it continue. */
const begun = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { promise, onOutput: () => resolve() }
}

const counting = "for i in $(seq 1 400); do echo line-$i; [ $((i % 40)) = 0 ] && sleep 0.05; done; true"
const lines = Array.from({ length: 400 }, (_, i) => `line-${i + 1}`)

describe("a container", () => {
  it("is started for its session, behind closed walls, and destroyed with it", async () => {
    const box = newBox()
    await box.open()
    const [options] = box.container.started
    expect(options).toMatchObject({ image: box.container.images["agent"], enableInternet: false, instance: "standard-2" })
    expect(box.container.intercepts).toEqual(["http", "https *", "git.loom.internal"].map((pattern) => ({ pattern, running: false })))
    expect(box.container.inactivityTimeoutMs).toBe(REAP_MS)
    expect((await box.run("e1", "pwd")).stdout).toBe("/workspace\n")
    await box.close()
    expect([box.container.running, box.container.destroyed]).toEqual([false, 1])
    await box.close()
    expect(box.container.destroyed).toBe(1)
  })

  it("is started by nothing but an opening: not to be closed, not to be looked at, not for an exec", async () => {
    const box = newBox()
    await box.close()
    expect(await box.use((sandbox) => sandbox.capabilities)).toMatchObject({ ready: true, isolator: "container" })
    expect(await box.reasonOf(box.exec("e1", "true"))).toBe("BoxLost")
    expect(box.container.started).toEqual([])
    box.container.images = {}
    expect(await box.use((sandbox) => sandbox.capabilities)).toMatchObject({ ready: false })
    const error = await Effect.runPromise(Effect.flip(Effect.tryPromise(() => box.open())))
    expect(String(error.cause)).toContain("docs/hosting-the-sandbox.md")
  })

  it("never holds what opens a gateway, also when a request would carry it in", async () => {
    const box = newBox()
    await box.open()
    expect(await box.reasonOf(box.exec("leak", `echo ${CAPABILITY}`))).toBe("InvalidRequest")
    await box.run("e1", "true", { gateways: true })
    expect(box.container.entered).toContain("git.loom.internal")
    expect(box.container.entered).not.toContain(CAPABILITY)
    await box.close()
  })
})

describe("nothing lost", () => {
  it("the object is evicted, and then aborted, in the middle of an exec: all output, once", async () => {
    const box = newBox()
    await box.open()
    const first = begun()
    const seen: Array<string> = []
    const running = box.run("long", counting, { onOutput: (text) => (seen.push(text), first.onOutput()) })
    await first.promise
    await abortAllDurableObjects()
    const result = await running
    expect(result.stdout.trim().split("\n")).toEqual(lines)
    expect(seen.join("")).toBe(result.stdout)
    await evictDurableObject(box.stub())
    // The same id attaches to what ran already.
    expect((await box.run("long", counting)).stdout).toBe(result.stdout)
    expect(box.container.started).toHaveLength(1)
    await box.close()
  })

  for (const [how, die] of [
    [
      "without a word",
      (box: ReturnType<typeof newBox>) => ((box.container.running = false), abortAllDurableObjects()).then(() => box.container.die()),
    ],
    ["told to, as with an update of its host", (box: ReturnType<typeof newBox>) => box.container.die()],
  ] as const) {
    it(`the container ends in the middle of an exec, ${how}: the box is lost, and no other one is started`, async () => {
      const box = newBox()
      await box.open()
      const first = begun()
      const running = Effect.runFork(box.exec("doomed", "echo up; sleep 60", { onOutput: first.onOutput }))
      await first.promise
      await die(box)
      const error = await Effect.runPromise(Effect.flip(Fiber.join(running)))
      expect(error.reason._tag).toBe("BoxLost")
      expect(box.container.started).toHaveLength(1)
      // Opened again it is another container, and a new session.
      expect(await box.open()).toMatchObject({ id: box.id, created: true })
      expect(box.container.started).toHaveLength(2)
      await box.close()
    })
  }

  it("an answer from another daemon than the one that was opened is a lost box, also for a client that knows nothing", async () => {
    const box = newBox()
    await box.open()
    box.container.instance = "another-daemon"
    await evictDurableObject(box.stub())
    const other = newBox()
    const response = await env.SANDBOX.getByName(box.id).fetch(new Request(`http://sandboxd/v1/sessions/${box.id}`))
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, "session_not_found"])
    expect(await box.reasonOf(box.exec("e1", "true"))).toBe("BoxLost")
    expect(other.container.started).toEqual([])
    box.container.instance = null
    await box.close()
  })
})

describe("a lease", () => {
  const later = (stub: DurableObjectStub<TestSandbox>, skipMs: number) =>
    runInDurableObject(stub, (object) => void (object.skipMs = skipMs))
  const alarmAt = (stub: DurableObjectStub<TestSandbox>) => runInDurableObject(stub, (_, state) => state.storage.getAlarm())

  it("ends a box that nobody uses, and leaves nothing of it", async () => {
    const box = newBox()
    await box.open()
    expect(await alarmAt(box.stub())).toBeGreaterThan(Date.now() + REAP_MS / 2)
    await later(box.stub(), REAP_MS + 1)
    expect(await runDurableObjectAlarm(box.stub())).toBe(true)
    expect([box.container.running, box.container.destroyed]).toEqual([false, 1])
    expect(await runInDurableObject(box.stub(), (_, state) => [...state.storage.kv.list()])).toEqual([])
    expect(await alarmAt(box.stub())).toBeNull()
    expect(await box.reasonOf(box.exec("late", "true"))).toBe("BoxLost")
  })

  it("is renewed by use, also across an eviction", async () => {
    const box = newBox()
    await box.open()
    const before = await alarmAt(box.stub())
    await later(box.stub(), REAP_MS / 2)
    await box.run("e1", "true")
    expect(await alarmAt(box.stub())).toBeGreaterThan((before ?? 0) + REAP_MS / 4)
    await evictDurableObject(box.stub())
    await later(box.stub(), REAP_MS + 1)
    await runDurableObjectAlarm(box.stub())
    expect(box.container.running).toBe(true)
    await box.close()
  })

  it("goes on while an exec runs", async () => {
    const box = newBox()
    await box.open()
    const first = begun()
    const running = box.run("busy", "echo up; while [ ! -e done ]; do sleep 0.05; done; echo end", { onOutput: first.onOutput })
    await first.promise
    await later(box.stub(), REAP_MS + 1)
    await runDurableObjectAlarm(box.stub())
    expect(box.container.running).toBe(true)
    await later(box.stub(), 0)
    await box.use((sandbox) => sandbox.writeFile(box.id, "done", ""))
    expect((await running).stdout).toBe("up\nend\n")
    await box.close()
  })
})

describe("what leaves the container", () => {
  const waiting = "echo up; while [ ! -e done ]; do sleep 0.05; done"

  it("reaches the gateway with the capability added outside, only while an exec may use gateways", async () => {
    const box = newBox()
    await box.open()
    const url = "http://git.loom.internal/o/r.git/info/refs?service=git-upload-pack"
    expect(await box.ask(url)).toMatchObject({ status: 403, text: expect.stringContaining("blocked host: git.loom.internal") })
    const first = begun()
    const running = box.run("clone", waiting, { gateways: true, onOutput: first.onOutput })
    await first.promise
    const answer = await box.ask(url, {
      headers: { authorization: "Basic forged", "x-loom-run": "forged", cookie: "a=b", "git-protocol": "version=2" },
    })
    expect(answer.status).toBe(200)
    const reached = JSON.parse(answer.text) as { url: string; headers: Record<string, string> }
    expect(reached.url).toBe("https://loom.test/gateways/git/o/r.git/info/refs?service=git-upload-pack")
    expect(reached.headers).toMatchObject({ authorization: `Bearer ${CAPABILITY}`, "git-protocol": "version=2" })
    expect(reached.headers).not.toHaveProperty("cookie")
    expect(reached.headers).not.toHaveProperty("x-loom-run")
    await box.use((sandbox) => sandbox.writeFile(box.id, "done", ""))
    await running
    // Nothing of it is left when the exec is: what the next one may reach is the next one's affair.
    await box.run("tests", "true")
    expect((await box.ask(url)).status).toBe(403)
    await box.close()
  })

  it("reaches listed hosts while an install runs, nothing else, and every refusal is told", async () => {
    const box = newBox()
    await box.open({ registries: ["registry.test", "127.0.0.1:9"] })
    const first = begun()
    const running = box.run("install", waiting, { network: "registries", onOutput: first.onOutput })
    await first.promise
    // Listed, and nobody listens there: the answer is the network's, not a refusal.
    expect((await box.ask("http://127.0.0.1:9/pkg")).status).toBe(502)
    for (const url of ["https://evil.test/x", "http://registry.test/x", "http://169.254.169.254/latest", "https://git.loom.internal/o/r"])
      expect({ url, ...(await box.ask(url)) }).toMatchObject({ url, status: 403, text: expect.stringMatching(/^blocked host: /) })
    await box.use((sandbox) => sandbox.writeFile(box.id, "done", ""))
    await running
    const refusals = await box.use((sandbox) => sandbox.refusals(box.id))
    expect(refusals.filter((refusal) => refusal.host === "evil.test")).toMatchObject([
      { via: "registry", phase: "setup", count: 1, message: expect.stringContaining("allow with") },
    ])
    expect(refusals).toHaveLength(4)
    await box.close()
  })

  it("is refused when the session is closed or its object cannot answer", async () => {
    const box = newBox()
    await box.open()
    await box.container.die()
    expect((await box.ask("http://git.loom.internal/")).status).toBe(403)
    await box.close()
  })
})
