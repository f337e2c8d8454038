import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, assert, describe, it } from "@effect/vitest"
import { patchCommand } from "@loom/core/domain/patch-format"
import type { Predicate } from "@loom/core/domain/Proof"
import { BadInput } from "../CliError.ts"
import { checkRepository } from "./check-repository.ts"

const folders: Array<string> = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

type Files = Readonly<Record<string, string | Buffer>>

/** A repository with a base commit, and a commit of the change on top of it. */
const changed = (base: Files, head: Files, objectFormat = "sha1") => {
  const folder = mkdtempSync(join(tmpdir(), "loom-repo-"))
  folders.push(folder)
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@x", ...args], { cwd: folder, maxBuffer: 1 << 26 })
  const commit = (files: Files, message: string) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    git("add", "-A")
    git("commit", "-q", "-m", message)
    return git("rev-parse", "HEAD").toString().trim()
  }
  git("init", "-q", "-b", "main", `--object-format=${objectFormat}`)
  const from = commit(base, "base")
  const to = commit(head, "head")
  return { folder, git, base: from, head: to, tree: git("rev-parse", "HEAD^{tree}").toString().trim() }
}
type Changed = ReturnType<typeof changed>

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex")
/** As a person would make the patch: with the command line that the proof names. */
const byHand = ({ base, git, head }: Changed) => sha256(git(...patchCommand(base, head).split(" ").slice(1)))

type Asked = Pick<Predicate, "base" | "head" | "patch">
const asked = (of: Changed, patch: string, more: Partial<Asked["head"]> = {}) =>
  ({
    base: { branch: "main", commit: of.base },
    head: { branch: "loom/issue-1", commit: of.head, tree: of.tree, ...more },
    patch: { sha256: patch, command: "", files: [] },
  }) satisfies Asked as unknown as Predicate
const answers = async (path: string, predicate: Predicate) => {
  const checks = await checkRepository(path, predicate)
  return Object.fromEntries(checks.map(({ name, ok }) => [name, ok]))
}
const allYes = { commit: true, tree: true, patch: true }

describe("checkRepository", () => {
  it("finds the commit, its tree and the patch, as `git diff` makes it by hand", async () => {
    const repo = changed(
      { "a.txt": "one\ntwo\n", "b.bin": Buffer.from([0, 1, 2, 255]), "gone.txt": "x\n", "ü ä.txt": "é\n" },
      { "a.txt": "one\n2\n", "b.bin": Buffer.from([0, 9, 2, 255]), "gone.txt": "", "ü ä.txt": "e\n", "new/c.txt": "no line break" },
    )
    assert.deepStrictEqual(await answers(repo.folder, asked(repo, byHand(repo))), allYes)
  })

  it("works on a bare clone, and in a repository of SHA-256", async () => {
    const repo = changed({ "a.txt": "1\n" }, { "a.txt": "2\n" }, "sha256")
    assert.lengthOf(repo.head, 64)
    const bare = mkdtempSync(join(tmpdir(), "loom-bare-"))
    folders.push(bare)
    repo.git("clone", "-q", "--bare", repo.folder, bare)
    assert.deepStrictEqual(await answers(bare, asked(repo, byHand(repo))), allYes)
  })

  it("takes the attributes of the commit, and nothing of the repository's settings", async () => {
    const repo = changed(
      { ".gitattributes": "*.dat -diff\n*.txt diff=upper\n", "x.dat": "text\n", "a.txt": "1\n" },
      { "x.dat": "other\n", "a.txt": "2\n" },
    )
    const patch = byHand(repo)
    for (const [name, value] of [
      ["diff.noprefix", "true"],
      ["diff.context", "0"],
      ["diff.algorithm", "histogram"],
      ["diff.external", "false"],
      ["diff.upper.textconv", "false"],
      ["core.fsmonitor", "touch fsmonitor-ran"],
    ] as const)
      repo.git("config", name, value)
    writeFileSync(join(repo.folder, ".git", "info", "attributes"), "*.txt -diff\n")
    writeFileSync(join(repo.folder, ".gitattributes"), "* -diff\n")
    assert.deepStrictEqual(await answers(repo.folder, asked(repo, patch)), allYes)
  })

  it("knows the binary form that a change outside of UTF-8 has", async () => {
    const repo = changed({ "latin.txt": Buffer.from("caf\xe9\n", "latin1") }, { "latin.txt": Buffer.from("th\xe9\n", "latin1") })
    writeFileSync(join(repo.folder, ".git", "info", "attributes"), "* -diff\n")
    const binary = byHand(repo)
    rmSync(join(repo.folder, ".git", "info", "attributes"))
    assert.notStrictEqual(binary, byHand(repo))
    assert.deepStrictEqual(await answers(repo.folder, asked(repo, binary)), allYes)
  })

  it("says no to another patch, another tree, another base, and a commit that is not there", async () => {
    const repo = changed({ "a.txt": "1\n" }, { "a.txt": "2\n" })
    const patch = byHand(repo)
    assert.deepStrictEqual(await answers(repo.folder, asked(repo, "0".repeat(64))), { ...allYes, patch: false })
    assert.deepStrictEqual(await answers(repo.folder, asked(repo, patch, { tree: "0".repeat(40) })), { ...allYes, tree: false })
    assert.deepStrictEqual(await answers(repo.folder, asked(repo, patch, { commit: "0".repeat(40) })), { commit: false })
    const amended = changed({ "a.txt": "1\n", "b.txt": "b\n" }, { "a.txt": "2\n" })
    assert.deepStrictEqual(await answers(amended.folder, asked(repo, patch)), { commit: false })
    repo.git("commit", "-q", "--allow-empty", "-m", "further")
    const further = repo.git("rev-parse", "HEAD").toString().trim()
    assert.deepStrictEqual(await answers(repo.folder, asked(repo, patch, { commit: further })), { ...allYes, commit: false })
  })

  it("says that it could not ask for a tree that the proof does not name", async () => {
    const repo = changed({ "a.txt": "1\n" }, { "a.txt": "2\n" })
    assert.deepStrictEqual(await answers(repo.folder, asked(repo, byHand(repo), { tree: null })), { ...allYes, tree: null })
  })

  it("is bad input where there is no repository", async () => {
    const folder = mkdtempSync(join(tmpdir(), "loom-none-"))
    folders.push(folder)
    const repo = changed({ "a.txt": "1\n" }, { "a.txt": "2\n" })
    for (const path of [folder, join(folder, "nowhere")]) {
      const error = await checkRepository(path, asked(repo, byHand(repo))).then(
        () => null,
        (thrown: unknown) => thrown,
      )
      assert.instanceOf(error, BadInput)
    }
  })
})
