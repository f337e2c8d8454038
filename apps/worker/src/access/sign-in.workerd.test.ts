import { env } from "cloudflare:workers"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { sessionLife } from "@loom/core/domain/Session"
import { atGitHub, Browser } from "../../test/browser.ts"
import { doors } from "../../test/doors.ts"
import { migrated } from "../../test/fixtures.ts"
import { closeDoors, onGitHub, openDoors } from "../../test/github.ts"

const SESSION = "__Host-loom"

beforeAll(async () => {
  await migrated()
  openDoors()
  for (const login of ["ada", "dora", "mallory"]) await onGitHub("addUser", { login })
})
afterAll(closeDoors)

const whoIs = async (browser: Browser) => (await browser.ask("/api/v1/me")).json<{ kind: string; login: string | null }>()
const signedIn = async (login: string) => {
  const browser = new Browser()
  expect((await browser.signIn(login)).status).toBe(303)
  return browser
}
const hashOf = (table: string) => env.DB.prepare(`SELECT * FROM ${table}`).all<Record<string, unknown>>()

describe("signing in with GitHub", () => {
  it("ends where it began, with a cookie that only the browser's own requests to Loom carry", async () => {
    const browser = new Browser()
    const away = await browser.ask("/auth/login?return_to=/tasks/t_1_1_1%3Fx%3D1%23log")
    expect(away.status).toBe(302)
    const address = new URL(away.headers.get("location") ?? "")
    expect(address.pathname).toBe("/login/oauth/authorize")
    expect([...address.searchParams.keys()].toSorted()).toEqual([
      "client_id",
      "code_challenge",
      "code_challenge_method",
      "redirect_uri",
      "state",
    ])
    expect(away.headers.get("referrer-policy")).toBe("no-referrer")
    expect(away.headers.get("cache-control")).toBe("no-store")

    const back = await browser.ask(await atGitHub(address.href, "ada"))
    expect([back.status, back.headers.get("location")]).toEqual([303, "/tasks/t_1_1_1?x=1#log"])
    const cookie = back.headers.getSetCookie().find((line) => line.startsWith(`${SESSION}=`)) ?? ""
    for (const attribute of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"]) expect(cookie).toContain(attribute)
    expect(cookie).not.toMatch(/domain=/i)
    expect([...browser.cookies.keys()]).toEqual([SESSION])
    expect(await whoIs(browser)).toMatchObject({
      kind: "user",
      login: "ada",
      tier: "free",
      credential: "session",
      signInUrl: "/auth/login",
    })
  })

  it("keeps no secret: neither the session's nor any token of GitHub's", async () => {
    const browser = await signedIn("ada")
    const secret = browser.cookies.get(SESSION)?.split(".")[0] ?? ""
    expect(secret).toHaveLength(43)
    const tables = await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'").all<{
      name: string
    }>()
    const stored = JSON.stringify(await Promise.all(tables.results.map(({ name }) => hashOf(name))))
    expect(stored).toContain("a browser of the tests")
    expect(stored).not.toContain(secret)
    expect(stored).not.toMatch(/gh[ur]_/)
  })

  it("is refused with another's state, without the ticket, with a used code, and when the person declines", async () => {
    const [victim, attacker] = [new Browser(), new Browser()]
    const address = (await attacker.ask("/auth/login")).headers.get("location") ?? ""
    const attackersCallback = await atGitHub(address, "mallory")
    await victim.ask("/auth/login")
    for (const browser of [victim, new Browser()]) {
      const answer = await browser.ask(attackersCallback)
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain("did not begin this sign-in")
      expect((await whoIs(browser)).kind).toBe("anonymous")
    }
    expect((await attacker.ask(attackersCallback)).status).toBe(303)
    expect((await attacker.ask(attackersCallback)).status).toBe(400)
    const declined = await new Browser().signIn("ada", "/", "cancel")
    expect([declined.status, declined.headers.get("content-type")]).toEqual([403, "text/html; charset=UTF-8"])
    const garbled = new Browser()
    const state = new URL((await garbled.ask("/auth/login")).headers.get("location") ?? "").searchParams.get("state")
    expect((await garbled.ask(`/auth/callback?code=nonsense&state=${state}`)).status).toBe(403)
  })

  it("never sends anybody to another site", async () => {
    for (const wanted of [
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "/%09/evil.example",
      "javascript:alert(1)",
      "/auth/logout",
    ]) {
      const answer = await new Browser().signIn("ada", wanted)
      expect(new URL(answer.headers.get("location") ?? "", "https://loom.test").origin).toBe("https://loom.test")
      expect(answer.headers.get("location")).not.toContain("evil.example/")
    }
  })

  it("says so where it is not set up", async () => {
    const { gate } = doors
    doors.gate = { ...gate, signIn: { clientId: null, clientSecret: null } }
    const answer = await new Browser().ask("/auth/login")
    expect(await answer.json()).toMatchObject({
      status: 503,
      code: "sign_in_not_configured",
      remedy: expect.stringContaining("LOOM_GITHUB_CLIENT_ID"),
    })
    expect(await whoIs(new Browser())).toMatchObject({ kind: "anonymous", signInUrl: null })
    doors.gate = gate
  })
})

describe("a session", () => {
  it("cannot be forged, nor brought along from before the sign-in", async () => {
    const forged = new Browser()
    forged.plant(SESSION, `${"A".repeat(43)}.1.${"B".repeat(43)}%3D`)
    expect((await whoIs(forged)).kind).toBe("anonymous")
    const browser = await signedIn("mallory")
    const before = browser.cookies.get(SESSION) ?? ""
    await browser.signIn("ada")
    expect(browser.cookies.get(SESSION)).not.toBe(before)
    const old = new Browser()
    old.plant(SESSION, before)
    expect((await whoIs(old)).kind).toBe("anonymous")
  })

  it("is listed and ended, one's own and no other's", async () => {
    const [desk, phone, other] = await Promise.all([signedIn("dora"), signedIn("dora"), signedIn("ada")])
    const { items } = await (
      await desk.ask("/api/v1/me/sessions")
    ).json<{ items: Array<{ id: string; current: boolean; client: string }> }>()
    expect(items).toHaveLength(2)
    expect(items[0]).toMatchObject({ client: "a browser of the tests" })
    const phoneId = items.find(({ current }) => !current)?.id ?? ""
    expect((await other.ask(`/api/v1/me/sessions/${phoneId}`, { method: "DELETE" })).status).toBe(404)
    expect((await whoIs(phone)).login).toBe("dora")
    expect((await desk.ask(`/api/v1/me/sessions/${phoneId}`, { method: "DELETE" })).status).toBe(204)
    expect((await whoIs(phone)).kind).toBe("anonymous")
    expect((await desk.ask("/auth/logout", { method: "POST" })).status).toBe(204)
    expect(desk.cookies.size).toBe(0)
  })

  it("gets a new secret twice a day; the old one counts until the new one was seen, and not for long after", async () => {
    const browser = await signedIn("ada")
    const [first, stale] = [browser.cookies.get(SESSION) ?? "", new Browser()]
    stale.plant(SESSION, first)
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + sessionLife.rotateMs + 1_000 })
    try {
      // The answer with the new secret is lost: the old one still opens, and is exchanged no second time by it.
      const lost = new Browser()
      lost.plant(SESSION, first)
      expect((await whoIs(lost)).login).toBe("ada")
      expect(lost.cookies.get(SESSION)).not.toBe(first)
      expect((await whoIs(browser)).login).toBe("ada")
      expect(browser.cookies.get(SESSION)).toBe(first)
      expect((await whoIs(lost)).login).toBe("ada")
      vi.setSystemTime(Date.now() + sessionLife.graceMs + 1)
      expect((await whoIs(stale)).kind).toBe("anonymous")
      expect((await whoIs(lost)).login).toBe("ada")
      vi.setSystemTime(Date.now() + sessionLife.idleMs + 1)
      expect((await whoIs(lost)).kind).toBe("anonymous")
    } finally {
      vi.useRealTimers()
    }
  })

  it("ends after thirty days, however much it is used", async () => {
    const browser = await signedIn("ada")
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() })
    try {
      for (let day = 0; day < 28; day += 4) {
        vi.setSystemTime(Date.now() + 4 * 86_400_000)
        expect((await whoIs(browser)).login).toBe("ada")
      }
      vi.setSystemTime(Date.now() + 3 * 86_400_000)
      expect((await whoIs(browser)).kind).toBe("anonymous")
    } finally {
      vi.useRealTimers()
    }
  })

  it("does nothing for another site's page", async () => {
    const browser = await signedIn("ada")
    const from = (headers: Record<string, string>) => browser.ask("/auth/logout", { method: "POST", headers })
    for (const headers of [
      { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      { origin: "https://evil.loom.test", "sec-fetch-site": "same-site" },
      { origin: "null", "sec-fetch-site": "cross-site" },
      { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
    ]) {
      const answer = await from(headers)
      expect([answer.status, (await answer.json<{ code: string }>()).code]).toEqual([403, "cross_site"])
    }
    expect(
      (await browser.ask("/api/v1/tasks/t_1_1_1/live", { headers: { upgrade: "websocket", origin: "https://evil.example" } })).status,
    ).toBe(403)
    expect((await whoIs(browser)).login).toBe("ada")
    expect((await from({})).status).toBe(204)
  })
})
