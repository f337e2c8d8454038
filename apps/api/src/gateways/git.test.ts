import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { createAdaptorServer } from "@hono/node-server"
import { afterAll, assert, beforeAll, beforeEach, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { Hono } from "hono"
import { CapabilityUnverified, signCapability, verifyCapability, type Capability } from "@loom/core/domain/Capability"
import { RunId } from "@loom/core/domain/Ids"
import { startGitHubStandin, type GitHubStandin } from "@loom/github-standin/GitHubStandin"
import { makeGitGateway } from "./git.ts"

/* Real git on one side, a real git server that demands a token on the other, the gateway between. */

const secret = Redacted.make("secret-of-the-tests-0123456789abcdef")
const nowMs = 1_700_000_000_000
let github: GitHubStandin
let dir: string
let gateway: Server
let origin: string
let refreshed: Array<boolean>
let badTokens = 0
let upstream: string
const maxPushBytes = 300_000

const listen = async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const close = (server: Server) => {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "loom-gateway-"))
  github = await startGitHubStandin({
    dataDir: join(dir, "github"),
    app: { id: 1, slug: "loom", name: "Loom", webhookSecret: "s3cret-of-tests" },
  })
  await github.addRepository({ owner: "acme", name: "widgets", private: true, files: { "README.md": "# hello\n" } })
  await github.addRepository({ owner: "acme", name: "secrets", private: true, files: { "README.md": "# secret\n" } })
  gateway = createAdaptorServer({
    fetch: (request) =>
      new Hono()
        .route(
          "/gateways/git",
          makeGitGateway({
            verify: (token, scope) => verifyCapability(secret, token, scope, nowMs),
            installationToken: (_, { refresh }) =>
              Effect.sync(() => {
                refreshed.push(refresh)
                return badTokens-- > 0 ? "ghs_not_a_token_of_this_github" : github.userToken("acme")
              }),
            upstream,
            maxPushBytes,
          }),
        )
        .fetch(request),
  }) as Server
  origin = await listen(gateway)
})
afterAll(async () => {
  await close(gateway)
  await github.close()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(() => {
  refreshed = []
  badTokens = 0
  upstream = github.url
})

const capability: Capability = {
  runId: RunId.make("run-1"),
  repositoryId: 1,
  installationId: 1,
  fullName: "acme/widgets",
  branch: "loom/issue-1",
  scopes: ["git:read", "git:push"],
  exp: nowMs / 1000 + 60,
}
const tokenOf = (changes: Partial<Capability> = {}) => Effect.runPromise(signCapability(secret, { ...capability, ...changes }))
const url = (name = "acme/widgets") => `${origin}/gateways/git/${name}.git`

/** git with the capability as sandboxd would add it; answers exit code and everything it said. */
const git = async (args: ReadonlyArray<string>, options: { readonly cwd?: string; readonly token?: string } = {}) => {
  const header = `http.extraHeader=Authorization: Bearer ${options.token ?? (await tokenOf())}`
  return new Promise<{ readonly code: number; readonly said: string }>((resolve) => {
    execFile(
      "git",
      ["-c", header, "-c", "user.name=t", "-c", "user.email=t@t.test", "-c", "protocol.version=2", ...args],
      {
        cwd: options.cwd ?? dir,
        env: { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_GLOBAL: "/dev/null", LC_ALL: "C" },
      },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, said: stdout + stderr }),
    )
  })
}
const branches = async (name = "widgets") =>
  (await git(["-C", github.repositoryPath("acme", name), "for-each-ref", "--format=%(refname)"])).said.trim().split("\n")

let clones = 0
/** A shallow clone through the gateway with one commit on top. */
const work = async (content: string | Buffer = "change\n") => {
  const cwd = join(dir, `clone-${++clones}`)
  const cloned = await git(["clone", "-q", "--depth=1", url(), cwd])
  assert.strictEqual(cloned.code, 0, cloned.said)
  await writeFile(join(cwd, `file-${clones}`), content)
  await git(["add", "."], { cwd })
  await git(["commit", "-qm", "work"], { cwd })
  return cwd
}
const raw = async (path: string, init: RequestInit = {}, token?: string) =>
  fetch(`${origin}/gateways/git${path}`, {
    redirect: "manual",
    ...init,
    headers: { authorization: `Bearer ${token ?? (await tokenOf())}`, ...init.headers },
  })

describe("git through the gateway", () => {
  it("clones, fetches, and pushes the run's branch, twice", async () => {
    const cwd = await work()
    const first = await git(["push", "origin", "HEAD:refs/heads/loom/issue-1"], { cwd })
    assert.strictEqual(first.code, 0, first.said)
    await git(["commit", "-q", "--allow-empty", "-m", "more"], { cwd })
    const second = await git(["push", "origin", "HEAD:refs/heads/loom/issue-1"], { cwd })
    assert.strictEqual(second.code, 0, second.said)
    assert.include(await branches(), "refs/heads/loom/issue-1")
    assert.strictEqual((await git(["fetch", "origin", "loom/issue-1"], { cwd })).code, 0)
  })

  it("sends a pack larger than git's buffer, in chunks", async () => {
    const cwd = await work(randomBytes(60_000))
    await git(["config", "http.postBuffer", "1000"], { cwd })
    const pushed = await git(["push", "-f", "origin", "HEAD:refs/heads/loom/issue-1"], { cwd })
    assert.strictEqual(pushed.code, 0, pushed.said)
  })

  it.each([
    ["the default branch", ["HEAD:refs/heads/main"]],
    ["a tag", ["HEAD:refs/tags/v1"]],
    ["a branch of a similar name", ["HEAD:refs/heads/loom/issue-11"]],
    ["a deletion of its own branch", [":refs/heads/loom/issue-1"]],
    ["its own branch together with another", ["HEAD:refs/heads/loom/issue-1", "HEAD:refs/heads/other"]],
  ])("refuses %s in git's own words, and nothing moves", async (_, refspecs) => {
    const cwd = await work()
    await git(["push", "-f", "origin", "HEAD:refs/heads/loom/issue-1"], { cwd })
    await git(["commit", "-q", "--allow-empty", "-m", "more"], { cwd })
    const before = await git(["-C", github.repositoryPath("acme", "widgets"), "for-each-ref"])
    const pushed = await git(["push", "-f", "origin", ...refspecs], { cwd })
    assert.notStrictEqual(pushed.code, 0)
    assert.match(pushed.said, /\[remote rejected\].*loom: .*loom\/issue-1.*by this run/)
    assert.deepStrictEqual(await git(["-C", github.repositoryPath("acme", "widgets"), "for-each-ref"]), before)
  })

  it("refuses a refused push whose pack comes in chunks, too", async () => {
    const cwd = await work(randomBytes(60_000))
    await git(["config", "http.postBuffer", "1000"], { cwd })
    assert.match((await git(["push", "origin", "HEAD:main"], { cwd })).said, /loom: only loom\/issue-1 may be pushed/)
  })

  it("refuses a push that is too large", async () => {
    const cwd = await work(randomBytes(maxPushBytes + 50_000))
    const pushed = await git(["push", "-f", "origin", "HEAD:refs/heads/loom/issue-1"], { cwd })
    assert.match(pushed.said, /413/)
    await git(["config", "http.postBuffer", "1000"], { cwd })
    assert.notStrictEqual((await git(["push", "-f", "origin", "HEAD:refs/heads/loom/issue-1"], { cwd })).code, 0)
  })

  it("renews a token that GitHub refuses, once", async () => {
    badTokens = 1
    assert.strictEqual((await git(["ls-remote", url()])).code, 0)
    assert.deepStrictEqual(refreshed.slice(0, 2), [false, true])
    badTokens = 2
    const refused = await git(["ls-remote", url()])
    assert.match(refused.said, /403/)
    assert.notInclude(refused.said, "ghs_")
  })
})

describe("who may come in", () => {
  it.each([
    ["no capability", () => Promise.resolve("x"), 401],
    ["an expired one", () => tokenOf({ exp: nowMs / 1000 }), 403],
    ["one without git", () => tokenOf({ scopes: ["model"] }), 403],
    ["one of another repository", () => tokenOf({ fullName: "acme/secrets" }), 403],
  ])("nobody with %s", async (_, token, status) => {
    const answer = await raw("/acme/widgets.git/info/refs?service=git-upload-pack", {}, await token())
    assert.strictEqual(answer.status, status)
    assert.isNull(answer.headers.get("www-authenticate"))
    assert.deepStrictEqual(refreshed, [], "no token was asked for")
  })

  it("nobody, for now, while it is not known whether the run goes on: a 503, which git tries again", async () => {
    const unknown = makeGitGateway({
      verify: () => Effect.fail(new CapabilityUnverified({ runId: capability.runId })),
      installationToken: () => Effect.die("no token is asked for"),
      upstream,
    })
    assert.strictEqual((await unknown.request("/acme/widgets.git/info/refs?service=git-receive-pack")).status, 503)
  })

  it("a reader does not push", async () => {
    const cwd = await work()
    const pushed = await git(["push", "origin", "HEAD:refs/heads/loom/issue-1"], { cwd, token: await tokenOf({ scopes: ["git:read"] }) })
    assert.match(pushed.said, /403/)
  })

  it.each([
    "/acme/widgets.git/info/refs",
    "/acme/widgets.git/info/refs?service=git-upload-archive",
    "/acme/widgets.git/info/refs?service=git-upload-pack&x=1",
    "/acme/widgets.git/HEAD",
    "/acme/widgets.git/objects/info/packs",
    "/acme/widgets/info/refs?service=git-upload-pack",
    "/acme/widgets.git/git-upload-pack",
    "/acme/%77idgets.git/info/refs?service=git-upload-pack",
    "/acme/secrets.git/../widgets.git/../../api/v3/user",
    "//acme/widgets.git/../../user",
  ])("has no door at %s", async (path) => {
    const answer = await raw(path)
    assert.strictEqual(answer.status, 404)
    assert.deepStrictEqual(refreshed, [])
  })

  it("a garbled push is refused before a token is asked for", async () => {
    for (const body of ["", "0000x", "zzzz", "0032want this"]) {
      assert.strictEqual((await raw("/acme/widgets.git/git-receive-pack", { method: "POST", body })).status, 400, body)
    }
    assert.deepStrictEqual(refreshed, [])
  })

  it("a compressed push is read like any other; a bomb is stopped", async () => {
    const line = `${"0".repeat(40)} ${"a".repeat(40)} refs/heads/main\0 report-status\n`
    const push = `${(line.length + 4).toString(16).padStart(4, "0")}${line}0000`
    const send = (body: Uint8Array<ArrayBuffer>, encoding: string) =>
      raw("/acme/widgets.git/git-receive-pack", { method: "POST", body, headers: { "content-encoding": encoding } })
    assert.match(await (await send(new Uint8Array(gzipSync(push)), "gzip")).text(), /ng refs\/heads\/main loom: only/)
    assert.strictEqual((await send(new Uint8Array(gzipSync(Buffer.alloc(40_000_000, "0000"))), "gzip")).status, 400)
    assert.strictEqual((await send(new Uint8Array(gzipSync(push)), "br")).status, 415)
    assert.strictEqual((await send(new TextEncoder().encode("not gzip"), "gzip")).status, 400)
  })
})

describe("the other side", () => {
  const answers = async (handler: Parameters<typeof createServer>[1], check: () => Promise<void>) => {
    const server = createServer(handler)
    upstream = await listen(server)
    await check().finally(() => close(server))
  }
  const refs = "/acme/widgets.git/info/refs?service=git-upload-pack"

  it("gets the token and git's own headers, and nothing else of the sandbox", async () => {
    let seen: Record<string, unknown> = {}
    await answers(
      (request, response) => {
        seen = request.headers
        response
          .writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement", "set-cookie": "a=b", "x-secret": "y" })
          .end("0000")
      },
      async () => {
        const answer = await raw(refs, { headers: { cookie: "c=d", "git-protocol": "version=2", "x-forwarded-for": "1.2.3.4" } })
        assert.deepStrictEqual([answer.status, answer.headers.get("set-cookie"), answer.headers.get("x-secret")], [200, null, null])
        assert.strictEqual(seen["authorization"], `Basic ${btoa(`x-access-token:${github.userToken("acme")}`)}`)
        assert.deepStrictEqual([seen["cookie"], seen["x-forwarded-for"], seen["git-protocol"]], [undefined, undefined, "version=2"])
      },
    )
  })

  it.each([
    [302, 502],
    [401, 403],
    [403, 403],
    [404, 404],
    [429, 429],
    [500, 502],
  ])("its %i becomes %i, in Loom's words", async (theirs, ours) => {
    let asked = 0
    await answers(
      (_, response) => {
        asked++
        response
          .writeHead(theirs, { location: `${github.url}/elsewhere`, "www-authenticate": "Basic" })
          .end("body with ghs_token_of_the_upstream")
      },
      async () => {
        const answer = await raw(refs)
        assert.strictEqual(answer.status, ours)
        assert.match(await answer.text(), /^loom: /)
        assert.isNull(answer.headers.get("location"))
        assert.isAtMost(asked, 2)
      },
    )
  })

  it("that is not there is said without an address", async () => {
    upstream = "http://127.0.0.1:1"
    const answer = await raw(refs)
    assert.strictEqual(answer.status, 502)
    assert.notInclude(await answer.text(), "127.0.0.1")
  })
})
