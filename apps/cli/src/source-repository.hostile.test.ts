import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BadInput } from "./CliError.ts"
import { fetchSource } from "./source-repository.ts"

/*
 * `npm run try` and `loom recipe` run git on this machine, against a repository that somebody else may have made. Each case leaves
 * `ran` where the host would have run something of it.
 */
const git = (cwd: string, args: ReadonlyArray<string>, input?: string): string =>
  execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
    cwd,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
    ...(input === undefined ? {} : { input }),
  }).trim()

interface Trap {
  readonly root: string
  readonly path: string
  readonly ran: string
  readonly program: string
}
const withTrap = async (work: (trap: Trap) => Promise<void>) => {
  const root = mkdtempSync(join(tmpdir(), "loom-hostile-"))
  const [path, ran, program] = [join(root, "repository"), join(root, "ran"), join(root, "program")] as const
  try {
    mkdirSync(path)
    writeFileSync(program, `#!/bin/sh\ntouch ${ran}\ncat\n`)
    chmodSync(program, 0o755)
    git(path, ["init", "--quiet", "-b", "trunk"])
    writeFileSync(join(path, "file"), "1")
    git(path, ["add", "."])
    git(path, ["commit", "--quiet", "-m", "1"])
    const copies = () => readdirSync(tmpdir()).filter((name) => name.startsWith("loom-source-")).length
    const before = copies()
    await work({ root, path, ran, program })
    assert.isFalse(existsSync(ran), "the host ran something of the repository")
    assert.isAtMost(copies(), before + 3, "no copy is left behind (others run beside this)")
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
const complaint = async (location: string, ref: string | null = null): Promise<string> => {
  const error = await fetchSource(location, ref).then(
    (source) => source[Symbol.dispose](),
    (cause: unknown) => cause,
  )
  assert.instanceOf(error, BadInput)
  return error.message
}

describe("a repository on this machine that somebody else made", () => {
  it("names every program that git could run, and none is", () =>
    withTrap(async ({ path, program }) => {
      const keys = [
        "core.fsmonitor",
        "core.sshCommand",
        "core.gitProxy",
        "core.pager",
        "core.editor",
        "core.askPass",
        "core.alternateRefsCommand",
        "diff.external",
        "diff.x.textconv",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "merge.x.driver",
        "uploadpack.packObjectsHook",
        "credential.helper",
        "gpg.program",
        "remote.origin.uploadpack",
        "remote.origin.vcs",
      ]
      for (const key of keys) git(path, ["config", key, program])
      git(path, ["config", "remote.origin.url", `ext::${program}`])
      for (const hook of readdirSync(join(path, ".git", "hooks"))) rmSync(join(path, ".git", "hooks", hook))
      for (const hook of ["pre-receive", "post-update", "reference-transaction", "post-checkout", "post-index-change", "proc-receive"])
        writeFileSync(join(path, ".git", "hooks", hook), `#!/bin/sh\n${program}\n`, { mode: 0o755 })
      writeFileSync(join(path, ".git", "info", "attributes"), "* filter=x diff=x merge=x\n")
      using source = await fetchSource(path, null)
      assert.strictEqual(source.branch, "trunk")
      assert.isFalse(existsSync(join(source.path, "hooks")))
    }))

  it("lacks objects and names a program to fetch them with", () =>
    withTrap(async ({ path, program, ran }) => {
      const blob = git(path, ["rev-parse", "HEAD:file"])
      rmSync(join(path, ".git", "objects", blob.slice(0, 2), blob.slice(2)), { force: true })
      git(path, ["config", "core.repositoryFormatVersion", "1"])
      git(path, ["config", "extensions.partialClone", "evil"])
      for (const url of [`ext::${program}`, "ssh://evil.example/x"]) {
        git(path, ["config", "remote.evil.url", url])
        git(path, ["config", "remote.evil.promisor", "true"])
        git(path, ["config", "protocol.ext.allow", "always"])
        git(path, ["config", "core.sshCommand", program])
        assert.match(await complaint(path), /is not a git repository that can be read/)
        assert.isFalse(existsSync(ran))
      }
    }))

  it("borrows objects from another repository of this machine", () =>
    withTrap(async ({ path, root }) => {
      const secret = join(root, "secret")
      execFileSync("git", ["clone", "--quiet", "--bare", path, secret])
      writeFileSync(join(path, ".git", "objects", "info", "alternates"), `${join(secret, "objects")}\n`)
      assert.match(await complaint(path), /borrows objects from .*secret.*repack/)
    }))

  it("has three thousand tags, and names like options", () =>
    withTrap(async ({ path }) => {
      const commit = git(path, ["rev-parse", "HEAD"])
      const names = [
        ...Array.from({ length: 3000 }, (_, n) => `refs/tags/t${n}`),
        "refs/tags/-rf",
        "refs/tags/--output=x",
        "refs/tags/$(id)",
        "refs/heads/-c",
      ]
      git(path, ["update-ref", "--stdin"], names.map((name) => `create ${name} ${commit}\n`).join(""))
      using source = await fetchSource(path, null)
      assert.lengthOf(git(source.path, ["for-each-ref", "refs/tags"]).split("\n"), 3003)
      assert.match(await complaint(path, "--output=x y"), /has no branch, tag or commit/)
      using tagged = await fetchSource(path, "--output=x")
      assert.strictEqual(tagged.commit, commit)
    }))

  it("has replaced objects, which do not come along", () =>
    withTrap(async ({ path }) => {
      const first = git(path, ["rev-parse", "HEAD"])
      writeFileSync(join(path, "file"), "evil")
      git(path, ["commit", "--quiet", "-am", "evil"])
      git(path, ["replace", first, "HEAD"])
      using source = await fetchSource(path, first)
      assert.strictEqual(git(source.path, ["show", `${first}:file`]), "1")
    }))
})

describe("an address that is none", () => {
  it.each(["ext::sh -c 'touch ran'", "fd::17", "--upload-pack=touch ran", "-oProxyCommand=x", "evil+ext://x/y", "file::x"])(
    "%s",
    async (location) => assert.match(await complaint(location), /is no address of a git repository/),
  )
})
