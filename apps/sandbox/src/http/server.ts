import { INSTANCE_HEADER, type SandboxdCapabilities } from "@loom/core/domain/SandboxProtocol"
import { createHash, timingSafeEqual } from "node:crypto"
import http from "node:http"
import type { Sessions } from "../Sessions.ts"
import type { StateStore } from "../states/StateStore.ts"
import { HttpProblem, problem } from "./problem.ts"
import { routes, type Reply, type Route } from "./routes.ts"

const digest = (text: string) => createHash("sha256").update(text).digest()

const match = (method: string, segments: ReadonlyArray<string>): { route: Route; params: Record<string, string> } | null => {
  for (const route of routes) {
    const pattern = route.path.split("/").slice(1)
    if (route.method !== method || pattern.length !== segments.length) continue
    const params: Record<string, string> = {}
    const fits = segments.every((segment, i) => {
      const part = pattern[i] ?? ""
      if (part.startsWith(":")) params[part.slice(1)] = segment
      return part.startsWith(":") || part === segment
    })
    if (fits) return { route, params }
  }
  return null
}

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw problem("invalid_request", "the path is not percent-encoded UTF-8", "encode each segment")
  }
}

const sendProblem = (response: http.ServerResponse, error: unknown) => {
  if (!(error instanceof HttpProblem)) process.stderr.write(`${JSON.stringify({ event: "sandboxd.error", error: String(error) })}\n`)
  if (response.headersSent) return void response.destroy()
  const { body } =
    error instanceof HttpProblem
      ? error
      : problem("internal", error instanceof Error ? error.message : String(error), "read the daemon's log")
  response.writeHead(body.status, { "content-type": "application/problem+json", connection: "close" }).end(JSON.stringify(body))
}

/** The daemon's front: token, route, answer. Handlers throw `HttpProblem`; anything else is a 500. */
export const makeServer = (options: {
  readonly token: string
  readonly sessions: Sessions
  readonly states: StateStore | null
  readonly capabilities: () => SandboxdCapabilities
}): http.Server => {
  const expected = digest(`Bearer ${options.token}`)
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const { instanceId, version } = options.capabilities()
    response.setHeader(INSTANCE_HEADER, instanceId)
    const url = new URL(request.url ?? "/", "http://sandboxd")
    const json: Reply = (status, body) => void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
    if (request.method === "GET" && url.pathname === "/healthz") return json(200, { status: "ok", protocol: 1, version })
    if (!timingSafeEqual(digest(request.headers.authorization ?? ""), expected)) {
      throw problem("unauthorized", "the bearer token is missing or wrong", "send the value of LOOM_SANDBOX_TOKEN")
    }
    const found = match(request.method ?? "", url.pathname.split("/").slice(1).map(decoded))
    if (found === null) throw problem("route_not_found", `no ${request.method} ${url.pathname}`, "see SandboxProtocol.ts")
    await found.route.handle({ ...options, params: found.params, query: url.searchParams, request, response, json })
  }
  const server = http.createServer((request, response) => {
    response.on("error", () => undefined)
    answer(request, response).catch((error: unknown) => sendProblem(response, error))
  })
  // Uploads and event streams last as long as they last; idle sockets are the client's to keep.
  server.requestTimeout = 0
  server.keepAliveTimeout = 30_000
  return server
}
