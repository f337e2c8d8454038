import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startGitHubStandin } from "./GitHubStandin.ts"
import { APP, clone, failure, git, REPOSITORY, startFixture, type Fixture } from "./testing/fixture.ts"

let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
  await fixture.github.addRepository({
    owner: "acme",
    name: "widgets",
    files: { "README.md": "# Widgets\n" },
    collaborators: { alice: "write" },
  })
})

afterAll(() => fixture.close())

describe("the stand-in", () => {
  it("is the same GitHub after a restart", async () => {
    const dataDir = fixture.folder()
    const app = { ...APP }
    const first = await startGitHubStandin({ dataDir, app })
    await first.addRepository({ owner: "acme", name: "widgets", files: { a: "a" }, collaborators: { alice: "triage" } })
    const { number } = await first.openIssue("acme", "widgets", { title: "Bug", author: "alice", labels: ["loom:ready"] })
    const [token, key, installation] = [first.userToken("alice"), first.appPrivateKeyPem, first.installationId("acme")]
    const bare = first.repositoryPath("acme", "widgets")
    await first.close()
    await git(bare, "update-ref", "refs/heads/meanwhile", "refs/heads/main")

    const second = await startGitHubStandin({ dataDir, app })
    expect((await fetch(`${second.url}/repos/acme/widgets/branches/meanwhile`)).status).toBe(200)
    const response = await fetch(`${second.url}/repos/acme/widgets/issues/${number}`, { headers: { authorization: `token ${token}` } })
    expect(await response.json()).toMatchObject({
      title: "Bug",
      labels: [{ name: "loom:ready" }],
      html_url: `${second.url}/acme/widgets/issues/${number}`,
    })
    expect(key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/)
    expect([second.appPrivateKeyPem, second.installationId("acme")]).toEqual([key, installation])
    expect(second.hasRepository("ACME", "widgets")).toBe(true)
    await second.close()
  })

  it("takes in another git repository with all its branches and tags", async () => {
    const source = await clone(fixture, await fixture.token())
    await git(source, "checkout", "--quiet", "-b", "topic")
    await git(source, "commit", "--quiet", "--allow-empty", "-m", "topic")
    await git(source, "tag", "-a", "v1", "-m", "v1")
    await fixture.github.addRepository({ owner: "acme", name: "imported", fromPath: source })
    const installed = await fixture.installed()
    const repository = { owner: "acme", repo: "imported" }
    expect((await installed.request("GET /repos/{owner}/{repo}", repository)).data.default_branch).toBe("topic")
    expect((await installed.request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...repository, ref: "tags/v1" })).data.object.type).toBe(
      "tag",
    )
    expect(
      (await installed.request("GET /repos/{owner}/{repo}/branches/{branch}", { ...repository, branch: "topic" })).data.commit.sha,
    ).toBe(await git(source, "rev-parse", "HEAD"))
  })

  it("answers 304 to a known ETag, and counts the rate", async () => {
    const first = await fetch(`${fixture.github.url}/repos/acme/widgets`)
    const second = await fetch(`${fixture.github.url}/repos/acme/widgets`, {
      headers: { "if-none-match": first.headers.get("etag") ?? "" },
    })
    expect([first.status, second.status]).toEqual([200, 304])
    expect(Number(second.headers.get("x-ratelimit-used"))).toBeGreaterThan(Number(first.headers.get("x-ratelimit-used")))
    expect(second.headers.get("x-github-request-id")).toBeTruthy()
  })

  it("pages with Link headers", async () => {
    const installed = await fixture.installed()
    for (let index = 0; index < 5; index++) await fixture.github.openIssue("acme", "widgets", { title: `Issue ${index}`, author: "alice" })
    const { data, headers } = await installed.request("GET /repos/{owner}/{repo}/issues", { ...REPOSITORY, per_page: 2, page: 2 })
    expect(data.map(({ title }) => title)).toEqual(["Issue 2", "Issue 1"])
    expect(headers.link).toMatch(/page=1>; rel="prev".*page=3>; rel="next".*page=3>; rel="last".*page=1>; rel="first"/)
  })

  it("fails requests on demand, before or after they take effect", async () => {
    const installed = await fixture.installed()
    const create = (title: string) => installed.request("POST /repos/{owner}/{repo}/issues", { ...REPOSITORY, title })
    fixture.github.faults.failNextRequest({ method: "POST", path: /\/issues$/, status: 502, when: "after" })
    fixture.github.faults.failNextRequest({
      method: "POST",
      path: /\/issues$/,
      status: 403,
      headers: { "retry-after": "7" },
      body: { message: "You have exceeded a secondary rate limit" },
    })
    expect((await failure(create("lost answer"))).status).toBe(502)
    expect((await failure(create("never"))).status).toBe(403)
    const { data } = await installed.request("GET /repos/{owner}/{repo}/issues", REPOSITORY)
    expect(data[0]?.title).toBe("lost answer")
  })

  it("says what went wrong in GitHub's form", async () => {
    const response = await fetch(`${fixture.github.url}/repos/acme/nowhere`)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({
      message: "Not Found",
      documentation_url: expect.stringContaining("docs.github.com"),
      status: "404",
    })
    const malformed = await fetch(`${fixture.github.url}/repos/acme/widgets/issues`, {
      method: "POST",
      body: "{",
      headers: { authorization: `token ${await fixture.token()}` },
    })
    expect([malformed.status, await malformed.json()]).toMatchObject([400, { message: "Problems parsing JSON" }])
  })
})

describe("the web pages", () => {
  it("show an issue without trusting it", async () => {
    const { htmlUrl } = await fixture.github.openIssue("acme", "widgets", {
      title: "<script>alert(1)</script>",
      author: "alice",
      body: "**bold** <img src=x onerror=alert(1)> [x](javascript:alert(1)) <!-- hidden -->",
    })
    const response = await fetch(htmlUrl, { headers: { accept: "text/html" } })
    const page = await response.text()
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'")
    expect(page).toContain("<strong>bold</strong>")
    expect(page).not.toMatch(/<script|<img|href="javascript|hidden/)
  })

  it("show a pull request with its diff and checks", async () => {
    const checkout = await clone(fixture, await fixture.token())
    await git(checkout, "checkout", "--quiet", "-b", "web")
    await git(checkout, "mv", "README.md", "LIESMICH.md")
    await git(checkout, "commit", "--quiet", "-m", "Rename")
    await git(checkout, "push", "--quiet", "origin", "web")
    const installed = await fixture.installed()
    const { data: pull } = await installed.request("POST /repos/{owner}/{repo}/pulls", {
      ...REPOSITORY,
      title: "Rename",
      head: "web",
      base: "main",
      body: "See below",
    })
    await installed.request("POST /repos/{owner}/{repo}/check-runs", {
      ...REPOSITORY,
      name: "loom",
      head_sha: pull.head.sha,
      conclusion: "success",
      output: { title: "3 passed", summary: "All **good**" },
    })
    const page = await (await fetch(pull.html_url, { headers: { accept: "text/html" } })).text()
    for (const text of ["See below", "LIESMICH.md", "3 passed", "<strong>good</strong>"]) expect(page).toContain(text)
    expect(await (await fetch(pull.diff_url)).text()).toContain("rename to LIESMICH.md")
    expect(await (await fetch(`${fixture.github.url}/`, { headers: { accept: "text/html" } })).text()).toContain("acme/widgets")
    expect((await fetch(`${fixture.github.url}/acme/widgets/pull/999`, { headers: { accept: "text/html" } })).status).toBe(404)
  })
})

describe("this suite", () => {
  it("went by GitHub's description throughout", async () => {
    await fixture.github.deliveriesIdle()
    expect(fixture.conformance.violations).toEqual([])
  })
})
