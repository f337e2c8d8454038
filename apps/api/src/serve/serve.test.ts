import { assert, describe, it } from "@effect/vitest"
import { Context, Effect } from "effect"
import { Access, AccessUnavailable, type Principal, type RepositoryRole } from "@loom/core/ports/Access"
import type { RepositorySummary } from "@loom/core/domain/RepositoryView"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { fakeScope } from "../../test/fake-services.ts"
import { makeApi } from "../make-api.ts"
import type { ApiScope } from "../ApiScope.ts"

const api = makeApi()

interface World {
  readonly principal?: Partial<Principal>
  readonly readable?: ReadonlyArray<string>
  readonly role?: RepositoryRole
  readonly down?: boolean
}

/** Loom knows it; who may not see it is told the same as of one that Loom does not know. */
const widget: RepositorySummary = {
  id: 1,
  repository: "acme/widget",
  installationId: 5,
  tasks: { pending: 1, running: 0, waiting: 0, completed: 0, failed: 0, cancelled: 0 },
  lastResult: null,
  recipe: null,
  findings: [],
}

/** One task, of acme/widget, and whoever is told to ask for it. */
const scopeFor = ({ down = false, principal = {}, readable = ["acme/widget"], role = "write" }: World): ApiScope => {
  const { scope } = fakeScope({}, true)
  const asked: Principal = { kind: "user", login: "ada", accountId: "a1", scopes: ["read", "write"], ...principal }
  const access = Access.of({
    identify: () => (down ? Effect.fail(new AccessUnavailable({ detail: "down" })) : Effect.succeed(asked)),
    readable: () => Effect.succeed(readable),
    roleOn: (_, repository, options) =>
      options?.fresh === true
        ? Effect.succeed(role)
        : readable.includes(repository)
          ? Effect.die("a write must ask afresh")
          : Effect.succeed("none" as const),
  })
  const catalogue = Context.get(scope.services, TaskCatalogue)
  return {
    ...scope,
    services: scope.services.pipe(
      Context.add(Access, access),
      Context.add(TaskCatalogue, {
        ...catalogue,
        repository: () => Effect.succeed(widget),
        list: (filter) => Effect.sync(() => (lists.push(filter.readable), { items: [], next: null })),
      }),
    ),
  }
}
const lists: Array<unknown> = []

const answerTo = async (scope: ApiScope, path: string, init: RequestInit = {}) => {
  const response = await api.request(path, init, scope)
  const body = (await response.json()) as { readonly code?: string }
  return [response.status, body.code] as const
}
const submit = { method: "POST", headers: { "content-type": "application/json" }, body: '{"repository":"acme/widget","issueNumber":1}' }

describe("who may do what", () => {
  it("sees the tasks of the repositories that may be read, and no others", async () => {
    lists.length = 0
    assert.deepStrictEqual(await answerTo(scopeFor({}), "/api/v1/tasks"), [200, undefined])
    assert.deepStrictEqual(lists, [["acme/widget"]])
  })

  it("is refused with the reason that applies", async () => {
    const table: ReadonlyArray<readonly [World, string, RequestInit, number, string]> = [
      [{ principal: { kind: "anonymous", scopes: [] }, readable: [] }, "/api/v1/tasks", {}, 401, "unauthorized"],
      [{ principal: { kind: "anonymous", scopes: [] } }, "/api/v1/tasks", submit, 401, "unauthorized"],
      [{ principal: { scopes: ["read"] } }, "/api/v1/tasks", submit, 403, "insufficient_scope"],
      [{ role: "triage" }, "/api/v1/tasks", submit, 403, "forbidden"],
      [{ role: "none" }, "/api/v1/tasks", submit, 404, "repository_unknown"],
      [{ role: "none" }, "/api/v1/sync", submit, 422, "validation_failed"],
      [{}, "/api/v1/usage", {}, 403, "operators_only"],
      [{ principal: { kind: "operator", scopes: ["read", "write"] } }, "/api/v1/metrics", {}, 403, "insufficient_scope"],
      [{ readable: [] }, "/api/v1/repositories/acme/widget", {}, 404, "repository_unknown"],
      [{ down: true }, "/api/v1/tasks", {}, 503, "unavailable"],
    ]
    for (const [world, path, init, status, code] of table)
      assert.deepStrictEqual(await answerTo(scopeFor(world), path, init), [status, code], `${path} ${code}`)
  })

  it("is counted for writes alone, and told when it is too much", async () => {
    const counted: Array<string> = []
    const limited = (allowed: boolean): ApiScope => ({
      ...scopeFor({ role: "none" }),
      limiter: (_, limit) =>
        Effect.sync(
          () => (counted.push(limit), { allowed, quota: 10, windowSeconds: 3_600, remaining: allowed ? 9 : 0, resetSeconds: 60 }),
        ),
    })
    const late = await api.request("/api/v1/tasks", submit, limited(false))
    assert.deepStrictEqual([late.status, late.headers.get("retry-after")], [429, "60"])
    assert.strictEqual(late.headers.get("ratelimit-policy"), '"hour";q=10;w=3600')
    const early = await api.request("/api/v1/tasks", submit, limited(true))
    assert.deepStrictEqual([early.status, early.headers.get("ratelimit")], [404, '"hour";r=9;t=60'])
    await api.request("/api/v1/tasks", {}, limited(false))
    assert.deepStrictEqual(counted, ["run", "run"])
  })

  it("may not write with an Idempotency-Key that cannot be kept", async () => {
    const keyed = { ...submit, headers: { ...submit.headers, "idempotency-key": "k" } }
    assert.deepStrictEqual(await answerTo(scopeFor({}), "/api/v1/tasks", keyed), [503, "unavailable"])
  })
})
