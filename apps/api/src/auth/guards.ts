import { Effect } from "effect"
import type { Context, MiddlewareHandler } from "hono"
import { Access, type Principal, type RepositoryRole } from "@loom/core/ports/Access"
import type { ApiEnv, ApiServices } from "../ApiScope.ts"
import { findTask } from "../find-task.ts"
import { notFound, problem, unavailable } from "../problem.ts"
import { credentialsOf } from "./credentials.ts"
import { authProblems } from "./problems.ts"

/** Roles that may tell Loom to do something on a repository. */
const WRITERS: ReadonlyArray<RepositoryRole> = ["write", "maintain", "admin"]

export const principalOf = (c: Context<ApiEnv>) => Access.use((access) => access.identify(credentialsOf(c.req.raw)))

const signInNeeded = (c: Context<ApiEnv>): Response => {
  c.header("www-authenticate", 'Bearer realm="loom"')
  const { apiToken } = c.env.settings
  return problem(c, {
    ...authProblems.signIn,
    remedy:
      apiToken === null && c.env.auth === undefined
        ? "Set LOOM_API_TOKEN in the Worker's secrets, then send it as `Authorization: Bearer`."
        : authProblems.signIn.remedy,
  })
}

/** A reason to refuse before anything is read; null: go on. */
const refusalOf = (c: Context<ApiEnv>, principal: Principal, scope: "read" | "write"): Response | null => {
  if (principal.blocked !== undefined) return problem(c, authProblems.blocked(principal.blocked))
  const mayAsPublic = scope === "read" && c.env.settings.publicStatus
  if (principal.kind === "anonymous") return mayAsPublic ? null : signInNeeded(c)
  return principal.scopes.includes(scope) || mayAsPublic ? null : problem(c, authProblems.scope(scope))
}

/** The task of `:id`, if there is such a parameter: somebody else's does not exist, and one's own needs the role. */
const checkTask = (c: Context<ApiEnv>, principal: Principal, scope: "read" | "write") =>
  Effect.gen(function* () {
    const id = c.req.param("id")
    const seesAll = principal.kind === "operator" || principal.kind === "local" || (scope === "read" && c.env.settings.publicStatus)
    if (id === undefined || seesAll) return null
    const task = yield* findTask(id)
    const role = yield* Access.use((access) => access.roleOn(principal, task.repository, { fresh: scope === "write" }))
    if (role === "none") return problem(c, notFound(`There is no task ${id}.`))
    return scope === "write" && !WRITERS.includes(role) ? problem(c, authProblems.role(task.repository, role)) : null
  })

const guard =
  (scope: "read" | "write"): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const check: Effect.Effect<Response | null, never, ApiServices> = Effect.gen(function* () {
      const principal = yield* principalOf(c)
      return refusalOf(c, principal, scope) ?? (yield* checkTask(c, principal, scope))
    }).pipe(
      Effect.catch((error) =>
        Effect.succeed(problem(c, error._tag === "TaskNotFound" ? notFound(error.message) : unavailable(error.message))),
      ),
    )
    const refusal = await Effect.runPromiseWith(c.env.services)(check)
    return refusal ?? next()
  }

/** Reads are for who may see the repository, and for all where the operator said so. */
export const mayRead = guard("read")

/** Writes need the scope, and the role that GitHub names this very moment. */
export const mayWrite = guard("write")
