import { Effect } from "effect"
import type { Allowance } from "@loom/core/domain/Account"
import type { Principal } from "@loom/core/ports/Access"
import { RequestLimits } from "@loom/core/ports/RequestLimits"
import type { AuthScope } from "./AuthScope.ts"
import { policyOf } from "./limit.ts"

const unlimited: Allowance = { limit: null, used: 0, remaining: null, resetSeconds: 0 }

/** What is left of the principal's hour, without taking any of it. */
export const allowanceOf = (auth: AuthScope, principal: Principal) => {
  const policy = policyOf(auth, principal)
  if (policy === null) return Effect.succeed(unlimited)
  return RequestLimits.use((limits) => limits.look(policy.key, policy)).pipe(
    Effect.map(({ limit, remaining, resetMs, used }): Allowance => ({ limit, used, remaining, resetSeconds: Math.ceil(resetMs / 1000) })),
  )
}
