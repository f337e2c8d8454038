import { Effect, Result } from "effect"
import { Hono, type Context } from "hono"
import type { Capability, CapabilityError, Scope } from "@loom/core/domain/Capability"
import { redact } from "@loom/core/domain/redact"
import type { Budget } from "@loom/core/domain/Usage"
import { readAll } from "./byte-streams.ts"
import { bearerOf } from "./capability-auth.ts"
import { doorOf, isMetered, refusal, type ModelProvider } from "./model-dialects.ts"
import { meteredStream } from "./metered-stream.ts"
import { BUDGET_EXHAUSTED, modelBook, type ModelBookDeps } from "./model-book.ts"
import { UsageMeter } from "./model-usage.ts"

export interface ModelGatewayDeps extends ModelBookDeps {
  readonly verify: (token: string, scope: Scope) => Effect.Effect<Capability, CapabilityError>
  /** By the name in the path: `anthropic`, `openai`, … */
  readonly providers: Readonly<Record<string, ModelProvider>>
  readonly budgetOf: (capability: Capability) => Effect.Effect<Budget, unknown>
  /** Keeps the invocation alive for a client that left before the end of its answer. */
  readonly waitUntil: (work: Promise<unknown>) => void
  readonly fetch?: typeof globalThis.fetch
}

const MAX_ERROR_BYTES = 64 * 1024
const MAX_REQUEST_BYTES = 32 * 1024 * 1024
const REQUEST_HEADERS = /^(accept|content-type|user-agent|anthropic-(version|beta)|x-stainless-.*)$/
const RESPONSE_HEADERS =
  /^(content-type|cache-control|retry-after|retry-after-ms|request-id|x-request-id|anthropic-ratelimit-.*|x-ratelimit-.*)$/

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value)

const parseObject = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

/** A provider that refuses a request likes to quote it, its key too: what goes on is masked, and short. */
const errorOf = async (answer: Response, headers: Headers, key: string): Promise<Response> => {
  const bytes = answer.body === null ? null : await readAll(answer.body, MAX_ERROR_BYTES).catch(() => null)
  const text = bytes === null ? "" : redact(new TextDecoder().decode(bytes), [key])
  return new Response(text, { status: answer.status, headers })
}

/** OpenAI Chat tells the usage of a stream only when it is asked to. */
const withUsage = (door: string, body: Record<string, unknown>): Record<string, unknown> => {
  const options = isRecord(body["stream_options"]) ? body["stream_options"] : {}
  return door === "chat/completions" && body["stream"] === true && options["include_usage"] === undefined
    ? { ...body, stream_options: { ...options, include_usage: true } }
    : body
}

/**
 * The only way of a sandbox to a language model (mount at `/gateways/model`). The run's capability comes in, the operator's key goes out;
 * every answer is metered into the ledger, which is the book of record (design section 2).
 */
export const makeModelGateway = (deps: ModelGatewayDeps): Hono => {
  const send = deps.fetch ?? ((input, init) => globalThis.fetch(input, init))
  const book = modelBook(deps)

  const upstreamHeaders = (c: Context, provider: ModelProvider, key: string): Headers => {
    const headers = new Headers({ "accept-encoding": "identity" })
    c.req.raw.headers.forEach((value, name) => {
      if (REQUEST_HEADERS.test(name)) headers.set(name, value)
    })
    headers.set(provider.keyHeader, provider.keyHeader === "authorization" ? `Bearer ${key}` : key)
    return headers
  }

  const answerTo = async (c: Context, name: string, provider: ModelProvider, door: string, capability: Capability): Promise<Response> => {
    const no = (status: Parameters<typeof refusal>[1], text: string) => refusal(provider.dialect, status, text)
    if (provider.key === null) return no(403, `no key for ${name} is configured; the operator sets ${provider.setting}`)

    let requestBody: string | null = null
    let model = "unknown"
    if (c.req.method === "POST") {
      if (c.req.raw.body === null) return no(400, "the request has no body")
      const bytes = await readAll(c.req.raw.body, MAX_REQUEST_BYTES).catch(() => null)
      if (bytes === null) return no(413, `a request may have ${MAX_REQUEST_BYTES / 1024 / 1024} MiB`)
      const body = parseObject(new TextDecoder().decode(bytes))
      if (body === null) return no(400, "the request is not a JSON object")
      // An answer that is fetched later could not be metered.
      if (body["background"] === true) return no(403, "background responses are not served; leave `background` out")
      if (typeof body["model"] === "string") model = body["model"]
      requestBody = JSON.stringify(withUsage(door, body))
    }
    if (isMetered(door)) {
      const why = await book.refusalFor(capability.runId, deps.budgetOf(capability))
      if (why !== null) return no(why === BUDGET_EXHAUSTED ? 403 : 503, why)
    }

    const answer = await send(`${provider.upstream}/v1/${door}${new URL(c.req.url).search}`, {
      method: c.req.method,
      headers: upstreamHeaders(c, provider, provider.key),
      redirect: "manual",
      body: requestBody,
    }).catch(() => null)
    if (answer === null) return no(502, `${name} could not be reached; try again`)
    if (answer.status === 401 || (answer.status >= 300 && answer.status < 400)) {
      await answer.body?.cancel()
      return answer.status === 401
        ? no(403, `${name} refused the operator's key; check ${provider.setting}`)
        : no(502, `${name} redirects; check its base URL`)
    }
    const headers = new Headers()
    answer.headers.forEach((value, header) => {
      if (RESPONSE_HEADERS.test(header)) headers.set(header, value)
    })
    if (!answer.ok) return errorOf(answer, headers, provider.key)
    if (!isMetered(door) || answer.body === null) return new Response(answer.body, { status: answer.status, headers })

    const meter = new UsageMeter()
    const asked = {
      requestId: crypto.randomUUID(),
      runId: capability.runId,
      provider: name,
      model,
      meter,
      sentBytes: requestBody?.length ?? 0,
    }
    const stream = meteredStream(answer.body, {
      isEvents: answer.headers.get("content-type")?.includes("text/event-stream") === true,
      meter,
      settle: (answerBytes) => book.settle({ ...asked, answerBytes }),
      waitUntil: deps.waitUntil,
    })
    return new Response(stream, { status: answer.status, headers })
  }

  return new Hono().all("*", async (c) => {
    const [, name, path] = /\/model\/([\w-]+)\/([\w.:/-]+)$/.exec(new URL(c.req.url).pathname) ?? []
    const provider = name === undefined || !Object.hasOwn(deps.providers, name) ? undefined : deps.providers[name]
    if (name === undefined || path === undefined || provider === undefined)
      return refusal("openai", 404, `no model provider of that name; there are: ${Object.keys(deps.providers).join(", ")}`)
    const token = c.req.header("x-api-key") ?? bearerOf(c.req.raw.headers)
    const verified = await Effect.runPromise(Effect.result(deps.verify(token, "model")))
    if (Result.isFailure(verified)) {
      const { _tag, message } = verified.failure
      return refusal(provider.dialect, _tag === "CapabilityUnverified" ? 503 : 403, message)
    }
    const door = doorOf(provider.dialect, c.req.method, path)
    if (door === null) return refusal(provider.dialect, 404, `${c.req.method} /${path} is not served: only what is metered may be asked`)
    return answerTo(c, name, provider, door, verified.success)
  })
}
