import { Effect, Schema } from "effect"
import type { Context } from "hono"
import { Access, type AccessUnavailable, type Principal } from "@loom/core/ports/Access"
import type { ApiEnv } from "../ApiScope.ts"
import { readBody } from "../body.ts"
import { badRequest, problem, type Problem, unavailable } from "../problem.ts"
import type { AuthScope, AuthServices } from "./AuthScope.ts"
import { credentialsOf } from "./credentials.ts"
import { authProblems } from "./problems.ts"

const MAX_BODY_BYTES = 16 * 1024

/** A request refused by a rule: becomes its problem. */
export class Refuse extends Schema.TaggedError<Refuse>()("Refuse", { problem: Schema.Unknown }) {}
export const refuse = (what: Problem) => Effect.fail(new Refuse({ problem: what }))

type Handler = (asked: {
  readonly principal: Principal
  readonly auth: AuthScope
}) => Effect.Effect<Response, Refuse | AccessUnavailable | Schema.SchemaError, AuthServices>

/** One operation of signing in and accounts: known who asks -> one handler -> one status for each error. */
export const serve =
  (handle: (c: Context<ApiEnv>) => Handler) =>
  (c: Context<ApiEnv>): Promise<Response> | Response => {
    const { auth } = c.env
    if (auth === undefined) return problem(c, authProblems.notConfigured)
    return Effect.runPromiseWith(auth.services)(
      Access.use((access) => access.identify(credentialsOf(c.req.raw))).pipe(
        Effect.flatMap((principal) => handle(c)({ principal, auth })),
        Effect.catchTags({
          Refuse: (refused) => Effect.succeed(problem(c, refused.problem as Problem)),
          AccessUnavailable: (error) => Effect.succeed(problem(c, unavailable(error.message))),
          SchemaError: (error) => Effect.succeed(problem(c, badRequest(error.message.slice(0, 300), "Correct the request."))),
        }),
      ),
    )
  }

const badJson: Problem = {
  status: 400,
  code: "bad_json",
  title: "Not JSON",
  detail: "The body is not JSON.",
  remedy: "Send one JSON object in UTF-8.",
}
const notAsDescribed = (detail: string): Problem => ({
  status: 422,
  code: "validation_failed",
  title: "Not as described",
  detail: `The body is not as described: ${detail}`,
  remedy: "Correct the body.",
})

/** The body as JSON of this schema; an empty one is `{}`. */
export const bodyOf = <A>(c: Context, schema: Schema.Codec<A, unknown>) =>
  Effect.gen(function* () {
    const bytes = yield* Effect.promise(() => readBody(c.req.raw, MAX_BODY_BYTES))
    if (bytes === "too_large")
      return yield* refuse({
        status: 413,
        code: "too_large",
        title: "Payload too large",
        detail: "The body is larger than 16 KiB.",
        remedy: "Send less.",
      })
    const text = new TextDecoder().decode(bytes)
    const given = yield* Effect.try({
      try: (): unknown => JSON.parse(text.trim() === "" ? "{}" : text),
      catch: () => new Refuse({ problem: badJson }),
    })
    return yield* Schema.decodeUnknownEffect(schema)(given, { onExcessProperty: "error" }).pipe(
      Effect.mapError((error) => new Refuse({ problem: notAsDescribed(error.message.slice(0, 300)) })),
    )
  })

/** The account of who asks; blocked ones and those without an account are refused. */
export const accountOf = (principal: Principal) => {
  if (principal.blocked !== undefined) return refuse(authProblems.blocked(principal.blocked))
  if (principal.kind === "anonymous") return refuse(authProblems.signIn)
  return principal.accountId === null
    ? refuse({
        status: 409,
        code: "no_account",
        title: "No account",
        detail: principal.kind === "local" ? "The local user has no account." : "The operator's token has no account.",
        remedy: "Sign in with GitHub to have one.",
      })
    : Effect.succeed(principal.accountId)
}

/** Who administers this Loom, by what name it stands in the audit log. */
export const operatorOf = (principal: Principal) => {
  if (principal.blocked !== undefined) return refuse(authProblems.blocked(principal.blocked))
  if (principal.kind === "anonymous") return refuse(authProblems.signIn)
  if (principal.kind === "user") return refuse(authProblems.operatorsOnly)
  return principal.scopes.includes("admin") ? Effect.succeed(principal.login ?? "operator token") : refuse(authProblems.scope("admin"))
}
