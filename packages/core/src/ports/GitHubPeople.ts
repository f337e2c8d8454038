import { Context, Schema, type Effect } from "effect"
import type { RepositoryRef } from "../domain/Repository.ts"
import type { AccessUnavailable, RepositoryRole } from "./Access.ts"

/** Who has shown GitHub that they are this person, and the roles that GitHub said they have where the App is installed. */
export interface Person {
  readonly githubId: number
  readonly login: string
  /** At most 1,000; what is missing is looked up when it is asked for. */
  readonly roles: ReadonlyArray<{ readonly repositoryId: number; readonly role: RepositoryRole }>
}

/** GitHub did not confirm the sign-in. `code` is GitHub's own, e.g. `authorization_pending` while somebody has still to enter a code. */
export class SignInRefused extends Schema.TaggedError<SignInRefused>()("SignInRefused", { code: Schema.String, detail: Schema.String }) {
  override get message(): string {
    return `GitHub did not confirm the sign-in: ${this.detail}`
  }
}

/** RFC 8628 section 3.2 */
export const DeviceCode = Schema.Struct({
  device_code: Schema.String,
  user_code: Schema.String,
  verification_uri: Schema.String,
  /** Seconds. */
  expires_in: Schema.Int,
  /** Seconds between two questions, at least. */
  interval: Schema.Int,
})
export type DeviceCode = typeof DeviceCode.Type

/** GitHub as the place where people sign in and where their roles are kept. No user's token outlives a call. */
export class GitHubPeople extends Context.Service<
  GitHubPeople,
  {
    /** Where the browser goes to sign in; null when no client is configured. PKCE S256 (RFC 7636). */
    readonly authorizeUrl: (request: { readonly state: string; readonly challenge: string; readonly redirectUri: string }) => string | null
    readonly redeem: (grant: {
      readonly code: string
      readonly verifier: string
      readonly redirectUri: string
    }) => Effect.Effect<Person, SignInRefused | AccessUnavailable>
    readonly startDevice: Effect.Effect<DeviceCode, SignInRefused | AccessUnavailable>
    readonly redeemDevice: (deviceCode: string) => Effect.Effect<Person, SignInRefused | AccessUnavailable>
    /** Who bears this login now, asked as the App; null when nobody does. */
    readonly named: (login: string) => Effect.Effect<Pick<Person, "githubId" | "login"> | null, AccessUnavailable>
    /**
     * By login, asked as the App; a repository that is not known yet is found by `owner/name`. `none` also where the App is not
     * installed, and when the login is somebody else's by now.
     */
    readonly roleOf: (
      repository: RepositoryRef | string,
      person: Pick<Person, "githubId" | "login">,
    ) => Effect.Effect<RepositoryRole, AccessUnavailable>
  }
>()("@loom/core/ports/GitHubPeople") {}
