import { Effect } from "effect"
import type { MiddlewareHandler } from "hono"
import { hashOfToken } from "@loom/core/domain/ApiToken"
import { sessionLife } from "@loom/core/domain/Session"
import { Sessions } from "@loom/core/ports/Sessions"
import type { ApiEnv } from "../ApiScope.ts"
import { newSecret, readSessionCookie, setSessionCookie } from "./cookies.ts"

/**
 * A session's secret is exchanged twice a day, with whatever answer comes next: one that was copied is of no use for long. Of
 * requests that come together one exchanges it; the old one counts until the new one was seen, for an answer may be lost.
 */
export const rotateSession: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next()
  const { auth } = c.env
  const cookie = c.req.header("cookie")
  // What sets a cookie itself has just signed somebody in or out; a socket has no answer to put one into.
  if (auth === undefined || cookie === undefined || c.req.header("authorization") !== undefined) return
  if (c.res.headers.has("set-cookie") || c.res.status === 101 || c.res.status >= 500) return
  const shown = await readSessionCookie(auth.settings, cookie)
  const nowMs = Date.now()
  if (shown === null || nowMs - shown.madeAt * 1000 < sessionLife.rotateMs) return
  const secret = newSecret()
  const [from, to] = await Promise.all([hashOfToken(shown.secret), hashOfToken(secret)])
  const isDone = await Effect.runPromiseWith(auth.services)(
    Sessions.use((sessions) => sessions.rotate(from, to, nowMs)).pipe(Effect.catch(() => Effect.succeed(false))),
  )
  if (isDone) await setSessionCookie(c, auth.settings, { secret, madeAt: Math.floor(nowMs / 1000) }, sessionLife.absoluteMs / 1000)
}
