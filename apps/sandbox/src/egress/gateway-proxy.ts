import { gatewayOf, isPlainTarget, mayForward, mayReturn } from "@loom/core/domain/egress-policy"
import type { SandboxGateway } from "@loom/core/domain/SandboxProtocol"
import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http"
import https from "node:https"
import { pipeline } from "node:stream"
import { hasOneHost, refuseUnreadable } from "./malformed.ts"
import type { Refuse } from "./RefusalLog.ts"

export interface GatewayDoor {
  /** The session's gateways now; they may be renewed while it lives. */
  readonly gateways: () => ReadonlyArray<SandboxGateway>
  readonly refuse: Refuse
}

const filtered = (headers: IncomingHttpHeaders, keep: (name: string) => boolean): OutgoingHttpHeaders => {
  const named = new Set(
    (headers.connection ?? "")
      .toLowerCase()
      .split(",")
      .map((name) => name.trim()),
  )
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => value !== undefined && !named.has(name) && keep(name)))
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
    const named = request.headers.host ?? ""
    if (!hasOneHost(request)) return deny(400, door.refuse(named, null, "unreadable request"))
    const gateway = gatewayOf(door.gateways(), named)
    if (gateway === null) return deny(403, door.refuse(named || "(none)", null, "not a gateway of this session"))
    const { host } = gateway
    const target = request.url ?? ""
    if (!isPlainTarget(target)) return deny(400, `refused path at ${host}: ${door.refuse(host, null, "ambiguous path")}`)
    const upstream = new URL(gateway.upstream)
    const headers = {
      ...filtered(request.headers, mayForward),
      ...Object.fromEntries(Object.entries(gateway.headers).map(([name, value]) => [name.toLowerCase(), value])),
      host: upstream.host,
    }
    const outgoing = (upstream.protocol === "https:" ? https : http).request(
      upstream,
      { method: request.method, path: upstream.pathname.replace(/\/+$/, "") + target, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, filtered(answer.headers, mayReturn))
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
    const message = door.refuse(request.url ?? "", null, "not a gateway of this session")
    socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${message}\n`)
  })
  server.on("clientError", refuseUnreadable(door.refuse))
  server.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"))
  return server
}
