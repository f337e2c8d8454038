import { Hono } from "hono"
import { readBody } from "../http/body.ts"
import { param, type Env } from "../http/env.ts"
import { badCredentials, notFound } from "../http/errors.ts"
import type { World } from "../world.ts"
import { endUserAccessToken } from "./user-access-tokens.ts"

/** What the App does with its users' tokens. https://docs.github.com/rest/apps/oauth-applications */
export function oauthApplicationRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()
  routes.delete("/applications/:client_id/token", async (c) => {
    const { clientId, clientSecret } = world.app
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`
    if (c.req.header("authorization") !== basic || param(c, "client_id") !== clientId) throw badCredentials()
    const token = (await readBody(c, "Token")).string("access_token")
    if (!endUserAccessToken(world, (record) => record.token === token)) throw notFound()
    return c.body(null, 204)
  })
  return routes
}
