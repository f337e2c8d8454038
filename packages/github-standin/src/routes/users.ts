import { Hono } from "hono"
import { forbidden, notFound, requiresAuthentication } from "../http/errors.ts"
import { param, type Env } from "../http/env.ts"
import { publicUser } from "../shape/user.ts"
import type { World } from "../world.ts"

/** https://docs.github.com/rest/users/users and https://docs.github.com/rest/rate-limit/rate-limit */
export function userRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get("/user", (c) => {
    const { actor } = c.var
    if (actor.kind === "anonymous") throw requiresAuthentication()
    if (actor.kind !== "user") throw forbidden("Resource not accessible by integration")
    return c.json(publicUser(world, actor.user))
  })

  routes.get("/users/:username", (c) => {
    const user = world.store.userByLogin(param(c, "username"))
    if (!user) throw notFound()
    return c.json(publicUser(world, user))
  })

  routes.get("/rate_limit", (c) => {
    const reset = Math.floor(world.nowMs() / 1000) + 3_600
    const full = (limit: number) => ({ limit, used: 0, remaining: limit, reset })
    return c.json({ resources: { core: full(5_000), graphql: full(5_000), search: full(30) }, rate: full(5_000) })
  })

  return routes
}
