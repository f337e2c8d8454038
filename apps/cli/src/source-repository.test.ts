import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BadInput } from "./CliError.ts"
import { fetchSource, namesOf } from "./source-repository.ts"

const git = (cwd: string, ...args: ReadonlyArray<string>): string =>
  execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim()

/** Three commits on `trunk`, each tagged, and a branch `other` at the last one. */
const withRepository = async (work: (path: string, commits: ReadonlyArray<string>) => Promise<void>) => {
  const path = mkdtempSync(join(tmpdir(), "loom-origin-"))
  try {
    git(path, "init", "--quiet", "-b", "trunk")
    const commits = ["1", "2", "3"].map((text) => {
      writeFileSync(join(path, "file"), text)
      git(path, "add", ".")
      git(path, "commit", "--quiet", "-m", text)
      git(path, "tag", `v${text}`)
      return git(path, "rev-parse", "HEAD")
    })
    git(path, "branch", "other")
    await work(path, commits)
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

const refs = (path: string) => git(path, "for-each-ref", "--format=%(refname) %(objectname)").split("\n")

const complaint = async (location: string, ref: string | null): Promise<string> => {
  const error = await fetchSource(location, ref).catch((cause: unknown) => cause)
  assert.instanceOf(error, BadInput)
  return error.message
}

describe("fetchSource", () => {
  it("takes the head of the default branch, and removes its copy in the end", () =>
    withRepository(async (path, commits) => {
      let copy = ""
      {
        using source = await fetchSource(path, null)
        copy = source.path
        assert.strictEqual(source.commit, commits[2])
        assert.strictEqual(source.branch, "trunk")
        assert.deepStrictEqual(refs(copy), [`refs/heads/trunk ${commits[2]}`, ...[1, 2, 3].map((n) => `refs/tags/v${n} ${commits[n - 1]}`)])
      }
      assert.isFalse(existsSync(copy))
    }))

  it.each([
    ["a commit", (commits: ReadonlyArray<string>) => commits[1] ?? ""],
    ["a short commit", (commits: ReadonlyArray<string>) => (commits[1] ?? "").slice(0, 10)],
    ["a tag", () => "v2"],
  ])("takes %s and nothing that came after it", (_, refOf) =>
    withRepository(async (path, commits) => {
      using source = await fetchSource(path, refOf(commits))
      assert.strictEqual(source.commit, commits[1])
      assert.deepStrictEqual(refs(source.path), [
        `refs/heads/trunk ${commits[1]}`,
        `refs/tags/v1 ${commits[0]}`,
        `refs/tags/v2 ${commits[1]}`,
      ])
      assert.strictEqual(git(source.path, "show", "HEAD:file"), "2")
    }),
  )

  it("names the ref that is not there", () =>
    withRepository(async (path) => assert.match(await complaint(path, "v9"), /has no branch, tag or commit "v9"/)))

  it("does not take an option for a ref", () => withRepository(async (path) => assert.match(await complaint(path, "--all"), /"--all"/)))

  it("names the place that is no repository", async () =>
    assert.match(await complaint("/nowhere/at/all", null), /nowhere.*is not a git repository/))

  it("refuses a repository without a commit", async () => {
    const path = mkdtempSync(join(tmpdir(), "loom-empty-"))
    git(path, "init", "--quiet")
    assert.match(await complaint(path, null), /has no commit yet|is not a git repository/)
    rmSync(path, { recursive: true })
  })
})

describe("namesOf", () => {
  it.each([
    ["https://git.example/acme/lib.git", "acme", "lib"],
    ["https://git.example/acme/lib/", "acme", "lib"],
    ["git@git.example:acme/my.lib.git", "acme", "my.lib"],
    ["/home/ada/work/my lib", "local", "my-lib"],
    ["/", "local", "repository"],
  ])("%s is %s/%s", (location, owner, name) => assert.deepStrictEqual(namesOf(location), { owner, name }))
})
