import { env } from "cloudflare:workers"
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest"
import { newApiToken } from "@loom/core/domain/ApiToken"
import { Browser } from "../../test/browser.ts"
import { doors } from "../../test/doors.ts"
import { engineOf } from "../../test/engine.ts"
import { operatorToken } from "../../test/entry.ts"
import { coordinator, migrated, ring, run, stubOf, wishFor } from "../../test/fixtures.ts"
import { closeDoors, onGitHub, openDoors } from "../../test/github.ts"

const { auth } = doors
beforeAll(async () => {
  await migrated()
  openDoors()
  for (const login of ["ada", "bob", "eve", "olga"]) await onGitHub("addUser", { login })
})
beforeEach(() => {
  openDoors()
  doors.auth = auth
})
afterAll(() => {
  doors.auth = auth
  closeDoors()
})

const signedIn = async (login: string) => {
  const browser = new Browser()
  expect((await browser.signIn(login)).status).toBe(303)
  return browser
}
const bearer = (token: string) => {
  const browser = new Browser()
  return (path: string, init: RequestInit = {}) =>
    browser.ask(path, { ...init, headers: { authorization: `Bearer ${token}`, ...Object.fromEntries(new Headers(init.headers)) } })
}
const operator = bearer(operatorToken)
const codeOf = async (answer: Response) => [answer.status, (await answer.json<{ code?: string }>()).code]
const post = (body?: unknown): RequestInit => ({ method: "POST", ...(body === undefined ? {} : { body: JSON.stringify(body) }) })

/** A repository of the local GitHub with a task that waits. */
const taskIn = async (name: string, more: object) => {
  const { id } = (await onGitHub("addRepository", { owner: "acme", name, files: { "a.txt": "a" }, ...more })) as { id: number }
  const installationId = Number(await onGitHub("installationId", "acme"))
  const repository = { id, installationId, owner: "acme", name }
  engineOf(id).failStarts = 1_000
  const { taskId } = await run(coordinator.request(wishFor(repository)))
  while ((await stubOf(repository).stats()).outbox > 0) await ring(repository)
  return taskId
}
const listed = async (ask: Browser["ask"]) => {
  const page = await (await ask("/api/v1/tasks?limit=100")).json<{ items: Array<{ repository: string }> }>()
  return page.items.map(({ repository }) => repository).filter((name) => name.startsWith("acme/"))
}

describe("what a person sees and may do", () => {
  it("follows their role on GitHub: what is not theirs does not exist", async () => {
    const [mine, read, secret] = [
      await taskIn("mine", { private: true, collaborators: { ada: "write" } }),
      await taskIn("readable", { private: true, collaborators: { ada: "read" } }),
      await taskIn("secret", { private: true }),
    ]
    const ada = await signedIn("ada")
    const ask = ada.ask.bind(ada)
    expect((await listed(ask)).toSorted()).toEqual(["acme/mine", "acme/readable"])
    expect(await codeOf(await ask(`/api/v1/tasks/${mine}`))).toEqual([200, undefined])
    for (const path of ["", "/events", "/logs", "/live", "/proof"]) {
      expect(await codeOf(await ask(`/api/v1/tasks/${secret}${path}`))).toEqual([404, "not_found"])
      expect((await new Browser().ask(`/api/v1/tasks/${secret}${path}`)).status).toBe(401)
    }
    // A task that there is not looks the same as one that is somebody else's.
    const nothing = await (await ask("/api/v1/tasks/t_1_2_3")).json<object>()
    expect(await (await ask(`/api/v1/tasks/${secret}`)).json()).toEqual({ ...nothing, detail: expect.stringContaining(secret) })
    expect(await codeOf(await ask(`/api/v1/tasks/${secret}/cancel`, post()))).toEqual([404, "not_found"])
    expect(await codeOf(await ask(`/api/v1/tasks/${read}/cancel`, post()))).toEqual([403, "forbidden"])
    expect(await codeOf(await ask(`/api/v1/tasks/${mine}/cancel`, post()))).toEqual([202, undefined])
    expect((await listed(operator)).toSorted()).toEqual(["acme/mine", "acme/readable", "acme/secret"])
  })

  it("keeps a role for minutes when reading, and for no moment when writing", async () => {
    const task = await taskIn("fleeting", { private: true, collaborators: { bob: "write" } })
    const bob = await signedIn("bob")
    expect((await bob.ask(`/api/v1/tasks/${task}`)).status).toBe(200)
    await onGitHub("setCollaborator", "acme", "fleeting", "bob", null)
    expect((await bob.ask(`/api/v1/tasks/${task}`)).status).toBe(200)
    expect((await bob.ask(`/api/v1/tasks/${task}/cancel`, post())).status).toBe(404)
    // What the write learnt counts for reads too.
    expect((await bob.ask(`/api/v1/tasks/${task}`)).status).toBe(404)
    await onGitHub("setCollaborator", "acme", "fleeting", "bob", "write")
    await env.DB.prepare("UPDATE repository_roles SET at = at - 300001").run()
    expect((await bob.ask(`/api/v1/tasks/${task}`)).status).toBe(200)
  })

  it("is nothing while GitHub does not answer", async () => {
    const task = await taskIn("unsure", { private: true, collaborators: { bob: "write" } })
    const bob = await signedIn("bob")
    const { gate } = doors
    doors.gate = { ...gate, github: { ...gate.github, apiUrl: "http://127.0.0.1:9" } }
    expect(await codeOf(await bob.ask(`/api/v1/tasks/${task}/cancel`, post()))).toEqual([503, "unavailable"])
    doors.gate = gate
  })

  it("does not pass to who takes over somebody's login", async () => {
    const task = await taskIn("renamed", { private: true, collaborators: { eve: "admin" } })
    const eve = await signedIn("eve")
    expect((await eve.ask(`/api/v1/tasks/${task}`)).status).toBe(200)
    await env.DB.batch([
      env.DB.prepare("UPDATE accounts SET id = 'u_999999', github_id = 999999 WHERE login = 'eve'"),
      env.DB.prepare("UPDATE sessions SET account_id = 'u_999999' WHERE account_id NOT IN (SELECT id FROM accounts)"),
    ])
    expect((await eve.ask("/api/v1/me").then((answer) => answer.json<{ accountId: string }>())).accountId).toBe("u_999999")
    expect((await eve.ask(`/api/v1/tasks/${task}`)).status).toBe(404)
  })
})

describe("API tokens", () => {
  const make = async (browser: Browser, wish: object) =>
    (await browser.ask("/api/v1/me/tokens", post(wish))).json<{ token: string; id: string }>()

  it("are shown once, kept by their hash, listed with their use, and revoked", async () => {
    const bob = await signedIn("bob")
    const { id, token } = await make(bob, { name: "ci", scope: "write" })
    expect(token).toMatch(/^loom_[0-9A-Za-z]{49}$/)
    const list = async () => (await bob.ask("/api/v1/me/tokens")).json<{ items: Array<Record<string, unknown>> }>()
    expect((await list()).items.find((item) => item["id"] === id)).toMatchObject({
      name: "ci",
      scopes: ["read", "write"],
      hint: token.slice(0, 9),
      lastUsedAt: null,
    })
    expect(await (await bearer(token)("/api/v1/me")).json()).toMatchObject({
      kind: "user",
      login: "bob",
      credential: "token",
      scopes: ["read", "write"],
    })
    const used = await list()
    expect(used.items.find((item) => item["id"] === id)?.["lastUsedAt"]).toBeGreaterThan(0)
    expect(JSON.stringify([used, (await env.DB.prepare("SELECT * FROM api_tokens").all()).results])).not.toContain(token)
    expect((await bob.ask(`/api/v1/me/tokens/${id}`, { method: "DELETE" })).status).toBe(204)
    expect(await (await bearer(token)("/api/v1/me")).json()).toMatchObject({ kind: "anonymous" })
  })

  it("may what their scope says and no more, and end by themselves", async () => {
    const task = await taskIn("scoped", { private: true, collaborators: { bob: "write" } })
    const bob = await signedIn("bob")
    const reader = bearer((await make(bob, { name: "reader", expiresInDays: 1 })).token)
    expect((await reader(`/api/v1/tasks/${task}`)).status).toBe(200)
    expect(await codeOf(await reader(`/api/v1/tasks/${task}/cancel`, post()))).toEqual([403, "insufficient_scope"])
    expect(await codeOf(await reader("/api/v1/me/tokens", post({ name: "more" })))).toEqual([403, "sign_in_needed"])
    expect(await codeOf(await bob.ask("/api/v1/me/tokens", post({ name: "x", scope: "admin" })))).toEqual([403, "operators_only"])
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 86_400_001 })
    try {
      expect((await reader(`/api/v1/tasks/${task}`)).status).toBe(401)
    } finally {
      vi.useRealTimers()
    }
  })

  it("that are none open nothing, and a cookie beside them does not either", async () => {
    const bob = await signedIn("bob")
    for (const token of [newApiToken(), `${newApiToken().slice(0, -1)}!`, "loom_", "x".repeat(600)]) {
      const answer = await bob.ask("/api/v1/me", { headers: { authorization: `Bearer ${token}` } })
      expect(await answer.json()).toMatchObject({ kind: "anonymous" })
    }
    for (const [body, code] of [
      ["{", "bad_json"],
      [JSON.stringify({ name: "" }), "validation_failed"],
      ["x".repeat(200_000), "too_large"],
    ] as const)
      expect((await codeOf(await bob.ask("/api/v1/me/tokens", { method: "POST", body })))[1]).toBe(code)
  })

  it("come of the device flow, where there is no browser", async () => {
    const device = await (
      await new Browser().ask("/auth/device", post())
    ).json<{ device_code: string; user_code: string; verification_uri: string }>()
    const poll = () => new Browser().ask("/auth/device/token", post({ device_code: device.device_code, name: "loom login on a laptop" }))
    expect(await codeOf(await poll())).toEqual([400, "authorization_pending"])
    await fetch(device.verification_uri, {
      method: "POST",
      body: new URLSearchParams({ user_code: device.user_code, login: "bob", decision: "authorize" }),
    })
    const { login, token } = await (await poll()).json<{ login: string; token: string }>()
    expect(login).toBe("bob")
    const { id } = (
      await (await (await signedIn("bob")).ask("/api/v1/me/tokens")).json<{ items: Array<{ id: string; name: string }> }>()
    ).items.find(({ name }) => name === "loom login on a laptop") ?? { id: "" }
    // A token may end itself: `loom logout`.
    expect((await bearer(token)(`/api/v1/me/tokens/${id}`, { method: "DELETE" })).status).toBe(204)
    expect(await codeOf(await poll())).toEqual([400, "incorrect_device_code"])
  })
})

describe("operators", () => {
  it("list accounts, change a tier, block and let in again, and leave a trace", async () => {
    const bob = await signedIn("bob")
    expect(await codeOf(await bob.ask("/api/v1/accounts"))).toEqual([403, "operators_only"])
    expect((await new Browser().ask("/api/v1/accounts")).status).toBe(401)
    const patch = (body: unknown) => operator("/api/v1/accounts/BOB", { method: "PATCH", body: JSON.stringify(body) })
    expect(await (await patch({ tier: "premium" })).json()).toMatchObject({ login: "bob", tier: "premium", allowance: { limit: 200 } })
    expect(await codeOf(await patch({}))).toEqual([400, "bad_request"])
    expect(await codeOf(await patch({ tier: "gold" }))).toEqual([422, "validation_failed"])
    expect((await patch({ blocked: { reason: "mines coins" } })).status).toBe(200)
    expect(await codeOf(await bob.ask("/api/v1/tasks"))).toEqual([403, "account_blocked"])
    expect(await (await bob.ask("/api/v1/me")).json()).toMatchObject({ kind: "user", scopes: [], blocked: "mines coins" })
    const again = await new Browser().signIn("bob")
    expect([again.status, await again.text()]).toEqual([403, expect.stringContaining("mines coins")])
    expect((await patch({ blocked: null })).status).toBe(200)
    expect((await bob.ask("/api/v1/tasks")).status).toBe(200)
    const detail = await (await operator("/api/v1/accounts/bob")).json<{ changes: Array<{ by: string; change: string }>; usage: object }>()
    expect(detail.changes.slice(0, 3).map(({ by, change }) => [by, change])).toEqual([
      ["operator token", "unblocked"],
      ["operator token", "blocked: mines coins"],
      ["operator token", "tier free -> premium"],
    ])
    expect(detail.usage).toMatchObject({ tasks: expect.any(Number), costUsd: 0 })
    expect(await codeOf(await operator("/api/v1/accounts/nobody"))).toEqual([404, "not_found"])
    const page = await (await operator("/api/v1/accounts?limit=1")).json<{ items: Array<{ login: string }>; next: string }>()
    const next = await (await operator(`/api/v1/accounts?limit=1&cursor=${page.next}`)).json<{ items: Array<{ login: string }> }>()
    expect([page.items[0]?.login, next.items[0]?.login]).toEqual(["ada", "bob"])
  })

  it("are the configured logins, or ids that outlive a login; a read token of theirs administers nothing", async () => {
    const olga = await signedIn("olga")
    expect((await olga.ask("/api/v1/accounts")).status).toBe(403)
    doors.auth = { ...auth, operators: ["olga"] }
    expect((await olga.ask("/api/v1/accounts")).status).toBe(200)
    const { token } = await (await olga.ask("/api/v1/me/tokens", post({ name: "r" }))).json<{ token: string }>()
    expect(await codeOf(await bearer(token)("/api/v1/accounts"))).toEqual([403, "insufficient_scope"])
    const { accountId } = await (await olga.ask("/api/v1/me")).json<{ accountId: string }>()
    doors.auth = { ...auth, operators: [accountId.slice(2)] }
    expect(await (await olga.ask("/api/v1/me")).json()).toMatchObject({ kind: "operator", scopes: ["read", "write", "admin"] })
  })
})

describe("limits", () => {
  it("let as many through as the tier says, also at once, and say when to come back", async () => {
    doors.auth = { ...auth, tiers: { ...auth.tiers, free: 3 } }
    const task = await taskIn("limited", { private: true, collaborators: { ada: "write" } })
    const ada = await signedIn("ada")
    const retry = () => ada.ask(`/api/v1/tasks/${task}/retry`, post())
    const storm = await Promise.all(Array.from({ length: 8 }, retry))
    expect(storm.filter(({ status }) => status === 429)).toHaveLength(5)
    expect(storm.filter(({ status }) => status === 409)).toHaveLength(3)
    expect(storm[0]?.headers.get("ratelimit-policy")).toBe('"hour";q=3;w=3600')
    const refused = await retry()
    expect(refused.headers.get("ratelimit")).toMatch(/^"hour";r=0;t=\d+$/)
    const wait = Number(refused.headers.get("retry-after"))
    expect(wait).toBeGreaterThan(3_500)
    expect(wait).toBeLessThanOrEqual(3_600)
    expect(await codeOf(refused)).toEqual([429, "rate_limited"])
    expect(await (await ada.ask("/api/v1/me")).json()).toMatchObject({ allowance: { limit: 3, used: 3, remaining: 0 } })
    // Stopping is never limited, and neither are operators.
    expect((await ada.ask(`/api/v1/tasks/${task}/cancel`, post())).status).toBe(202)
    expect((await operator(`/api/v1/tasks/${task}/retry`, post())).headers.has("ratelimit")).toBe(false)
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + wait * 1_000 })
    try {
      expect((await retry()).status).not.toBe(429)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe("this suite", () => {
  it("went by GitHub's own description throughout", async () => expect(await onGitHub("violations")).toEqual([]))
})
