import { Effect } from "effect"
import type { Context, Hono } from "hono"
import { answer, type ApiEnv, type LimitState } from "../ApiScope.ts"
import type { Input, Operation } from "../operation.ts"
import { problemOf, problemResponse } from "../problem.ts"
import { type Expected, toProblem } from "../problems/to-problem.ts"
import { askerOf } from "./access.ts"
import { claimKey } from "./idempotent.ts"
import { readJson, readParameters, readText } from "./read-input.ts"
import { respond } from "./respond.ts"

const HEADERS_OF: Readonly<Record<number, Record<string, string>>> = {
  401: { "www-authenticate": 'Bearer realm="loom"' },
  503: { "retry-after": "5" },
}

const refusal = (error: Expected): Response => {
  const problem = toProblem(error)
  return problemResponse(problem, HEADERS_OF[problem.status] ?? {})
}
const orProblem = <R>(effect: Effect.Effect<Response, Expected, R>) => Effect.catch(effect, (error) => Effect.succeed(refusal(error)))

/** draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4. */
const limitHeaders = ({ quota, remaining, resetSeconds, windowSeconds }: LimitState) => ({
  "ratelimit-policy": `"hour";q=${quota};w=${windowSeconds}`,
  ratelimit: `"hour";r=${remaining};t=${resetSeconds}`,
})

const withHeaders = (response: Response, headers: Readonly<Record<string, string>>): Response => {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** Who asks -> how often -> what -> whether it was asked before -> the work -> the answer. Nothing is read of who may not ask. */
const handle = (operation: Operation, c: Context<ApiEnv>) =>
  Effect.gen(function* () {
    const request = c.req.raw
    const { limiter, settings } = c.env
    const asker = yield* askerOf(operation, request, settings.apiToken !== null || c.env.auth !== undefined)
    const limit = operation.limit
    const state = limit === null || limiter === undefined ? null : yield* limiter(asker.principal, limit)
    const headers = limit === null || state === null ? {} : limitHeaders(state)
    if (state !== null && !state.allowed) {
      const late = problemOf("rate_limited", `The ${state.quota} requests of this account in ${state.windowSeconds} seconds are used up.`)
      return problemResponse(late, { ...headers, "retry-after": String(Math.max(1, state.resetSeconds)) })
    }
    const work = Effect.gen(function* () {
      const { params, query } = yield* readParameters(operation, c)
      const text = yield* readText(operation, request)
      const body = yield* readJson(operation, text)
      const claimed = operation.method === "post" && operation.keyed !== false ? yield* claimKey(request, asker.principal, text) : null
      if (claimed?.answered) return claimed.answered
      const input: Input<unknown, unknown, unknown> = {
        params,
        query,
        body,
        asker,
        settings,
        auth: c.env.auth ?? null,
        key: claimed?.key ?? crypto.randomUUID(),
        request,
      }
      const done = operation.handle(input as Input<never, never, never>).pipe(
        Effect.flatMap((reply) => respond(operation, request, reply)),
        orProblem,
      )
      return claimed === null ? yield* done : yield* Effect.flatMap(done, claimed.settle)
    })
    return withHeaders(yield* orProblem(work), headers)
  }).pipe(orProblem, Effect.withSpan(`api.${operation.id}`))

const honoPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ":$1")

/** Puts the table on the router: each operation at its path and its aliases, and 405 for every other method there. */
export const serveOperations = (app: Hono<ApiEnv>, operations: ReadonlyArray<Operation>): void => {
  const methods = new Map<string, Set<string>>()
  for (const operation of operations) {
    for (const path of [operation.path, ...(operation.aliases ?? [])].map(honoPath)) {
      app.on(operation.method.toUpperCase(), path, (c) => answer(c, handle(operation, c)))
      const known = methods.get(path) ?? new Set(["OPTIONS"])
      known.add(operation.method.toUpperCase())
      if (operation.method === "get") known.add("HEAD")
      methods.set(path, known)
    }
  }
  for (const [path, known] of methods) {
    const allow = [...known].toSorted().join(", ")
    app.all(path, (c) =>
      c.req.method === "OPTIONS"
        ? new Response(null, { status: 204, headers: { allow } })
        : problemResponse(problemOf("method_not_allowed", `${c.req.path} knows no ${c.req.method.slice(0, 20)}.`), { allow }),
    )
  }
}
