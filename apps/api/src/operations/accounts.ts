import { Clock, Effect } from "effect"
import { type Account, accountIdOf, AccountDetail, AccountPage, AccountPatch } from "@loom/core/domain/Account"
import type { Principal } from "@loom/core/ports/Access"
import { Accounts } from "@loom/core/ports/Accounts"
import { GitHubPeople } from "@loom/core/ports/GitHubPeople"
import { allowanceOf } from "../auth/allowance.ts"
import type { AuthScope } from "../auth/AuthScope.ts"
import { withAuth } from "../auth/with-auth.ts"
import { json, operation } from "../operation.ts"
import { Refused } from "../problem.ts"
import { limitOf, LoginParams, PageQuery } from "../query.ts"

const asPrincipal = ({ id, login, tier }: Account): Principal => ({ kind: "user", login, accountId: id, tier, scopes: [] })

const detailOf = Effect.fnUntraced(function* (auth: AuthScope, account: Account) {
  const accounts = yield* Accounts
  const usage = yield* accounts.usage(account.login)
  const changes = yield* accounts.changes(account.id)
  return { ...account, usage, allowance: yield* allowanceOf(auth, asPrincipal(account)), changes }
})

/** What no login can look like but those of a managed enterprise whose short code is a number. */
const ACCOUNT_ID = /^u_\d{1,15}$/

/**
 * GitHub is asked who bears the login now: a row may still have it of somebody who was renamed since, and a stranger may bear it. A
 * login that nobody bears is that of whoever signed in with it last.
 */
const accountIdFor = Effect.fnUntraced(function* (name: string) {
  if (ACCOUNT_ID.test(name)) return { accountId: name, person: null }
  const person = yield* GitHubPeople.use((people) => people.named(name))
  if (person !== null) return { accountId: accountIdOf(person.githubId), person }
  const account = yield* Accounts.use((accounts) => accounts.byLogin(name))
  return account === null ? null : { accountId: account.id, person: null }
})

const noAccount = (login: string) =>
  new Refused({
    code: "not_found",
    detail: `Nobody is known as ${login.slice(0, 100)}.`,
    remedy: "GET /api/v1/accounts lists who has.",
  })

const operators = { tag: "Accounts", access: "operator", limit: null, status: 200 } as const

const listAccounts = operation({
  ...operators,
  method: "get",
  id: "listAccounts",
  path: "/api/v1/accounts",
  summary: "Who has signed in, by login",
  query: PageQuery,
  success: { name: "AccountPage", schema: AccountPage },
  problems: ["sign_in_not_configured"],
  handle: ({ auth, query }) =>
    withAuth(auth, () =>
      Effect.map(
        Accounts.use((accounts) => accounts.list({ after: query.cursor ?? null, limit: limitOf(query.limit) })),
        (page) => json(page),
      ),
    ),
})

const getAccount = operation({
  ...operators,
  method: "get",
  id: "getAccount",
  path: "/api/v1/accounts/{login}",
  summary: "An account with its usage, what is left of its hour, and what operators changed",
  params: LoginParams,
  success: { name: "AccountDetail", schema: AccountDetail },
  problems: ["not_found", "sign_in_not_configured"],
  handle: ({ auth, params: { login } }) =>
    withAuth(auth, (scope) =>
      Effect.gen(function* () {
        // Reading goes on without GitHub.
        const found = yield* accountIdFor(login).pipe(Effect.catch(() => Effect.succeed(null)))
        const account = yield* Accounts.use((accounts) => (found === null ? accounts.byLogin(login) : accounts.byId(found.accountId)))
        return account === null ? yield* noAccount(login) : json(yield* detailOf(scope, account))
      }),
    ),
})

const changeAccount = operation({
  ...operators,
  method: "patch",
  id: "changeAccount",
  path: "/api/v1/accounts/{login}",
  summary: "Change an account's tier; block it, or let it in again",
  description:
    "By GitHub login, or by account id (`u_<GitHub's user id>`), which needs no GitHub. Holds for the person whatever they are called later, also for one who has not signed in yet. `blocked: null` lets them in again. Every change is kept with who made it.",
  params: LoginParams,
  body: AccountPatch,
  success: { name: "AccountDetail", schema: AccountDetail },
  problems: ["bad_request", "not_found", "sign_in_not_configured"],
  handle: ({ asker, auth, body, params: { login } }) =>
    withAuth(auth, (scope) =>
      Effect.gen(function* () {
        if (body.tier === undefined && body.blocked === undefined)
          return yield* new Refused({
            code: "bad_request",
            detail: "Nothing is to be changed.",
            remedy: "Send `tier`, `blocked`, or both.",
          })
        const by = asker.principal.login ?? "operator token"
        const nowMs = yield* Clock.currentTimeMillis
        const found = yield* accountIdFor(login)
        if (found === null) return yield* noAccount(login)
        const { accountId, person } = found
        if (person !== null) yield* Accounts.use((accounts) => accounts.enrol(person, nowMs))
        const account = yield* Accounts.use((accounts) => accounts.change(accountId, body, by, nowMs))
        return account === null ? yield* noAccount(login) : json(yield* detailOf(scope, account))
      }),
    ),
})

/** For operators: who uses this Loom, how much, in which tier; block and let in again. */
export const accountOperations = [listAccounts, getAccount, changeAccount]
