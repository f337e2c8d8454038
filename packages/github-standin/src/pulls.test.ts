import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Octokit } from "@octokit/core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { clone, failure, git, REPOSITORY, startFixture, type Fixture } from "./testing/fixture.ts"

let fixture: Fixture
let installed: Octokit
let checkout: string
let serial = 0
let branch: string

beforeAll(async () => {
  fixture = await startFixture()
  await fixture.github.addRepository({
    owner: "acme",
    name: "widgets",
    files: { "README.md": "# Widgets\n", "src/a.txt": "one\ntwo\nthree\n" },
    collaborators: { alice: "write" },
  })
  installed = await fixture.installed()
  checkout = await clone(fixture, await fixture.token())
})

afterAll(() => fixture.close())

beforeEach(async () => {
  branch = `loom/${++serial}`
  await git(checkout, "checkout", "--quiet", "-B", branch, "origin/main")
})

async function commit(file: string, text: string): Promise<string> {
  writeFileSync(join(checkout, file), text)
  await git(checkout, "add", "--all")
  await git(checkout, "commit", "--quiet", "-m", `Change ${file}`)
  return git(checkout, "rev-parse", "HEAD")
}

const push = (...args: Array<string>): Promise<string> => git(checkout, "push", "--quiet", ...args, "origin", branch)
const open = async (fields: Record<string, unknown> = {}) =>
  (
    await installed.request("POST /repos/{owner}/{repo}/pulls", {
      ...REPOSITORY,
      title: "Fix",
      head: branch,
      base: "main",
      draft: true,
      ...fields,
    })
  ).data
const read = async (pull_number: number) =>
  (await installed.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...REPOSITORY, pull_number })).data

describe("a pull request", () => {
  it("says what git says, and follows its branch", async () => {
    const first = await commit("src/a.txt", "one\n2\nthree\nfour\n")
    await push()
    const opened = await open({ body: "Fixes nothing" })
    expect(opened).toMatchObject({
      draft: true,
      mergeable: null,
      head: { sha: first, ref: branch },
      additions: 2,
      deletions: 1,
      commits: 1,
      user: { login: "loom-local[bot]", type: "Bot" },
    })

    const second = await commit("src/ü.txt", "neu\n")
    await push()
    await fixture.github.deliveriesIdle()
    expect(await read(opened.number)).toMatchObject({ head: { sha: second }, commits: 2, changed_files: 2, mergeable: true })
    expect(
      fixture.webhooks.received.find(({ event, payload }) => event === "pull_request" && payload.action === "synchronize")?.payload,
    ).toMatchObject({ number: opened.number, before: first, after: second })

    const files = await installed.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", {
      ...REPOSITORY,
      pull_number: opened.number,
    })
    expect(files.data).toMatchObject([
      { filename: "src/a.txt", status: "modified", patch: "@@ -1,3 +1,4 @@\n one\n-two\n+2\n three\n+four" },
      { filename: "src/ü.txt", status: "added" },
    ])
    const diff = await installed.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...REPOSITORY,
      pull_number: opened.number,
      mediaType: { format: "diff" },
    })
    expect(String(diff.data)).toBe(`${await git(checkout, "diff", "origin/main...HEAD")}\n`)
  })

  it("is refused where GitHub refuses it", async () => {
    expect((await failure(open({ head: "nowhere" }))).body.errors).toMatchObject([{ field: "head", code: "invalid" }])
    await push()
    expect((await failure(open())).body.errors?.[0]?.message).toBe(`No commits between main and ${branch}`)
    await commit("b.txt", "b\n")
    await push()
    expect((await failure(open({ base: "nowhere" }))).body.errors).toMatchObject([{ field: "base", code: "invalid" }])
    await open()
    const duplicate = await failure(open())
    expect(duplicate.status).toBe(422)
    expect(duplicate.body.errors?.[0]?.message).toBe(`A pull request already exists for acme:${branch}.`)
    const { data } = await installed.request("GET /repos/{owner}/{repo}/pulls", { ...REPOSITORY, head: `acme:${branch}`, state: "all" })
    expect(data).toHaveLength(1)
  })

  it("refuses drafts where the plan has none", async () => {
    await fixture.github.addRepository({ owner: "acme", name: "free", private: true, files: { a: "a" }, draftPullRequests: false })
    const repository = { owner: "acme", repo: "free" }
    const { data: main } = await installed.request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...repository, ref: "heads/main" })
    const { data: made } = await installed.request("POST /repos/{owner}/{repo}/git/commits", {
      ...repository,
      message: "m",
      tree: (
        await installed.request("POST /repos/{owner}/{repo}/git/trees", {
          ...repository,
          base_tree: main.object.sha,
          tree: [{ path: "b", mode: "100644", type: "blob", content: "b" }],
        })
      ).data.sha,
      parents: [main.object.sha],
    })
    await installed.request("POST /repos/{owner}/{repo}/git/refs", { ...repository, ref: "refs/heads/x", sha: made.sha })
    const pull = { ...repository, title: "x", head: "x", base: "main" }
    expect((await failure(installed.request("POST /repos/{owner}/{repo}/pulls", { ...pull, draft: true }))).status).toBe(422)
    await installed.request("POST /repos/{owner}/{repo}/pulls", pull)
  })

  it("is dirty when it conflicts, and closes when its branch goes", async () => {
    await commit("README.md", "# Mine\n")
    await push()
    const { number } = await open()
    const alice = fixture.client(fixture.github.userToken("alice"))
    const { data: main } = await alice.request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...REPOSITORY, ref: "heads/main" })
    const { data: tree } = await alice.request("POST /repos/{owner}/{repo}/git/trees", {
      ...REPOSITORY,
      base_tree: main.object.sha,
      tree: [{ path: "README.md", mode: "100644", type: "blob", content: "# Theirs\n" }],
    })
    const { data: made } = await alice.request("POST /repos/{owner}/{repo}/git/commits", {
      ...REPOSITORY,
      message: "Theirs",
      tree: tree.sha,
      parents: [main.object.sha],
    })
    await alice.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", { ...REPOSITORY, ref: "heads/main", sha: made.sha })
    expect(await read(number)).toMatchObject({ mergeable: false, mergeable_state: "dirty", base: { sha: made.sha } })
    await git(checkout, "push", "--quiet", "origin", `:${branch}`)
    expect(await read(number)).toMatchObject({ state: "closed", merged: false })
    await git(checkout, "fetch", "--quiet")
  })

  it.each(["merge", "squash", "rebase"] as const)("merges by %s, and closes the issue it names", async (merge_method) => {
    await git(checkout, "fetch", "--quiet")
    await git(checkout, "reset", "--quiet", "--hard", "origin/main")
    const issue = await fixture.github.openIssue("acme", "widgets", { title: "Broken", author: "alice" })
    const head = await commit(`${merge_method}.txt`, "x\n")
    await push()
    const { number } = await open({ draft: false, body: `Fixes #${issue.number}` })
    const merge = (sha: string) =>
      installed.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", { ...REPOSITORY, pull_number: number, merge_method, sha })
    expect((await failure(merge("0".repeat(40)))).status).toBe(409)
    const { data } = await merge(head)
    await git(checkout, "fetch", "--quiet")
    expect(await git(checkout, "rev-parse", "origin/main")).toBe(data.sha)
    expect(await git(checkout, "show", `origin/main:${merge_method}.txt`)).toBe("x")
    expect(await read(number)).toMatchObject({ state: "closed", merged: true, merge_commit_sha: data.sha })
    const closed = await installed.request("GET /repos/{owner}/{repo}/issues/{issue_number}", { ...REPOSITORY, issue_number: issue.number })
    expect(closed.data).toMatchObject({ state: "closed", state_reason: "completed" })
  })
})

describe("git", () => {
  it("asks strangers for credentials before they push, and lets them read", async () => {
    const folder = fixture.folder()
    await git(folder, "clone", "--quiet", `${fixture.github.url}/acme/widgets`, ".")
    await git(folder, "commit", "--quiet", "--allow-empty", "-m", "x")
    await expect(git(folder, "push", "origin", "HEAD:refs/heads/x")).rejects.toThrow(/could not read Username/)
    await git(
      folder,
      "remote",
      "set-url",
      "origin",
      `${fixture.github.url.replace("://", `://mallory:${fixture.github.userToken("mallory")}@`)}/acme/widgets.git`,
    )
    await expect(git(folder, "push", "origin", "HEAD:refs/heads/x")).rejects.toThrow(/403/)
  })

  it("refuses rewrites without force, hidden refs, and workflow files of Apps", async () => {
    await commit("c.txt", "c\n")
    await push()
    await git(checkout, "commit", "--quiet", "--amend", "-m", "rewritten")
    await expect(push()).rejects.toThrow(/non-fast-forward|fetch first|rejected/)
    await push("--force")
    await expect(git(checkout, "push", "origin", "HEAD:refs/pull/1/head")).rejects.toThrow(/deny updating a hidden ref/)
    await git(checkout, "checkout", "--quiet", "-B", branch)
    await git(checkout, "mv", "c.txt", "d.txt")
    const { mkdirSync } = await import("node:fs")
    mkdirSync(join(checkout, ".github/workflows"), { recursive: true })
    await commit(".github/workflows/ci.yml", "on: push\n")
    await expect(push()).rejects.toThrow(/without `workflows` permission/)
  })

  it("takes a pack too large for one buffer", async () => {
    const { randomBytes } = await import("node:crypto")
    await git(checkout, "reset", "--quiet", "--hard", "origin/main")
    writeFileSync(join(checkout, "big.bin"), randomBytes(6 * 1024 * 1024))
    const sha = await commit("note.txt", "big\n")
    await push()
    const { data } = await installed.request("GET /repos/{owner}/{repo}/commits/{ref}", { ...REPOSITORY, ref: branch })
    expect(data).toMatchObject({ sha, files: [{ filename: "big.bin" }, { filename: "note.txt" }] })
  })
})

describe("this suite", () => {
  it("went by GitHub's description throughout", async () => {
    await fixture.github.deliveriesIdle()
    expect(fixture.conformance.violations).toEqual([])
  })
})
