import { Context, type Redacted } from "effect"

/** A way to one sandboxd. Two exist: HTTP to a host, and the TCP port of a container that a Durable Object holds. */
export class SandboxTransport extends Context.Service<
  SandboxTransport,
  {
    /** Origin of the requests, without trailing slash. */
    readonly baseUrl: string
    /** Rejects when nothing answers; every HTTP status is an answer. */
    readonly fetch: (request: Request) => Promise<Response>
    /** Bearer token of the daemon. */
    readonly token: Redacted.Redacted<string>
  }
>()("@loom/integrations/sandbox/SandboxTransport") {}

type Transport = Context.Service.Shape<typeof SandboxTransport>

/** sandboxd on a host or in any container: `baseUrl` as in `http://127.0.0.1:8780`. */
export const httpTransport = (options: {
  readonly baseUrl: string
  readonly token: Redacted.Redacted<string>
  readonly fetch?: (request: Request) => Promise<Response>
}): Transport =>
  SandboxTransport.of({
    baseUrl: options.baseUrl.replace(/\/+$/, ""),
    fetch: options.fetch ?? ((request) => globalThis.fetch(request)),
    token: options.token,
  })

/** What `ctx.container.getTcpPort(8080)` answers (Cloudflare's Durable Object Container API), and a stub of the Durable Object itself. */
export interface Fetcher {
  readonly fetch: (request: Request) => Promise<Response>
}

/** sandboxd in a Cloudflare container. The host name is never resolved: the port is the container's. */
export const containerTransport = (port: Fetcher, token: Redacted.Redacted<string>): Transport =>
  SandboxTransport.of({ baseUrl: "http://sandboxd", fetch: (request) => port.fetch(request), token })
