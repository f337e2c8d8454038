import type { MiddlewareHandler } from "hono"
import type { ApiEnv } from "../ApiScope.ts"
import { problem, problemOf } from "../problem.ts"
import { readSessionCookie } from "./cookies.ts"
import { isLoopback, isOwnPage } from "./credentials.ts"

const SAFE = new Set(["GET", "HEAD", "OPTIONS"])

/**
 * Against cross-site request forgery, beside `SameSite=Lax`: what changes something, or opens a socket, by an authority that
 * the browser brings along without being asked, must come from this Loom's own pages. A token is never brought along, so
 * `Authorization` is exempt; so is who has no such authority, who is refused for that.
 */
export const ownPagesOnly: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const settings = c.env.auth?.settings
  const { raw: request } = c.req
  const isWrite = !SAFE.has(request.method) || request.headers.get("upgrade")?.toLowerCase() === "websocket"
  if (settings === undefined || !isWrite || request.headers.has("authorization") || isOwnPage(request, settings.publicUrl)) return next()
  const isLocal = settings.localUser !== null && isLoopback(URL.parse(request.url)?.host ?? "")
  if (!isLocal && (await readSessionCookie(settings, request.headers.get("cookie"))) === null) return next()
  return problem(c, problemOf("cross_site", "This request does not come from a page of this Loom."))
}
