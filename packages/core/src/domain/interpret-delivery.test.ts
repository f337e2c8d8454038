import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { interpretDelivery } from "./interpret-delivery.ts"

const issue = {
  number: 3,
  title: "Broken",
  html_url: "https://github.test/3",
  state: "open",
  locked: false,
  labels: [{ name: "Loom:Ready" }],
  user: { login: "eve", type: "User" },
  updated_at: "2026-11-20T10:00:00Z",
}
const payload = (action: string, more: Record<string, unknown> = {}) => ({
  action,
  issue,
  label: { name: "loom:ready" },
  repository: { id: 7, name: "r", owner: { login: "o" }, archived: false },
  installation: { id: 5 },
  sender: { login: "ada", type: "User" },
  ...more,
})
const interpret = (event: string, given: unknown) =>
  Effect.fromResult(interpretDelivery({ event, id: "guid", payload: given }, "loom:ready"))

describe("interpretDelivery", () => {
  it.effect("a label set by a person is a request, with only what Loom reads", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* interpret("issues", payload("labeled")), {
        _tag: "Requested",
        request: {
          repository: { id: 7, installationId: 5, owner: "o", name: "r" },
          issueNumber: 3,
          issueUrl: issue.html_url,
          title: "Broken",
          requestedBy: "ada",
          cause: "guid",
          deliveryId: "guid",
          intentAt: Date.parse(issue.updated_at),
        },
      })
    }),
  )

  it.effect("a label that is not the operator's may be the repository's own: then it is asked for, where a person can have meant it", () =>
    Effect.gen(function* () {
      const repository = { id: 7, installationId: 5, owner: "o", name: "r" }
      const own = { label: { name: "ai-fix" } }
      for (const action of ["labeled", "unlabeled"])
        assert.deepInclude(yield* interpret("issues", payload(action, own)), { _tag: "Ignored", unlessOwn: repository })
      const opened = payload("opened", { label: null, issue: { ...issue, labels: [{ name: "ai-fix" }] } })
      assert.deepInclude(yield* interpret("issues", opened), { unlessOwn: repository })
      for (const given of [
        payload("labeled", { label: { name: "loom:working" } }),
        payload("labeled", { ...own, installation: null }),
        payload("labeled", { ...own, sender: { login: "loom[bot]", type: "Bot" } }),
        payload("labeled", { ...own, issue: { ...issue, pull_request: { url: "u" } } }),
        payload("opened", { label: null, issue: { ...issue, labels: [] } }),
      ])
        assert.notProperty(yield* interpret("issues", given), "unlessOwn")
    }),
  )

  it.effect("where the App comes, people need its labels", () =>
    Effect.gen(function* () {
      const named = [
        { id: 7, name: "r", full_name: "o/r", private: true },
        { id: 8, name: "s", full_name: "o/s", private: true },
      ]
      const repositories = [
        { id: 7, installationId: 5, owner: "o", name: "r" },
        { id: 8, installationId: 5, owner: "o", name: "s" },
      ]
      for (const [event, given] of [
        ["installation", payload("created", { repositories: named })],
        ["installation_repositories", payload("added", { repositories_added: named, repositories_removed: [] })],
      ] as const)
        assert.deepStrictEqual(yield* interpret(event, given), { _tag: "Installed", repositories })
    }),
  )

  const table: ReadonlyArray<[name: string, event: string, given: unknown, tag: string, reason: RegExp | null]> = [
    ["an issue opened with the label", "issues", payload("opened"), "Requested", null],
    [
      "an issue opened without it",
      "issues",
      payload("opened", { issue: { ...issue, labels: [{ name: "bug" }] } }),
      "Ignored",
      /does not have the label/,
    ],
    ["another label", "issues", payload("labeled", { label: { name: "bug" } }), "Ignored", /not loom:ready/],
    ["a label set by a bot", "issues", payload("labeled", { sender: { login: "loom[bot]", type: "Bot" } }), "Ignored", /bot/],
    [
      "an issue of a bot",
      "issues",
      payload("labeled", { issue: { ...issue, user: { login: "renovate[bot]", type: "Bot" } } }),
      "Ignored",
      /opened by a bot/,
    ],
    ["a closed issue", "issues", payload("labeled", { issue: { ...issue, state: "closed" } }), "Ignored", /closed/],
    ["a locked issue", "issues", payload("labeled", { issue: { ...issue, locked: true } }), "Ignored", /locked/],
    ["a pull request", "issues", payload("labeled", { issue: { ...issue, pull_request: { url: "u" } } }), "Ignored", /pull request/],
    [
      "an archived repository",
      "issues",
      payload("labeled", { repository: { id: 7, name: "r", owner: { login: "o" }, archived: true } }),
      "Ignored",
      /archived/,
    ],
    ["a webhook that is not the App's", "issues", payload("labeled", { installation: null }), "Ignored", /installation/],
    ["the label taken away", "issues", payload("unlabeled"), "IssueStopped", /label loom:ready was removed/],
    ["another label taken away", "issues", payload("unlabeled", { label: { name: "bug" } }), "Ignored", /not loom:ready/],
    ["the label taken away by Loom", "issues", payload("unlabeled", { sender: { login: "loom[bot]", type: "Bot" } }), "Ignored", /bot/],
    ["a plan asked for", "issues", payload("labeled", { label: { name: "Loom:Plan" } }), "Requested", null],
    [
      "an issue opened with the plan's label",
      "issues",
      payload("opened", { issue: { ...issue, labels: [{ name: "loom:plan" }] } }),
      "Requested",
      null,
    ],
    ["a plan approved", "issues", payload("labeled", { label: { name: "loom:approved" } }), "Approved", null],
    [
      "a plan approved by a bot",
      "issues",
      payload("labeled", { label: { name: "loom:approved" }, sender: { login: "helper[bot]", type: "Bot" } }),
      "Ignored",
      /bot/,
    ],
    [
      "the plan's label taken away",
      "issues",
      payload("unlabeled", { label: { name: "loom:plan" } }),
      "IssueStopped",
      /loom:plan was removed/,
    ],
    [
      "the plan's label taken away from an approved issue",
      "issues",
      payload("unlabeled", { label: { name: "loom:plan" }, issue: { ...issue, labels: [{ name: "loom:approved" }] } }),
      "Ignored",
      /carries loom:approved/,
    ],
    ["the approval taken away", "issues", payload("unlabeled", { label: { name: "loom:approved" } }), "Ignored", /not loom:ready/],
    ["the issue closed", "issues", payload("closed"), "IssueStopped", /closed/],
    ["the issue deleted", "issues", payload("deleted"), "IssueStopped", /deleted/],
    ["the repository archived", "repository", payload("archived"), "RepositoriesStopped", /archived/],
    ["the repository renamed", "repository", payload("renamed"), "Ignored", /renamed/],
    ["the App uninstalled", "installation", payload("deleted"), "InstallationStopped", /uninstalled/],
    ["the App suspended", "installation", payload("suspend"), "InstallationStopped", /suspended/],
    ["the App's permissions taken note of", "installation", payload("new_permissions_accepted"), "Ignored", /new_permissions/],
    [
      "a repository taken from the App",
      "installation_repositories",
      payload("removed", { repositories_removed: [{ id: 7 }] }),
      "RepositoriesStopped",
      /removed/,
    ],
    ["a ping", "ping", {}, "Pong", null],
    ["an event nobody knows yet", "sub_issue_dreams", null, "Ignored", /does not read/],
    ["an action nobody knows yet", "issues", payload("dreamt"), "Ignored", /dreamt/],
  ]
  for (const [name, event, given, tag, reason] of table) {
    it.effect(`${name}: ${tag}`, () =>
      Effect.gen(function* () {
        const result = yield* interpret(event, given)
        assert.strictEqual(result._tag, tag)
        if (reason !== null) assert.match("reason" in result ? result.reason : "", reason)
      }),
    )
  }

  it.effect("only the plan's label wants approval, also beside the other", () =>
    Effect.gen(function* () {
      const wish = (given: unknown) =>
        Effect.map(interpret("issues", given), (result) => (result._tag === "Requested" ? result.request.approval : result))
      assert.isTrue(yield* wish(payload("labeled", { label: { name: "loom:plan" } })))
      const both = { ...issue, labels: [{ name: "loom:ready" }, { name: "loom:plan" }] }
      assert.isTrue(yield* wish(payload("opened", { issue: both })))
      assert.isUndefined(yield* wish(payload("labeled")))
      const approved = yield* interpret("issues", payload("labeled", { label: { name: "loom:approved" } }))
      assert.deepStrictEqual(approved, { _tag: "Approved", repositoryId: 7, issueNumber: 3, actor: "ada" })
    }),
  )

  it.effect("an event without what GitHub promises is malformed, and says what is missing", () =>
    Effect.gen(function* () {
      const error = yield* interpret("issues", payload("labeled", { repository: undefined })).pipe(Effect.flip)
      assert.match(error.message, /issues payload lacks.*repository/s)
    }),
  )

  it("any JSON whatever is answered, never thrown", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom("issues", "repository", "installation", "installation_repositories", "push"),
        fc.jsonValue(),
        async (event, value) => {
          const result = await Effect.runPromise(Effect.result(interpret(event, value)))
          assert.include(event === "push" ? ["Success"] : ["Success", "Failure"], result._tag)
        },
      ),
    ))
})
