import { once } from "node:events"
import http from "node:http"
import type { AddressInfo } from "node:net"

/** Answers the next `times` requests whose path matches with an error whose body holds everything that came with the request. */
export interface Echo {
  readonly path: RegExp
  readonly status: number
  times: number
}

export interface EchoProxy {
  readonly url: string
  /** Where it leads. To be set before the first request. */
  target: string
  /** Credentials that came through: the values of `authorization` and `x-api-key`, without their scheme, decoded where it is Basic. */
  readonly credentials: Set<string>
  readonly echoes: Array<Echo>
  /** How many errors with an echo were answered. */
  readonly echoed: () => number
  readonly close: () => Promise<void>
}

const credentialsOf = (headers: http.IncomingHttpHeaders): ReadonlyArray<string> =>
  [headers.authorization, headers["x-api-key"]].flatMap((value) => {
    if (typeof value !== "string") return []
    const [, scheme = "", rest = value] = /^(\w+) +(.*)$/.exec(value) ?? []
    return scheme.toLowerCase() === "basic"
      ? [
          rest,
          Buffer.from(rest, "base64")
            .toString()
            .replace(/^[^:]*:/, ""),
        ]
      : [rest]
  })

/** A proxy in front of a neighbour of the Worker that knows every credential shown to it, and can be made to blurt them out. */
export const startEchoProxy = async (): Promise<EchoProxy> => {
  const credentials = new Set<string>()
  const echoes: Array<Echo> = []
  let echoed = 0
  const server = http.createServer((request, response) => {
    for (const credential of credentialsOf(request.headers)) credentials.add(credential)
    const echo = echoes.find(({ path, times }) => times > 0 && path.test(request.url ?? ""))
    if (echo !== undefined) {
      echo.times -= 1
      let body = ""
      request.on("data", (chunk: Buffer) => (body += chunk.toString()))
      request.on("end", () => {
        echoed += 1
        const secret = credentialsOf(request.headers).join(" and ")
        const message = `No such credential: ${secret} (${JSON.stringify(request.headers)})`
        response.writeHead(echo.status, { "content-type": "application/json", "x-echo": encodeURIComponent(secret).slice(0, 1000) })
        response.end(
          JSON.stringify({ type: "error", message, error: { type: "authentication_error", message }, request: body.slice(0, 2000) }),
        )
      })
      return
    }
    const target = new URL(proxy.target)
    const outgoing = http.request(
      target,
      { method: request.method, path: request.url, headers: { ...request.headers, host: target.host }, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    outgoing.on("error", () => response.writeHead(502).end())
    request.pipe(outgoing)
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const proxy: EchoProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: "",
    credentials,
    echoes,
    echoed: () => echoed,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
  return proxy
}
