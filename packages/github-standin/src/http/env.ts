import type { HttpBindings } from "@hono/node-server"
import type { Context } from "hono"
import type { Actor } from "../auth/actor.ts"

/** What every route finds in its Hono context. */
export interface Env {
  Bindings: HttpBindings
  Variables: {
    actor: Actor
    /** Not an operation of GitHub's description: an answer made up by a fault rule, or bytes that GitHub serves from another host. */
    isUnjudged?: true
  }
}

export type RouteContext = Context<Env>

/** A path parameter that the route's pattern guarantees. */
export function param(c: RouteContext, name: string): string {
  return c.req.param(name) ?? ""
}

/** A numeric path parameter; anything else is no resource (and so never found). */
export function numberParam(c: RouteContext, name: string): number {
  const text = param(c, name)
  return /^\d+$/.test(text) ? Number(text) : Number.NaN
}
