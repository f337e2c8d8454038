import { request } from "node:http"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Browser } from "./browser.ts"
import { fixSum, type Journey, library, startJourney } from "./journey.ts"

const jsonOf = async <A>(answer: Response): Promise<A> => (await answer.json()) as A

describe("the local world with sign-in on", () => {
  let journey: Journey
  let loom: string
  let task: string
  beforeAll(async () => {
    journey = await startJourney("sign-in", {
      LOOM_LOCAL_USER: "",
      LOOM_PUBLIC_STATUS: "false",
      LOOM_TIERS: '{"free":3}',
      LOOM_CONCURRENCY: "1",
    })
    loom = journey.world.url
    const { github } = journey.world
    const { detail } = await journey.run("shared", fixSum)
    task = detail.id
    await github.addRepository({ owner: "acme", name: "hidden", private: true, files: { a: "a" } })
    github.setCollaborator("acme", "shared", "rita", "read")
    github.addUser({ login: "stan" })
  }, 300_000)
  afterAll(async () => {
    const violations = journey.violations()
    await journey.close()
    assert.deepStrictEqual(violations, [], "every request to GitHub and every answer fits GitHub's own description")
  })
  const signedIn = async (login: string): Promise<Browser> => {
    const browser = new Browser()
    assert.strictEqual((await browser.signIn(loom, login)).status, 200)
    assert.strictEqual(browser.url, `${loom}/healthz`, "back where it began")
    return browser
  }
  const post = (browser: Browser, path: string, headers: Record<string, string> = {}) =>
    browser.ask(`${loom}${path}`, { method: "POST", headers })
  const change = (login: string, patch: object) =>
    fetch(`${loom}/api/v1/accounts/${login}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${journey.world.apiToken}`, "content-type": "application/json" },
      body: JSON.stringify(patch),
    })

  it("signs in through GitHub; a stranger sees nothing, a reader may not write, a writer may", async () => {
    assert.strictEqual((await fetch(`${loom}/api/v1/tasks`)).status, 401)
    const ada = await signedIn("ada")
    const me = await jsonOf<{ login: string; kind: string; allowance: object }>(await ada.ask(`${loom}/api/v1/me`))
    assert.deepInclude(me, { login: "ada", kind: "user" })
    assert.deepInclude(me.allowance, { limit: 3, used: 1, remaining: 2 }, "the run by her label")
    const { items } = await jsonOf<{ items: ReadonlyArray<{ id: string; repository: string }> }>(await ada.ask(`${loom}/api/v1/tasks`))
    assert.deepStrictEqual(
      items.map(({ repository }) => repository),
      ["acme/shared"],
    )
    const rita = await signedIn("rita")
    assert.strictEqual((await rita.ask(`${loom}/api/v1/tasks/${task}`)).status, 200)
    assert.strictEqual((await jsonOf<{ code: string }>(await post(rita, `/api/v1/tasks/${task}/cancel`))).code, "forbidden")
    // The repository is public on GitHub, so everybody who has signed in reads it there, and here; nobody else does.
    const stan = await signedIn("stan")
    assert.strictEqual((await stan.ask(`${loom}/api/v1/tasks/${task}`)).status, 200)
    assert.strictEqual((await post(stan, `/api/v1/tasks/${task}/cancel`)).status, 403)
    assert.strictEqual((await fetch(`${loom}/api/v1/tasks/${task}`)).status, 401)
    assert.strictEqual((await stan.ask(`${loom}/api/v1/accounts`)).status, 403)
  })

  it("limits writes by tier, counts across a restart of the Worker, and an operator lifts it", async () => {
    const ada = await signedIn("ada")
    const retry = () => post(ada, `/api/v1/tasks/${task}/retry`)
    const first = await retry()
    assert.match(first.headers.get("ratelimit") ?? "", /^"hour";r=1;t=3\d{3}$/)
    await journey.world.restartWorker()
    const answers = [await retry(), await retry()]
    assert.strictEqual(answers[1]?.status, 429)
    assert.isAbove(Number(answers[1]?.headers.get("retry-after")), 3_000)
    const patched = await change("ada", { tier: "admin" })
    assert.deepInclude(await patched.json(), { login: "ada", tier: "admin" })
    assert.notStrictEqual((await retry()).status, 429)
  })

  it("makes, uses and revokes a token, and ends a session", async () => {
    const ada = await signedIn("ada")
    const made = await ada.ask(`${loom}/api/v1/me/tokens`, { method: "POST", body: JSON.stringify({ name: "ci", scope: "read" }) })
    const { id, token } = await jsonOf<{ id: string; token: string }>(made)
    const use = () => fetch(`${loom}/api/v1/tasks/${task}`, { headers: { authorization: `Bearer ${token}` } })
    assert.strictEqual((await use()).status, 200)
    assert.strictEqual((await ada.ask(`${loom}/api/v1/me/tokens/${id}`, { method: "DELETE" })).status, 204)
    assert.strictEqual((await use()).status, 401)
    const phone = await signedIn("ada")
    const { items } = await jsonOf<{ items: ReadonlyArray<{ id: string; current: boolean }> }>(
      await phone.ask(`${loom}/api/v1/me/sessions`),
    )
    for (const session of items.filter(({ current }) => !current))
      assert.strictEqual((await phone.ask(`${loom}/api/v1/me/sessions/${session.id}`, { method: "DELETE" })).status, 204)
    assert.strictEqual((await ada.ask(`${loom}/api/v1/tasks`)).status, 401)
    assert.strictEqual((await post(phone, "/auth/logout")).status, 204)
    assert.strictEqual((await phone.ask(`${loom}/api/v1/tasks`)).status, 401)
  })

  it("starts no run for the label of a blocked account, and tells the issue why", async () => {
    const { github } = journey.world
    await journey.world.addRepository({ owner: "acme", name: "shut", files: library() })
    const { id } = await journey.rest<{ id: number }>("/repos/acme/shut")
    github.setCollaborator("acme", "shut", "rita", "write")
    assert.strictEqual((await change("RITA", { blocked: { reason: "mines coins" } })).status, 200)
    const { number } = await github.openIssue("acme", "shut", { title: "sum subtracts", author: "rita" })
    await github.labelIssue("acme", "shut", number, "loom:ready", "rita")
    await github.deliveriesIdle()
    // The world's own client follows it to its end, with the operator's token.
    const detail = await journey.world.followTask(`t_${id}_${number}_1`)
    assert.strictEqual(detail.status, "cancelled")
    assert.include(detail.reason, "blocked @rita: mines coins")
    const comments = await journey.rest<ReadonlyArray<{ body: string }>>(`/repos/acme/shut/issues/${number}/comments`)
    assert.lengthOf(comments, 1)
    assert.include(comments[0]?.body, "mines coins")
    assert.strictEqual((await change("rita", { blocked: null })).status, 200)
  })

  it("counts runs by label against the tier, and tells the issue when there is room again", async () => {
    const { github } = journey.world
    // Refused after it was counted, so that no run takes long.
    const files = library({ files: { "AGENTS.md": "AI-generated pull requests are not accepted.\n" } })
    await journey.world.addRepository({ owner: "acme", name: "busy", files })
    const { id } = await journey.rest<{ id: number }>("/repos/acme/busy")
    github.addUser({ login: "tess" })
    github.setCollaborator("acme", "busy", "tess", "write")
    const labelled = async () => {
      const { number } = await github.openIssue("acme", "busy", { title: "sum subtracts", author: "tess" })
      await github.labelIssue("acme", "busy", number, "loom:ready", "tess")
      await github.deliveriesIdle()
      return { number, detail: await journey.world.followTask(`t_${id}_${number}_1`) }
    }
    for (let run = 1; run <= 3; run++) assert.include((await labelled()).detail.reason, "forbids machine-written changes")
    const { detail, number } = await labelled()
    assert.strictEqual(detail.status, "cancelled")
    assert.include(detail.reason, "@tess has used the 3 runs and API writes")
    const comments = await journey.rest<ReadonlyArray<{ body: string }>>(`/repos/acme/busy/issues/${number}/comments`)
    assert.lengthOf(comments, 1)
    assert.match(comments[0]?.body ?? "", /again after \d{4}-\d\d-\d\d \d\d:\d\d UTC/)
    // She has never signed in; an operator lets her go on all the same.
    assert.deepInclude(await (await change("tess", { tier: "advanced" })).json(), { login: "tess", tier: "advanced" })
    assert.include((await labelled()).detail.reason, "forbids machine-written changes")
  })

  it("serves the page with a policy that lets no inline script run", async () => {
    const { headers, status } = await fetch(`${loom}/`, { headers: { accept: "text/html" } })
    assert.strictEqual(status, 200)
    const policy = headers.get("content-security-policy") ?? ""
    assert.match(policy, /script-src 'self'(;|$)/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.match(headers.get("strict-transport-security") ?? "", /max-age=\d{8}/)
    assert.match(headers.get("permissions-policy") ?? "", /camera=\(\)/)
    assert.isNotNull(headers.get("referrer-policy"))
  })
})

type Answered = { kind?: string; code?: string; login?: string; credential?: string }

describe("the local world as `npm start` makes it", () => {
  let journey: Journey
  beforeAll(async () => {
    journey = await startJourney("local-user", { LOOM_PUBLIC_STATUS: "false" })
  }, 300_000)
  afterAll(() => journey.close())

  /** An answer to a request with these headers, which `fetch` would not send. */
  const askWith = (headers: Record<string, string>, method = "GET", path = "/api/v1/me"): Promise<Answered> =>
    new Promise((resolve, reject) => {
      request(`${journey.world.url}${path}`, { headers, method }, (response) => {
        let text = ""
        response.on("data", (chunk: Buffer) => (text += chunk.toString()))
        response.on("end", () => resolve(JSON.parse(text) as Answered))
      })
        .on("error", reject)
        .end()
    })

  it("knows the user of this machine, says so, and is deaf to a name that was made to point here", async () => {
    const { port } = new URL(journey.world.url)
    const own = { "sec-fetch-site": "same-origin" }
    assert.deepInclude(await askWith(own), { kind: "local", login: "ada", credential: "local" })
    assert.isUndefined((await askWith(own, "GET", "/api/v1/tasks")).code)
    assert.strictEqual((await askWith({ host: `localhost:${port}`, ...own })).kind, "local")
    // A rebound name whose page hides it behind wrangler's header: its browser has nothing good to say of it, and it cannot itself.
    const hidden = { host: `evil.example:${port}`, "mf-original-url": `${journey.world.url}/api/v1/me` }
    assert.strictEqual((await askWith(hidden)).kind, "anonymous")
    for (const headers of [{ host: "evil.example" }, { host: `evil.example:${port}`, "x-forwarded-host": "127.0.0.1" }])
      assert.strictEqual((await askWith(headers)).kind, "anonymous", JSON.stringify(headers))
  })

  it("does nothing for another site's page", async () => {
    const write = (origin: string) => fetch(`${journey.world.url}/api/v1/tasks/t_1_1_1/cancel`, { method: "POST", headers: { origin } })
    assert.strictEqual((await write("https://evil.example")).status, 403)
    assert.strictEqual((await write(journey.world.url)).status, 404)
    // wrangler's own proxy believes a header of where a request was sent; a browser still adds the page's real origin.
    const path = "/api/v1/tasks/t_1_1_1/cancel"
    for (const origin of ["http://evil.example", "null"]) {
      const headers = { host: "evil.example", "mf-original-url": `${journey.world.url}${path}`, origin, "sec-fetch-site": "same-origin" }
      assert.strictEqual((await askWith(headers, "POST", path)).code, "cross_site")
    }
  })
})
