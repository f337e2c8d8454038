import type { EgressRule } from "@loom/core/domain/SandboxProtocol"
import { once } from "node:events"
import http from "node:http"
import net, { type AddressInfo } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { AddressBook } from "./AddressBook.ts"
import { RefusalLog } from "./RefusalLog.ts"
import { makeRegistryProxy } from "./registry-proxy.ts"

const closers: Array<() => void> = []
afterEach(() => closers.splice(0).forEach((close) => close()))

/** A proxy whose names resolve to `answers` one after the other, and a server on this machine that counts. */
const proxied = async (rules: (port: number) => ReadonlyArray<EgressRule>, answers: ReadonlyArray<string>) => {
  let reached = 0
  const server = net
    .createServer((socket) => (reached++, socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")))
    .listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  const left = [...answers]
  const refusals = new RefusalLog()
  const clock = { now: 0 }
  const proxy = makeRegistryProxy({
    rules: () => rules(port),
    refuse: refusals.of("registry", "setup"),
    addresses: new AddressBook(
      async () => ({ address: left.shift() ?? "192.0.2.1" }),
      () => clock.now,
    ),
  }).listen(0, "127.0.0.1")
  await once(proxy, "listening")
  closers.push(() => (proxy.close(), proxy.closeAllConnections(), server.close()))
  const connect = async (authority: string): Promise<number> => {
    const request = http.request({ port: (proxy.address() as AddressInfo).port, method: "CONNECT", path: authority }).end()
    const [response, socket] = (await once(request, "connect")) as [http.IncomingMessage, net.Socket]
    socket.destroy()
    return response.statusCode ?? 0
  }
  return { connect, port, refusals, reached: () => reached, later: () => (clock.now += 31_000) }
}

describe("a name that is rebound", () => {
  const rules = (port: number): ReadonlyArray<EgressRule> => [
    { host: `listed.example:${port}`, by: "repository" },
    { host: `internal.example:${port}`, by: "operator" },
  ]
  it("is judged by the address that is connected to, each time it is looked up", async () => {
    const proxy = await proxied(rules, ["127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "0.0.0.0"])
    for (let i = 0; i < 4; i++) {
      expect(await proxy.connect(`listed.example:${proxy.port}`)).toBe(403)
      proxy.later()
    }
    expect(proxy.reached()).toBe(0)
    expect(proxy.refusals.all.map(({ reason }) => reason)).toEqual([
      "the name points at a metadata address",
      "the name points at a loopback address",
    ])
  })
  it("is not looked up a second time between the judgement and the connection", async () => {
    // The second answer would be the attacker's; it is never asked for.
    const proxy = await proxied(rules, ["127.0.0.1", "10.99.99.99"])
    expect(await proxy.connect(`internal.example:${proxy.port}`)).toBe(200)
    expect(proxy.reached()).toBe(1)
  })
})
