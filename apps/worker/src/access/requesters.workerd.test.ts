import { env } from "cloudflare:workers"
import { Effect } from "effect"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { TaskId } from "@loom/core/domain/Ids"
import { AccessUnavailable } from "@loom/core/ports/Access"
import { GitHubPeople } from "@loom/core/ports/GitHubPeople"
import { accountsOf } from "@loom/db/AccountsD1"
import { databaseOf } from "@loom/db/Database"
import { Browser } from "../../test/browser.ts"
import { doors } from "../../test/doors.ts"
import { operatorToken } from "../../test/entry.ts"
import { migrated } from "../../test/fixtures.ts"
import { closeDoors, onGitHub, openDoors } from "../../test/github.ts"
import { gitHubGate } from "./github-people.ts"
import { requestersOf } from "./requesters.ts"
import { requestLimitsOf } from "./request-limits.ts"

const { auth } = doors
beforeAll(async () => {
  await migrated()
  openDoors()
  for (const login of ["nora", "otto", "pia", "quentin", "rosa"]) await onGitHub("addUser", { login })
  await onGitHub("addRepository", { owner: "labels", name: "one", files: { "a.txt": "a" } })
})
beforeEach(openDoors)
afterAll(closeDoors)

const operator = (login: string, body?: object) =>
  new Browser().ask(`/api/v1/accounts/${login}`, {
    headers: { authorization: `Bearer ${operatorToken}` },
    ...(body === undefined ? {} : { method: "PATCH", body: JSON.stringify(body) }),
  })
const signedIn = async (login: string) => {
  const browser = new Browser()
  await browser.signIn(login)
  return browser.ask("/api/v1/me")
}
const requesters = (settings: Partial<typeof auth> = {}, limits = requestLimitsOf(env.LIMITER)) =>
  requestersOf({ ...auth, ...settings }, { accounts: accountsOf(databaseOf(env.DB)), limits })
/** What GitHub says beside somebody's permission. */
const idOf = async (login: string) =>
  (await Effect.runPromise(GitHubPeople.use((people) => people.named(login)).pipe(Effect.provide(gitHubGate(doors.gate).layer))))
    ?.githubId ?? 0
const blockedBecause = async (login: string) => Effect.runPromise(requesters().blockedBecause(await idOf(login)))
const countRun = async (service: ReturnType<typeof requesters>, requestedBy: string, taskId: string, more: object = {}) =>
  service.countRun({ requestedBy, taskId: TaskId.make(taskId), ...more }, await idOf(requestedBy))
const count = async (...args: Parameters<typeof countRun>) => Effect.runPromise(await countRun(...args))

describe("a blocked person", () => {
  it("is one by GitHub's id: renamed they stay blocked, and who takes over their login is not", async () => {
    const otto = new Browser()
    expect((await otto.signIn("otto")).status).toBe(303)
    const { accountId } = await (await otto.ask("/api/v1/me")).json<{ accountId: string }>()
    // Otto was called nora at his last sign-in, and Nora bears that login now.
    await env.DB.prepare("UPDATE accounts SET login = 'nora' WHERE id = ?").bind(accountId).run()
    expect((await operator("nora", { blocked: { reason: "mines coins" } })).status).toBe(200)
    expect([await blockedBecause("nora"), await blockedBecause("otto")]).toEqual(["mines coins", null])
    expect((await otto.ask("/api/v1/tasks")).status).toBe(200)
    // By id, which needs no name.
    expect((await operator(accountId, { blocked: { reason: "himself" } })).status).toBe(200)
    expect((await otto.ask("/api/v1/tasks")).status).toBe(403)
    expect((await operator("nora", { blocked: null })).status).toBe(200)
    expect([await blockedBecause("nora"), await blockedBecause("otto")]).toEqual([null, "himself"])
    // By the name that he has now, which is shown from then on.
    expect(await (await operator("OTTO", { blocked: { reason: "again" } })).json()).toMatchObject({ id: accountId, login: "otto" })
  })

  it("need not have signed in before, and cannot then", async () => {
    expect(await (await operator("pia", { blocked: { reason: "spam" } })).json()).toMatchObject({ login: "pia" })
    expect(await blockedBecause("pia")).toBe("spam")
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
  })
})

describe("runs by label", () => {
  const tiers = { ...auth.tiers, free: 2 }

  it("count against the tier, each task once, and the refusal says when there is room", async () => {
    const service = requesters({ tiers })
    for (const task of ["t_8_1_1", "t_8_1_1", "t_8_2_1", "t_8_1_1"]) expect(await count(service, "quentin", task)).toBeNull()
    const before = Date.now()
    const late = await count(service, "quentin", "t_8_3_1")
    expect(late).toMatchObject({ tier: "free", limit: 2 })
    expect(late?.again).toBeGreaterThan(before + 3_500_000)
    expect(late?.again).toBeLessThanOrEqual(Date.now() + 3_600_000)
    expect(await count(service, "quentin", "t_8_4_1", { isCounted: true })).toBeNull()
    // The same hour as that of the API, which saw nothing of what was counted elsewhere or refused.
    await signedIn("quentin")
    expect(await (await operator("quentin")).json()).toMatchObject({ allowance: { used: 2 } })
    await operator("quentin", { tier: "advanced" })
    expect(await count(service, "quentin", "t_8_3_1")).toBeNull()
  })

  it("are not counted for operators and the local user, and wait while the limiter does not answer", async () => {
    const down = { take: () => Effect.fail(new AccessUnavailable({ detail: "the limiter" })), look: () => Effect.die("unused") }
    expect(await count(requesters({ operators: ["quentin"] }, down), "quentin", "t_8_9_1")).toBeNull()
    expect(await count(requesters({ localUser: "ada" }, down), "quentin", "t_8_9_1")).toBeNull()
    const failure = await Effect.runPromise(Effect.flip(await countRun(requesters({}, down), "quentin", "t_8_9_1")))
    expect(failure).toMatchObject({ _tag: "AccessUnavailable" })
  })
})
