import { Effect } from "effect"
import { Refused } from "../problem.ts"
import type { AuthScope, AuthServices } from "./AuthScope.ts"

export const notConfigured = new Refused({ code: "sign_in_not_configured", detail: "This Loom has no GitHub client." })

/** Runs an operation's work with the stores of signing in and accounts. */
export const withAuth = <A, E>(
  auth: AuthScope | null,
  work: (auth: AuthScope) => Effect.Effect<A, E, AuthServices>,
): Effect.Effect<A, E | Refused> => (auth === null ? Effect.fail(notConfigured) : Effect.provide(work(auth), auth.services))
