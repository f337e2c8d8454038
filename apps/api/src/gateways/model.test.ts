import { afterAll, assert, beforeAll, beforeEach, describe, it } from "@effect/vitest"
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { Effect, Redacted } from "effect"
import { Hono } from "hono"
import { CapabilityUnverified, signCapability, verifyCapability, type Capability } from "@loom/core/domain/Capability"
import { RunId } from "@loom/core/domain/Ids"
import { addUsage, noUsage, type LedgerEntry } from "@loom/core/domain/Usage"
import { makeModelGateway, type ModelGatewayDeps } from "./model.ts"

/* A provider that answers over real HTTP in each wire format; the ledger is a list. */

const secret = Redacted.make("secret-of-the-tests-0123456789abcdef")
const nowMs = 1_700_000_000_000
const capability: Capability = {
  runId: RunId.make("run-1"),
  repositoryId: 1,
  installationId: 1,
  fullName: "acme/widgets",
  branch: "loom/issue-1",
  scopes: ["model"],
  exp: nowMs / 1000 + 60,
}

interface Seen {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
let seen: Array<Seen>
let answer: (response: ServerResponse, seen: Seen) => void
let provider: Server
let upstream: string
let rows: Array<LedgerEntry>
let late: Array<Promise<unknown>>

beforeAll(async () => {
  provider = createServer(async (request, response) => {
    const one = { url: request.url ?? "", headers: request.headers, body: await text(request) }
    seen.push(one)
    answer(response, one)
  })
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve))
  upstream = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
})
afterAll(() => {
  provider.closeAllConnections()
  provider.close()
})
beforeEach(() => {
  seen = []
  rows = []
  late = []
})

const gateway = (changes: Partial<ModelGatewayDeps> = {}) =>
  new Hono().route(
    "/gateways/model",
    makeModelGateway({
      verify: (token, scope) => verifyCapability(secret, token, scope, nowMs),
      providers: {
        anthropic: { dialect: "anthropic", upstream, key: "operators-key", keyHeader: "x-api-key", setting: "ANTHROPIC_API_KEY" },
        openai: { dialect: "openai", upstream, key: "operators-key", keyHeader: "authorization", setting: "OPENAI_API_KEY" },
        unset: { dialect: "openai", upstream, key: null, keyHeader: "authorization", setting: "UNSET_API_KEY" },
      },
      ledger: {
        record: (entry) => Effect.sync(() => void rows.push(entry)),
        spent: () => Effect.sync(() => rows.map((row) => row.usage).reduce(addUsage, noUsage)),
      },
      budgetOf: () => Effect.succeed({ maxUsd: 1, maxTokens: 1000, maxTurns: 10 }),
      priceOf: (_, model, usage) => (model.startsWith("unknown") ? null : usage.inputTokens / 1000),
      waitUntil: (work) => void late.push(work),
      nowMs: () => nowMs,
      ...changes,
    }),
  )
const ask = async (path: string, body: object | string | null, headers: Record<string, string> = {}, app = gateway()) =>
  app.request(`/gateways/model/${path}`, {
    method: body === null ? "GET" : "POST",
    ...(body === null ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    headers: {
      authorization: `Bearer ${await Effect.runPromise(signCapability(secret, capability))}`,
      "content-type": "application/json",
      ...headers,
    },
  })
const json = (value: object) => (response: ServerResponse) =>
  void response
    .writeHead(200, { "content-type": "application/json", "set-cookie": "a=b", "request-id": "req-1" })
    .end(JSON.stringify(value))
/** Events in pieces that do not end where events end. */
const events =
  (...data: ReadonlyArray<object | string>) =>
  (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" })
    const all = data.map((one) => `event: x\ndata: ${typeof one === "string" ? one : JSON.stringify(one)}\n\n`).join("")
    for (let at = 0; at < all.length; at += 11) response.write(all.slice(at, at + 11))
    response.end()
  }

describe("a provider's error", () => {
  it.each([400, 401, 403, 429, 500, 529])("%d never carries the operator's key, in no spelling, and keeps its words", async (status) => {
    const key = "operators-key"
    answer = (response) => {
      const message = `no such key ${key} (${btoa(`x:${key}`)}, ${encodeURIComponent(key)}): prompt is too long`
      response.writeHead(status, { "content-type": "application/json", "x-echo": key }).end(JSON.stringify({ error: { message } }))
    }
    for (const path of ["anthropic/v1/messages", "openai/v1/chat/completions"]) {
      const response = await ask(path, { model: "m", messages: [] })
      const said = JSON.stringify([...response.headers]) + (await response.text())
      assert.notInclude(said, key)
      assert.notInclude(said, btoa(`x:${key}`).slice(4, -4))
      if (status !== 401) assert.include(said, "prompt is too long")
    }
  })
})

describe("what is metered", () => {
  const usageOf = async (path: string, body: object) => {
    const response = await ask(path, body)
    const said = await response.text()
    assert.strictEqual(response.status, 200, said)
    assert.strictEqual(rows.length, 1, "one request, one row")
    const [row] = rows
    return row === undefined ? assert.fail() : { model: row.model, provider: row.provider, ...row.usage }
  }

  it("Anthropic Messages, streamed: cached input counts as input", async () => {
    answer = events(
      {
        type: "message_start",
        message: {
          model: "claude-x",
          usage: { input_tokens: 10, cache_read_input_tokens: 100, cache_creation_input_tokens: 5, output_tokens: 1 },
        },
      },
      { type: "content_block_delta", delta: { text: "hi" } },
      { type: "message_delta", usage: { output_tokens: 42 } },
      { type: "message_stop" },
    )
    assert.deepStrictEqual(await usageOf("anthropic/v1/messages", { model: "claude", stream: true }), {
      provider: "anthropic",
      model: "claude-x",
      requests: 1,
      inputTokens: 115,
      outputTokens: 42,
      cachedInputTokens: 100,
      costUsd: 0.115,
    })
  })

  it("Anthropic Messages, whole", async () => {
    answer = json({ model: "claude-x", usage: { input_tokens: 7, output_tokens: 3 } })
    assert.deepInclude(await usageOf("anthropic/v1/messages", { model: "claude" }), {
      inputTokens: 7,
      outputTokens: 3,
      cachedInputTokens: 0,
    })
  })

  it("OpenAI Responses, streamed and whole", async () => {
    const usage = { input_tokens: 20, input_tokens_details: { cached_tokens: 15 }, output_tokens: 6 }
    answer = events(
      { type: "response.created", response: { model: "gpt-x", usage: null } },
      { type: "response.completed", response: { model: "gpt-x", usage } },
    )
    assert.deepInclude(await usageOf("openai/v1/responses", { model: "gpt", stream: true }), {
      model: "gpt-x",
      inputTokens: 20,
      outputTokens: 6,
      cachedInputTokens: 15,
    })
    rows = []
    answer = json({ model: "gpt-x", usage })
    assert.deepInclude(await usageOf("openai/responses", { model: "gpt" }), { inputTokens: 20, outputTokens: 6 })
  })

  it("OpenAI Chat, whose streams tell usage only when asked", async () => {
    const last = {
      model: "gpt-x",
      choices: [],
      usage: { prompt_tokens: 8, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 4 } },
    }
    answer = events({ model: "gpt-x", choices: [{ delta: { content: "hi" } }], usage: null }, last, "[DONE]")
    assert.deepInclude(await usageOf("openai/v1/chat/completions", { model: "gpt", stream: true }), {
      inputTokens: 8,
      outputTokens: 2,
      cachedInputTokens: 4,
    })
    assert.deepInclude(JSON.parse(seen[0]?.body ?? ""), { stream_options: { include_usage: true } })
    for (const body of [{ model: "gpt", stream: true, stream_options: { include_usage: false } }, { model: "gpt" }]) {
      await (await ask("openai/v1/chat/completions", body)).text()
      assert.deepStrictEqual(JSON.parse(seen.at(-1)?.body ?? ""), body, "the client's own choice stays")
    }
  })

  it("an answer without figures is estimated, never free", async () => {
    answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" })
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: "x".repeat(400) } }] })}\n\n`, () => response.destroy())
    }
    const response = await ask("openai/v1/chat/completions", { model: "gpt", stream: true })
    await response.text().then(
      () => assert.fail("a broken answer must not look whole"),
      () => {},
    )
    assert.strictEqual(rows.length, 1)
    assert.isAtLeast(rows[0]?.usage.outputTokens ?? 0, 100)
  })

  it("an answer nobody waits for is counted all the same", async () => {
    let finish = () => {}
    answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" })
      response.write(`data: ${JSON.stringify({ model: "gpt-x", choices: [] })}\n\n`)
      finish = () => void response.end(`data: ${JSON.stringify({ usage: { prompt_tokens: 9, completion_tokens: 4 } })}\n\n`)
    }
    const response = await ask("openai/v1/chat/completions", { model: "gpt", stream: true })
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    finish()
    await Promise.all(late)
    assert.deepInclude(rows[0]?.usage, { inputTokens: 9, outputTokens: 4 })
  })

  it("not: errors of the provider, token counting, lists of models", async () => {
    answer = (response) => void response.writeHead(429, { "retry-after": "7", "content-type": "application/json" }).end("{}")
    const limited = await ask("anthropic/v1/messages", { model: "claude" })
    assert.deepStrictEqual([limited.status, limited.headers.get("retry-after")], [429, "7"])
    answer = json({ input_tokens: 3 })
    assert.strictEqual((await ask("anthropic/v1/messages/count_tokens", { model: "claude" })).status, 200)
    assert.strictEqual((await ask("openai/v1/models", null)).status, 200)
    assert.deepStrictEqual(rows, [])
  })

  it("an unknown price is null, not nothing", async () => {
    answer = json({ model: "unknown-1", usage: { input_tokens: 7, output_tokens: 3 } })
    assert.isNull((await usageOf("anthropic/v1/messages", { model: "x" })).costUsd)
  })
})

describe("the credentials", () => {
  it.each([
    ["anthropic", "x-api-key", "operators-key"],
    ["openai", "authorization", "Bearer operators-key"],
  ])("%s gets the operator's key, never the capability", async (name, header, value) => {
    answer = json({ usage: {} })
    const token = await Effect.runPromise(signCapability(secret, capability))
    const door = name === "anthropic" ? "messages" : "responses"
    const response = await ask(
      `${name}/v1/${door}?beta=true`,
      { model: "m" },
      { "x-api-key": token, cookie: "c=d", "anthropic-version": "2023-06-01" },
    )
    await response.text()
    assert.strictEqual(seen[0]?.url, `/v1/${door}?beta=true`)
    assert.strictEqual(seen[0]?.headers[header], value)
    assert.notInclude(JSON.stringify(seen[0]?.headers), token)
    assert.isUndefined(seen[0]?.headers["cookie"])
    assert.strictEqual(seen[0]?.headers["anthropic-version"], "2023-06-01")
    assert.deepStrictEqual([response.headers.get("set-cookie"), response.headers.get("request-id")], [null, "req-1"])
  })

  it("a provider that refuses the operator's key is a 403 that names the setting: clients retry a 401", async () => {
    answer = (response) => void response.writeHead(401).end("operators-key is wrong")
    const response = await ask("anthropic/v1/messages", { model: "m" })
    assert.strictEqual(response.status, 403)
    const said = await response.text()
    assert.include(said, "ANTHROPIC_API_KEY")
    assert.notInclude(said, "operators-key")
  })
})

describe("who is refused, in the provider's own shape and never with 401", () => {
  const refused = async (path: string, body: object | string | null, headers: Record<string, string> = {}, app = gateway()) => {
    const response = await ask(path, body, headers, app)
    const said: { error: { message: string }; type?: string } = await response.json()
    assert.deepStrictEqual(seen, [], "nothing may reach the provider")
    return { status: response.status, message: said.error.message, type: said.type }
  }

  it("a run whose budget is spent, in tokens or in money", async () => {
    const spend = (inputTokens: number) =>
      rows.push({
        requestId: "r",
        runId: "run-1",
        at: 0,
        provider: "p",
        model: "m",
        usage: { ...noUsage, requests: 1, inputTokens, costUsd: inputTokens / 1000 },
      })
    spend(1000)
    assert.deepStrictEqual(await refused("anthropic/v1/messages", { model: "m" }), {
      status: 403,
      message: "loom: run budget exhausted",
      type: "error",
    })
    const rich = gateway({ budgetOf: () => Effect.succeed({ maxUsd: 0.5, maxTokens: 1_000_000, maxTurns: 1 }) })
    assert.deepInclude(await refused("openai/v1/responses", { model: "m" }, {}, rich), {
      status: 403,
      message: "loom: run budget exhausted",
    })
  })

  it("the request after the one that spent it", async () => {
    answer = events(
      { type: "message_start", message: { usage: { input_tokens: 990 } } },
      { type: "message_delta", usage: { output_tokens: 10 } },
    )
    const app = gateway({ priceOf: () => null })
    await (await ask("anthropic/v1/messages", { model: "m", stream: true }, {}, app)).text()
    seen = []
    assert.deepInclude(await refused("anthropic/v1/messages", { model: "m" }, {}, app), {
      status: 403,
      message: "loom: run budget exhausted",
    })
  })

  it("everybody, for now, while nobody knows whether the run goes on: a 503, which clients try again", async () => {
    const unknown = gateway({ verify: () => Effect.fail(new CapabilityUnverified({ runId: capability.runId })) })
    assert.strictEqual((await ask("anthropic/v1/messages", { model: "claude" }, {}, unknown)).status, 503)
    assert.deepStrictEqual(seen, [])
  })

  it("everybody while the ledger is silent", async () => {
    const app = gateway({ budgetOf: () => Effect.fail("down") })
    assert.strictEqual((await refused("anthropic/v1/messages", { model: "m" }, {}, app)).status, 503)
  })

  it.each([
    ["a forged capability", "anthropic/v1/messages", { authorization: "Bearer nonsense" }, 403, /capability/],
    ["an unknown provider", "other/v1/messages", {}, 404, /anthropic, openai/],
    ["a name of every object", "constructor/v1/messages", {}, 404, /no model provider/],
    ["a provider without a key", "unset/v1/responses", {}, 403, /UNSET_API_KEY/],
    ["what nobody meters", "openai/v1/files", {}, 404, /metered/],
    ["another dialect's door", "anthropic/v1/responses", {}, 404, /metered/],
    ["a door behind a door", "openai/v1/responses/../files", {}, 404, /./],
  ])("%s", async (_, path, headers, status, words) => {
    const said = await refused(path, { model: "m" }, headers)
    assert.strictEqual(said.status, status)
    assert.match(said.message, words)
  })

  it("a request that is no JSON, or that would be answered where nobody counts", async () => {
    assert.strictEqual((await refused("openai/v1/responses", "not json")).status, 400)
    assert.strictEqual((await refused("openai/v1/responses", { model: "m", background: true })).status, 403)
  })

  it("a capability for git only", async () => {
    const token = await Effect.runPromise(signCapability(secret, { ...capability, scopes: ["git:read"] }))
    assert.strictEqual((await refused("anthropic/v1/messages", { model: "m" }, { authorization: `Bearer ${token}` })).status, 403)
  })
})
