import { rulesOf, type EgressPhase } from "@loom/core/domain/egress-policy"
import type { ExecRequest, SandboxEgress } from "@loom/core/domain/SandboxProtocol"
import type { Socket } from "node:dgram"
import fs from "node:fs"
import type { Server } from "node:http"
import { problem } from "../http/problem.ts"
import { GATEWAY_PORT, REGISTRY_PORT, type Box, type Network } from "../isolation/Isolator.ts"
import { makeGatewayProxy } from "./gateway-proxy.ts"
import { serveNameSink } from "./name-sink.ts"
import { RefusalLog } from "./RefusalLog.ts"
import { makeRegistryProxy } from "./registry-proxy.ts"

/** Throws a problem for what no exec may have at once. */
export const networkOf = (request: Pick<ExecRequest, "network" | "gateways">): Network => {
  if (request.network === "tests") {
    if (request.gateways !== true) return "tests"
    throw problem("invalid_request", "an exec with the network of the tests asks for the gateways", "ask for one of the two")
  }
  const registries = request.network === "registries"
  if (request.gateways === true) return registries ? "gateways+registries" : "gateways"
  return registries ? "registries" : "closed"
}

/** The system's certificates, also those that the operator added to them. Node, pip and cargo carry their own lists and must be told. */
const systemCa = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"].find((file) => fs.existsSync(file))
const CA_VARIABLES = [
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "REQUESTS_CA_BUNDLE",
  "PIP_CERT",
  "CARGO_HTTP_CAINFO",
  "GIT_SSL_CAINFO",
  "CURL_CA_BUNDLE",
]
const caEnv = Object.fromEntries(systemCa === undefined ? [] : CA_VARIABLES.map((name) => [name, systemCa]))

/** Variables by which programs find the registries' proxy. Gateways are reached directly. */
const proxyEnv = (network: Network, gatewayHosts: ReadonlyArray<string>): Readonly<Record<string, string>> => {
  const proxy = `http://127.0.0.1:${REGISTRY_PORT}`
  const direct = ["localhost", "127.0.0.1", "::1", ...(network === "gateways+registries" ? gatewayHosts : [])].join(",")
  return { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, http_proxy: proxy, https_proxy: proxy, NO_PROXY: direct, no_proxy: direct }
}

/** The doors of one session. Each kind of network is made when first asked for, with exactly the listeners that it may have. */
export class Doors {
  readonly refusals = new RefusalLog()
  readonly #box: Box
  readonly #egress: () => SandboxEgress
  readonly #opened = new Map<Network, Promise<void>>()
  readonly #servers = new Set<Server>()
  readonly #sinks = new Set<Socket>()

  constructor(box: Box, egress: () => SandboxEgress) {
    this.#box = box
    this.#egress = egress
  }

  /** Makes sure that `network` exists. */
  ensure(network: Network): Promise<void> {
    if (network === "closed" || this.#box.listen === null) return Promise.resolve()
    let opened = this.#opened.get(network)
    if (opened === undefined) {
      opened = this.#open(network, this.#box.listen)
      this.#opened.set(network, opened)
      opened.catch(() => this.#opened.delete(network))
    }
    return opened
  }

  /** What programs in `network` need to know. */
  env(network: Network): Readonly<Record<string, string>> {
    if (network === "closed" || network === "gateways") return {}
    // Tests that may reach nothing see nothing of a proxy: some test just that.
    if (network === "tests" && rulesOf(this.#egress(), "tests").length === 0) return {}
    return {
      ...caEnv,
      ...(this.#box.listen === null
        ? {}
        : proxyEnv(
            network,
            this.#egress().gateways.map((gateway) => gateway.host),
          )),
    }
  }

  async #open(network: Network, listen: NonNullable<Box["listen"]>): Promise<void> {
    const proxies: Array<{ readonly port: number; readonly server: Server }> = []
    const phase: EgressPhase = network === "tests" ? "tests" : "setup"
    const rules = () => (network === "gateways" ? [] : rulesOf(this.#egress(), phase))
    if (network === "gateways" || network === "gateways+registries") {
      const refuse = this.refusals.of("gateway", phase)
      proxies.push({ port: GATEWAY_PORT, server: makeGatewayProxy({ gateways: () => this.#egress().gateways, refuse }) })
    }
    if (network !== "gateways")
      proxies.push({ port: REGISTRY_PORT, server: makeRegistryProxy({ rules, refuse: this.refusals.of("registry", phase) }) })
    const { names, sockets } = await listen(
      network,
      proxies.map(({ port }) => port),
    )
    serveNameSink(names, rules, this.refusals.of("dns", phase))
    this.#sinks.add(names)
    await Promise.all(
      proxies.map(({ server }, i) => {
        this.#servers.add(server)
        return new Promise<void>((resolve) => server.listen(sockets[i], resolve))
      }),
    )
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#opened.values())
    for (const sink of this.#sinks) sink.close()
    for (const server of this.#servers) {
      server.close()
      server.closeAllConnections()
    }
  }
}
