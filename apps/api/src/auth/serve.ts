import { Effect } from "effect"
import type { Context } from "hono"
import type { AccessUnavailable } from "@loom/core/ports/Access"
import type { ApiEnv } from "../ApiScope.ts"
import { problem, problemOf, type Refused } from "../problem.ts"
import { toProblem } from "../problems/to-problem.ts"
import type { AuthScope, AuthServices } from "./AuthScope.ts"

type Handler = (auth: AuthScope) => Effect.Effect<Response, Refused | AccessUnavailable, AuthServices>

/** One stop of a browser's way through GitHub: one handler -> one status for each error. What is no such stop is in the table of operations. */
export const serve =
  (handle: (c: Context<ApiEnv>) => Handler) =>
  (c: Context<ApiEnv>): Promise<Response> | Response => {
    const { auth } = c.env
    if (auth === undefined) return problem(c, problemOf("sign_in_not_configured", "This Loom signs nobody in."))
    return Effect.runPromiseWith(auth.services)(handle(c)(auth).pipe(Effect.catch((error) => Effect.succeed(problem(c, toProblem(error))))))
  }
