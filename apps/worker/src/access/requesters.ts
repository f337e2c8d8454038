import { Clock, Effect } from "effect"
import type { AuthSettings } from "@loom/api/auth/AuthScope"
import { policyOf } from "@loom/api/auth/limit"
import { accountIdOf } from "@loom/core/domain/Account"
import type { Accounts } from "@loom/core/ports/Accounts"
import type { GitHubPeople } from "@loom/core/ports/GitHubPeople"
import { Requesters, Standing } from "@loom/core/ports/Requesters"
import type { RequestLimits } from "@loom/core/ports/RequestLimits"

interface Sources {
  readonly accounts: Pick<Accounts["Service"], "byId">
  readonly people: Pick<GitHubPeople["Service"], "idOf">
  readonly limits: Pick<RequestLimits["Service"], "take">
}

const welcome = Standing.cases.Welcome.make({})

/**
 * Blocks and limits of those who label. By the id of who bears the login now, whose right to push was asked by the same login just
 * before. Who has never signed in is of the tier `free`. Operators pay for this Loom, and so does the person whose machine it runs on.
 */
export const requestersOf = (
  settings: Pick<AuthSettings, "localUser" | "operators" | "tiers">,
  { accounts, limits, people }: Sources,
): Requesters["Service"] =>
  Requesters.of({
    standingOf: Effect.fn("Requesters.standingOf")(function* ({ attempt, cause, repository, requestedBy: login, taskId }) {
      const githubId = yield* people.idOf(login, repository.installationId)
      // Renamed or gone since GitHub was asked for their role.
      if (githubId === null) return Standing.cases.Unknown.make({})
      const accountId = accountIdOf(githubId)
      const account = yield* accounts.byId(accountId)
      if (account !== null && account.blocked !== null) return Standing.cases.Blocked.make({ reason: account.blocked.reason })
      const isOperator = settings.operators.includes(login.toLowerCase()) || settings.operators.includes(String(githubId))
      const tier = account?.tier ?? "free"
      const kind = settings.localUser !== null ? "local" : isOperator ? "operator" : "user"
      const policy = policyOf({ settings }, { kind, login, accountId, tier, scopes: [] })
      // The API has counted what came by it; a later attempt is Loom's own, and its task was counted with the first.
      if (policy === null || cause === "api" || attempt > 1) return welcome
      const { allowed, limit, resetMs } = yield* limits.take(policy.key, policy, taskId)
      const nowMs = yield* Clock.currentTimeMillis
      return allowed ? welcome : Standing.cases.Limited.make({ tier, limit, again: nowMs + resetMs })
    }),
  })
