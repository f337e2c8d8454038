import { describe, expect, it } from "vitest"
import { SandboxObject } from "./Sandbox.ts"

/** What `ctx.container` is on Cloudflare, as far as the object uses it. */
const boxWith = (running: boolean) => {
  const seen: Array<string> = []
  const container = {
    running,
    images: { agent: "image" },
    start: () => {
      seen.push("start")
      container.running = true
    },
    destroy: async () => void seen.push("destroy"),
    getTcpPort: () => ({
      fetch: async (request: Request | string) => {
        const { method, url } = new Request(request)
        if (!url.endsWith("/healthz")) seen.push(`${method} ${new URL(url).pathname}`)
        return new Response(null, { status: url.includes("broken") ? 500 : 204 })
      },
    }),
  }
  const ask = (method: string, path: string) =>
    Reflect.apply(SandboxObject.prototype.fetch, { ctx: { container } }, [new Request(`http://sandboxd${path}`, { method })])
  return { seen, ask }
}

describe("a run's container", () => {
  it("is started for its session and destroyed with it", async () => {
    const { ask, seen } = boxWith(false)
    await ask("POST", "/v1/sessions")
    await ask("DELETE", "/v1/sessions/r-1/execs/e-1")
    await ask("DELETE", "/v1/sessions/r-1")
    expect(seen).toEqual(["start", "POST /v1/sessions", "DELETE /v1/sessions/r-1/execs/e-1", "DELETE /v1/sessions/r-1", "destroy"])
  })

  it("is not started only to be closed, and stays while closing fails", async () => {
    const gone = boxWith(false)
    expect((await gone.ask("DELETE", "/v1/sessions/r-1")).status).toBe(204)
    expect(gone.seen).toEqual([])
    const broken = boxWith(true)
    await broken.ask("DELETE", "/v1/sessions/broken")
    expect(broken.seen).toEqual(["DELETE /v1/sessions/broken"])
  })
})
