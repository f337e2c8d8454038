import { createHmac } from "node:crypto"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { APP, REPOSITORY, startFixture, type Fixture } from "./testing/fixture.ts"
import { signature256 } from "./webhooks/Deliveries.ts"

let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
  await fixture.github.addRepository({
    owner: "acme",
    name: "widgets",
    files: { "README.md": "# Widgets\n" },
    collaborators: { alice: "write" },
  })
  await fixture.github.deliveriesIdle()
})

afterEach(() => {
  fixture.github.faults.clear()
  fixture.webhooks.received.length = 0
  fixture.webhooks.status = 200
})

afterAll(() => fixture.close())

const openIssue = async (labels: Array<string> = []) => {
  const issue = await fixture.github.openIssue("acme", "widgets", { title: "Bug: ümläut", body: "It 💥", author: "alice", labels })
  await fixture.github.deliveriesIdle()
  return issue
}

describe("a webhook", () => {
  it("is signed as GitHub's documentation shows", () => {
    expect(signature256("It's a Secret to Everybody", "Hello, World!")).toBe(
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    )
  })

  it("carries GitHub's headers, and a signature over its exact bytes", async () => {
    await openIssue()
    const [webhook] = fixture.webhooks.received
    expect(webhook?.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": expect.stringMatching(/^GitHub-Hookshot\/[0-9a-f]{7}$/),
      "x-github-event": "issues",
      "x-github-delivery": expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/),
      "x-github-hook-installation-target-id": String(APP.id),
      "x-github-hook-installation-target-type": "integration",
      "x-hub-signature-256": `sha256=${createHmac("sha256", APP.webhookSecret)
        .update(webhook?.body ?? "")
        .digest("hex")}`,
    })
    expect(webhook?.payload).toMatchObject({
      action: "opened",
      installation: { id: fixture.github.installationId("acme") },
      sender: { login: "alice" },
    })
  })

  it("comes once for opening and once for each label, each with a GUID of its own", async () => {
    await openIssue(["loom:ready", "bug"])
    expect(fixture.webhooks.names().toSorted()).toEqual(["issues.labeled", "issues.labeled", "issues.opened"])
    expect(new Set(fixture.webhooks.received.map(({ guid }) => guid)).size).toBe(3)
  })

  it("names the App where the App did it", async () => {
    const { number } = await openIssue()
    const installed = await fixture.installed()
    await installed.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...REPOSITORY,
      issue_number: number,
      body: "On it.",
    })
    await fixture.github.deliveriesIdle()
    const comment = fixture.webhooks.received.find(({ event }) => event === "issue_comment")
    expect(comment?.payload).toMatchObject({
      sender: { type: "Bot", login: "loom-local[bot]" },
      comment: { performed_via_github_app: { id: APP.id } },
    })
  })

  it("can be dropped, doubled, or late", async () => {
    fixture.github.faults.dropNextWebhook({ event: "issues.opened" })
    await openIssue(["loom:ready"])
    expect(fixture.webhooks.names()).toEqual(["issues.labeled"])
    fixture.github.faults.duplicateNextWebhook()
    await openIssue()
    expect(new Set(fixture.webhooks.received.slice(1).map(({ guid }) => guid)).size).toBe(1)
    expect(fixture.webhooks.received).toHaveLength(3)
    fixture.github.faults.delayNextWebhook(1_500, { event: "issues.opened" })
    await openIssue(["loom:ready"])
    expect(fixture.webhooks.names().slice(3)).toEqual(["issues.labeled", "issues.opened"])
  })

  it("tells of installations", async () => {
    await fixture.github.addRepository({ owner: "octo-org", name: "one" })
    await fixture.github.addRepository({ owner: "octo-org", name: "two" })
    fixture.github.setSuspended("octo-org", true)
    fixture.github.setSuspended("octo-org", false)
    fixture.github.uninstall("octo-org")
    fixture.github.pingWebhook()
    await fixture.github.deliveriesIdle()
    expect(fixture.webhooks.names().toSorted()).toEqual([
      "installation.created",
      "installation.deleted",
      "installation.suspend",
      "installation.unsuspend",
      "installation_repositories.added",
      "ping",
    ])
  })
})

describe("the delivery log", () => {
  it("keeps failures, and redelivers the same bytes under the same GUID", async () => {
    fixture.webhooks.status = 503
    await openIssue()
    const { octokit } = fixture.app
    const { data: failed } = await octokit.request("GET /app/hook/deliveries", { status: "failure" })
    expect(failed[0]).toMatchObject({ event: "issues", action: "opened", status_code: 503, redelivery: false })
    fixture.webhooks.status = 200
    const redelivered = await octokit.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: Number(failed[0]?.id) })
    expect(redelivered.status).toBe(202)
    await fixture.github.deliveriesIdle()
    const [first, second] = fixture.webhooks.received
    expect(second?.guid).toBe(first?.guid)
    expect(second?.body).toBe(first?.body)
    const { data: log } = await octokit.request("GET /app/hook/deliveries")
    expect(log[0]).toMatchObject({ guid: first?.guid, redelivery: true, status: "OK", status_code: 200 })
    const { data: full } = await octokit.request("GET /app/hook/deliveries/{delivery_id}", { delivery_id: Number(log[0]?.id) })
    expect(full).toMatchObject({ request: { payload: { action: "opened" } }, response: { payload: "taken" } })
  })

  it("is paged by cursor, newest first", async () => {
    const ids: Array<number> = []
    let cursor: string | undefined
    do {
      const { data, headers } = await fixture.app.octokit.request("GET /app/hook/deliveries", {
        per_page: 5,
        ...(cursor ? { cursor } : {}),
      })
      ids.push(...data.map(({ id }) => Number(id)))
      cursor = /[?&]cursor=([^&>]+)[^>]*>; rel="next"/.exec(headers.link ?? "")?.[1]
    } while (cursor)
    expect(ids.length).toBe(fixture.github.deliveries().length)
    expect(ids).toEqual(ids.toSorted((left, right) => right - left))
  })

  it("has nothing where there is no address, and follows a new one", async () => {
    const { octokit } = fixture.app
    const { data: config } = await octokit.request("GET /app/hook/config")
    fixture.github.setWebhookUrl(null)
    const before = fixture.github.deliveries().length
    await openIssue()
    expect(fixture.github.deliveries().length).toBe(before)
    await octokit.request("PATCH /app/hook/config", { data: { url: String(config.url) } } as never)
    await openIssue()
    expect(fixture.github.deliveries().length).toBe(before + 1)
  })
})

describe("this suite", () => {
  it("went by GitHub's description throughout", async () => {
    await fixture.github.deliveriesIdle()
    expect(fixture.conformance.violations).toEqual([])
  })
})
