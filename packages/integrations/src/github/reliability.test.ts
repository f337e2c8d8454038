import { generateKeyPairSync } from "node:crypto"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { GitHub } from "@loom/core/ports/GitHub"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import { GitHubApp } from "./GitHubApp.ts"
import { InstallationTokens } from "./InstallationTokens.ts"
import { toPkcs8 } from "./app-key.ts"
import { toGitHubError } from "./github-errors.ts"
import { startGitHubWorld, type GitHubWorld } from "./testing/github-world.ts"

let world: GitHubWorld
let repository: RepositoryRef
beforeAll(async () => {
  world = await startGitHubWorld()
  repository = await world.repository("r")
})
afterAll(() => world.close())

const branchHead = Effect.suspend(() => GitHub.use((hub) => hub.branchHead(repository, "main")).pipe(Effect.provide(world.layer)))
const token = (permissions: Record<string, "read" | "write">, options?: { readonly refresh?: boolean }) =>
  Effect.suspend(() =>
    InstallationTokens.use((tokens) => tokens.installationToken(repository, permissions, options)).pipe(
      Effect.map(Redacted.value),
      Effect.provide(world.layer),
    ),
  )
const sentTo = (method: string, path: RegExp) => world.sent.filter((request) => request.method === method && path.test(request.path)).length
const REF = /\/git\/ref\//
const TOKEN = /\/access_tokens$/

describe("installation tokens", () => {
  it.live("are shared between invocations and asked for once", () =>
    Effect.gen(function* () {
      const before = sentTo("POST", TOKEN)
      const first = yield* token({ metadata: "read" })
      assert.strictEqual(yield* token({ metadata: "read" }), first)
      assert.strictEqual(sentTo("POST", TOKEN) - before, 1)
      assert.notStrictEqual(yield* token({ metadata: "read" }, { refresh: true }), first)
    }),
  )

  it.live("reach one repository and no more than was asked for", () =>
    Effect.gen(function* () {
      const other = yield* Effect.promise(() => world.repository("other", { private: true }))
      const narrow = yield* token({ contents: "read" })
      const ask = (method: string, path: string, body?: object) =>
        Effect.promise(() =>
          fetch(`${world.github.url}${path}`, {
            method,
            headers: { authorization: `Bearer ${narrow}` },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          }).then((response) => response.status),
        )
      assert.strictEqual(yield* ask("GET", "/repos/acme/r/git/ref/heads/main"), 200)
      assert.strictEqual(yield* ask("GET", `/repos/acme/${other.name}/git/ref/heads/main`), 404)
      assert.strictEqual(yield* ask("POST", "/repos/acme/r/labels", { name: "x", color: "000000" }), 403)
    }),
  )

  it.live("are renewed once after a 401, and a second 401 is final", () =>
    Effect.gen(function* () {
      yield* branchHead
      const before = sentTo("POST", TOKEN)
      world.once("GET", REF, Response.json({ message: "Bad credentials" }, { status: 401 }))
      assert.isString(yield* branchHead)
      assert.strictEqual(sentTo("POST", TOKEN) - before, 1)
      for (let i = 0; i < 2; i++) world.once("GET", REF, Response.json({ message: "Bad credentials" }, { status: 401 }))
      assert.strictEqual((yield* Effect.flip(branchHead)).reason._tag, "Unauthorized")
    }),
  )

  it.live("cannot be had with another key, and the error holds nothing of it", () =>
    Effect.gen(function* () {
      const wrong = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString()
      const layer = (privateKey: string) =>
        InstallationTokens.layer.pipe(
          Layer.provide(
            Layer.succeed(
              GitHubApp,
              GitHubApp.of({
                apiUrl: world.github.url,
                appId: "4711",
                privateKey: Redacted.make(privateKey),
                botLogin: "loom-test[bot]",
              }),
            ),
          ),
        )
      const ask = (key: string) =>
        Effect.flip(
          InstallationTokens.use((tokens) => tokens.installationToken(repository, { issues: "read" })).pipe(Effect.provide(layer(key))),
        )
      assert.strictEqual((yield* ask(wrong)).reason._tag, "Unauthorized")
      const error = yield* ask("-----BEGIN RSA PRIVATE KEY-----")
      assert.strictEqual(error.reason._tag, "Unauthorized")
      assert.include(error.message, "private key")
    }),
  )
})

describe("the App's key", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  const pkcs1 = privateKey.export({ type: "pkcs1", format: "pem" }).toString()
  it.each([
    ["PKCS#8", pkcs8],
    ["PKCS#1, as GitHub hands it out", pkcs1],
    ["on one line with \\n", pkcs1.replaceAll("\n", "\\n")],
    ["in quotes", `"${pkcs8.replaceAll("\n", "\\n")}"`],
    ["with Windows line ends", pkcs1.replaceAll("\n", "\r\n")],
  ])("is taken as %s", (_, pem) => assert.strictEqual(toPkcs8(pem), pkcs8))
  it("is refused without being repeated", () => {
    const body = pkcs1.slice(40, 200)
    assert.throws(() => toPkcs8(`-----BEGIN RSA PRIVATE KEY-----${body}`), /copy the whole file/)
    try {
      toPkcs8(body)
    } catch (error) {
      assert.notInclude(String(error), body.slice(0, 20))
    }
  })
})

/** Real answers under a test clock: lets what is ready happen, then the next pause pass; answers how long was waited. */
const underTestClock = <A, E>(effect: Effect.Effect<A, E>, stepMs: number, steps: number) =>
  Effect.gen(function* () {
    const running = yield* Effect.forkChild(Effect.exit(effect))
    let waitedMs = 0
    // A round trip to the stand-in takes many turns of the event loop, so a pause is only let pass when nothing else moves.
    while (waitedMs < steps * stepMs && running.pollUnsafe() === undefined) {
      const before = world.sent.length
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 60)))
      if (running.pollUnsafe() !== undefined || world.waiting() > 0 || world.sent.length !== before) continue
      waitedMs += stepMs
      yield* TestClock.adjust(stepMs)
    }
    return { exit: yield* Fiber.join(running), waitedMs }
  })

describe("retries", () => {
  it.effect("a read waits as long as GitHub asks", () =>
    Effect.gen(function* () {
      yield* branchHead
      world.once("GET", REF, Response.json({ message: "secondary rate limit" }, { status: 403, headers: { "retry-after": "30" } }))
      const { exit, waitedMs } = yield* underTestClock(branchHead, 5000, 60)
      assert.strictEqual(exit._tag, "Success")
      assert.isAtLeast(waitedMs, 30_000)
    }),
  )

  it.effect("a read is not sat out for longer than a minute", () =>
    Effect.gen(function* () {
      const before = sentTo("GET", REF)
      world.once("GET", REF, Response.json({ message: "rate limit" }, { status: 429, headers: { "retry-after": "3600" } }))
      const error = yield* Effect.flip(branchHead)
      assert.deepInclude(error.reason, { _tag: "RateLimited", retryAfterMs: 3_600_000 })
      assert.strictEqual(sentTo("GET", REF) - before, 1)
    }),
  )

  it.effect("a read is asked five times at most", () =>
    Effect.gen(function* () {
      const before = sentTo("GET", REF)
      for (let i = 0; i < 5; i++) world.once("GET", REF, i % 2 === 0 ? new Response("bad gateway", { status: 502 }) : "lost")
      const { exit } = yield* underTestClock(branchHead, 5000, 60)
      assert.strictEqual(exit._tag, "Failure")
      assert.strictEqual(sentTo("GET", REF) - before, 5)
    }),
  )
})

describe("what GitHub says, as reasons", () => {
  const thrown = (status: number, headers: Record<string, string> = {}, message = "no") => ({ status, message, response: { headers } })
  const now = 1_700_000_000_000
  it.each([
    [thrown(401), "Unauthorized"],
    [thrown(403), "Forbidden"],
    [thrown(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000060" }), "RateLimited"],
    [thrown(403, {}, "You have exceeded a secondary rate limit"), "RateLimited"],
    [thrown(429), "RateLimited"],
    [thrown(404), "NotFound"],
    [thrown(410), "NotFound"],
    [thrown(451), "NotFound"],
    [thrown(409), "Rejected"],
    [thrown(422), "Rejected"],
    [thrown(502), "Unreachable"],
    [{ status: 500, message: "fetch failed" }, "Unreachable"],
    ["nonsense", "Unreachable"],
  ])("%j is %s", (error, tag) => assert.strictEqual(toGitHubError("x", error, now).reason._tag, tag))

  it("waits until the reset that GitHub names", () => {
    const error = toGitHubError("x", thrown(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000060" }), now)
    assert.deepInclude(error.reason, { retryAfterMs: 60_000 })
  })

  it("masks a token that GitHub repeats", () => {
    assert.notInclude(toGitHubError("x", thrown(422, {}, `bad ghs_${"a".repeat(36)}`), now).message, "ghs_")
  })
})
