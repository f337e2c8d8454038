import type { SandboxGateway } from "@loom/core/domain/SandboxProtocol"
import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http"
import https from "node:https"
import { pipeline } from "node:stream"
import type { RefusalLog } from "./RefusalLog.ts"

export interface GatewayDoor {
  /** The session's gateways now; they may be renewed while it lives. */
  readonly gateways: () => ReadonlyArray<SandboxGateway>
  readonly refusals: RefusalLog
}

/** RFC 9110 7.6.1, and what the inside must not decide: credentials, cookies, where a request came from. */
const NOT_FORWARDED = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "host",
  "authorization",
  "cookie",
  "forwarded",
])
const NOT_FORWARDED_PREFIX = /^(x-forwarded-|x-real-ip|cf-|x-loom-)/
const NOT_RETURNED = new Set(["connection", "keep-alive", "proxy-authenticate", "set-cookie", "trailer", "transfer-encoding", "upgrade"])

const filtered = (headers: IncomingHttpHeaders, drop: (name: string) => boolean): OutgoingHttpHeaders => {
  const named = new Set(
    (headers.connection ?? "")
      .toLowerCase()
      .split(",")
      .map((name) => name.trim()),
  )
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => value !== undefined && !named.has(name) && !drop(name)))
}

/** Only an origin-form target whose path says what it means: no dot segments, no empty ones, in no encoding. */
export const isPlainTarget = (target: string): boolean => {
  const [path = ""] = target.split("?", 1)
  if (!path.startsWith("/") || path.includes("\\") || /[^\x21-\x7e]|#/.test(target)) return false
  const segments = path
    .slice(1)
    .replaceAll(/%2e/gi, ".")
    .replaceAll(/%(2f|5c)/gi, "/")
    .split("/")
  return segments.every((segment, i) => segment !== "." && segment !== ".." && (segment !== "" || i === segments.length - 1))
}

/**
 * The door to the gateways, on the host's side of the wall: `Host` names a gateway, its request goes to `upstream` + path with the
 * gateway's own headers, streamed both ways. The capability exists only here.
 */
export const makeGatewayProxy = (door: GatewayDoor): http.Server => {
  const server = http.createServer((request, response) => {
    const deny = (status: number, message: string) => {
      request.resume()
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" }).end(`${message}\n`)
    }
    const host = (request.headers.host ?? "").toLowerCase().replace(/:80$/, "")
    const gateway = door.gateways().find((candidate) => candidate.host === host)
    if (gateway === undefined) return deny(403, door.refusals.record("gateway", host || "(none)", null, "not a gateway of this session"))
    const target = request.url ?? ""
    if (!isPlainTarget(target)) {
      door.refusals.record("gateway", host, null, "ambiguous path")
      return deny(400, `refused path at ${host}: send it without dot segments and empty segments`)
    }
    const upstream = new URL(gateway.upstream)
    const headers = {
      ...filtered(request.headers, (name) => NOT_FORWARDED.has(name) || NOT_FORWARDED_PREFIX.test(name)),
      ...Object.fromEntries(Object.entries(gateway.headers).map(([name, value]) => [name.toLowerCase(), value])),
      host: upstream.host,
    }
    const outgoing = (upstream.protocol === "https:" ? https : http).request(
      upstream,
      { method: request.method, path: upstream.pathname.replace(/\/+$/, "") + target, headers, agent: false },
      (answer) => {
        response.writeHead(
          answer.statusCode ?? 502,
          filtered(answer.headers, (name) => NOT_RETURNED.has(name)),
        )
        pipeline(answer, response, () => undefined)
      },
    )
    outgoing.on("error", () => {
      if (response.headersSent) response.destroy()
      else deny(502, `gateway ${host} does not answer; is the Worker running?`)
    })
    response.once("close", () => outgoing.destroy())
    const hasBody = request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined
    if (hasBody) pipeline(request, outgoing, () => undefined)
    else outgoing.end()
  })
  // A push or a model's answer may take long; the exec's own time limit bounds both.
  server.requestTimeout = 0
  server.maxConnections = 256
  server.on("connect", (request, socket) => {
    const message = door.refusals.record("gateway", request.url ?? "", null, "CONNECT at a gateway")
    socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${message}\n`)
  })
  server.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"))
  return server
}
