import { WorkerEntrypoint } from "cloudflare:workers"
import { mayForward, mayReturn } from "@loom/core/domain/egress-policy"
import { edgeOf } from "./app.ts"
import type { Env } from "./Env.ts"
import type { Verdict } from "./Sandbox.ts"

/**
 * Answers what leaves the container of one session (`props`), by HTTP or, its TLS ended by the platform, by HTTPS. The session's own
 * object decides; here its word is carried out. Redirects are handed back: the next host is the client's next request.
 */
export class SandboxEgress extends WorkerEntrypoint<Env, { readonly session: string }> {
  override fetch(request: Request): Promise<Response> {
    const { session } = this.ctx.props
    return answerOutbound(request, {
      session,
      judge: (url) => this.env.SANDBOX.getByName(session).judge(url),
      fetch: (outgoing) => (this.#isOwn(outgoing.url) ? this.#self.fetch(outgoing) : fetch(outgoing)),
    })
  }

  /** A Worker does not reach itself by its own address: the gateways are asked in process. */
  #isOwn(url: string): boolean {
    const edge = edgeOf(this.env)
    if (edge._tag === "Failure") return false
    const { gatewayUrl, publicUrl } = edge.success.settings
    return [gatewayUrl, publicUrl].some((own) => own !== null && url.startsWith(`${own}/`))
  }

  get #self(): Fetcher {
    return (this.ctx.exports as unknown as { readonly default: Fetcher }).default
  }
}

export interface OutboundDoor {
  readonly session: string
  readonly judge: (url: string) => Promise<Verdict>
  readonly fetch: (request: Request) => Promise<Response>
}

const say = (status: number, text: string): Response =>
  new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8" } })

/** Fails closed: whoever cannot decide refuses. */
export const answerOutbound = async (request: Request, door: OutboundDoor): Promise<Response> => {
  const verdict = await door
    .judge(request.url)
    .catch((): Verdict => ({ to: "nowhere", status: 502, message: "the session does not answer" }))
  if (verdict.to === "nowhere") {
    console.log(JSON.stringify({ event: "sandbox.refused", session: door.session, message: verdict.message }))
    return say(verdict.status, verdict.message)
  }
  const headers = new Headers()
  for (const [name, value] of request.headers) {
    // A listed host is the client's own affair, as behind a tunnel; only what the platform added stays here.
    if (verdict.to === "gateway" ? mayForward(name) : !/^(host|cf-|x-loom-)/i.test(name)) headers.append(name, value)
  }
  if (verdict.to === "gateway") for (const [name, value] of Object.entries(verdict.headers)) headers.set(name, value)
  const url = verdict.to === "gateway" ? verdict.url : request.url
  try {
    const answer = await door.fetch(
      new Request(url, { method: request.method, headers, body: request.body, redirect: "manual", signal: request.signal }),
    )
    if (verdict.to === "host") return answer
    const returned = new Headers([...answer.headers].filter(([name]) => mayReturn(name)))
    return new Response(answer.body, { status: answer.status, headers: returned })
  } catch {
    return say(
      502,
      verdict.to === "gateway" ? "the gateway does not answer; is the Worker running?" : `${new URL(url).host} does not answer`,
    )
  }
}
