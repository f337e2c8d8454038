import { execFile, execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { deflateSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startFixture, type Fixture } from "../testing/fixture.ts"

/* What comes out of a sandbox is pushed here: real git on the host opens it, so it may only ever be refused or stored. */
let fixture: Fixture
let bare: string
beforeAll(async () => {
  fixture = await startFixture()
  await fixture.github.addRepository({
    owner: "acme",
    name: "widgets",
    files: { "README.md": "# Widgets\n" },
    collaborators: { alice: "write" },
  })
  bare = fixture.github.repositoryPath("acme", "widgets")
})
afterAll(() => fixture.close())

const inBare = (...args: ReadonlyArray<string>) => execFileSync("git", ["-C", bare, ...args], { encoding: "utf8" }).trim()
const authorization = () => `Basic ${btoa(`alice:${fixture.github.userToken("alice")}`)}`
const remote = () => `${fixture.github.url.replace("http://", `http://alice:${fixture.github.userToken("alice")}@`)}/acme/widgets.git`

/** A repository of the attacker's, and git in it. */
const attacker = () => {
  const cwd = fixture.folder()
  const git = (args: ReadonlyArray<string>, input?: string | Buffer) =>
    execFileSync("git", ["-c", "user.name=e", "-c", "user.email=e@e", ...args], {
      cwd,
      encoding: "utf8",
      ...(input === undefined ? {} : { input }),
    }).trim()
  git(["init", "-q", "-b", "main"])
  return {
    cwd,
    git,
    /** Exit code and words of a push. */
    push: (spec: string) =>
      // Not in step: the server answers in this same process.
      new Promise<{ readonly ok: boolean; readonly stderr: string }>((resolve) =>
        execFile("git", ["push", remote(), spec], { cwd, encoding: "utf8" }, (error, _, stderr) => resolve({ ok: error === null, stderr })),
      ),
    commitOf: (entries: ReadonlyArray<readonly [mode: string, name: string, sha: string]>) => {
      const raw = Buffer.concat(entries.flatMap(([mode, name, sha]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(sha, "hex")]))
      return git(["commit-tree", git(["hash-object", "-t", "tree", "--literally", "-w", "--stdin"], raw), "-m", "evil"])
    },
  }
}

const pkt = (text: string) => Buffer.from(`${(Buffer.byteLength(text) + 4).toString(16).padStart(4, "0")}${text}`)
/** A push as no git client would send it. */
const rawPush = async (commands: ReadonlyArray<string>, pack: Buffer) => {
  const lines = commands.map((command, index) => pkt(index === 0 ? `${command}\0report-status` : command))
  const response = await fetch(`${fixture.github.url}/acme/widgets.git/git-receive-pack`, {
    method: "POST",
    headers: { authorization: authorization(), "content-type": "application/x-git-receive-pack-request" },
    body: Buffer.concat([...lines, Buffer.from("0000"), pack]),
  })
  return { status: response.status, text: await response.text() }
}
/** Objects as a pack (gitformat-pack), with the sizes that their headers claim. */
const packOf = (
  ...objects: ReadonlyArray<{ readonly type: number; readonly size: number; readonly data: Buffer; readonly base?: string }>
) => {
  const header = Buffer.alloc(12)
  header.write("PACK")
  header.writeUInt32BE(2, 4)
  header.writeUInt32BE(objects.length, 8)
  const body = objects.flatMap(({ base, data, size, type }) => {
    const bytes = [(type << 4) | (size & 15)]
    for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80
      bytes.push(rest & 127)
    }
    return [Buffer.from(bytes), base === undefined ? Buffer.alloc(0) : Buffer.from(base, "hex"), deflateSync(data)]
  })
  const all = Buffer.concat([header, ...body])
  return Buffer.concat([all, createHash("sha1").update(all).digest()])
}

describe("a hostile push", () => {
  const before = () => ({ refs: inBare("for-each-ref"), folders: readdirSync(bare).toSorted() })

  it.each([
    ["a tree with .git", ".git"],
    ["with .GIT", ".GIT"],
    ["with git~1", "git~1"],
    ["with ..", ".."],
    ["with a .git that HFS+ does not tell apart", ".g\u200cit"],
  ])("%s is refused, and nothing of it is there", async (_, name) => {
    const { commitOf, git, push } = attacker()
    const blob = git(["hash-object", "-w", "--stdin"], "[core]\n\tfsmonitor = touch pwned\n")
    const inner = git(
      ["hash-object", "-t", "tree", "-w", "--stdin"],
      Buffer.concat([Buffer.from("100644 config\0"), Buffer.from(blob, "hex")]),
    )
    const was = before()
    const { ok, stderr } = await push(`${commitOf([["40000", name, inner]])}:refs/heads/evil`)
    expect(ok).toBe(false)
    expect(stderr).toMatch(/fsck|hasDot/)
    expect(before()).toEqual(was)
  })

  it("submodules whose address is a program or an option are refused", async () => {
    const { commitOf, git, push } = attacker()
    for (const url of ["--upload-pack=touch pwned", "-oProxyCommand=touch pwned"]) {
      const blob = git(["hash-object", "-w", "--stdin"], `[submodule "a"]\n\tpath = a\n\turl = ${url}\n`)
      expect((await push(`${commitOf([["100644", ".gitmodules", blob]])}:refs/heads/evil`)).stderr).toMatch(/gitmodulesUrl/)
    }
    expect(existsSync(join(bare, "pwned"))).toBe(false)
  })

  it("a file of 120 MiB in a pack of 120 KiB is refused in GitHub's words", async () => {
    const { commitOf, cwd, git, push } = attacker()
    writeFileSync(join(cwd, "zeros"), Buffer.alloc(120 * 1024 * 1024))
    const blob = git(["-c", "core.bigFileThreshold=1m", "hash-object", "-w", "zeros"])
    const was = before()
    const { stderr } = await push(`${commitOf([["100644", "zeros", blob]])}:refs/heads/large`)
    expect(stderr).toMatch(/GH001: Large files detected/)
    expect(before()).toEqual(was)
  })

  it("names of refs that are paths are refused", async () => {
    const was = before()
    const main = inBare("rev-parse", "main")
    const zero = "0".repeat(40)
    const names = [
      "refs/heads/../../config",
      "refs/../hooks/x",
      "refs/heads/a..b",
      "refs/heads/.lock",
      "refs/heads/a.lock",
      "HEAD.lock",
      "refs/heads/a b",
      "refs/heads/-x\n",
      "objects/info/alternates",
      `refs/heads/${"x".repeat(300)}`,
      "refs/heads/a\u0001",
      "refs/pull/1/head",
    ]
    for (const name of names) {
      const { status, text } = await rawPush([`${zero} ${main} ${name}`], packOf())
      expect([name, status, /ng |fatal|error|^$/.test(text)]).toEqual([name, 200, true])
    }
    expect(before()).toEqual(was)
  })

  it("packs that are cut, that are none, or that unfold to gigabytes are refused, and the next push works", async () => {
    const was = before()
    const base = Buffer.from("x".repeat(4096))
    const baseId = createHash("sha1").update(`blob ${base.length}\0`).update(base).digest("hex")
    // A delta that copies the base's first 64 KiB again and again: a few bytes each (gitformat-pack, "Deltified representation").
    const target = 8 * 1024 ** 3
    const varint = (size: number): Array<number> => (size < 128 ? [size] : [(size % 128) | 0x80, ...varint(Math.floor(size / 128))])
    const delta = Buffer.concat([
      Buffer.from([...varint(base.length), ...varint(target)]),
      Buffer.alloc(3 * 4096, Buffer.from([0xb0, 0x00, 0x10])),
    ])
    const packs = {
      "no pack": Buffer.from("not a pack at all"),
      "a cut one": packOf({ type: 3, size: base.length, data: base }).subarray(0, -30),
      "a size that is not true": packOf({ type: 3, size: 2 ** 40, data: base }),
      "a million objects that are not there": Buffer.concat([Buffer.from("PACK\0\0\0\x02\0\x0f\x42\x40"), Buffer.alloc(20)]),
      "a delta to 8 GiB": packOf({ type: 3, size: base.length, data: base }, { type: 7, size: delta.length, data: delta, base: baseId }),
    }
    for (const [name, pack] of Object.entries(packs)) {
      const { text } = await rawPush([`${"0".repeat(40)} ${"1".repeat(40)} refs/heads/evil`], pack)
      expect([name, /unpack ok/.test(text)]).toEqual([name, false])
    }
    expect(before()).toEqual(was)
    const { git, push } = attacker()
    mkdirSync(join(fixture.folder(), "x"))
    git(["commit", "-q", "--allow-empty", "-m", "good"])
    expect((await push("HEAD:refs/heads/good")).ok).toBe(true)
    expect(inBare("rev-parse", "good")).toMatch(/^[0-9a-f]{40}$/)
  })

  it("a repository comes in without its settings, hooks and alternates", async () => {
    const { cwd, git } = attacker()
    git(["commit", "-q", "--allow-empty", "-m", "one"])
    const trace = join(fixture.folder(), "ran")
    git(["config", "core.fsmonitor", `touch ${trace}`])
    git(["config", "uploadpack.packObjectsHook", `touch ${trace}`])
    writeFileSync(join(cwd, ".git", "hooks", "reference-transaction"), `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 })
    await fixture.github.addRepository({ owner: "acme", name: "taken", fromPath: cwd })
    expect(existsSync(trace)).toBe(false)
    const path = fixture.github.repositoryPath("acme", "taken")
    expect(existsSync(join(path, "hooks"))).toBe(false)
    expect(existsSync(join(path, "objects", "info", "alternates"))).toBe(false)
  })
})
