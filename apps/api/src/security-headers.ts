import type { MiddlewareHandler } from "hono"

/**
 * On everything that the Worker answers itself: nothing in it may run, be framed, be guessed at or be kept. The page's own are in
 * `apps/web/public/_headers`, since its files are served without the Worker.
 */
const SECURITY: ReadonlyArray<readonly [string, string]> = [
  ["content-security-policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"],
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-resource-policy", "same-origin"],
  ["cross-origin-opener-policy", "same-origin"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
  ["strict-transport-security", "max-age=31536000; includeSubDomains"],
  ["cache-control", "no-store"],
]

/** What an answer may say otherwise of itself. */
const OWN = new Set(["content-security-policy", "cache-control"])

/** The request's id is theirs when it is a decent one, else a new one: to find a request in the logs. */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  const given = c.req.header("x-request-id")
  await next()
  for (const [name, value] of SECURITY) if (!OWN.has(name) || !c.res.headers.has(name)) c.res.headers.set(name, value)
  c.res.headers.set("x-request-id", given !== undefined && /^[\w-]{8,64}$/.test(given) ? given : crypto.randomUUID())
}
