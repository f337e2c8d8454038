import { Effect, Exit } from "effect"
import { Hono, type Context } from "hono"
import type { Capability, CapabilityError, Scope } from "@loom/core/domain/Capability"
import { capped, drain, gunzipped, readHead, rejoin, TooLarge, type Bytes } from "./byte-streams.ts"
import { bearerOf, refuseCapability } from "./capability-auth.ts"
import { parseHead, refusalOf, refusalReport, type PushHead } from "./receive-pack.ts"

export interface GitGatewayDeps {
  /** `verifyCapability` with the operator's secret and the clock; also fails for a run that has ended. */
  readonly verify: (token: string, scope: Scope) => Effect.Effect<Capability, CapabilityError>
  /** An installation token for exactly this repository, never cached by the gateway. `refresh` after a 401. */
  readonly installationToken: (
    capability: Capability,
    options: { readonly access: "read" | "write"; readonly refresh: boolean },
  ) => Effect.Effect<string, unknown>
  /** Origin of git's smart HTTP without trailing slash, e.g. `https://github.com`. */
  readonly upstream: string
  /** Of one push, uncompressed; default 128 MiB. */
  readonly maxPushBytes?: number
  readonly fetch?: typeof globalThis.fetch
}

const MAX_PUSH_BYTES = 128 * 1024 * 1024
/** A fetch request lists what the client has: some 50 bytes a commit. */
const MAX_FETCH_BYTES = 8 * 1024 * 1024

type Service = "git-upload-pack" | "git-receive-pack"
const SERVICES: ReadonlyArray<string> = ["git-upload-pack", "git-receive-pack"] satisfies ReadonlyArray<Service>
const isService = (name: string | null | undefined): name is Service => typeof name === "string" && SERVICES.includes(name)

/** Everything else of a request stays here: cookies, credentials, forwarded addresses. */
const REQUEST_HEADERS = ["accept", "content-type", "git-protocol", "user-agent"]
const RESPONSE_HEADERS = ["content-type", "cache-control", "expires", "pragma"]

const words = (status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 429 | 502 | 503, text: string) =>
  new Response(`loom: ${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-cache" } })

/** The client went away, or what it sent is not the compression it said. */
class UnreadablePush extends Error {}

interface Route {
  readonly fullName: string
  readonly service: Service
  readonly advertise: boolean
}

/** Exactly the three requests of smart HTTP (gitprotocol-http); anything else, encoded or dotted, is no route. */
const routeOf = (method: string, url: URL): Route | null => {
  const [, owner, name, door] = /\/([\w.-]+)\/([\w.-]+)\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(url.pathname) ?? []
  if (owner === undefined || name === undefined || door === undefined) return null
  const fullName = `${owner}/${name}`
  if (door === "info/refs") {
    const service = url.searchParams.get("service")
    return method === "GET" && isService(service) && url.search === `?service=${service}` ? { fullName, service, advertise: true } : null
  }
  return method === "POST" && url.search === "" && isService(door) ? { fullName, service: door, advertise: false } : null
}

/** What GitHub said, in words for the run's log; its own body could hold anything. */
const upstreamRefusal = (status: number): Response => {
  if (status === 401 || status === 403)
    return words(403, "GitHub refused the App's token; check that the App is installed on this repository with contents: write")
  if (status === 404) return words(404, "GitHub does not know this repository, or the App may not see it")
  if (status === 429) return words(429, "GitHub asks to slow down; try again later")
  if (status >= 300 && status < 400) return words(502, "the repository has moved; redirects are never followed")
  return words(502, `GitHub answered ${status}`)
}

/**
 * The only way of a sandbox to a git host (mount at `/gateways/git`). The capability is added outside the sandbox; the
 * gateway adds an installation token, serves one repository, and lets one branch be created or updated. It cannot see
 * whether an update is a fast-forward (the pack says so only to git); `Workspace.push` never forces.
 */
export const makeGitGateway = (deps: GitGatewayDeps): Hono => {
  const send = deps.fetch ?? ((input, init) => globalThis.fetch(input, init))

  const forward = async (c: Context, route: Route, capability: Capability, body: ReadableStream<Bytes> | null): Promise<Response> => {
    const headers = new Headers()
    for (const name of REQUEST_HEADERS) {
      const value = c.req.header(name)
      if (value !== undefined) headers.set(name, value)
    }
    headers.set("accept-encoding", "identity")
    const path = route.advertise ? `info/refs?service=${route.service}` : route.service
    const attempt = async (refresh: boolean): Promise<Response | null> => {
      const access = route.service === "git-receive-pack" ? ("write" as const) : ("read" as const)
      const token = await Effect.runPromiseExit(deps.installationToken(capability, { access, refresh }))
      if (!Exit.isSuccess(token)) return null
      headers.set("authorization", `Basic ${btoa(`x-access-token:${token.value}`)}`)
      const init: RequestInit & { duplex?: "half" } = {
        method: c.req.method,
        headers,
        redirect: "manual",
        signal: c.req.raw.signal,
        ...(body === null ? {} : { body, duplex: "half" }),
      }
      return send(`${deps.upstream}/${capability.fullName}.git/${path}`, init)
    }
    let answer = await attempt(false)
    if (answer?.status === 401 && body === null) {
      await answer.body?.cancel()
      answer = await attempt(true)
    }
    if (answer === null) return words(502, "no installation token could be had from GitHub; it is asked again on the next try")
    if (answer.status !== 200) {
      await answer.body?.cancel()
      return upstreamRefusal(answer.status)
    }
    const kept = new Headers()
    for (const name of RESPONSE_HEADERS) {
      const value = answer.headers.get(name)
      if (value !== null) kept.set(name, value)
    }
    return new Response(answer.body, { status: 200, headers: kept })
  }

  /** Refused in git's own words where git can read them. */
  const refusePush = async (head: PushHead, why: string, reader: ReadableStreamDefaultReader<Bytes>): Promise<Response> => {
    await drain(reader)
    const report = refusalReport(head, why)
    if (report === null) return words(403, why)
    return new Response(report, {
      status: 200,
      headers: { "content-type": "application/x-git-receive-pack-result", "cache-control": "no-cache" },
    })
  }

  const push = async (c: Context, route: Route, capability: Capability, body: ReadableStream<Bytes>): Promise<Response> => {
    const reader = body.getReader()
    const { head, answer } = await readHead(reader, (bytes) => {
      const parsed = parseHead(bytes)
      return parsed.type === "partial" ? null : parsed
    }).catch((error: unknown): never => {
      throw error instanceof TooLarge ? error : new UnreadablePush()
    })
    if (answer === null || answer.type === "refused") {
      await drain(reader)
      return words(400, answer?.why ?? "the push ended before its list of refs")
    }
    // No update and nothing after the flush: git asks whether it may speak before it sends a large pack.
    if (answer.head.updates.length === 0 && head.length > 4) {
      await drain(reader)
      return words(400, "the push names no ref")
    }
    const why = refusalOf(answer.head, capability.branch)
    if (why !== null) return refusePush(answer.head, why, reader)
    return forward(c, route, capability, rejoin(head, reader))
  }

  return new Hono().all("*", async (c) => {
    const route = routeOf(c.req.method, new URL(c.req.url))
    if (route === null) return words(404, "only git's smart HTTP is served here")
    const verified = await Effect.runPromise(
      Effect.result(deps.verify(bearerOf(c.req.raw.headers), route.service === "git-receive-pack" ? "git:push" : "git:read")),
    )
    if (verified._tag === "Failure") return refuseCapability(verified.failure, words)
    const capability = verified.success
    if (route.fullName.toLowerCase() !== capability.fullName.toLowerCase())
      return words(403, `this run may only reach ${capability.fullName}`)

    const maxBytes = route.service === "git-receive-pack" ? (deps.maxPushBytes ?? MAX_PUSH_BYTES) : MAX_FETCH_BYTES
    const tooLarge = () => words(413, `more than ${Math.floor(maxBytes / 1024 / 1024)} MiB in one request`)
    if (Number(c.req.header("content-length") ?? 0) > maxBytes) return tooLarge()
    const encoding = c.req.header("content-encoding") ?? "identity"
    if (!["identity", "gzip", "x-gzip"].includes(encoding)) return words(415, "only gzip is understood")
    let overflowed = false
    const raw: ReadableStream<Bytes> | null = route.advertise ? null : c.req.raw.body
    const plain = raw === null || encoding === "identity" ? raw : gunzipped(raw)
    const body =
      plain === null
        ? null
        : capped(plain, maxBytes, () => {
            overflowed = true
          })
    if (!route.advertise && body === null) return words(400, "the request has no body")
    try {
      return route.service === "git-receive-pack" && body !== null
        ? await push(c, route, capability, body)
        : await forward(c, route, capability, body)
    } catch (error) {
      if (overflowed || error instanceof TooLarge) return tooLarge()
      if (error instanceof UnreadablePush) return words(400, "the push could not be read to its list of refs")
      return words(502, "GitHub could not be reached; try again")
    }
  })
}
