import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { readExtract, type JsonObject } from "./conformance/openapi.ts"
import { clone, failure, git, REPOSITORY, startFixture, type Fixture } from "./testing/fixture.ts"

/** Every operation the stand-in serves, called by its id with the real client and judged by GitHub's description. */
let fixture: Fixture
let token: string
let head: string
const paths = readExtract("rest.json").paths as Record<string, Record<string, JsonObject>>
const routes = new Map(
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [String(operation.operationId), `${method.toUpperCase()} ${path}`] as const),
  ),
)

/** Any operation's answer. `never` fits wherever a test puts a field. */
type Fields = { readonly [field: string]: never }
interface Answer {
  readonly status: number
  readonly data: Fields
}
const field = (data: Fields, name: string): Fields => data[name] as unknown as Fields
const list = (data: unknown): ReadonlyArray<Fields> => data as ReadonlyArray<Fields>

async function ask(as: string | undefined, id: string, parameters: JsonObject = {}): Promise<Answer> {
  const route = routes.get(id)
  if (!route) throw new Error(`no operation ${id}`)
  const repository = route.includes("{owner}") ? REPOSITORY : {}
  return (await fixture.client(as).request(route, { ...repository, ...parameters } as never)) as unknown as Answer
}
const bot = (id: string, parameters?: JsonObject) => ask(token, id, parameters)
const alice = (id: string, parameters?: JsonObject) => ask(fixture.github.userToken("alice"), id, parameters)

beforeAll(async () => {
  fixture = await startFixture({
    app: {
      id: 4711,
      slug: "loom-local",
      name: "Loom",
      webhookSecret: "s",
      permissions: { contents: "write", issues: "write", pull_requests: "write", checks: "write", statuses: "write" },
    },
  })
  await fixture.github.addRepository({
    owner: "acme",
    name: "widgets",
    files: { "README.md": "# Widgets\n", "src/a.txt": "one\ntwo\nthree\n", "src/run.sh": "#!/bin/sh\n" },
    collaborators: { alice: "write", bob: "write" },
  })
  token = await fixture.token()
  const checkout = await clone(fixture, token)
  await git(checkout, "checkout", "--quiet", "-b", "topic")
  writeFileSync(join(checkout, "src/a.txt"), "one\n2\nthree\n")
  await git(checkout, "commit", "--quiet", "-am", "Two")
  await git(checkout, "push", "--quiet", "origin", "topic")
  head = await git(checkout, "rev-parse", "HEAD")
})

afterAll(() => fixture.close())

describe("the REST API", () => {
  it("knows the App, its installation, its repositories and users", async () => {
    const { octokit } = fixture.app
    const installation_id = fixture.github.installationId("acme")
    await octokit.request("GET /app")
    await octokit.request("GET /app/installations")
    await octokit.request("GET /app/installations/{installation_id}", { installation_id })
    expect((await octokit.request("GET /repos/{owner}/{repo}/installation", REPOSITORY)).data.id).toBe(installation_id)
    const config = await octokit.request("GET /app/hook/config")
    await octokit.request("PATCH /app/hook/config", { data: { url: config.data.url, content_type: "json" } } as never)
    await fixture.github.deliveriesIdle()
    const { data } = await octokit.request("GET /app/hook/deliveries")
    await octokit.request("GET /app/hook/deliveries/{delivery_id}", { delivery_id: Number(data[0]?.id) })
    await octokit.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: Number(data[0]?.id) })
    const repositories: Array<string> = []
    await fixture.app.eachRepository(({ repository }) => void repositories.push(repository.full_name))
    expect(repositories).toEqual(["acme/widgets"])
    const other = await fixture.token()
    await ask(other, "apps/revoke-installation-access-token")
    await bot("rate-limit/get")
    await bot("users/get-by-username", { username: "loom-local[bot]" })
    expect((await alice("users/get-authenticated")).data).toMatchObject({ login: "alice" })
  })

  it("reads repositories, branches, commits and contents", async () => {
    await bot("repos/get")
    await bot("repos/get-collaborator-permission-level", { username: "alice" })
    expect(list((await bot("repos/list-branches")).data).map(({ name }) => name)).toEqual(["main", "topic"])
    await bot("repos/get-branch", { branch: "topic" })
    expect((await bot("repos/list-commits", { sha: "topic", path: "src/a.txt", per_page: 1 })).data).toMatchObject([
      { sha: head, commit: { message: "Two" } },
    ])
    expect((await bot("repos/get-commit", { ref: "topic" })).data).toMatchObject({
      stats: { total: 2 },
      files: [{ filename: "src/a.txt" }],
    })
    expect((await bot("repos/compare-commits-with-basehead", { basehead: "main...topic" })).data).toMatchObject({
      status: "ahead",
      ahead_by: 1,
      files: [{ patch: "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three" }],
    })
    expect(
      Buffer.from(String((await bot("repos/get-content", { path: "src/a.txt", ref: "topic" })).data.content), "base64").toString(),
    ).toBe("one\n2\nthree\n")
    expect(list((await bot("repos/get-content", { path: "src" })).data).map(({ name, type }) => [name, type])).toEqual([
      ["a.txt", "file"],
      ["run.sh", "file"],
    ])
    expect((await bot("repos/get-content", { path: "README.md", mediaType: { format: "raw" } })).data).toBe("# Widgets\n")
    expect((await bot("repos/get-content", { path: "" })).data).toHaveLength(2)
    expect((await bot("repos/get-readme")).data).toMatchObject({ path: "README.md" })
    const tarball = await fetch(`${fixture.github.url}/repos/acme/widgets/tarball/topic`, { headers: { authorization: `token ${token}` } })
    expect([...Buffer.from(await tarball.arrayBuffer()).subarray(0, 2)]).toEqual([0x1f, 0x8b])
    expect((await failure(bot("repos/get-content", { path: "nowhere" }))).status).toBe(404)
  })

  it("writes commits that git agrees with", async () => {
    const { data: ref } = await bot("git/get-ref", { ref: "heads/main" })
    const sha = String(field(ref, "object").sha)
    const { data: commit } = await bot("git/get-commit", { commit_sha: sha })
    const { data: blob } = await bot("git/create-blob", { content: "aGVsbG8K", encoding: "base64" })
    expect(blob.sha).toBe("ce013625030ba8dba906f756967f9e9ca394464a")
    await bot("git/get-blob", { file_sha: blob.sha })
    const tree = [
      { path: "hello", mode: "100755", type: "blob", sha: blob.sha },
      { path: "README.md", mode: "100644", type: "blob", sha: null },
    ]
    const { data: made } = await bot("git/create-tree", { base_tree: field(commit, "tree").sha, tree })
    const { data: listed } = await bot("git/get-tree", { tree_sha: made.sha, recursive: "1" })
    expect(list(listed.tree).map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      "100755 hello",
      "040000 src",
      "100644 src/a.txt",
      "100755 src/run.sh",
    ])
    const author = { name: "Ada", email: "ada@example.com", date: "2026-01-02T03:04:05Z" }
    const { data: next } = await bot("git/create-commit", { message: "Hello", tree: made.sha, parents: [sha], author })
    expect(next.author).toEqual(author)
    await bot("git/create-ref", { ref: "refs/heads/rest", sha })
    expect((await failure(bot("git/create-ref", { ref: "refs/heads/rest", sha }))).body.message).toBe("Reference already exists")
    await bot("git/update-ref", { ref: "heads/rest", sha: next.sha })
    expect((await failure(bot("git/update-ref", { ref: "heads/rest", sha }))).body.message).toBe("Update is not a fast forward")
    await bot("git/update-ref", { ref: "heads/rest", sha, force: true })
    expect((await bot("git/list-matching-refs", { ref: "heads/r" })).data).toHaveLength(1)
    await bot("git/delete-ref", { ref: "heads/rest" })
    expect((await failure(bot("git/get-ref", { ref: "heads/rest" }))).status).toBe(404)
    const workflow = { tree: [{ path: ".github/workflows/ci.yml", mode: "100644", type: "blob", content: "on: push" }] }
    expect((await failure(bot("git/create-tree", workflow))).status).toBe(403)
  })

  it("keeps issues, comments, labels and reactions", async () => {
    const { data: issue } = await alice("issues/create", { title: "Bug", body: "It fails", labels: ["bug"], assignees: ["bob"] })
    const issue_number = issue.number
    await bot("issues/get", { issue_number })
    expect((await bot("issues/list-for-repo", { labels: "bug", assignee: "bob", state: "all" })).data).toHaveLength(1)
    await bot("issues/list-assignees")
    await bot("issues/remove-assignees", { issue_number, assignees: ["bob"] })
    await bot("issues/add-assignees", { issue_number, assignees: ["alice"] })
    await bot("issues/create-label", { name: "loom:ready", color: "00ff00", description: "Go" })
    await bot("issues/get-label", { name: "loom:ready" })
    await bot("issues/update-label", { name: "loom:ready", color: "0000ff" })
    expect((await failure(bot("issues/create-label", { name: "LOOM:ready" }))).body.errors).toMatchObject([{ code: "already_exists" }])
    await bot("issues/list-labels-for-repo")
    await bot("issues/add-labels", { issue_number, labels: ["loom:ready"] })
    await bot("issues/remove-label", { issue_number, name: "bug" })
    expect((await failure(bot("issues/remove-label", { issue_number, name: "bug" }))).body.message).toBe("Label does not exist")
    await bot("issues/set-labels", { issue_number, labels: ["loom:running"] })
    expect(list((await bot("issues/list-labels-on-issue", { issue_number })).data).map(({ name }) => name)).toEqual(["loom:running"])
    await bot("issues/remove-all-labels", { issue_number })
    await bot("issues/delete-label", { name: "bug" })
    const { data: comment } = await bot("issues/create-comment", { issue_number, body: "Working" })
    const comment_id = comment.id
    await bot("issues/get-comment", { comment_id })
    await bot("issues/update-comment", { comment_id, body: "Done" })
    await bot("issues/list-comments", { issue_number })
    await bot("issues/list-comments-for-repo")
    const { data: theirs } = await alice("issues/create-comment", { issue_number, body: "Thanks" })
    expect((await failure(bot("issues/update-comment", { comment_id: theirs.id, body: "Hijacked" }))).status).toBe(403)
    for (const [kind, subject] of [
      ["issue", { issue_number }],
      ["issue-comment", { comment_id }],
    ] as const) {
      const { data: reaction, status } = await bot(`reactions/create-for-${kind}`, { ...subject, content: "eyes" })
      expect([status, (await bot(`reactions/create-for-${kind}`, { ...subject, content: "eyes" })).status]).toEqual([201, 200])
      expect((await bot(`reactions/list-for-${kind}`, subject)).data).toHaveLength(1)
      await bot(`reactions/delete-for-${kind}`, { ...subject, reaction_id: reaction.id })
    }
    await bot("issues/delete-comment", { comment_id })
    await alice("issues/update", { issue_number, title: "Bug!", body: null, state: "closed", state_reason: "not_planned" })
    expect((await alice("issues/update", { issue_number, state: "open" })).data).toMatchObject({ state: "open", state_reason: "reopened" })
    const events = list((await bot("issues/list-events", { issue_number })).data).map(({ event }) => event)
    for (const event of ["assigned", "unassigned", "labeled", "unlabeled", "renamed", "closed", "reopened"]) expect(events).toContain(event)
    expect(list((await bot("issues/list-events-for-timeline", { issue_number })).data).map(({ event }) => event)).toContain("commented")
    expect((await failure(alice("issues/create", { title: "" }))).status).toBe(422)
    expect((await failure(alice("issues/create-comment", { issue_number, body: "x".repeat(65_537) }))).status).toBe(422)
  })

  it("takes checks from Apps, and statuses", async () => {
    const { data: run } = await bot("checks/create", {
      name: "loom",
      head_sha: head,
      status: "in_progress",
      external_id: "run-1",
      output: {
        title: "t",
        summary: "s",
        annotations: [{ path: "src/a.txt", start_line: 2, end_line: 2, annotation_level: "notice", message: "m" }],
      },
    })
    const check_run_id = run.id
    await bot("checks/get", { check_run_id })
    expect((await bot("checks/update", { check_run_id, conclusion: "success", output: { title: "u", summary: "s" } })).data).toMatchObject({
      status: "completed",
      conclusion: "success",
    })
    expect((await bot("checks/list-annotations", { check_run_id })).data).toHaveLength(1)
    expect((await bot("checks/list-for-ref", { ref: "topic", check_name: "loom", filter: "latest" })).data).toMatchObject({
      total_count: 1,
      check_runs: [{ external_id: "run-1" }],
    })
    const { data: suites } = await bot("checks/list-suites-for-ref", { ref: "topic" })
    const check_suite_id = list(suites.check_suites)[0]?.id
    expect((await bot("checks/get-suite", { check_suite_id })).data).toMatchObject({ status: "completed", conclusion: "success" })
    await bot("checks/list-for-suite", { check_suite_id })
    expect((await failure(bot("checks/create", { name: "loom", head_sha: "0".repeat(40) }))).status).toBe(422)
    expect(
      (
        await failure(
          bot("checks/create", {
            name: "loom",
            head_sha: head,
            conclusion: "success",
            output: { title: "t", summary: "x".repeat(65_536) },
          }),
        )
      ).status,
    ).toBe(422)
    await bot("repos/create-commit-status", { sha: head, state: "pending", context: "ci" })
    await bot("repos/create-commit-status", {
      sha: head,
      state: "success",
      context: "ci",
      target_url: "https://ci.example/1",
      description: "ok",
    })
    expect((await bot("repos/get-combined-status-for-ref", { ref: head })).data).toMatchObject({ state: "success", total_count: 1 })
    expect((await bot("repos/list-commit-statuses-for-ref", { ref: head })).data).toHaveLength(2)
  })

  it("reviews and merges pull requests", async () => {
    const { data: pull } = await bot("pulls/create", { title: "Two", head: "topic", base: "main", draft: true })
    const pull_number = pull.number
    await bot("pulls/get", { pull_number })
    await bot("pulls/list", { head: "acme:topic", state: "open", base: "main" })
    await bot("pulls/list-files", { pull_number })
    await bot("pulls/list-commits", { pull_number })
    await bot("repos/list-pull-requests-associated-with-commit", { commit_sha: head })
    await bot("pulls/update", { pull_number, title: "Two!", body: "Better" })
    await bot("issues/add-labels", { issue_number: pull_number, labels: ["loom"] })
    await bot("issues/remove-label", { issue_number: pull_number, name: "loom" })
    await bot("issues/add-assignees", { issue_number: pull_number, assignees: ["alice"] })
    await bot("issues/remove-assignees", { issue_number: pull_number, assignees: ["alice"] })
    await bot("pulls/request-reviewers", { pull_number, reviewers: ["alice", "bob"] })
    await bot("pulls/remove-requested-reviewers", { pull_number, reviewers: ["bob"] })
    expect((await bot("pulls/list-requested-reviewers", { pull_number })).data).toMatchObject({ users: [{ login: "alice" }] })
    expect((await failure(bot("pulls/create-review", { pull_number, event: "APPROVE" }))).status).toBe(422)
    const { data: review } = await alice("pulls/create-review", {
      pull_number,
      event: "REQUEST_CHANGES",
      body: "Hm",
      comments: [{ path: "src/a.txt", line: 2, side: "RIGHT", body: "Why 2?" }],
    })
    await bot("pulls/get-review", { pull_number, review_id: review.id })
    await bot("pulls/list-reviews", { pull_number })
    const { data: comments } = await bot("pulls/list-comments-for-review", { pull_number, review_id: review.id })
    expect(comments).toMatchObject([{ path: "src/a.txt", position: 3, diff_hunk: "@@ -1,3 +1,3 @@\n one\n-two\n+2" }])
    expect(
      (
        await failure(
          alice("pulls/create-review-comment", { pull_number, commit_id: head, path: "src/a.txt", line: 99, side: "RIGHT", body: "x" }),
        )
      ).status,
    ).toBe(422)
    const { data: single } = await alice("pulls/create-review-comment", {
      pull_number,
      commit_id: head,
      path: "src/a.txt",
      line: 1,
      side: "RIGHT",
      body: "And this",
    })
    const { data: reply } = await bot("pulls/create-reply-for-review-comment", { pull_number, comment_id: single.id, body: "Because" })
    expect(reply).toMatchObject({ in_reply_to_id: single.id, line: 1 })
    await bot("pulls/get-review-comment", { comment_id: reply.id })
    await bot("pulls/update-review-comment", { comment_id: reply.id, body: "Because!" })
    await amendTopic()
    const { data: after } = await bot("pulls/list-review-comments", { pull_number })
    expect(list(after).map(({ line }) => line)).toEqual([null, 1, 1])
    await bot("issues/list-events-for-timeline", { issue_number: pull_number })
    expect((await failure(bot("pulls/merge", { pull_number }))).status).toBe(405)
    await fixture.github.setDraft("acme", "widgets", Number(pull_number), false, "alice")
    await fixture.github.setDraft("acme", "widgets", Number(pull_number), true, "alice")
    await fixture.github.setDraft("acme", "widgets", Number(pull_number), false, "alice")
    await bot("pulls/update", { pull_number, state: "closed" })
    await bot("pulls/update", { pull_number, state: "open" })
    expect((await failure(bot("pulls/check-if-merged", { pull_number }))).status).toBe(404)
    await alice("pulls/merge", { pull_number, merge_method: "squash" })
    expect((await bot("pulls/check-if-merged", { pull_number })).status).toBe(204)
  })
})

describe("this suite", () => {
  it("went by GitHub's description throughout, and served every listed operation and webhook", async () => {
    await fixture.github.deliveriesIdle()
    const succeeded = new Set([...fixture.conformance.seen].filter((entry) => / [23]\d\d$/.test(entry)).map((entry) => entry.split(" ")[0]))
    // Served and judged in oauth/oauth.test.ts: they need somebody who has signed in.
    const ofPeople = new Set([
      "apps/list-installations-for-authenticated-user",
      "apps/list-installation-repos-for-authenticated-user",
      "apps/delete-token",
    ])
    expect([...routes.keys()].filter((id) => !succeeded.has(id) && !ofPeople.has(id))).toEqual([])
    const sent = (name: string): boolean => fixture.conformance.seen.has(`webhook ${name}`) || /^(installation|ping)/.test(name)
    expect(Object.keys(readExtract("webhooks.json").webhooks as JsonObject).filter((name) => !sent(name))).toEqual([])
    expect(fixture.conformance.violations).toEqual([])
  })
})

/** A push that rewrites the commented second line and leaves the first. */
async function amendTopic(): Promise<void> {
  const checkout = await clone(fixture, token)
  await git(checkout, "checkout", "--quiet", "topic")
  writeFileSync(join(checkout, "src/a.txt"), "one\nzwei\nthree\n")
  await git(checkout, "commit", "--quiet", "-am", "Zwei")
  await git(checkout, "push", "--quiet", "origin", "topic")
}
