import { Hono } from "hono"
import { makeApi } from "@loom/api/make-api"
import { edgeServices, readSettings } from "./app.ts"
import type { Env } from "./Env.ts"
import { gitGateway, modelGateway } from "./gateways.ts"

export { AgentCoordinator } from "./AgentCoordinator.ts"
export { SandboxObject } from "./Sandbox.ts"
export { TaskWorkflow } from "./TaskWorkflow.ts"

const VERSION = "0.1.0"
const api = makeApi()

const worker = new Hono<{ Bindings: Env }>()

/** Settings are read per request (0.1 ms): a bad one is said by name, and nothing half-configured answers. */
worker.all("*", async (c) => {
  const path = new URL(c.req.url).pathname
  const read = await readSettings(c.env)
  if (read._tag === "Failure") {
    const problem = {
      type: "about:blank",
      title: "Loom is not configured",
      status: 503,
      code: "configuration_invalid",
      detail: read.failure.message,
    }
    return c.json(problem, 503, { "content-type": "application/problem+json" })
  }
  const settings = read.success
  if (path.startsWith("/gateways/git/")) return gitGateway(c.env, settings).fetch(c.req.raw)
  if (path.startsWith("/gateways/model/")) return modelGateway(c.env, settings, (work) => c.executionCtx.waitUntil(work)).fetch(c.req.raw)
  const scope = {
    settings: {
      webhookSecret: settings.github.webhookSecret,
      controlLabel: settings.controlLabel,
      apiToken: settings.apiToken,
      publicStatus: settings.publicStatus,
      version: VERSION,
    },
    services: await edgeServices(c.env, settings),
  }
  return api.fetch(c.req.raw, scope, c.executionCtx)
})

export default worker
