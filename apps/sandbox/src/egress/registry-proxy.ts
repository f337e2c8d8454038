import { judgeAddress, judgeTarget, parseAuthority, type EgressReason, type Target } from "@loom/core/domain/egress-policy"
import type { EgressRule } from "@loom/core/domain/SandboxProtocol"
import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http"
import net from "node:net"
import { pipeline, type Duplex } from "node:stream"
import { AddressBook } from "./AddressBook.ts"
import { hasOneHost, refuseUnreadable } from "./malformed.ts"
import type { Refuse } from "./RefusalLog.ts"
import { readHello } from "./server-name.ts"

export interface RegistryDoor {
  /** What may be reached now; a session may be opened again with others. */
  readonly rules: () => ReadonlyArray<EgressRule>
  readonly refuse: Refuse
  readonly addresses?: AddressBook
}

const CONNECT_TIMEOUT_MS = 20_000

type Opened =
  | { readonly socket: net.Socket; readonly target: Target; readonly plain: boolean }
  /** Refused (`blocked`), or nobody answers. */
  | { readonly blocked: boolean; readonly message: string }

const HOP_BY_HOP = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host)$/
const endToEnd = (headers: IncomingHttpHeaders): OutgoingHttpHeaders => {
  const named = new Set((headers.connection ?? "").toLowerCase().split(/\s*,\s*/))
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.test(name) && !named.has(name)))
}

/**
 * The door to the package registries, or to what tests were granted: an HTTP proxy that tunnels to listed hosts and nothing else. It
 * resolves names itself, judges the address, and connects to that address.
 */
export const makeRegistryProxy = (door: RegistryDoor): http.Server => {
  const addresses = door.addresses ?? new AddressBook()
  const blocked = (host: string, port: number | null, reason: EgressReason): Opened => ({
    blocked: true,
    message: door.refuse(host, port, reason),
  })

  const open = async (authority: string, defaultPort: number | null): Promise<Opened> => {
    const target = parseAuthority(authority, defaultPort)
    if (target.host === null) return blocked(authority, null, target.problem)
    const { host, port } = target
    const judged = judgeTarget(door.rules(), target)
    if ("refused" in judged) return blocked(host, port, judged.refused)
    const { entry } = judged
    const address = await addresses.addressOf(host)
    if (address === null) return blocked(host, port, "the name does not resolve")
    const reason = judgeAddress(entry, address)
    if (reason !== null) return blocked(host, port, reason)
    return new Promise((resolve) => {
      const socket = net.connect({ host: address, port, allowHalfOpen: true, timeout: CONNECT_TIMEOUT_MS })
      socket.once("connect", () => (socket.setTimeout(0), resolve({ socket, target, plain: entry.exact && entry.by === "operator" })))
      socket.once("timeout", () => socket.destroy(new Error("timeout")))
      socket.once("error", () => resolve({ blocked: false, message: `registry ${host}:${port} does not answer` }))
    })
  }

  /**
   * A tunnel to one name of a large host must not end at another that lives behind the same address: the server name that TLS sends in
   * the clear is the host that was asked for. Without TLS only where the operator spelled the port out.
   */
  const mayPass = (first: Buffer, { host }: Target, plain: boolean): boolean | "wait" => {
    const hello = readHello(first)
    if (hello.type === "partial") return "wait"
    if (hello.type === "not-tls") return plain
    return !hello.hidden && (hello.name === host || (hello.name === null && net.isIP(host) !== 0))
  }

  const tunnel = (client: Duplex, { socket, target, plain }: Extract<Opened, { socket: net.Socket }>, head: Buffer): void => {
    let first = head
    const judge = () => {
      const verdict = first.length === 0 ? "wait" : mayPass(first, target, plain)
      if (verdict === "wait") return
      client.off("data", more).pause()
      if (verdict) {
        socket.write(first)
        pipeline(client, socket, () => undefined)
        return
      }
      door.refuse(target.host, target.port, "another TLS server name")
      client.destroy()
      socket.destroy()
    }
    const more = (chunk: Buffer) => {
      first = Buffer.concat([first, chunk])
      judge()
    }
    pipeline(socket, client, () => undefined)
    client.once("close", () => socket.destroy())
    client.on("data", more)
    judge()
  }

  const server = http.createServer((request, response) => {
    const answer = (status: number, text: string) => {
      request.resume()
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" }).end(`${text}\n`)
    }
    const [, authority, path = ""] = /^http:\/\/([^/?#]*)([^#]*)$/i.exec(request.url ?? "") ?? []
    if (authority === undefined || !hasOneHost(request))
      return answer(
        400,
        `${door.refuse(request.headers.host ?? "(none)", null, "unreadable request")}; this is a proxy: name it in HTTPS_PROXY`,
      )
    void open(authority, 80).then((opened) => {
      if ("message" in opened) return answer(opened.blocked ? 403 : 502, opened.message)
      const { socket, target } = opened
      const outgoing = http.request({
        createConnection: () => socket,
        method: request.method,
        path: path.startsWith("/") ? path : `/${path}`,
        headers: { ...endToEnd(request.headers), host: authority, connection: "close" },
      })
      outgoing.once("response", (incoming) => {
        response.writeHead(incoming.statusCode ?? 502, endToEnd(incoming.headers))
        pipeline(incoming, response, () => undefined)
      })
      outgoing.once("error", () => (response.headersSent ? response.destroy() : answer(502, `registry ${target.host} does not answer`)))
      response.once("close", () => outgoing.destroy())
      pipeline(request, outgoing, () => undefined)
    })
  })
  server.requestTimeout = 0
  server.maxConnections = 512
  server.on("clientError", refuseUnreadable(door.refuse))
  server.on("connect", (request: http.IncomingMessage, client: Duplex, head: Buffer) => {
    client.on("error", () => undefined)
    void open(request.url ?? "", null).then((opened) => {
      if ("message" in opened) {
        const status = opened.blocked ? "403 Forbidden" : "502 Bad Gateway"
        client.end(`HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${opened.message}\n`)
        return
      }
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n")
      tunnel(client, opened, head)
    })
  })
  return server
}
