import { Effect } from "effect"
import { Access, type RepositoryRole } from "@loom/core/ports/Access"
import { credentialsOf } from "../auth/credentials.ts"
import type { Operation, Asker } from "../operation.ts"
import { Refused } from "../problem.ts"

/** Roles that may tell Loom to do something on a repository. */
const WRITERS: ReadonlyArray<RepositoryRole> = ["write", "maintain", "admin"]

const NOBODY: Asker = { principal: { kind: "anonymous", login: null, accountId: null, scopes: [] }, readable: [] }

const signInFirst = (scope: "read" | "write", canShow: boolean) =>
  new Refused({
    code: "unauthorized",
    detail: `This needs a person or a token that may ${scope}.`,
    ...(canShow ? {} : { remedy: "Set LOOM_API_TOKEN in the Worker's secrets, then send it as `Authorization: Bearer`." }),
  })

/** Who asks, if they may ask this at all. What they may do to which repository is asked where the repository is known. */
export const askerOf = Effect.fn("api.askerOf")(function* (operation: Operation, request: Request, canShow: boolean) {
  if (operation.access === "public") return NOBODY
  const access = yield* Access
  const principal = yield* access.identify(credentialsOf(request))
  if (operation.access === "anyone") return { principal, readable: [] }
  if (principal.blocked !== undefined)
    return yield* new Refused({ code: "account_blocked", detail: `An operator has blocked this account: ${principal.blocked}` })
  const isOperator = principal.kind === "operator" || principal.kind === "local"
  if (operation.access === "read") {
    const readable = yield* access.readable(principal)
    const mayRead = readable === "all" || principal.scopes.includes("read")
    if (!mayRead) return yield* signInFirst("read", canShow)
    return { principal, readable }
  }
  if (principal.kind === "anonymous") return yield* signInFirst("write", canShow)
  if (operation.access === "account") {
    if (principal.accountId !== null) return { principal, readable: [] }
    const who = principal.kind === "local" ? "The local user" : "The operator's token"
    return yield* new Refused({ code: "no_account", detail: `${who} has no account.` })
  }
  if (operation.access === "operator" && !isOperator)
    return yield* new Refused({ code: "operators_only", detail: "Only operators of this Loom may do this." })
  const scope = operation.access === "operator" ? "admin" : "write"
  if (!principal.scopes.includes(scope))
    return yield* new Refused({ code: "insufficient_scope", detail: `This token may not ${scope === "admin" ? "administer" : "write"}.` })
  return { principal, readable: yield* access.readable(principal) }
})

/** GitHub compares names without case. A repository one may not see does not exist. */
const maySee = ({ readable }: Asker, repository: string): boolean =>
  readable === "all" || readable.some((name) => name.toLowerCase() === repository.toLowerCase())

/** The same, asked of GitHub where the list has not come to this repository yet: whoever may see it, sees it. */
export const maySeeNow = Effect.fn("api.maySeeNow")(function* (asker: Asker, repository: string) {
  if (maySee(asker, repository)) return true
  return (yield* Access.use((access) => access.roleOn(asker.principal, repository))) !== "none"
})

/** Asked of GitHub again for every write: a permission taken away counts at once. */
export const mustWriteTo = Effect.fn("api.mustWriteTo")(function* (asker: Asker, repository: string) {
  const role = yield* Access.use((access) => access.roleOn(asker.principal, repository, { fresh: true }))
  if (WRITERS.includes(role)) return
  return yield* role === "none"
    ? new Refused({ code: "repository_unknown", detail: `There is no repository ${repository} that you may see.` })
    : new Refused({ code: "forbidden", detail: `Your role on ${repository} is ${role}; this needs write.` })
})

/** The name that actions are kept under. */
export const actorOf = ({ principal }: Asker): string => principal.login ?? principal.kind
