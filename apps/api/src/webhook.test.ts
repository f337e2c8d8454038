import { createHmac } from "node:crypto"
import { createRequire } from "node:module"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import { GitHub, GitHubError, NotFound, Unreachable } from "@loom/core/ports/GitHub"
import { IssueDesk } from "@loom/core/ports/IssueDesk"
import { RepositoryConfigs } from "@loom/core/ports/RepositoryConfigs"
import { fakeScope, webhookSecret } from "../test/fake-services.ts"
import { Outside } from "./ApiScope.ts"
import { makeApi } from "./make-api.ts"

const api = makeApi()
/** What was left to be done behind the answers. */
const behind: Array<Promise<unknown>> = []
const context = { waitUntil: (work: Promise<unknown>) => void behind.push(work), passThroughOnException: () => {}, props: {} }
const deliver = (scope: ReturnType<typeof fakeScope>["scope"], event: string, payload: unknown, path = "/webhooks/github") => {
  const body = JSON.stringify(payload)
  const signature = `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`
  return api.request(
    path,
    { method: "POST", body, headers: { "x-github-event": event, "x-github-delivery": "guid-1", "x-hub-signature-256": signature } },
    scope,
    context,
  )
}
/** GitHub's own examples, as octokit collects them. A JSON file behind a CommonJS `main`. */
const Examples = Schema.Array(Schema.Struct({ name: Schema.String, examples: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)) }))
const all = Schema.decodeUnknownSync(Examples)(createRequire(import.meta.url)("@octokit/webhooks-examples")).flatMap(
  ({ examples: payloads, name }) => payloads.map((payload) => ({ name, payload })),
)

describe("POST /webhooks/github", () => {
  it("answers every example of GitHub's with 200 or 202, and starts nothing it was not asked for", async () => {
    const { requested, scope } = fakeScope()
    const statuses = new Map<number, number>()
    for (const { name, payload } of all) {
      const response = await deliver(scope, name, payload)
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      assert.include([200, 202], response.status, `${name}: ${await response.clone().text()}`)
      if (response.status === 202) assert.isString((await response.json()).status)
    }
    assert.isAbove(all.length, 200)
    assert.deepStrictEqual(requested, [])
  })

  it("starts a task from GitHub's own labeled example once it bears the label and comes from an installation", async () => {
    const { requested, scope } = fakeScope()
    const example = all.find(({ name, payload }) => name === "issues" && payload["action"] === "labeled")?.payload
    assert.isDefined(example)
    for (const path of ["/webhooks/github", "/api/webhooks/github"]) {
      const response = await deliver(scope, "issues", { ...example, label: { name: "loom:ready" }, installation: { id: 5 } }, path)
      assert.deepStrictEqual([response.status, await response.json()], [202, { taskId: "t_186853002_1_1", status: "pending" }])
    }
    assert.deepStrictEqual(
      requested.map(({ deliveryId, issueNumber, requestedBy }) => ({ deliveryId, issueNumber, requestedBy })),
      [1, 2].map(() => ({ deliveryId: "guid-1", issueNumber: 1, requestedBy: "Codertocat" })),
    )
  })

  it("takes a repository's own label for what it is, and reads the configuration once in a while only", async () => {
    const { cancelled, requested, scope } = fakeScope()
    const read: Array<string> = []
    const outside = Layer.mergeAll(
      Layer.mock(IssueDesk, {}),
      Layer.mock(GitHub, {
        repository: (repository) =>
          repository.name === "gone" || repository.name === "away"
            ? Effect.fail(
                new GitHubError({
                  operation: "get repository",
                  reason: repository.name === "gone" ? new NotFound({ detail: "Not Found" }) : new Unreachable({ detail: "502" }),
                }),
              )
            : Effect.succeed({
                ...repository,
                defaultBranch: "trunk",
                private: false,
                archived: false,
                empty: false,
                htmlUrl: "https://github.test/o/r",
              }),
      }),
      Layer.mock(RepositoryConfigs, {
        load: ({ name }, branch) =>
          Effect.sync(() => {
            read.push(`${name}@${branch}`)
            return { config: name === "own" ? { label: "ai-fix" } : {}, problems: [] }
          }),
      }),
    )
    const withGitHub = { ...scope, services: Context.add(scope.services, Outside, { layer: outside }) }
    const labelled = (repository: { id: number; name: string }, action: string, label: string) =>
      deliver(withGitHub, "issues", {
        action,
        issue: { number: 3, title: "Broken", html_url: "https://github.test/3", labels: [{ name: label }] },
        label: { name: label },
        repository: { ...repository, owner: { login: "o" } },
        installation: { id: 5 },
        sender: { login: "ada", type: "User" },
      })
    const [own, plain] = [
      { id: 9_001, name: "own" },
      { id: 9_002, name: "plain" },
    ]
    for (const label of ["bug", "AI-Fix"]) assert.strictEqual((await labelled(own, "labeled", label)).status, 202)
    assert.strictEqual((await (await labelled(plain, "labeled", "ai-fix")).json()).status, "ignored")
    assert.deepStrictEqual(
      requested.map(({ repository }) => repository.name),
      ["own"],
    )
    await labelled(own, "unlabeled", "ai-fix")
    assert.deepStrictEqual(
      cancelled.map(({ repositoryId, request }) => [repositoryId, request.reason]),
      [[9_001, "The label ai-fix was removed."]],
    )
    assert.deepStrictEqual(read, ["own@trunk", "plain@trunk"])
    // Taken from the App: nothing to come back for. Away: the delivery is to come again.
    assert.strictEqual((await labelled({ id: 9_003, name: "gone" }, "labeled", "bug")).status, 202)
    assert.strictEqual((await labelled({ id: 9_004, name: "away" }, "labeled", "bug")).status, 503)
  })

  it("makes the labels that people set where the App comes; a repository that refuses takes no other along", async () => {
    const { scope } = fakeScope()
    const made: Array<string> = []
    const outside = Layer.mergeAll(
      Layer.mock(IssueDesk, {}),
      Layer.mock(RepositoryConfigs, {}),
      Layer.mock(GitHub, {
        ensureLabels: ({ name }, labels) =>
          name === "b"
            ? Effect.die("this one is broken")
            : Effect.sync(() => void made.push(`${name}: ${labels.map((label) => label.name).join(" ")}`)),
      }),
    )
    const repositories = ["a", "b", "c"].map((name, id) => ({ id, name, full_name: `o/${name}` }))
    const response = await deliver({ ...scope, services: Context.add(scope.services, Outside, { layer: outside }) }, "installation", {
      action: "created",
      installation: { id: 9 },
      repositories,
      sender: { login: "ada", type: "User" },
    })
    assert.deepStrictEqual([response.status, await response.json()], [202, { status: "installed" }])
    await Promise.all(behind)
    assert.sameMembers(made, ["a: loom:ready loom:plan loom:approved", "c: loom:ready loom:plan loom:approved"])
  })

  it("stops every repository of an installation that has open tasks", async () => {
    const { cancelled, scope } = fakeScope()
    await deliver(scope, "installation", { action: "suspend", installation: { id: 9 }, sender: { login: "ada", type: "User" } })
    assert.deepStrictEqual(
      cancelled.map(({ repositoryId, request }) => [repositoryId, request.target.kind, request.reason]),
      [
        [1, "all", "The App was suspended."],
        [2, "all", "The App was suspended."],
      ],
    )
  })

  it("says 503 when the work could not be stored, so that a redelivery does it", async () => {
    const { scope } = fakeScope({}, false)
    for (const action of ["deleted", "suspend"]) {
      const response = await deliver(scope, "installation", { action, installation: { id: 9 }, sender: { login: "ada", type: "User" } })
      assert.strictEqual(response.status, 503)
      assert.strictEqual((await response.json()).code, "unavailable")
    }
  })

  it("answers malformed payloads of known events with 400", async () => {
    const { scope } = fakeScope()
    for (const payload of [null, [], 7, {}, { action: "labeled" }])
      assert.strictEqual((await deliver(scope, "issues", payload)).status, 400)
  })
})

describe("the API while the platform is down", () => {
  it("serves from the read model what it has, and says 503 for the rest", async () => {
    const { scope } = fakeScope({}, false)
    assert.strictEqual((await api.request("/api/v1/tasks/t_1_1_1/events", {}, scope)).status, 200)
    assert.strictEqual((await api.request("/api/v1/tasks/t_1_1_1", {}, scope)).status, 503)
    const status = await api.request("/api/v1/status", {}, scope)
    assert.deepStrictEqual([status.status, (await status.json()).health.database], [200, "task catalogue totals: down"])
  })
})

describe("access", () => {
  it("is closed for writes and for reads when no token is configured and reads are not public", async () => {
    const { scope } = fakeScope({ publicStatus: false })
    for (const [method, path] of [
      ["GET", "/api/v1/tasks"],
      ["GET", "/api/v1/status"],
      ["POST", "/api/v1/tasks/t_1_1_1/cancel"],
    ] as const) {
      const response = await api.request(path, { method, headers: { authorization: "Bearer " } }, scope)
      assert.strictEqual(response.status, 401)
      assert.match((await response.json()).remedy, /Set LOOM_API_TOKEN/)
    }
    assert.strictEqual((await api.request("/healthz", {}, scope)).status, 200)
  })
})
