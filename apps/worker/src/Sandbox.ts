import { DurableObject } from "cloudflare:workers"
import { Result, Schema } from "effect"
import { judgeOutboundOfAny } from "@loom/core/domain/egress-policy"
import { gatewaySecrets } from "@loom/core/domain/gateway-secrets"
import {
  ExecRequest,
  INSTANCE_HEADER,
  OpenSession,
  Refusals,
  SANDBOX_PROTOCOL_VERSION,
  SessionStatus,
  type SandboxdCapabilities,
} from "@loom/core/domain/SandboxProtocol"
import { BoxStore } from "./sandbox/BoxRecord.ts"
import { boxIsGone, noContainer, sandboxProblem } from "./sandbox/sandbox-problem.ts"
import { closeWalls, listening, SANDBOXD_PORT, startContainer, type BoxContainer } from "./sandbox/start-container.ts"

const decodeOpen = Schema.decodeUnknownResult(Schema.fromJsonString(OpenSession))
const decodeExec = Schema.decodeUnknownResult(Schema.fromJsonString(ExecRequest))
const decodeStatus = Schema.decodeUnknownResult(Schema.fromJsonString(SessionStatus))
const decodeRefusals = Schema.decodeUnknownResult(Schema.fromJsonString(Refusals))

/** 1 vCPU, 6 GiB, 12 GB of disk: enough for the tests of most repositories. */
const DEFAULT_INSTANCE = "standard-2"
/** One install asks for hundreds of files; which execs run is asked again after so long. */
const RUNNING_KNOWN_MS = 500
/** A lease that ends while an exec runs goes on for so long, and is looked at again. */
const GRACE_MS = 60_000

/** Where a request that left the container may go, as `SandboxEgress` carries it out. */
export type Verdict =
  | { readonly to: "gateway"; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly to: "host" }
  | { readonly to: "nowhere"; readonly status: number; readonly message: string }

/**
 * The box of one session on Cloudflare: a Durable Object that owns one container running sandboxd (facts/sandbox.md 5). It forwards
 * protocol v1, keeps the capabilities that the container must not see, decides what may leave (`judge`), and ends the container: when
 * the session is closed, or when nobody used it for `reapAfterMs`, so that a run that died leaves nothing that is paid for.
 * Only opening a session starts a container. Anything else in a box that is gone is told so.
 */
export class SandboxObject<Env extends object = object> extends DurableObject<Env> {
  readonly #store = new BoxStore(this.ctx.storage)
  #opening: Promise<Response | null> | null = null
  #running: { readonly until: number; readonly status: Promise<SessionStatus | null> } | null = null

  /** The platform's; a test brings its own. */
  protected box(): BoxContainer | undefined {
    return this.ctx.container
  }
  /** Whoever answers what leaves the container of `session`. */
  protected outbound(session: string): Fetcher {
    const exports = this.ctx.exports as unknown as {
      readonly SandboxEgress: (options: { readonly props: { readonly session: string } }) => Fetcher
    }
    return exports.SandboxEgress({ props: { session } })
  }
  protected now(): number {
    return Date.now()
  }

  override async fetch(request: Request): Promise<Response> {
    const container = this.box()
    if (container === undefined) return noContainer("this Worker has no container")
    const { pathname } = new URL(request.url)
    const [, route = ""] = /^\/v1\/sessions\/[^/]+(\/[a-z]+)?/.exec(pathname) ?? []
    if (pathname === "/v1/capabilities" && !container.running) return Response.json(unopened(container))
    if (request.method === "POST" && pathname === "/v1/sessions") return this.#open(container, request)
    if (request.method === "DELETE" && /^\/v1\/sessions\/[^/]+$/.test(pathname)) return this.#close(container)
    if (!container.running) return boxIsGone("the container of this session is not running any more")
    await this.#touch()
    if (request.method === "POST" && /^\/v1\/sessions\/[^/]+\/execs$/.test(pathname)) return this.#exec(container, request)
    const answer = await this.#forward(container, request)
    return route === "/refusals" && answer.ok ? this.#withOwnRefusals(answer) : answer
  }

  /** A session nobody needs any more. */
  override async alarm(): Promise<void> {
    const container = this.box()
    const { leaseUntil } = this.#store
    const now = this.now()
    if (container?.running && now < leaseUntil) return this.ctx.storage.setAlarm(leaseUntil)
    if (container?.running && (await this.#status(container))?.execs.some((exec) => exec.running))
      return this.ctx.storage.setAlarm(now + GRACE_MS)
    await this.#destroy(container)
  }

  /** Asked by `SandboxEgress` for every request that left the container: what one of the running execs may reach, may be reached. */
  async judge(url: string): Promise<Verdict> {
    const container = this.box()
    const { record } = this.#store
    if (!container?.running || record === null) return { to: "nowhere", status: 403, message: "this session is closed" }
    const status = await this.#status(container)
    const execs = status?.execs ?? []
    const running = execs.filter((exec) => exec.running).map((exec) => exec.id)
    const grants = this.#store.grantsOf(
      running,
      execs.map((exec) => exec.id),
    )
    const outbound = judgeOutboundOfAny(record.egress, grants, url)
    if (outbound.to === "host") return { to: "host" }
    if (outbound.to === "gateway") {
      const { gateway, path } = outbound
      return { to: "gateway", url: gateway.upstream.replace(/\/+$/, "") + path, headers: gateway.headers }
    }
    const { message, status: refused, to, ...refusal } = outbound
    this.#store.refuse({ ...refusal, message }, this.now())
    return { to, status: refused, message }
  }

  async #open(container: BoxContainer, request: Request): Promise<Response> {
    const decoded = decodeOpen(await request.text())
    if (Result.isFailure(decoded)) return sandboxProblem(400, "invalid_request", decoded.failure.message, "see SandboxProtocol.ts")
    const spec = decoded.success
    const { gateways } = spec.egress
    const token = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? ""
    this.#opening ??= this.#start(container, spec, token).finally(() => (this.#opening = null))
    const problem = await this.#opening
    if (problem !== null) return problem
    // The daemon learns the names of the gateways, never what opens them.
    const bare = { ...spec, egress: { ...spec.egress, gateways: gateways.map((gateway) => ({ ...gateway, headers: {} })) } }
    const answer = await this.#send(container, request, JSON.stringify(bare))
    if (!answer.ok) return answer
    const instanceId = answer.headers.get(INSTANCE_HEADER) ?? ""
    this.#store.record = { sessionId: spec.id, egress: spec.egress, token, instanceId, reapAfterMs: spec.reapAfterMs }
    await this.#touch()
    return answer
  }

  /** Null when the container listens. */
  async #start(container: BoxContainer, spec: OpenSession, token: string): Promise<Response | null> {
    const image = container.images["agent"]
    if (image === undefined) return noContainer("wrangler.toml names no container image `agent`")
    // The lease first: an object that dies in the next line leaves an alarm behind, not a container.
    await this.#store.renew(spec.reapAfterMs, this.now())
    await closeWalls(
      container,
      this.outbound(spec.id),
      spec.egress.gateways.map((gateway) => gateway.host),
    )
    if (!container.running) {
      const { LOOM_SANDBOX_INSTANCE: instance } = this.env as { readonly LOOM_SANDBOX_INSTANCE?: string }
      startContainer(container, image, token, instance ?? DEFAULT_INSTANCE)
    }
    // Else the platform may end it as soon as this object sleeps, which it does while a model thinks.
    await container.setInactivityTimeout(spec.reapAfterMs)
    if (await listening(container)) return null
    await this.#destroy(container)
    return sandboxProblem(503, "internal", "the container did not start listening", "read its log: npx wrangler tail")
  }

  async #close(container: BoxContainer): Promise<Response> {
    // sandboxd has nothing to save; ending the container ends everything in it.
    await this.#destroy(container)
    return new Response(null, { status: 204 })
  }

  async #destroy(container: BoxContainer | undefined): Promise<void> {
    if (container?.running) await container.destroy()
    this.#running = null
    await this.#store.forget()
  }

  async #exec(container: BoxContainer, request: Request): Promise<Response> {
    const body = await request.text()
    if (gatewaySecrets(this.#store.record?.egress.gateways ?? []).some((secret) => body.includes(secret)))
      return sandboxProblem(
        400,
        "secret_in_request",
        "the request holds a credential of a gateway",
        "leave it out: the gateway adds it outside",
      )
    const decoded = decodeExec(body)
    if (Result.isSuccess(decoded)) {
      const { gateways, id, network } = decoded.success
      this.#store.grant(id, { ...(network === undefined ? {} : { network }), ...(gateways === undefined ? {} : { gateways }) })
    }
    this.#running = null
    return this.#forward(container, request, body)
  }

  /** The answer of the box that the session was opened in, or that it is gone. */
  async #forward(container: BoxContainer, request: Request, body?: string): Promise<Response> {
    const answer = await this.#send(container, request, body)
    const instance = answer.headers.get(INSTANCE_HEADER)
    const known = this.#store.record?.instanceId
    if (instance === null || known === undefined || instance === known) return answer
    await answer.body?.cancel()
    return boxIsGone("another box answers for this session")
  }

  async #send(container: BoxContainer, request: Request, body?: string): Promise<Response> {
    try {
      return await container
        .getTcpPort(SANDBOXD_PORT)
        .fetch(
          body === undefined ? new Request(request) : new Request(request.url, { method: request.method, headers: request.headers, body }),
        )
    } catch (error) {
      // It died under the request. Running on, it may only have stumbled: then whoever asked may ask again.
      if (!container.running) return boxIsGone("the container of this session died")
      return sandboxProblem(503, "internal", `the container does not answer: ${String(error).slice(0, 200)}`, "ask again")
    }
  }

  #status(container: BoxContainer): Promise<SessionStatus | null> {
    const { record } = this.#store
    if (record === null) return Promise.resolve(null)
    const now = this.now()
    if (this.#running !== null && this.#running.until > now) return this.#running.status
    const ask = async () => {
      const url = `http://sandboxd/v1/sessions/${encodeURIComponent(record.sessionId)}`
      const answer = await container.getTcpPort(SANDBOXD_PORT).fetch(url, { headers: { authorization: `Bearer ${record.token}` } })
      return Result.getOrElse(decodeStatus(await answer.text()), () => null)
    }
    const status = ask().catch(() => null)
    this.#running = { until: now + RUNNING_KNOWN_MS, status }
    return status
  }

  async #withOwnRefusals(answer: Response): Promise<Response> {
    const decoded = decodeRefusals(await answer.text())
    const refusals = [...Result.getOrElse(decoded, () => ({ refusals: [] })).refusals, ...this.#store.refusals]
    return Response.json({ refusals: refusals.slice(-200) }, { headers: { [INSTANCE_HEADER]: answer.headers.get(INSTANCE_HEADER) ?? "" } })
  }

  async #touch(): Promise<void> {
    const { record } = this.#store
    if (record !== null) await this.#store.renew(record.reapAfterMs, this.now())
  }
}

/** A container is paid for, so none is started only to be looked at: what the platform gives is known, the rest is said when one runs. */
const unopened = (container: BoxContainer): SandboxdCapabilities => ({
  protocol: SANDBOX_PROTOCOL_VERSION,
  version: "not started",
  instanceId: "none",
  isolator: "container",
  ready: container.images["agent"] !== undefined,
  enforced: {},
  problems:
    container.images["agent"] === undefined
      ? [{ code: "image_missing", detail: "wrangler.toml names no container image `agent`.", remedy: "npm run deploy" }]
      : [],
  tools: [],
})
