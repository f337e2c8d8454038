import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { GitHub } from "@loom/core/ports/GitHub"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import { startGitHubWorld, type GitHubWorld } from "./testing/github-world.ts"

let world: GitHubWorld
beforeAll(async () => void (world = await startGitHubWorld()))
afterAll(() => world.close())

const github = <A, E>(use: (github: GitHub["Service"]) => Effect.Effect<A, E>) =>
  Effect.suspend(() => GitHub.use(use).pipe(Effect.provide(world.layer)))
const make = (name: string, more?: object) => Effect.promise(() => world.repository(name, more))
const branch = "loom/issue-1"
const spec = { branch, base: "main", title: "fix: it (#1)", body: "Fixes #1", draft: true }
const created = (repository: RepositoryRef) =>
  world.sent.filter((request) => request.method === "POST" && request.path === `/repos/acme/${repository.name}/pulls`).length

/** A person's own request to the REST API. */
const asAlice = (method: string, path: string, body: object) =>
  Effect.promise(async () => {
    const response = await fetch(`${world.github.url}${path}`, {
      method,
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${world.github.userToken("acme")}`, "content-type": "application/json" },
    })
    assert.isTrue(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`)
    return response.json()
  })

/** A branch with one commit that the base has not. */
const pushBranch = (repository: RepositoryRef, name = branch) =>
  Effect.gen(function* () {
    const repo = `/repos/acme/${repository.name}`
    const base = yield* github((hub) => hub.branchHead(repository, "main"))
    const { tree } = yield* asAlice("POST", `${repo}/git/trees`, {
      tree: [{ path: `f-${name}`, mode: "100644", type: "blob", content: "x" }],
    }).pipe(Effect.map((answer) => ({ tree: answer.sha })))
    const commit = yield* asAlice("POST", `${repo}/git/commits`, { message: "work", tree, parents: [base] })
    yield* asAlice("POST", `${repo}/git/refs`, { ref: `refs/heads/${name}`, sha: commit.sha })
  })

describe("the pull request", () => {
  it.live("is a draft, and the same one when it is published again", () =>
    Effect.gen(function* () {
      const repository = yield* make("draft")
      yield* pushBranch(repository)
      assert.isNull(yield* github((hub) => hub.findPullRequest(repository, branch)))
      const first = yield* github((hub) => hub.upsertPullRequest(repository, spec))
      assert.deepInclude(first, { draft: true, state: "open", branch, base: "main" })
      const second = yield* github((hub) => hub.upsertPullRequest(repository, { ...spec, title: "fix: it better (#1)" }))
      assert.strictEqual(second.number, first.number)
      assert.deepInclude(yield* github((hub) => hub.findPullRequest(repository, branch)), { number: first.number, headSha: first.headSha })
      assert.strictEqual(created(repository), 1)
    }),
  )

  it.live("is made once though its answer was lost", () =>
    Effect.gen(function* () {
      const repository = yield* make("lost")
      yield* pushBranch(repository)
      world.once("POST", /\/lost\/pulls$/, "lost", "after")
      const pull = yield* github((hub) => hub.upsertPullRequest(repository, spec))
      assert.strictEqual(created(repository), 1)
      assert.strictEqual(pull.state, "open")
    }),
  )

  it.live("that another run made in between is taken as its own", () =>
    Effect.gen(function* () {
      const repository = yield* make("race")
      yield* pushBranch(repository)
      const first = yield* github((hub) => hub.upsertPullRequest(repository, spec))
      // The look finds nothing, as if it had come a moment earlier; GitHub then answers 422 "already exists".
      world.once("GET", /\/race\/pulls$/, Response.json([]))
      const second = yield* github((hub) => hub.upsertPullRequest(repository, spec))
      assert.strictEqual(second.number, first.number)
    }),
  )

  it.live("is called WIP where drafts are refused, until a person takes that off", () =>
    Effect.gen(function* () {
      const repository = yield* make("free", { private: true, draftPullRequests: false })
      yield* pushBranch(repository)
      const pull = yield* github((hub) => hub.upsertPullRequest(repository, spec))
      assert.isFalse(pull.draft)
      const title = Effect.promise(async () => {
        const answer = await fetch(`${world.github.url}/repos/acme/free/pulls/${pull.number}`, {
          headers: { authorization: `Bearer ${world.github.userToken("acme")}` },
        })
        return (await answer.json()).title
      })
      assert.strictEqual(yield* title, "WIP: fix: it (#1)")
      yield* github((hub) => hub.upsertPullRequest(repository, spec))
      assert.strictEqual(yield* title, "WIP: fix: it (#1)")
      yield* asAlice("PATCH", `/repos/acme/free/pulls/${pull.number}`, { title: "fix: it (#1)" })
      yield* github((hub) => hub.upsertPullRequest(repository, spec))
      assert.strictEqual(yield* title, "fix: it (#1)")
    }),
  )

  it.live("that a person closed is not opened again, but followed by a new one", () =>
    Effect.gen(function* () {
      const repository = yield* make("closed")
      yield* pushBranch(repository)
      const first = yield* github((hub) => hub.upsertPullRequest(repository, spec))
      yield* asAlice("PATCH", `/repos/acme/closed/pulls/${first.number}`, { state: "closed" })
      assert.deepInclude(yield* github((hub) => hub.findPullRequest(repository, branch)), { number: first.number, state: "closed" })
      const second = yield* github((hub) => hub.upsertPullRequest(repository, spec))
      assert.notStrictEqual(second.number, first.number)
    }),
  )

  it.live("of a branch that is not there is refused for good, and asked once", () =>
    Effect.gen(function* () {
      const repository = yield* make("nobranch")
      const error = yield* Effect.flip(github((hub) => hub.upsertPullRequest(repository, spec)))
      assert.strictEqual(error.reason._tag, "Rejected")
      assert.isFalse(error.isRetryable)
      assert.strictEqual(created(repository), 1)
    }),
  )

  it.live("asks people to review", () =>
    Effect.gen(function* () {
      const repository = yield* make("review", { collaborators: { bob: "write" } })
      yield* pushBranch(repository)
      const pull = yield* github((hub) => hub.upsertPullRequest(repository, spec))
      yield* github((hub) => hub.requestReviewers(repository, pull.number, ["@bob"]))
      yield* github((hub) => hub.requestReviewers(repository, pull.number, []))
    }),
  )
})

it("went by GitHub's own description", () => assert.deepStrictEqual(world.conformance.violations, []))
