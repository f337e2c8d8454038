import { once } from "node:events"
import http from "node:http"
import net, { type AddressInfo } from "node:net"
import type { Attack, Battlefield, TestSession } from "./Attack.ts"

/** The capability of the session's gateway. Only the upstream may ever see it. */
export const CAPABILITY = "loom1.Y2FuYXJ5LWNhcGFiaWxpdHk.c2lnbmF0dXJlLW9mLXRoZS1jYW5hcnk"

/** A session's hosts file is written when it is opened: the gateway's name must be there from the start. */
export const WITH_GATEWAY = {
  egress: { gateways: [{ host: "git.loom.internal", upstream: "http://127.0.0.1:1", headers: {} }], registries: [] },
} as const satisfies Attack["session"]

/** What an attack on the doors is played against. Everything listens on the host's loopback. */
export interface Ground {
  readonly session: TestSession
  /** Requests that the gateway's upstream got: `GET /path`, and whether the capability came with them. */
  readonly upstream: ReadonlyArray<{ readonly line: string; readonly host: string; readonly capable: boolean }>
  /** What the listed registry got, as bytes. */
  readonly registry: () => string
  readonly registryPort: number
}

const listening = async (server: net.Server): Promise<number> => {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return (server.address() as AddressInfo).port
}

/**
 * Gives the attack's session a gateway and a registry that are really there, runs `attack`, and takes them down. The upstream redirects
 * `/away?to=<url>` and echoes every header of `/echo`; the registry echoes what it got.
 */
export const onGround = async <A>(field: Battlefield, attack: (ground: Ground) => Promise<A>): Promise<A> => {
  const upstream: Array<Ground["upstream"][number]> = []
  const gateway = http.createServer((request, response) => {
    const capable = request.headers.authorization === `Bearer ${CAPABILITY}`
    upstream.push({ line: `${request.method} ${request.url}`, host: request.headers.host ?? "", capable })
    const to = new URL(request.url ?? "/", "http://x").searchParams.get("to")
    request.resume()
    if (to !== null) response.writeHead(302, { location: to }).end()
    else response.end("upstream\n")
  })
  let bytes = ""
  const registry = net.createServer((socket) => {
    socket.on("error", () => undefined)
    socket.on("data", (chunk) => {
      bytes += chunk.toString("latin1")
      const body = chunk.toString("latin1")
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body, "latin1")}\r\nconnection: close\r\n\r\n${body}`)
    })
  })
  const [gatewayPort, registryPort] = await Promise.all([listening(gateway), listening(registry)])
  try {
    // Opened again: the same session, with these doors.
    await field.daemon.open({
      id: field.session.id,
      egress: {
        gateways: [
          {
            host: "git.loom.internal",
            upstream: `http://127.0.0.1:${gatewayPort}/gateways/git`,
            headers: { authorization: `Bearer ${CAPABILITY}` },
          },
        ],
        registries: [`localhost:${registryPort}`, "localhost"],
        setup: [{ host: `localhost:${field.canaries.port}`, by: "repository" }],
      },
    })
    return await attack({ session: field.session, upstream, registry: () => bytes, registryPort })
  } finally {
    gateway.close()
    gateway.closeAllConnections()
    registry.close()
  }
}

/** Sends each text over a connection of its own, as it is; answers what came back on each within a second. `\n` of a text is sent as it stands. */
export const sendRaw = async (session: TestSession, port: 80 | 3128, texts: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const script = `const net = require("node:net")
const ask = (text) => new Promise((resolve) => {
  let answer = ""
  const socket = net.connect(${port}, "127.0.0.1", () => socket.write(Buffer.from(text, "latin1")))
  const end = () => (clearTimeout(timer), socket.destroy(), resolve(answer))
  const timer = setTimeout(end, 1000)
  socket.on("data", (chunk) => (answer += chunk.toString("latin1"))).on("error", end).on("close", end)
})
let input = ""
process.stdin.on("data", (chunk) => (input += chunk)).on("end", async () => console.log(JSON.stringify(await Promise.all(JSON.parse(input).map(ask)))))`
  const ran = await session.exec(["node", "-e", script], {
    stdin: JSON.stringify(texts),
    ...(port === 80 ? { gateways: true } : { network: "registries" }),
  })
  if (ran.exit.code !== 0) throw new Error(`the client inside failed: ${ran.err}`)
  return JSON.parse(ran.out) as ReadonlyArray<string>
}

/** The doors are the daemon's under bubblewrap; in a container the platform asks the same policy (`judgeOutbound`). */
export const DAEMON = { isolators: ["bubblewrap"], session: WITH_GATEWAY } as const

/** A request's head. */
export const crlf = (...lines: ReadonlyArray<string>) => lines.join("\r\n") + "\r\n\r\n"
/** Of an answer as bytes. */
export const statusOf = (answer: string): string => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? "closed"
/** For the evidence: `3 × 403`. */
export const tally = (values: ReadonlyArray<string>): string =>
  [...new Set(values)].map((value) => `${values.filter((other) => other === value).length} × ${value}`).join(", ")
