import { Effect } from "effect"
import type { Context, MiddlewareHandler } from "hono"
import { HOUR_MS } from "@loom/core/domain/Tier"
import type { WindowState } from "@loom/core/domain/request-window"
import type { Principal } from "@loom/core/ports/Access"
import { RequestLimits } from "@loom/core/ports/RequestLimits"
import type { ApiEnv, LimitState } from "../ApiScope.ts"
import { problem, problemOf } from "../problem.ts"
import type { AuthScope, AuthSettings } from "./AuthScope.ts"

const seconds = (ms: number): number => Math.ceil(ms / 1000)

/** Null: nothing limits them. Operators and the local user pay for this Loom themselves. */
export const policyOf = ({ settings }: { readonly settings: Pick<AuthSettings, "tiers"> }, { accountId, kind, tier }: Principal) => {
  const limit = accountId === null || kind === "operator" || kind === "local" ? null : settings.tiers[tier ?? "free"]
  return accountId === null || limit === null ? null : { key: accountId, limit, windowMs: HOUR_MS }
}

const stateOf = (state: WindowState, allowed: boolean): LimitState => ({
  allowed,
  quota: state.limit,
  windowSeconds: seconds(state.windowMs),
  remaining: state.remaining,
  resetSeconds: seconds(state.resetMs),
})

/** While the counter does not answer nobody gets more than they may: they are asked to come back soon. */
const UNKNOWN_RESET_MS = 5_000

/** Counts one write or run against the hour of the principal's account; null when nothing limits it. */
export const limiterOf =
  (auth: AuthScope) =>
  (principal: Principal): Effect.Effect<LimitState | null> => {
    const policy = policyOf(auth, principal)
    if (policy === null) return Effect.succeed(null)
    const shut = { ...policy, used: policy.limit, remaining: 0, resetMs: UNKNOWN_RESET_MS }
    return RequestLimits.use((limits) => limits.take(policy.key, policy)).pipe(
      Effect.map((answer) => stateOf(answer, answer.allowed)),
      Effect.catch((error) => Effect.as(Effect.logError("limiter.unavailable", error.message), stateOf(shut, false))),
      Effect.provide(auth.services),
    )
  }

/** draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4; `Retry-After` of RFC 9110 with a refusal. */
const limitHeaders = ({ allowed, quota, remaining, resetSeconds, windowSeconds }: LimitState): Record<string, string> => ({
  "ratelimit-policy": `"hour";q=${quota};w=${windowSeconds}`,
  ratelimit: `"hour";r=${remaining};t=${resetSeconds}`,
  ...(allowed ? {} : { "retry-after": String(Math.max(1, resetSeconds)) }),
})

const limitedResponse = (c: Context, state: LimitState): Response => {
  const response = problem(c, problemOf("rate_limited", "This address has asked for as much as it may in an hour."))
  for (const [name, value] of Object.entries(limitHeaders(state))) response.headers.set(name, value)
  return response
}

/** What one address may ask of `/auth/*` in an hour: a device asks every five seconds for a quarter of one. */
const DOOR = { limit: 600, windowMs: HOUR_MS }

/** Nobody has an account there yet. Cloudflare says the address itself; where it does not, nothing can be counted. */
export const doorLimited: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const { auth } = c.env
  const address = c.req.header("cf-connecting-ip")
  if (auth === undefined || address === undefined || !/^[0-9a-f.:]{2,45}$/i.test(address)) return next()
  const answer = await Effect.runPromiseWith(auth.services)(
    RequestLimits.use((limits) => limits.take(`address:${address}`, DOOR)).pipe(Effect.catch(() => Effect.succeed(null))),
  )
  return answer === null || answer.allowed ? next() : limitedResponse(c, stateOf(answer, false))
}
