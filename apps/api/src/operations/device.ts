import { Effect, Schema } from "effect"
import { MadeApiToken, NewApiToken } from "@loom/core/domain/ApiToken"
import type { AccessUnavailable } from "@loom/core/ports/Access"
import { DeviceCode, GitHubPeople, type SignInRefused } from "@loom/core/ports/GitHubPeople"
import { adminByOperators, makeToken } from "../auth/make-token.ts"
import { welcome } from "../auth/open-session.ts"
import { notConfigured, withAuth } from "../auth/with-auth.ts"
import { json, operation } from "../operation.ts"
import { Refused } from "../problem.ts"

/** `device_code` of `POST /auth/device`, and what the token is to be. */
const DeviceTokenRequest = Schema.Struct({
  device_code: Schema.NonEmptyString.check(Schema.isMaxLength(200)),
  name: Schema.optionalKey(NewApiToken.fields.name),
  scope: NewApiToken.fields.scope,
  expiresInDays: NewApiToken.fields.expiresInDays,
})

/** GitHub's words that are worth telling apart (docs.github.com, "Error codes for the device flow"). */
const CODES = [
  "authorization_pending",
  "slow_down",
  "expired_token",
  "access_denied",
  "incorrect_device_code",
  "device_flow_disabled",
] as const

const refusalOf = ({ code, message }: SignInRefused): Refused =>
  code === "not_configured"
    ? notConfigured
    : new Refused({ code: CODES.find((known) => known === code) ?? "sign_in_refused", detail: message })

const orRefuse = <A, R>(effect: Effect.Effect<A, SignInRefused | AccessUnavailable, R>) =>
  Effect.catchTag(effect, "SignInRefused", (refused) => Effect.fail(refusalOf(refused)))

const door = { method: "post", tag: "Accounts", access: "public", limit: null, keyed: false } as const
const refusals = [...CODES, "sign_in_refused", "sign_in_not_configured", "unavailable", "rate_limited"] as const

const startDevice = operation({
  ...door,
  id: "startDeviceSignIn",
  path: "/auth/device",
  summary: "Sign in where there is no browser: a code to enter at GitHub",
  description: "RFC 8628. Loom asks GitHub itself, with its own client: no token of GitHub's can be brought from elsewhere.",
  status: 200,
  success: { name: "DeviceCode", schema: DeviceCode },
  problems: refusals,
  handle: ({ auth }) =>
    withAuth(auth, () =>
      GitHubPeople.use((people) => people.startDevice).pipe(
        Effect.map((code) => json(code)),
        orRefuse,
      ),
    ),
})

const finishDevice = operation({
  ...door,
  id: "finishDeviceSignIn",
  path: "/auth/device/token",
  summary: "A personal token, once the code was entered",
  description: "Shown this once. Asked every `interval` seconds until it is answered with 201.",
  status: 201,
  body: DeviceTokenRequest,
  success: { name: "DeviceToken", schema: Schema.Struct({ ...MadeApiToken.fields, login: Schema.String }) },
  problems: [...refusals, "account_blocked", "operators_only", "too_many_tokens"],
  handle: ({ auth, body }) =>
    withAuth(auth, ({ settings: { operators } }) =>
      Effect.gen(function* () {
        const person = yield* GitHubPeople.use((people) => people.redeemDevice(body.device_code)).pipe(orRefuse)
        const account = yield* welcome(person)
        if (account.blocked !== null)
          return yield* new Refused({
            code: "account_blocked",
            detail: `An operator has blocked this account: ${account.blocked.reason}`,
          })
        const isOperator = operators.includes(account.login.toLowerCase()) || operators.includes(String(account.githubId))
        const { expiresInDays, name = "loom login", scope = "write" } = body
        if (scope === "admin" && !isOperator) return yield* adminByOperators
        const made = yield* makeToken(account.id, { name, scope, ...(expiresInDays === undefined ? {} : { expiresInDays }) })
        return json({ ...made, login: account.login })
      }),
    ),
})

/** Signing in by a code: what `loom login` speaks. */
export const deviceSignIn = [startDevice, finishDevice]
