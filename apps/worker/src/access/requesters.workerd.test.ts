import { env } from "cloudflare:workers"
import { Effect } from "effect"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { AccessUnavailable } from "@loom/core/ports/Access"
import { accountsOf } from "@loom/db/AccountsD1"
import { databaseOf } from "@loom/db/Database"
import { Browser } from "../../test/browser.ts"
import { doors } from "../../test/doors.ts"
import { engineOf } from "../../test/engine.ts"
import { operatorToken } from "../../test/entry.ts"
import { coordinator, migrated, newRepository, run, wishFor } from "../../test/fixtures.ts"
import { closeDoors, onGitHub, openDoors } from "../../test/github.ts"
import { peopleThrough } from "./auth-scope.ts"
import { gitHubGate } from "./github-people.ts"
import { requestersOf } from "./requesters.ts"
import { requestLimitsOf } from "./request-limits.ts"

const { auth } = doors
let installationId = 0
beforeAll(async () => {
  await migrated()
  openDoors()
  for (const login of ["nora", "otto", "pia", "quentin", "rosa"]) await onGitHub("addUser", { login })
  await onGitHub("addRepository", { owner: "labels", name: "one", files: { "a.txt": "a" } })
  installationId = Number(await onGitHub("installationId", "labels"))
})
beforeEach(openDoors)
afterAll(closeDoors)

const operator = (login: string, body?: object) =>
  new Browser().ask(`/api/v1/accounts/${login}`, {
    headers: { authorization: `Bearer ${operatorToken}` },
    ...(body === undefined ? {} : { method: "PATCH", body: JSON.stringify(body) }),
  })
const requesters = (settings: Partial<typeof auth> = {}, limits = requestLimitsOf(env.LIMITER)) =>
  requestersOf(
    { ...auth, ...settings },
    { accounts: accountsOf(databaseOf(env.DB)), people: peopleThrough(gitHubGate(doors.gate)), limits },
  )
const wish = (requestedBy: string, taskId: string, more: object = {}) =>
  ({
    requestedBy,
    taskId,
    attempt: 1,
    cause: "a-delivery",
    repository: { id: 1, installationId, owner: "labels", name: "one" },
    ...more,
  }) as never
const ask = (requestedBy: string, taskId: string, more: object = {}, service = requesters()) =>
  Effect.runPromise(service.standingOf(wish(requestedBy, taskId, more)))
const tagOf = async (...args: Parameters<typeof ask>) => (await ask(...args))._tag

describe("a blocked person", () => {
  it("is one by GitHub's id: renamed they stay blocked, and who takes over their login is not", async () => {
    const otto = new Browser()
    expect((await otto.signIn("otto")).status).toBe(303)
    const { accountId } = await (await otto.ask("/api/v1/me")).json<{ accountId: string }>()
    // Otto was called nora at his last sign-in, and Nora bears that login now.
    await env.DB.prepare("UPDATE accounts SET login = 'nora' WHERE id = ?").bind(accountId).run()
    expect((await operator("nora", { blocked: { reason: "mines coins" } })).status).toBe(200)
    expect(await tagOf("nora", "t_9_1_1")).toBe("Blocked")
    expect(await tagOf("otto", "t_9_2_1")).toBe("Welcome")
    expect((await otto.ask("/api/v1/tasks")).status).toBe(200)
    // By id, which needs no name.
    expect((await operator(accountId, { blocked: { reason: "himself" } })).status).toBe(200)
    expect(await ask("otto", "t_9_3_1")).toMatchObject({ _tag: "Blocked", reason: "himself" })
    expect((await operator("nora", { blocked: null })).status).toBe(200)
    expect([await tagOf("nora", "t_9_4_1"), await tagOf("otto", "t_9_5_1")]).toEqual(["Welcome", "Blocked"])
  })

  it("need not have signed in before, and cannot then", async () => {
    expect((await operator("pia", { blocked: { reason: "spam" } })).status).toBe(200)
    expect(await tagOf("pia", "t_9_6_1")).toBe("Blocked")
    expect((await new Browser().signIn("pia")).status).toBe(403)
    expect((await operator("nobody-at-all", { blocked: { reason: "x" } })).status).toBe(404)
    expect((await operator("u_99999999", { blocked: { reason: "x" } })).status).toBe(404)
  })

  it("is not guessed by a login while GitHub does not answer; by id they are blocked all the same", async () => {
    const { accountId } = await (await signedIn("rosa")).json<{ accountId: string }>()
    doors.gate = { ...doors.gate, github: { ...doors.gate.github, apiUrl: "http://127.0.0.1:9" } }
    expect((await operator("rosa", { blocked: { reason: "x" } })).status).toBe(503)
    expect((await operator("rosa")).status).toBe(200)
    expect((await operator(accountId, { tier: "tester" })).status).toBe(200)
    expect((await Effect.runPromise(Effect.flip(requesters().standingOf(wish("rosa", "t_9_7_1")))))._tag).toBe("AccessUnavailable")
  })
})

const signedIn = async (login: string) => {
  const browser = new Browser()
  await browser.signIn(login)
  return browser.ask("/api/v1/me")
}

describe("runs by label", () => {
  const tiers = { ...auth.tiers, free: 2 }

  it("count against the tier, each task once, and the refusal says when there is room", async () => {
    const service = requesters({ tiers })
    for (const task of ["t_8_1_1", "t_8_1_1", "t_8_2_1", "t_8_1_1"]) expect(await tagOf("quentin", task, {}, service)).toBe("Welcome")
    const before = Date.now()
    const late = await ask("quentin", "t_8_3_1", {}, service)
    expect(late).toMatchObject({ _tag: "Limited", tier: "free", limit: 2 })
    const again = late._tag === "Limited" ? late.again : 0
    expect(again).toBeGreaterThan(before + 3_500_000)
    expect(again).toBeLessThanOrEqual(Date.now() + 3_600_000)
    // The same hour as that of the API, and neither a later attempt nor what the API has counted takes of it.
    expect(await tagOf("quentin", "t_8_3_1", { attempt: 2 }, service)).toBe("Welcome")
    expect(await tagOf("quentin", "t_8_4_1", { cause: "api" }, service)).toBe("Welcome")
    await signedIn("quentin")
    expect(await (await operator("quentin")).json()).toMatchObject({ allowance: { used: 2 } })
    await operator("quentin", { tier: "advanced" })
    expect(await tagOf("quentin", "t_8_3_1", {}, service)).toBe("Welcome")
  })

  it("are not counted for operators and the local user, and wait while the limiter does not answer", async () => {
    const down = { take: () => Effect.fail(new AccessUnavailable({ detail: "the limiter" })), look: () => Effect.die("unused") }
    expect(await tagOf("quentin", "t_8_9_1", {}, requesters({ operators: ["quentin"] }, down))).toBe("Welcome")
    expect(await tagOf("quentin", "t_8_9_1", {}, requesters({ localUser: "ada" }, down))).toBe("Welcome")
    expect(await Effect.runPromise(Effect.flip(requesters({}, down).standingOf(wish("quentin", "t_8_9_1"))))).toMatchObject({
      _tag: "AccessUnavailable",
    })
  })

  it("know what made their task", async () => {
    for (const cause of ["api", "guid-1"]) {
      const repository = newRepository()
      const engine = engineOf(repository.id)
      await run(coordinator.request(wishFor(repository, 1, { cause })))
      await engine.until(() => engine.started.length === 1)
      expect(engine.started[0]).toMatchObject({ cause })
    }
  })
})
