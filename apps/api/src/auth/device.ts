import { Effect, Schema } from "effect"
import type { Hono } from "hono"
import { NewApiToken } from "@loom/core/domain/ApiToken"
import type { AccessUnavailable } from "@loom/core/ports/Access"
import { GitHubPeople, type SignInRefused } from "@loom/core/ports/GitHubPeople"
import type { ApiEnv } from "../ApiScope.ts"
import type { Problem } from "../problem.ts"
import { makeToken } from "./me.ts"
import { welcome } from "./open-session.ts"
import { authProblems } from "./problems.ts"
import { bodyOf, refuse, serve } from "./serve.ts"

/** `device_code` of `POST /auth/device`, and what the token is to be. */
const DeviceTokenRequest = Schema.Struct({
  device_code: Schema.NonEmptyString.check(Schema.isMaxLength(200)),
  name: Schema.optionalKey(NewApiToken.fields.name),
  scope: NewApiToken.fields.scope,
  expiresInDays: NewApiToken.fields.expiresInDays,
})

/** GitHub's code is ours: RFC 8628 section 3.5 gives the first two to wait on. */
const problemOf = ({ code, message }: SignInRefused): Problem =>
  code === "not_configured"
    ? authProblems.notConfigured
    : {
        status: 400,
        code: /^[a-z_]{1,60}$/.test(code) ? code : "sign_in_refused",
        title: "Not signed in",
        detail: message,
        remedy:
          code === "authorization_pending"
            ? "Ask again after `interval` seconds: somebody has still to enter the code."
            : code === "slow_down"
              ? "Wait five seconds longer between two questions."
              : "Begin again: POST /auth/device.",
      }

const orRefuse = <A, R>(effect: Effect.Effect<A, SignInRefused | AccessUnavailable, R>) =>
  Effect.catchTag(effect, "SignInRefused", (refused) => refuse(problemOf(refused)))

/**
 * Signing in where there is no browser: `POST /auth/device` gives a code to enter at GitHub, `POST /auth/device/token` a personal
 * API token once it was. Loom asks GitHub itself, with its own client: no token of GitHub's for it can be brought from elsewhere.
 */
export const deviceRoutes = (app: Hono<ApiEnv>): void => {
  app.post(
    "/auth/device",
    serve(
      (c) => () =>
        GitHubPeople.use((people) => people.startDevice).pipe(
          Effect.map((code) => c.json(code)),
          orRefuse,
        ),
    ),
  )
  app.post(
    "/auth/device/token",
    serve((c) =>
      Effect.fnUntraced(function* ({ auth: { settings } }) {
        const wish = yield* bodyOf(c, DeviceTokenRequest)
        const person = yield* GitHubPeople.use((people) => people.redeemDevice(wish.device_code)).pipe(orRefuse)
        const account = yield* welcome(person)
        if (account.blocked !== null) return yield* refuse(authProblems.blocked(account.blocked.reason))
        const isOperator = settings.operators.includes(account.login.toLowerCase()) || settings.operators.includes(String(account.githubId))
        if (wish.scope === "admin" && !isOperator) return yield* refuse(authProblems.operatorsOnly)
        const { expiresInDays, name = "loom login", scope = "write" } = wish
        const made = yield* makeToken(account.id, { name, scope, ...(expiresInDays === undefined ? {} : { expiresInDays }) })
        return c.json({ ...made, login: account.login }, 201)
      }),
    ),
  )
}
