import { createHash, randomBytes } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { APP, failure, startFixture, type Fixture } from "../testing/fixture.ts"

const CALLBACK = "http://127.0.0.1:1/auth/callback"
let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture({ app: { ...APP, callbackUrls: [CALLBACK] } })
  await fixture.github.addRepository({ owner: "acme", name: "widgets", files: { a: "a" }, collaborators: { alice: "triage" } })
  await fixture.github.addRepository({ owner: "acme", name: "public", files: { a: "a" } })
  await fixture.github.addRepository({ owner: "alice", name: "elsewhere", private: true, installed: false, files: { a: "a" } })
})
afterAll(() => fixture.close())

const verifier = randomBytes(32).toString("base64url")
const challenge = createHash("sha256").update(verifier).digest("base64url")
const wish = (more: Record<string, string> = {}) => ({
  client_id: fixture.github.clientId,
  redirect_uri: CALLBACK,
  state: "a state",
  code_challenge: challenge,
  code_challenge_method: "S256",
  ...more,
})
const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = { accept: "application/json" }) =>
  fetch(`${fixture.github.url}${path}`, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "manual" })
const consent = async (more: Record<string, string> = {}) => {
  const answer = await form("/login/oauth/authorize", { ...wish(), login: "alice", decision: "authorize", ...more })
  return new URL(answer.headers.get("location") ?? "http://none")
}
const exchange = async (fields: Record<string, string>) => {
  const { clientId: client_id, clientSecret: client_secret } = fixture.github
  const answer = await form("/login/oauth/access_token", { client_id, client_secret, ...fields })
  return (await answer.json()) as Record<string, string>
}
const signedIn = async () => {
  const code = (await consent()).searchParams.get("code") ?? ""
  return exchange({ code, code_verifier: verifier, redirect_uri: CALLBACK })
}

describe("signing in", () => {
  it("asks who it is, without a script, and goes back with a code and the state", async () => {
    const asked = await fetch(`${fixture.github.url}/login/oauth/authorize?${new URLSearchParams(wish())}`)
    expect(asked.headers.get("content-security-policy")).toContain("default-src 'none'")
    expect(await asked.text()).toMatch(/value="alice"/)
    const back = await consent()
    expect(back.origin + back.pathname).toBe(CALLBACK)
    expect(Object.fromEntries(back.searchParams)).toEqual({ state: "a state", code: expect.stringMatching(/^[0-9a-f]{20}$/) })
    expect(Object.fromEntries((await consent({ decision: "cancel" })).searchParams)).toMatchObject({
      state: "a state",
      error: "access_denied",
    })
  })

  it("never goes back to an address that the App did not name", async () => {
    for (const more of [
      { redirect_uri: "https://evil.example/auth/callback" },
      { client_id: "Iv1.other" },
      { code_challenge_method: "plain" },
    ])
      expect((await form("/login/oauth/authorize", { ...wish(more), login: "alice" })).status).toBe(400)
  })

  it("gives a user's token for the code, once, to who holds the verifier and the secret", async () => {
    const tokens = await signedIn()
    expect(tokens).toMatchObject({
      access_token: expect.stringMatching(/^ghu_/),
      refresh_token: expect.stringMatching(/^ghr_/),
      expires_in: 28_800,
    })
    const code = (await consent()).searchParams.get("code") ?? ""
    expect(await exchange({ code, code_verifier: "another" })).toMatchObject({ error: "bad_verification_code" })
    expect(await exchange({ code, code_verifier: verifier })).toMatchObject({ error: "bad_verification_code" })
    expect(await exchange({ code, client_secret: "wrong" })).toMatchObject({ error: "incorrect_client_credentials" })
    const plain = await form(
      "/login/oauth/access_token",
      { client_id: fixture.github.clientId, client_secret: fixture.github.clientSecret, code: "x" },
      {},
    )
    expect(new URLSearchParams(await plain.text()).get("error")).toBe("bad_verification_code")
  })

  it("lets the token see what both the person and the App see, until it ends or is exchanged", async () => {
    const tokens = await signedIn()
    const client = fixture.client(tokens.access_token)
    expect((await client.request("GET /user")).data).toMatchObject({ login: "alice" })
    const { data } = await client.request("GET /user/installations")
    expect(data.total_count).toBe(1)
    const found = await client.request("GET /user/installations/{installation_id}/repositories", {
      installation_id: data.installations[0]?.id ?? 0,
    })
    expect(found.data.repositories.map(({ full_name, permissions }) => [full_name, permissions?.triage, permissions?.push])).toEqual([
      ["acme/widgets", true, false],
    ])
    expect((await failure(client.request("GET /repos/alice/elsewhere"))).status).toBe(404)
    const renewed = await exchange({ grant_type: "refresh_token", refresh_token: tokens.refresh_token ?? "" })
    expect((await failure(client.request("GET /user"))).status).toBe(401)
    fixture.clock.nowMs += 8 * 3_600_000
    expect((await failure(fixture.client(renewed.access_token).request("GET /user"))).status).toBe(401)
    expect(await exchange({ grant_type: "refresh_token", refresh_token: tokens.refresh_token ?? "" })).toMatchObject({
      error: "bad_refresh_token",
    })
  })

  it("is taken back by the App", async () => {
    const { access_token = "" } = await signedIn()
    const { clientId, clientSecret, url } = fixture.github
    const revoke = (authorization: string) =>
      fetch(`${url}/applications/${clientId}/token`, {
        method: "DELETE",
        headers: { authorization },
        body: JSON.stringify({ access_token }),
      })
    expect((await revoke("Basic bm86bm8=")).status).toBe(401)
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`
    expect((await revoke(basic)).status).toBe(204)
    expect((await revoke(basic)).status).toBe(404)
    expect((await failure(fixture.client(access_token).request("GET /user"))).status).toBe(401)
  })
})

describe("a device", () => {
  it("waits for its code to be entered, and no faster than it was told", async () => {
    const { clientId: client_id } = fixture.github
    const device = (await (await form("/login/device/code", { client_id })).json()) as {
      device_code: string
      user_code: string
      interval: number
    }
    expect(device).toMatchObject({ user_code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/), interval: 5, expires_in: 900 })
    const grant = { client_id, grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: device.device_code }
    const poll = async () => (await (await form("/login/oauth/access_token", grant)).json()) as Record<string, unknown>
    expect(await poll()).toMatchObject({ error: "authorization_pending" })
    expect(await poll()).toMatchObject({ error: "slow_down", interval: 10 })
    expect((await form("/login/device", { user_code: "AAAA-AAAA", login: "alice", decision: "authorize" })).status).toBe(400)
    expect((await form("/login/device", { user_code: device.user_code, login: "alice", decision: "authorize" })).status).toBe(200)
    fixture.clock.nowMs += 11_000
    const { access_token } = await poll()
    expect((await fixture.client(String(access_token)).request("GET /user")).data).toMatchObject({ login: "alice" })
    fixture.clock.nowMs += 11_000
    expect(await poll()).toMatchObject({ error: "incorrect_device_code" })
  })
})

describe("this suite", () => {
  it("went by GitHub's description where it has these paths", () => {
    expect(fixture.conformance.seen).toContain("apps/list-installations-for-authenticated-user 200")
    expect(fixture.conformance.seen).toContain("apps/list-installation-repos-for-authenticated-user 200")
    expect(fixture.conformance.seen).toContain("apps/delete-token 204")
    expect(fixture.conformance.violations).toEqual([])
  })
})
