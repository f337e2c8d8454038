import { DurableObject } from "cloudflare:workers"

/** Port of sandboxd inside the image (apps/sandbox/Dockerfile). */
const PORT = 8080
const START_ATTEMPTS = 60
const START_PAUSE_MS = 500

/**
 * The box of one run on Cloudflare: a plain Durable Object that owns one container running sandboxd (facts/sandbox.md 5).
 * It only forwards protocol v1; what may leave the container is decided by the gateways.
 */
export class SandboxObject extends DurableObject<object> {
  override async fetch(request: Request): Promise<Response> {
    const container = this.ctx.container
    if (container === undefined) {
      return Response.json(
        {
          code: "container_missing",
          detail: "This Worker has no container. Set LOOM_SANDBOX_URL to a sandbox host, or add [[containers]] to wrangler.toml.",
        },
        { status: 503 },
      )
    }
    const closes = request.method === "DELETE" && /^\/v1\/sessions\/[^/]+$/.test(new URL(request.url).pathname)
    // No container is started only to close what went with it.
    if (closes && !container.running) return new Response(null, { status: 204 })
    if (!container.running) {
      const image = container.images["agent"]
      if (image === undefined)
        return Response.json({ code: "container_missing", detail: "wrangler.toml names no container image `agent`." }, { status: 503 })
      container.start({
        image,
        enableInternet: false,
        env: {
          LOOM_SANDBOX_ISOLATOR: "container",
          // enableInternet is false, and what leaves goes through the outbound handlers.
          LOOM_SANDBOX_EGRESS: "platform",
          LOOM_SANDBOX_PORT: String(PORT),
          LOOM_SANDBOX_HOST: "0.0.0.0",
          LOOM_SANDBOX_TOKEN: bearer(request),
        },
      })
    }
    const port = container.getTcpPort(PORT)
    await listening(port)
    const answer = await port.fetch(new Request(request))
    // One container is one run's box: nothing else ends it, and it is paid for by the second.
    if (closes && answer.ok) await container.destroy()
    return answer
  }
}

/** A cold container listens after one to three seconds; until then connections are refused. */
const listening = async (port: Fetcher): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await port.fetch("http://sandbox/healthz"))
    } catch (error) {
      if (attempt >= START_ATTEMPTS) throw error
      await scheduler.wait(START_PAUSE_MS)
    }
  }
}

const bearer = (request: Request) => request.headers.get("authorization")?.replace(/^Bearer /, "") ?? ""
