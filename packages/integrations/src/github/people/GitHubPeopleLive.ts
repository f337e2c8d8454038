import { Effect, Layer, Redacted, Schema } from "effect"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import { AccessUnavailable, type RepositoryRole } from "@loom/core/ports/Access"
import type { GitHubError } from "@loom/core/ports/GitHub"
import { DeviceCode, GitHubPeople, SignInRefused } from "@loom/core/ports/GitHubPeople"
import { GitHubApp } from "../GitHubApp.ts"
import { makeInstallationClient, orNull } from "../installation-client.ts"
import type { InstallationTokens } from "../InstallationTokens.ts"
import { at, permissionOf } from "../reading.ts"
import { askLogin } from "./ask.ts"
import { authorizeUrlOf } from "./authorize-url.ts"
import { findPerson } from "./find-person.ts"
import { findRepository } from "./find-repository.ts"
import { GitHubClient } from "./GitHubClient.ts"
import { personOf } from "./person.ts"

const Refusal = Schema.Struct({ error: Schema.String, error_description: Schema.optionalKey(Schema.String) })
const Granted = Schema.Struct({ access_token: Schema.NonEmptyString })
const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
const ROLE_TIMEOUT = "5 seconds"

/** Why somebody has no role, or why that could not be learnt. */
const noRole = (error: GitHubError): Effect.Effect<RepositoryRole, AccessUnavailable> => {
  switch (error.reason._tag) {
    // Gone, not installed there, suspended: whoever asks through this App sees nothing of it.
    case "NotFound":
    case "Forbidden":
    case "Rejected":
      return Effect.succeed("none")
    default:
      return Effect.fail(new AccessUnavailable({ detail: error.message }))
  }
}

export const GitHubPeopleLive: Layer.Layer<GitHubPeople, never, GitHubApp | InstallationTokens | GitHubClient> = Layer.effect(
  GitHubPeople,
  Effect.gen(function* () {
    const app = yield* GitHubApp
    const installation = yield* makeInstallationClient
    const gate = yield* GitHubClient
    const configured =
      gate.client === null
        ? Effect.fail(
            new SignInRefused({ code: "not_configured", detail: "this Loom has no LOOM_GITHUB_CLIENT_ID; its operator sets it." }),
          )
        : Effect.succeed(gate.client)
    const orRefused = <A>(answer: A | typeof Refusal.Type) =>
      typeof answer === "object" && answer !== null && "error" in answer
        ? Effect.fail(new SignInRefused({ code: answer.error, detail: answer.error_description ?? answer.error }))
        : Effect.succeed(answer)

    const redeem = (form: Readonly<Record<string, string>>) =>
      Effect.gen(function* () {
        const client = yield* configured
        const secrets = { client_id: client.id, client_secret: Redacted.value(client.secret) }
        const answer = yield* askLogin(gate, "/login/oauth/access_token", { ...secrets, ...form }, Schema.Union([Refusal, Granted]))
        const { access_token } = yield* orRefused(answer)
        return yield* personOf(gate, client, access_token)
      })

    const asRepository = (repository: RepositoryRef | string): Effect.Effect<RepositoryRef, GitHubError> => {
      if (typeof repository !== "string") return Effect.succeed(repository)
      const [owner = "", name = ""] = repository.split("/")
      return findRepository(app, owner, name)
    }

    return GitHubPeople.of({
      authorizeUrl: authorizeUrlOf(gate),
      redeem: ({ code, redirectUri, verifier }) => redeem({ code, code_verifier: verifier, redirect_uri: redirectUri }),
      startDevice: Effect.gen(function* () {
        const client = yield* configured
        return yield* askLogin(gate, "/login/device/code", { client_id: client.id }, Schema.Union([Refusal, DeviceCode])).pipe(
          Effect.flatMap(orRefused),
        )
      }),
      redeemDevice: (deviceCode) => redeem({ grant_type: DEVICE_GRANT, device_code: deviceCode }),
      named: (login) =>
        findPerson(app, login).pipe(
          Effect.mapError((error) => new AccessUnavailable({ detail: error.message })),
          Effect.timeoutOrElse({
            duration: ROLE_TIMEOUT,
            orElse: () => Effect.fail(new AccessUnavailable({ detail: "GitHub does not answer in time" })),
          }),
        ),
      roleOf: (repository, { githubId, login }) =>
        asRepository(repository).pipe(
          Effect.flatMap((found) =>
            orNull(
              installation.read("get permission", found, (rest, request) =>
                rest.repos.getCollaboratorPermissionLevel({ ...at(found), username: login, request }),
              ),
            ),
          ),
          // A login that changed hands is another person: their roles are not this account's.
          Effect.map((answer) =>
            answer !== null && Number(answer.data.user?.id) === githubId ? permissionOf(answer.data) : ("none" as const),
          ),
          Effect.catch(noRole),
          Effect.timeoutOrElse({
            duration: ROLE_TIMEOUT,
            orElse: () => Effect.fail(new AccessUnavailable({ detail: "GitHub does not answer in time" })),
          }),
        ),
    })
  }),
)
