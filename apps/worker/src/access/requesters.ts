import { Clock, Effect } from "effect"
import type { AuthSettings } from "@loom/api/auth/AuthScope"
import { policyOf } from "@loom/api/auth/limit"
import { accountIdOf } from "@loom/core/domain/Account"
import type { Accounts } from "@loom/core/ports/Accounts"
import { Requesters } from "@loom/core/ports/Requesters"
import type { RequestLimits } from "@loom/core/ports/RequestLimits"

interface Stores {
  readonly accounts: Pick<Accounts["Service"], "byId">
  readonly limits: Pick<RequestLimits["Service"], "take">
}

/**
 * Blocks and limits of those who label. Who has never signed in is of the tier `free`. Operators pay for this Loom, and so does the
 * person whose machine it runs on.
 */
export const requestersOf = (
  settings: Pick<AuthSettings, "localUser" | "operators" | "tiers">,
  { accounts, limits }: Stores,
): Requesters["Service"] =>
  Requesters.of({
    blockedBecause: (githubId) => Effect.map(accounts.byId(accountIdOf(githubId)), (account) => account?.blocked?.reason ?? null),
    countRun: Effect.fn("Requesters.countRun")(function* ({ isCounted, requestedBy: login, taskId }, githubId) {
      if (isCounted === true) return null
      const accountId = accountIdOf(githubId)
      const tier = (yield* accounts.byId(accountId))?.tier ?? "free"
      const isOperator = settings.operators.includes(login.toLowerCase()) || settings.operators.includes(String(githubId))
      const kind = settings.localUser !== null ? "local" : isOperator ? "operator" : "user"
      const policy = policyOf({ settings }, { kind, login, accountId, tier, scopes: [] })
      if (policy === null) return null
      const { allowed, limit, resetMs } = yield* limits.take(policy.key, policy, taskId)
      return allowed ? null : { tier, limit, again: (yield* Clock.currentTimeMillis) + resetMs }
    }),
  })
