import type { BoxContainer } from "../src/sandbox/start-container.ts"

type StartOptions = NonNullable<Parameters<BoxContainer["start"]>[0]>

/**
 * What `ctx.container` is on Cloudflare, with a real daemon behind its port. It dies when told to, remembers everything that went into
 * it, and lets a test ask the outside what a program inside would ask.
 */
export class TestContainer implements BoxContainer {
  running = false
  images: Record<string, string> = { agent: "registry/loom@sha256:0" }
  started: Array<StartOptions> = []
  destroyed = 0
  inactivityTimeoutMs = 0
  /** Everything that reached the container: environment, request lines, headers, bodies. */
  entered = ""
  /** Who answers what leaves, by pattern, in the order they were named. */
  readonly intercepts: Array<{ readonly pattern: string; readonly running: boolean }> = []
  readonly #name: string
  #outbound: Fetcher | null = null
  daemon: { readonly url: string; readonly token: string } = { url: "http://127.0.0.1:9", token: "" }
  /** Another one means another daemon. */
  instance: string | null = null

  constructor(name: string) {
    this.#name = name
  }

  start(options?: StartOptions): void {
    if (options === undefined) throw new Error("no options")
    this.started.push(options)
    this.entered += JSON.stringify(options)
    this.running = true
  }
  async destroy(): Promise<void> {
    this.destroyed++
    await this.die()
  }
  /** With everything in it. */
  async die(): Promise<void> {
    this.running = false
    const headers = { authorization: `Bearer ${this.daemon.token}` }
    await fetch(`${this.daemon.url}/v1/sessions/${this.#name}`, { method: "DELETE", headers })
  }
  async setInactivityTimeout(ms: number | bigint): Promise<void> {
    this.inactivityTimeoutMs = Number(ms)
  }
  async interceptAllOutboundHttp(outbound: Fetcher): Promise<void> {
    this.#outbound = outbound
    this.intercepts.push({ pattern: "http", running: this.running })
  }
  async interceptOutboundHttp(pattern: string): Promise<void> {
    this.intercepts.push({ pattern, running: this.running })
  }
  async interceptOutboundHttps(pattern: string): Promise<void> {
    this.intercepts.push({ pattern: `https ${pattern}`, running: this.running })
  }

  getTcpPort(): Fetcher {
    const fetch_ = async (input: RequestInfo, init?: RequestInit): Promise<Response> => {
      if (!this.running) throw new Error("The container is not running")
      const request = new Request(input, init)
      const body = request.body === null ? null : await request.text()
      this.entered += `${request.method} ${request.url} ${JSON.stringify([...request.headers])} ${body ?? ""}\n`
      const headers = new Headers(request.headers)
      headers.set("authorization", `Bearer ${this.daemon.token}`)
      const { pathname, search } = new URL(request.url)
      const answer = await fetch(`${this.daemon.url}${pathname}${search}`, {
        method: request.method,
        headers,
        ...(body === null ? {} : { body }),
      })
      const returned = new Response(answer.body, answer)
      if (this.instance !== null) returned.headers.set("x-loom-instance", this.instance)
      return returned
    }
    return { fetch: fetch_ } as unknown as Fetcher
  }

  /** A program inside asks for `url`. Called in the object's own turn, which holds the outbound Worker. */
  ask(url: string, init?: RequestInit): Promise<Response> {
    if (this.#outbound === null) throw new Error("nothing is intercepted")
    return this.#outbound.fetch(url, init)
  }
}

const containers = new Map<string, TestContainer>()
/** One per object; it outlives the object's memory, as the platform's does. */
export const containerOf = (name: string): TestContainer => {
  const container = containers.get(name) ?? new TestContainer(name)
  containers.set(name, container)
  return container
}
