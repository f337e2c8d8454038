import http from "node:http"
import net from "node:net"
import { pipeline, type Duplex } from "node:stream"
import { AddressBook } from "./AddressBook.ts"
import type { RefusalLog } from "./RefusalLog.ts"

export interface RegistryDoor {
  /** `host` or `host:port`, as the session has them now. */
  readonly registries: () => ReadonlyArray<string>
  readonly refusals: RefusalLog
}

interface Target {
  readonly host: string
  readonly port: number
}

const CONNECT_TIMEOUT_MS = 20_000

/** Addresses that are this machine or its link: a listed name may point there only if it was listed with its port. */
const local = new net.BlockList()
local.addSubnet("0.0.0.0", 8, "ipv4")
local.addSubnet("127.0.0.0", 8, "ipv4")
local.addSubnet("169.254.0.0", 16, "ipv4")
local.addSubnet("224.0.0.0", 3, "ipv4")
local.addSubnet("::", 127, "ipv6")
local.addSubnet("fe80::", 10, "ipv6")
local.addSubnet("ff00::", 8, "ipv6")

const isLocal = (address: string): boolean => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  return local.check(mapped, net.isIPv6(mapped) ? "ipv6" : "ipv4")
}

/** Why `target` is refused, or null. `implicitPort` is what a bare `host` entry stands for. */
export const refusalOf = (registries: ReadonlyArray<string>, { host, port }: Target, implicitPort = 443): string | null => {
  const listed = registries.map((entry) => entry.toLowerCase())
  if (listed.includes(`${host}:${port}`)) return null
  if (net.isIP(host) !== 0 || /^[\d.]+$|^0x/i.test(host)) return "IP address"
  if (!listed.some((entry) => entry === host || entry.startsWith(`${host}:`))) return "host is not listed"
  return port === implicitPort && listed.includes(host) ? null : "port is not listed"
}

/** `host:port` of a CONNECT request; null when it is anything else. */
export const parseAuthority = (authority: string): Target | null => {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+?)\.?:(\d{1,5})$/i.exec(authority)
  return match === null ? null : { host: (match[1] ?? "").toLowerCase().replaceAll(/[[\]]/g, ""), port: Number(match[2]) }
}

/**
 * The door to the package registries: an HTTP proxy that tunnels to listed hosts and nothing else. It resolves names itself and
 * connects to the address that it checked.
 */
export const makeRegistryProxy = (door: RegistryDoor): http.Server => {
  const addresses = new AddressBook()
  const refuse = (target: Target | null, raw: string, reason: string) =>
    door.refusals.record("registry", target?.host ?? raw, target?.port ?? null, reason)

  /** The connected socket, or the sentence to answer. */
  const open = async (target: Target): Promise<net.Socket | string> => {
    const reason = refusalOf(door.registries(), target)
    if (reason !== null) return refuse(target, target.host, reason)
    const address = await addresses.addressOf(target.host)
    if (address === null) return refuse(target, target.host, "the name does not resolve")
    const named = door.registries().some((entry) => entry.toLowerCase() === `${target.host}:${target.port}`)
    if (isLocal(address) && !named) return refuse(target, target.host, "the name points at this machine")
    return new Promise((resolve) => {
      const socket = net.connect({ host: address, port: target.port, allowHalfOpen: true, timeout: CONNECT_TIMEOUT_MS })
      socket.once("connect", () => (socket.setTimeout(0), resolve(socket)))
      socket.once("timeout", () => socket.destroy(new Error("timeout")))
      socket.once("error", () => resolve(`registry ${target.host}:${target.port} does not answer`))
    })
  }

  const server = http.createServer((request, response) => {
    const answer = (status: number, text: string) =>
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" }).end(`${text}\n`)
    const url = URL.parse(request.url ?? "")
    if (url === null || url.protocol !== "http:") return answer(400, "this is the proxy of the package registries: use it as HTTP proxy")
    const target = { host: url.hostname.replaceAll(/[[\]]/g, "").toLowerCase(), port: Number(url.port || 80) }
    void open(target).then((socket) => {
      if (typeof socket === "string") return answer(socket.startsWith("blocked") ? 403 : 502, socket)
      const { "proxy-authorization": _, "proxy-connection": __, connection: ___, ...headers } = request.headers
      const outgoing = http.request({
        createConnection: () => socket,
        method: request.method,
        path: url.pathname + url.search,
        headers: { ...headers, host: url.host, connection: "close" },
      })
      outgoing.once("response", (incoming) => {
        response.writeHead(incoming.statusCode ?? 502, incoming.headers)
        pipeline(incoming, response, () => undefined)
      })
      outgoing.once("error", () => (response.headersSent ? response.destroy() : answer(502, `registry ${target.host} does not answer`)))
      response.once("close", () => outgoing.destroy())
      pipeline(request, outgoing, () => undefined)
    })
  })
  server.requestTimeout = 0
  server.maxConnections = 512
  server.on("connect", (request: http.IncomingMessage, client: Duplex, head: Buffer) => {
    client.on("error", () => undefined)
    const target = parseAuthority(request.url ?? "")
    const opened = target === null ? Promise.resolve(refuse(null, request.url ?? "", "not host:port")) : open(target)
    void opened.then((socket) => {
      if (typeof socket === "string") {
        const status = socket.startsWith("blocked") ? "403 Forbidden" : "502 Bad Gateway"
        client.end(`HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${socket}\n`)
        return
      }
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n")
      if (head.length > 0) socket.write(head)
      pipeline(socket, client, () => undefined)
      pipeline(client, socket, () => undefined)
    })
  })
  return server
}
