import { Hono } from "hono"
import { requireApp } from "../auth/actor.ts"
import { readBody } from "../http/body.ts"
import { numberParam, type Env } from "../http/env.ts"
import { badRequest, notFound } from "../http/errors.ts"
import type { DeliveryRecord } from "../store/records.ts"
import type { World } from "../world.ts"

const DEFAULT_PER_PAGE = 30
const MAX_PER_PAGE = 100

/** The App's webhook: its configuration, its delivery log, redelivery. https://docs.github.com/rest/apps/webhooks */
export function hookRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()
  const { state } = world.store
  const config = () => ({
    content_type: "json",
    insecure_ssl: "0",
    secret: "********",
    ...(state.webhookUrl ? { url: state.webhookUrl } : {}),
  })

  routes.get("/app/hook/config", (c) => {
    requireApp(c)
    return c.json(config())
  })

  routes.patch("/app/hook/config", async (c) => {
    requireApp(c)
    const body = await readBody(c, "Hook")
    if (body.has("url")) state.webhookUrl = body.string("url")
    if (body.has("secret")) state.webhookSecret = body.string("secret")
    return c.json(config())
  })

  routes.get("/app/hook/deliveries", (c) => {
    requireApp(c)
    const perPage = Math.min(MAX_PER_PAGE, Number(c.req.query("per_page") ?? DEFAULT_PER_PAGE) || DEFAULT_PER_PAGE)
    const cursor = c.req.query("cursor")
    const before = cursor === undefined ? Number.POSITIVE_INFINITY : Number(/^v1_(\d+)$/.exec(cursor)?.[1] ?? Number.NaN)
    if (Number.isNaN(before)) throw badRequest("Invalid cursor")
    const matching = state.deliveries
      .filter((delivery) => delivery.id < before && matchesStatus(delivery, c.req.query("status")))
      .toReversed()
    const page = matching.slice(0, perPage)
    const last = page.at(-1)
    if (last && matching.length > perPage) {
      const url = new URL(c.req.url)
      url.searchParams.set("cursor", `v1_${last.id}`)
      c.header("link", `<${world.url}${url.pathname}${url.search}>; rel="next"`)
    }
    return c.json(page.map(deliveryItem))
  })

  const delivery = (id: number): DeliveryRecord => {
    const found = state.deliveries.find((candidate) => candidate.id === id)
    if (!found) throw notFound()
    return found
  }

  routes.get("/app/hook/deliveries/:delivery_id", (c) => {
    requireApp(c)
    const record = delivery(numberParam(c, "delivery_id"))
    return c.json({
      ...deliveryItem(record),
      url: record.url,
      request: { headers: record.requestHeaders, payload: JSON.parse(record.body) as Record<string, unknown> },
      response: { headers: record.responseHeaders, payload: record.responseBody },
    })
  })

  routes.post("/app/hook/deliveries/:delivery_id/attempts", (c) => {
    requireApp(c)
    world.deliveries.redeliver(delivery(numberParam(c, "delivery_id")))
    return c.json({}, 202)
  })

  return routes
}

/** GitHub counts 200–399 as success and 400–599 as failure. */
function matchesStatus(delivery: DeliveryRecord, status: string | undefined): boolean {
  if (status === "success") return delivery.statusCode >= 200 && delivery.statusCode < 400
  if (status === "failure") return delivery.statusCode >= 400 && delivery.statusCode < 600
  return true
}

const deliveryItem = (delivery: DeliveryRecord) => ({
  id: delivery.id,
  guid: delivery.guid,
  delivered_at: delivery.deliveredAt,
  redelivery: delivery.redelivery,
  duration: delivery.durationMs / 1000,
  status: delivery.status,
  status_code: delivery.statusCode,
  event: delivery.event,
  action: delivery.action,
  installation_id: delivery.installationId,
  repository_id: delivery.repositoryId,
  throttled_at: null,
})
