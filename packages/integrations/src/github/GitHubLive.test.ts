import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { GitHub } from "@loom/core/ports/GitHub"
import { loomLabels, statusLabelNames, statusLabels } from "@loom/core/domain/labels"
import { RunId, TaskId } from "@loom/core/domain/Ids"
import { stickyMarker } from "@loom/core/domain/sticky-comment"
import { startGitHubWorld, type GitHubWorld } from "./testing/github-world.ts"

let world: GitHubWorld
beforeAll(async () => void (world = await startGitHubWorld()))
afterAll(() => world.close())

const github = <A, E>(use: (github: GitHub["Service"]) => Effect.Effect<A, E>) =>
  Effect.suspend(() => GitHub.use(use).pipe(Effect.provide(world.layer)))
const make = (name: string, more?: object) => Effect.promise(() => world.repository(name, more))
const issue = (name: string, labels: ReadonlyArray<string> = []) =>
  Effect.promise(() => world.github.openIssue("acme", name, { title: "Broken", body: "It *breaks*", author: "alice", labels }))
const sentTo = (method: string, path: RegExp) => world.sent.filter((request) => request.method === method && path.test(request.path)).length

describe("reads", () => {
  it.live("a repository, its branch, its files", () =>
    Effect.gen(function* () {
      const repository = yield* make("reads", { files: { "README.md": "# hello\n", ".github/x.yml": "name: ünï\n" } })
      const info = yield* github((hub) => hub.repository(repository))
      assert.deepInclude(info, { id: repository.id, owner: "acme", name: "reads", defaultBranch: "main", archived: false, empty: false })
      assert.match((yield* github((hub) => hub.branchHead(repository, "main"))) ?? "", /^[0-9a-f]{40}$/)
      assert.isNull(yield* github((hub) => hub.branchHead(repository, "loom/issue-1")))
      assert.strictEqual(yield* github((hub) => hub.file(repository, ".github/x.yml", "main")), "name: ünï\n")
      assert.isNull(yield* github((hub) => hub.file(repository, "missing", "main")))
      assert.isNull(yield* github((hub) => hub.file(repository, ".github", "main")), "a directory is no text")
    }),
  )

  it.live("an empty repository is said to be empty", () =>
    Effect.gen(function* () {
      const repository = yield* make("empty", { files: undefined })
      assert.isTrue((yield* github((hub) => hub.repository(repository))).empty)
    }),
  )

  it.live("an issue with its comments and who may write", () =>
    Effect.gen(function* () {
      const repository = yield* make("talk", { collaborators: { alice: "write", bob: "read" } })
      const { number } = yield* issue("talk", ["bug"])
      for (const body of ["first", "second"]) yield* Effect.promise(() => world.github.commentOnIssue("acme", "talk", number, body, "bob"))
      const read = yield* github((hub) => hub.issue(repository, number))
      assert.deepInclude(read, {
        number,
        title: "Broken",
        body: "It *breaks*",
        state: "open",
        isPullRequest: false,
        author: "alice",
        authorIsBot: false,
      })
      assert.deepStrictEqual(read.labels, ["bug"])
      const comments = yield* github((hub) => hub.comments(repository, number))
      assert.deepStrictEqual(
        comments.map((comment) => comment.body),
        ["first", "second"],
      )
      const may = (login: string) => github((hub) => Effect.map(hub.collaborator(repository, login), ({ permission }) => permission))
      assert.strictEqual(yield* may("alice"), "write")
      assert.include(["read", "none"], yield* may("bob"))
      assert.strictEqual(yield* may("nobody-of-that-name"), "none")
      const alice = yield* github((hub) => hub.collaborator(repository, "alice"))
      assert.strictEqual(alice.permission, "write")
      assert.isAbove(alice.githubId ?? 0, 0)
      assert.deepStrictEqual(yield* github((hub) => hub.collaborator(repository, "ALICE")), alice)
      assert.deepStrictEqual(yield* github((hub) => hub.collaborator(repository, "nobody-of-that-name")), {
        permission: "none",
        githubId: null,
      })
    }),
  )

  it.live("the newest hundred of many comments, oldest first", () =>
    Effect.gen(function* () {
      const repository = yield* make("many")
      const { number } = yield* issue("many")
      for (let i = 1; i <= 130; i++) yield* Effect.promise(() => world.github.commentOnIssue("acme", "many", number, `c${i}`, "bob"))
      const comments = yield* github((hub) => hub.comments(repository, number))
      assert.deepStrictEqual([comments.length, comments[0]?.body, comments.at(-1)?.body], [100, "c31", "c130"])
    }),
  )
})

describe("one comment, edited in place", () => {
  const marker = stickyMarker(TaskId.make("t1"))
  const bodies = (name: string, number: number) =>
    Effect.gen(function* () {
      const comments = yield* github((hub) => hub.comments({ ...(repositories.get(name) ?? assert.fail("no repository")) }, number))
      return comments.map((comment) => comment.body)
    })
  const repositories = new Map<string, Awaited<ReturnType<GitHubWorld["repository"]>>>()
  const setUp = (name: string) =>
    Effect.gen(function* () {
      const repository = yield* make(name)
      repositories.set(name, repository)
      return { repository, number: (yield* issue(name)).number }
    })

  it.live("is made once and then edited", () =>
    Effect.gen(function* () {
      const { number, repository } = yield* setUp("sticky")
      const first = yield* github((hub) => hub.upsertComment(repository, number, marker, `${marker}\none`))
      const second = yield* github((hub) => hub.upsertComment(repository, number, marker, `${marker}\ntwo`))
      assert.strictEqual(first.id, second.id)
      assert.deepStrictEqual(yield* bodies("sticky", number), [`${marker}\ntwo`])
    }),
  )

  it.live("a stranger's comment with the marker is left alone", () =>
    Effect.gen(function* () {
      const { number, repository } = yield* setUp("forged")
      yield* Effect.promise(() => world.github.commentOnIssue("acme", "forged", number, `${marker} mine`, "mallory"))
      yield* github((hub) => hub.upsertComment(repository, number, marker, `${marker}\nreal`))
      yield* github((hub) => hub.upsertComment(repository, number, marker, `${marker}\nreal 2`))
      assert.deepStrictEqual(yield* bodies("forged", number), [`${marker} mine`, `${marker}\nreal 2`])
    }),
  )

  it.live("is found beyond the first page", () =>
    Effect.gen(function* () {
      const { number, repository } = yield* setUp("deep")
      for (let i = 1; i <= 101; i++) yield* Effect.promise(() => world.github.commentOnIssue("acme", "deep", number, `c${i}`, "bob"))
      const first = yield* github((hub) => hub.upsertComment(repository, number, marker, `${marker}\none`))
      const second = yield* github((hub) => hub.upsertComment(repository, number, marker, `${marker}\ntwo`))
      assert.strictEqual(first.id, second.id)
    }),
  )

  it.live("an answer lost after the comment was made makes no second one", () =>
    Effect.gen(function* () {
      const { number, repository } = yield* setUp("lost")
      world.once("POST", /\/repos\/acme\/lost\/issues\/\d+\/comments$/, "lost", "after")
      yield* github((hub) => hub.upsertComment(repository, number, marker, `${marker}\none`))
      assert.deepStrictEqual(yield* bodies("lost", number), [`${marker}\none`])
      assert.strictEqual(sentTo("POST", /lost\/issues\/\d+\/comments$/), 1)
    }),
  )

  it.live("a text longer than GitHub takes is cut, and keeps its marker", () =>
    Effect.gen(function* () {
      const { number, repository } = yield* setUp("long")
      yield* github((hub) => hub.upsertComment(repository, number, marker, `${marker}\n${"🧵x".repeat(40_000)}`))
      const [body = ""] = yield* bodies("long", number)
      assert.isAtMost(body.length, 65_536)
      assert.isTrue(body.startsWith(marker))
      assert.include(body, "cut here")
      assert.isTrue(body.isWellFormed())
    }),
  )
})

describe("labels", () => {
  it.live("are made, repaired when they drift, and not written again", () =>
    Effect.gen(function* () {
      const repository = yield* make("labels")
      yield* github((hub) => hub.ensureLabels(repository, [{ name: "loom:ready", color: "000000", description: "old" }]))
      yield* github((hub) => hub.ensureLabels(repository, loomLabels()))
      const before = world.sent.length
      yield* github((hub) => hub.ensureLabels(repository, loomLabels()))
      assert.deepStrictEqual(
        world.sent
          .slice(before)
          .map((request) => request.method)
          .filter((method) => method !== "GET"),
        [],
      )
      assert.strictEqual(sentTo("PATCH", /labels\/labels\/loom/), 1, "one label had drifted")
    }),
  )

  it.live("leave exactly one status, and a person's labels", () =>
    Effect.gen(function* () {
      const repository = yield* make("status", { collaborators: { alice: "write" } })
      const { number } = yield* issue("status", ["bug", statusLabels.queued, statusLabels.failed])
      const labels = Effect.map(
        github((hub) => hub.issue(repository, number)),
        (read) => [...read.labels].toSorted(),
      )
      yield* github((hub) => hub.setStatusLabel(repository, number, statusLabels.working, statusLabelNames))
      assert.deepStrictEqual(yield* labels, ["bug", statusLabels.working])
      yield* github((hub) => hub.setStatusLabel(repository, number, statusLabels.working, statusLabelNames))
      yield* github((hub) => hub.setStatusLabel(repository, number, null, statusLabelNames))
      assert.deepStrictEqual(yield* labels, ["bug"])
    }),
  )
})

describe("check runs", () => {
  it.live("one per head, name and run", () =>
    Effect.gen(function* () {
      const repository = yield* make("checks")
      const headSha = (yield* github((hub) => hub.branchHead(repository, "main"))) ?? ""
      const spec = {
        name: "loom/verify",
        headSha,
        externalId: RunId.make("run-1"),
        detailsUrl: "https://loom.test/tasks/1",
        conclusion: "success" as const,
        title: "3 passed, 0 failed",
        summary: "x".repeat(70_000),
      }
      const first = yield* github((hub) => hub.upsertCheckRun(repository, spec))
      const second = yield* github((hub) => hub.upsertCheckRun(repository, { ...spec, conclusion: "failure" }))
      assert.strictEqual(first.id, second.id)
      const other = yield* github((hub) => hub.upsertCheckRun(repository, { ...spec, externalId: "run-2" }))
      assert.notStrictEqual(other.id, first.id)
    }),
  )
})

it("every request Loom sent is one that GitHub describes, with the headers that GitHub asks for", () => {
  assert.isAbove(world.conformance.seen.size, 15)
  assert.deepStrictEqual(world.conformance.violations, [])
  for (const { headers, path } of world.sent) {
    assert.strictEqual(headers.get("user-agent"), "loom", path)
    assert.strictEqual(headers.get("accept"), "application/vnd.github+json", path)
    assert.strictEqual(headers.get("x-github-api-version"), "2022-11-28", path)
    assert.match(headers.get("authorization") ?? "", /^Bearer \S+$/, path)
  }
})
