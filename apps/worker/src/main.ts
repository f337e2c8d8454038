import { makeApi } from "@loom/api/make-api"
import { edgeOf } from "./app.ts"
import type { Env } from "./Env.ts"
import { gitGateway, modelGateway } from "./gateways.ts"

export { AccountLimiter } from "./AccountLimiter.ts"
export { AgentCoordinator } from "./AgentCoordinator.ts"
export { SandboxObject } from "./Sandbox.ts"
export { SandboxEgress } from "./SandboxEgress.ts"
export { TaskWorkflow } from "./TaskWorkflow.ts"

const api = makeApi()

/** A bad setting is said by name, and nothing half-configured answers. */
export default {
  fetch: (request, env, ctx) => {
    const edge = edgeOf(env)
    if (edge._tag === "Failure") return notConfigured(edge.failure.message)
    const { scope, settings } = edge.success
    if (isBelow(request, "/gateways/git/")) return gitGateway(env, settings).fetch(request)
    if (isBelow(request, "/gateways/model/")) return modelGateway(env, settings, (work) => ctx.waitUntil(work)).fetch(request)
    return api.fetch(request, scope, ctx)
  },
} satisfies ExportedHandler<Env>

/** By the URL's text, which is a normal one here: parsing it costs a webhook more than all its headers. */
const isBelow = ({ url }: Request, path: string): boolean => url.startsWith(path, url.indexOf("/", "https://".length))

const notConfigured = (detail: string): Response =>
  Response.json(
    { type: "about:blank", title: "Loom is not configured", status: 503, code: "configuration_invalid", detail },
    { status: 503, headers: { "content-type": "application/problem+json" } },
  )
