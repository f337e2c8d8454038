import { createSign } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { APP, clone, failure, REPOSITORY, startFixture, type Fixture } from "./testing/fixture.ts"

const HOUR_MS = 3_600_000
let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
  await fixture.github.addRepository({
    owner: "acme",
    name: "widgets",
    files: { "README.md": "# Widgets\n" },
    collaborators: { alice: "write", tess: "triage" },
  })
  await fixture.github.addRepository({ owner: "acme", name: "secret", private: true, files: { "README.md": "# Secret\n" } })
  await fixture.github.addRepository({ owner: "stranger", name: "hidden", private: true, installed: false })
  fixture.github.addUser({ login: "mallory" })
})

afterAll(() => fixture.close())

function jwt(claims: Record<string, unknown>, key = fixture.github.appPrivateKeyPem): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")
  const text = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`
  return `${text}.${createSign("sha256").update(text).sign(key, "base64url")}`
}

describe("the App's JSON web token", () => {
  const now = (): number => Math.floor(fixture.clock.nowMs / 1000)
  const ask = (token: string) => fixture.client().request("GET /app", { headers: { authorization: `Bearer ${token}` } })

  it("is taken from the App by id and by client id", async () => {
    const { data } = await ask(jwt({ iat: now() - 60, exp: now() + 540, iss: APP.id }))
    expect(data).toMatchObject({ id: APP.id, slug: APP.slug, installations_count: 1 })
    await ask(jwt({ iat: now() - 60, exp: now() + 540, iss: data?.client_id }))
  })

  it.each([
    ["lives longer than ten minutes", () => ({ iat: now(), exp: now() + 700 }), /too far in the future/],
    ["has expired", () => ({ iat: now() - 900, exp: now() - 300 }), /'exp'/],
    ["has no expiry", () => ({ iat: now() }), /'exp'/],
    ["comes from the future", () => ({ iat: now() + 120, exp: now() + 500 }), /'iat'/],
  ])("is refused when it %s", async (_, claims, message) => {
    const refused = await failure(ask(jwt({ iss: APP.id, ...claims() })))
    expect(refused.status).toBe(401)
    expect(refused.body.message).toMatch(message)
  })

  it("is refused when somebody else signed it or it names another App", async () => {
    const { generateKeyPairSync } = await import("node:crypto")
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }).toString()
    expect((await failure(ask(jwt({ iat: now(), exp: now() + 60, iss: APP.id }, other)))).status).toBe(401)
    expect((await failure(ask(jwt({ iat: now(), exp: now() + 60, iss: 1 })))).status).toBe(401)
  })
})

describe("installation tokens", () => {
  it("have GitHub's long form and end after one hour", async () => {
    const token = await fixture.token()
    expect(token).toMatch(/^ghs_4711_[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(token.length).toBeGreaterThan(480)
    await fixture.client(token).request("GET /repos/{owner}/{repo}", REPOSITORY)
    fixture.clock.nowMs += HOUR_MS + 1_000
    expect(await failure(fixture.client(token).request("GET /repos/{owner}/{repo}", REPOSITORY))).toMatchObject({
      status: 401,
      body: { message: "Bad credentials" },
    })
  })

  it("are refused when revoked or made up", async () => {
    const token = await fixture.token()
    await fixture.client(token).request("DELETE /installation/token")
    for (const bad of [token, "ghs_bogus", "not-a-token"]) {
      expect(await failure(fixture.client(bad).request("GET /repos/{owner}/{repo}", REPOSITORY))).toMatchObject({
        status: 401,
        body: { message: "Bad credentials" },
      })
    }
    await expect(clone(fixture, token, "acme/secret")).rejects.toThrow(/Authentication failed/)
  })

  it("reach only the repositories they were narrowed to", async () => {
    const token = await fixture.token({ repositories: ["widgets"], permissions: { contents: "read" } })
    const { data } = await fixture.client(token).request("GET /installation/repositories")
    expect(data.repositories.map((repository) => repository.name)).toEqual(["widgets"])
    expect((await failure(fixture.client(token).request("GET /repos/{owner}/{repo}", { owner: "acme", repo: "secret" }))).status).toBe(404)
    await expect(clone(fixture, token, "acme/secret")).rejects.toThrow(/not found/)
    await clone(fixture, token)
  })

  it("may do only what they were granted", async () => {
    const token = await fixture.token({ permissions: { issues: "read" } })
    const refused = await failure(fixture.client(token).request("POST /repos/{owner}/{repo}/issues", { ...REPOSITORY, title: "No" }))
    expect(refused).toMatchObject({ status: 403, body: { message: "Resource not accessible by integration" } })
    expect((await failure(fixture.client(token).request("GET /repos/{owner}/{repo}/readme", REPOSITORY))).status).toBe(403)
  })

  it("cannot have more than their installation, nor repositories of others", async () => {
    expect((await failure(fixture.token({ permissions: { administration: "write" } }))).status).toBe(422)
    expect((await failure(fixture.token({ repositories: ["hidden"] }))).status).toBe(422)
  })

  it("stop working while the installation is suspended", async () => {
    const token = await fixture.token()
    fixture.github.setSuspended("acme", true)
    expect((await failure(fixture.client(token).request("GET /installation/repositories"))).status).toBe(401)
    expect((await failure(fixture.token())).status).toBe(403)
    fixture.github.setSuspended("acme", false)
    await fixture.token()
  })
})

describe("people", () => {
  it("see public repositories without a token, and no private one", async () => {
    const anonymous = fixture.client()
    await anonymous.request("GET /repos/{owner}/{repo}", { owner: "ACME", repo: "Widgets" })
    expect((await failure(anonymous.request("GET /repos/{owner}/{repo}", { owner: "acme", repo: "secret" }))).status).toBe(404)
    expect(
      (
        await failure(
          fixture.client(fixture.github.userToken("mallory")).request("GET /repos/{owner}/{repo}", { owner: "acme", repo: "secret" }),
        )
      ).status,
    ).toBe(404)
    expect((await failure(anonymous.request("POST /repos/{owner}/{repo}/issues", { ...REPOSITORY, title: "No" }))).status).toBe(401)
  })

  it("label with triage rights, not without", async () => {
    const mallory = fixture.client(fixture.github.userToken("mallory"))
    const { number } = (await mallory.request("POST /repos/{owner}/{repo}/issues", { ...REPOSITORY, title: "Bug", labels: ["loom:ready"] }))
      .data
    const label = (login: string) =>
      fixture
        .client(fixture.github.userToken(login))
        .request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", { ...REPOSITORY, issue_number: number, labels: ["loom:ready"] })
    const { data } = await fixture
      .client()
      .request("GET /repos/{owner}/{repo}/issues/{issue_number}", { ...REPOSITORY, issue_number: number })
    expect(data.labels).toEqual([])
    expect((await failure(label("mallory"))).status).toBe(403)
    await expect(fixture.github.labelIssue("acme", "widgets", number, "loom:ready", "mallory")).rejects.toThrow(/may not label/)
    expect((await label("tess")).data).toMatchObject([{ name: "loom:ready" }])
  })

  it.each([
    ["acme", "admin", "admin"],
    ["alice", "write", "write"],
    ["tess", "read", "triage"],
    ["mallory", "read", "read"],
  ])("%s has permission %s and role %s", async (username, permission, role) => {
    const installed = await fixture.installed()
    const { data } = await installed.request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", { ...REPOSITORY, username })
    expect(data).toMatchObject({ permission, role_name: role })
  })

  it("cannot make check runs: only Apps can", async () => {
    const alice = fixture.client(fixture.github.userToken("alice"))
    const { data: branch } = await alice.request("GET /repos/{owner}/{repo}/branches/{branch}", { ...REPOSITORY, branch: "main" })
    expect(
      (await failure(alice.request("POST /repos/{owner}/{repo}/check-runs", { ...REPOSITORY, name: "x", head_sha: branch.commit.sha })))
        .status,
    ).toBe(403)
  })

  it("write nothing to an archived repository", async () => {
    fixture.github.setArchived("acme", "widgets", true)
    expect(
      (await failure((await fixture.installed()).request("POST /repos/{owner}/{repo}/issues", { ...REPOSITORY, title: "No" }))).status,
    ).toBe(403)
    fixture.github.setArchived("acme", "widgets", false)
  })
})

describe("this suite", () => {
  it("went by GitHub's description throughout", async () => {
    await fixture.github.deliveriesIdle()
    expect(fixture.conformance.violations).toEqual([])
  })
})
