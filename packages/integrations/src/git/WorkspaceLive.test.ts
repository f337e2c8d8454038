import { execFileSync } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, beforeEach, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { startGitHubStandin, type GitHubStandin } from "@loom/github-standin/GitHubStandin"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { Workspace } from "@loom/core/ports/Workspace"
import { SandboxHttp } from "../sandbox/SandboxHttp.ts"
import { httpTransport, SandboxTransport } from "../sandbox/SandboxTransport.ts"
import { startSandboxd, type TestSandboxd } from "../sandbox/testing/start-sandboxd.ts"
import { GIT_HOST } from "./git-scripts.ts"
import { WorkspaceLive } from "./WorkspaceLive.ts"

/*
 * Real git in a real sandbox against real repositories over smart HTTP. The gateway's place is taken by the stand-in itself:
 * sandboxd adds a person's token as the capability would be added (`apps/api` tests the gateway between the two).
 */
let daemon: TestSandboxd
let github: GitHubStandin
let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "loom-workspace-"))
  daemon = await startSandboxd()
  github = await startGitHubStandin({ dataDir, app: { id: 1, slug: "loom", name: "Loom", webhookSecret: "s3cret-of-tests" } })
})
afterAll(async () => {
  await daemon.close()
  await github.close()
  await rm(dataDir, { recursive: true, force: true })
})

const layer = WorkspaceLive.pipe(
  Layer.provideMerge(SandboxHttp),
  Layer.provide(Layer.sync(SandboxTransport, () => httpTransport({ baseUrl: daemon.baseUrl, token: daemon.token }))),
)

let count = 0
let name: string
let fullName: string
let base: string
const FILES = {
  "README.md": "# hello\n",
  "src/sum.js": "export const sum = (a, b) => a - b\n",
  "src/gone.js": "old\n",
  ".gitignore": "node_modules/\n",
}
const bare = (...args: ReadonlyArray<string>) =>
  execFileSync("git", ["-C", github.repositoryPath("acme", name), ...args], { encoding: "utf8" }).trim()
beforeEach(async () => {
  name = `r${++count}`
  fullName = `acme/${name}`
  await github.addRepository({ owner: "acme", name, files: FILES })
  base = bare("rev-parse", "main")
})

interface Box {
  readonly workspace: Workspace["Service"]
  readonly sandbox: Sandbox["Service"]
  readonly id: string
  /** A command of the agent's: its output, whatever its exit code. */
  readonly sh: (script: string, options?: object) => Effect.Effect<string>
}
let boxes = 0
let steps = 0
const key = () => `step-${++steps}`

/** A session with a door to git, cloned at the base. */
const inBox = <A, E>(use: (box: Box) => Effect.Effect<A, E>, clone = true) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox
    const workspace = yield* Workspace
    const authorization = `Basic ${btoa(`x:${github.userToken("acme")}`)}`
    const { id } = yield* sandbox.open({
      id: `box-${++boxes}`,
      registries: [],
      reapAfterMs: 120_000,
      gateways: [{ host: GIT_HOST, upstream: github.url, headers: { authorization } }],
    })
    const sh: Box["sh"] = (script, options = {}) =>
      sandbox.exec(id, { id: key(), argv: ["bash", "-c", script], timeoutMs: 30_000, ...options }).pipe(
        Effect.map((result) => result.stdout + result.stderr),
        Effect.orDie,
      )
    if (clone) yield* workspace.clone(id, key(), { fullName, commit: base, branch: "main" })
    return yield* use({ workspace, sandbox, id, sh }).pipe(Effect.ensuring(Effect.orDie(sandbox.close(id))))
  }).pipe(Effect.provide(layer))

const WORK =
  "echo 'export const sum = (a, b) => a + b' > src/sum.js; rm src/gone.js; mkdir -p docs; echo new > docs/new.md; mkdir -p node_modules/x; echo dep > node_modules/x/index.js"
const message = "fix: sum adds (#1)\n\nLoom-Task: t1\n"
const commitSpec = { branch: "loom/issue-1", message, authorName: "loom[bot]", authorEmail: "loom@example.test", dateS: 1_700_000_000 }

describe("clone", () => {
  it.live("brings the commit, and again at no cost", () =>
    inBox(({ id, sh, workspace }) =>
      Effect.gen(function* () {
        assert.strictEqual(
          yield* sh("cat src/sum.js; git status --short; git rev-parse HEAD; git branch --show-current"),
          `${FILES["src/sum.js"]}${base}\nmain\n`,
        )
        yield* sh("echo dirty > README.md")
        yield* workspace.clone(id, key(), { fullName, commit: base, branch: "main" })
        assert.strictEqual(yield* sh("cat README.md"), "dirty\n", "a repeated step does not undo work")
      }),
    ),
  )

  it.live("starts over where an earlier attempt died", () =>
    inBox(
      ({ id, sh, workspace }) =>
        Effect.gen(function* () {
          yield* sh("git init -q .; touch .git/index.lock .git/shallow.lock; echo half > README.md; mkdir src; echo x > src/left-over")
          yield* workspace.clone(id, key(), { fullName, commit: base, branch: "main" })
          assert.strictEqual(yield* sh("cat README.md; ls src; git status --short"), "# hello\ngone.js\nsum.js\n")
        }),
      false,
    ),
  )

  it.live("says what git says when the repository is not there", () =>
    inBox(
      ({ id, workspace }) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(workspace.clone(id, key(), { fullName: "acme/none", commit: base, branch: "main" }))
          assert.strictEqual(error._tag, "GitFailed")
          assert.include(error.message, "not found")
        }),
      false,
    ),
  )

  it.live("leaves no credential inside, and no door open afterwards", () =>
    inBox(({ sh }) =>
      Effect.gen(function* () {
        const token = github.userToken("acme")
        const seen = yield* sh(
          `grep -rl '${token.slice(0, 12)}' /workspace /tmp /home 2>/dev/null; git config --list; env; GIT_TERMINAL_PROMPT=0 timeout 10 git ls-remote http://${GIT_HOST}/${fullName}.git`,
        )
        assert.notInclude(seen, btoa(`x:${token}`))
        assert.notInclude(seen, "refs/heads/main", "git answers only where Loom asked for the gateway")
      }),
    ),
  )
})

describe("change", () => {
  it.live("is what differs from the base, and the same every time", () =>
    inBox(({ id, sh, workspace }) =>
      Effect.gen(function* () {
        yield* sh(WORK)
        const change = yield* workspace.change(id, key(), base)
        assert.deepStrictEqual(change.files, [
          { path: "docs/new.md", status: "added", additions: 1, deletions: 0 },
          { path: "src/gone.js", status: "deleted", additions: 0, deletions: 1 },
          { path: "src/sum.js", status: "modified", additions: 1, deletions: 1 },
        ])
        assert.notInclude(change.patch, "node_modules")
        assert.match(change.hash, /^[0-9a-f]{64}$/)
        assert.deepStrictEqual(yield* workspace.change(id, key(), base), change)
        assert.include(yield* sh("git status --short"), "?? docs/", "the agent's own index is left alone")
      }),
    ),
  )

  it.live("is empty where nothing differs", () =>
    inBox(({ id, workspace }) =>
      Effect.gen(function* () {
        assert.deepInclude(yield* workspace.change(id, key(), base), { patch: "", files: [] })
      }),
    ),
  )

  it.live("is told by Loom's git, whatever the repository's own settings say", () =>
    inBox(({ id, sh, workspace }) =>
      Effect.gen(function* () {
        yield* sh(`${WORK}
      printf '#!/bin/sh\\ntouch /workspace/ran-%s\\n' program > evil; chmod +x evil
      git config core.fsmonitor ./evil; git config diff.external ./evil; git config filter.x.clean 'touch ran-filter; cat'
      echo '*.js filter=x diff=x' > .gitattributes; git config diff.x.textconv ./evil; git config core.hooksPath .
      git config core.excludesFile /workspace/hide; echo 'docs' > hide; echo docs >> .git/info/exclude
      for hook in post-index-change pre-commit post-checkout; do cp evil $hook; done`)
        const change = yield* workspace.change(id, key(), base)
        assert.includeMembers(
          change.files.map((file) => file.path),
          ["docs/new.md", "src/sum.js", "evil"],
        )
        assert.strictEqual(yield* sh("ls ran-* 2>/dev/null | wc -l"), "0\n")
        assert.isFalse(change.files.some((file) => file.path.startsWith("ran-")))
      }),
    ),
  )
})

describe("what would hide a change", () => {
  it.live.each(["--skip-worktree", "--assume-unchanged"])("%s in Loom's own index hides nothing, and survives no restore", (flag) =>
    inBox(({ id, sh, workspace }) =>
      Effect.gen(function* () {
        yield* sh(
          `echo 'export const sum = () => 4' > src/sum.js; GIT_INDEX_FILE=.git/loom-index git -c safe.directory='*' update-index ${flag} src/sum.js`,
        )
        const { files } = yield* workspace.change(id, key(), base)
        assert.deepStrictEqual(
          files.map((file) => file.path),
          ["src/sum.js"],
        )
        yield* sh(`GIT_INDEX_FILE=.git/loom-index git -c safe.directory='*' update-index ${flag} src/sum.js`)
        yield* workspace.restore(id, key(), base, "")
        assert.strictEqual(yield* sh("cat src/sum.js"), FILES["src/sum.js"])
      }),
    ),
  )
})

describe("a change too large to carry", () => {
  it.live("is refused with what to do, and is none once the file is ignored", () =>
    inBox(({ id, sh, workspace }) =>
      Effect.gen(function* () {
        yield* sh("mkdir build; head -c 12000000 /dev/urandom > build/app.bin")
        const error = yield* Effect.flip(workspace.change(id, key(), base))
        assert.strictEqual(error._tag, "ChangeTooLarge")
        assert.include(error.message, "8 MiB")
        yield* sh("echo build/ >> .gitignore")
        assert.deepStrictEqual(
          (yield* workspace.change(id, key(), base)).files.map((file) => file.path),
          [".gitignore"],
        )
      }),
    ),
  )
})

describe("restore", () => {
  it.live("brings back exactly the change, in another box too, and keeps what is ignored", () =>
    Effect.gen(function* () {
      // Binary, Latin-1, no final newline, CRLF, an executable, a link, and names that need quoting.
      const odd = `${WORK}; head -c 3000 /dev/urandom > logo.png; printf 'caf\\xe9\\n' > latin1.txt; printf 'no end' > 'sp ace "q" ü.txt'; printf 'a\\r\\nb\\r\\n' > crlf.txt
      printf '#!/bin/sh\\n' > run.sh; chmod +x run.sh; ln -s ../README.md docs/link`
      const list =
        "git ls-files -s --others --exclude-standard; find . -path ./.git -prune -o -path ./node_modules -prune -o \\( -type f -o -type l \\) -print0 | sort -z | xargs -0 sha256sum; ls -l run.sh | cut -c1-10; readlink docs/link"
      const [change, before] = yield* inBox(({ id, sh, workspace }) =>
        Effect.gen(function* () {
          yield* sh(odd)
          return [yield* workspace.change(id, key(), base), yield* sh(list)] as const
        }),
      )
      yield* inBox(({ id, sh, workspace }) =>
        Effect.gen(function* () {
          yield* sh(
            "mkdir -p node_modules/y src/other; echo dep > node_modules/y/index.js; echo stray > src/other/stray.js; echo dirty > README.md",
          )
          yield* workspace.restore(id, key(), base, change.patch)
          assert.strictEqual(yield* sh(list), before)
          assert.strictEqual(yield* sh("cat node_modules/y/index.js"), "dep\n")
          assert.deepStrictEqual((yield* workspace.change(id, key(), base)).hash, change.hash)
          yield* workspace.restore(id, key(), base, change.patch)
          assert.strictEqual(yield* sh(list), before, "twice is once")
          yield* workspace.restore(id, key(), base, "")
          assert.strictEqual((yield* workspace.change(id, key(), base)).patch, "")
        }),
      )
    }),
  )

  it.live("installed packages are no change and are kept, where the repository forgot to ignore them", () =>
    inBox(({ id, sh, workspace }) =>
      Effect.gen(function* () {
        yield* sh(
          "rm .gitignore; mkdir -p node_modules/x pkg/__pycache__; echo dep > node_modules/x/index.js; echo c > pkg/__pycache__/a.pyc; echo new > pkg/a.py",
        )
        const change = yield* workspace.change(id, key(), base)
        assert.deepStrictEqual(
          change.files.map((file) => file.path),
          [".gitignore", "pkg/a.py"],
        )
        yield* workspace.restore(id, key(), base, change.patch)
        assert.strictEqual(yield* sh("cat node_modules/x/index.js pkg/__pycache__/a.pyc pkg/a.py"), "dep\nc\nnew\n")
      }),
    ),
  )

  it.live("a patch that does not fit is an error, with git's words", () =>
    inBox(({ id, workspace }) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(workspace.restore(id, key(), base, "--- a/none\n+++ b/none\n@@ -1 +1 @@\n-a\n+b\n"))
        assert.strictEqual(error._tag, "GitFailed")
        assert.include(error.message, "none")
      }),
    ),
  )
})

describe("commit and push", () => {
  it.live("the same change is the same commit, anywhere", () =>
    Effect.gen(function* () {
      const commit = inBox(({ id, sh, workspace }) => Effect.andThen(sh(WORK), workspace.commit(id, key(), base, commitSpec)))
      assert.strictEqual(yield* commit, yield* commit)
    }),
  )

  it.live("nothing to commit is said", () =>
    inBox(({ id, workspace }) =>
      Effect.gen(function* () {
        assert.include((yield* Effect.flip(workspace.commit(id, key(), base, commitSpec))).message, "no change to commit")
      }),
    ),
  )

  it.live("reach the branch, and again is success", () =>
    inBox(({ id, sh, workspace }) =>
      Effect.gen(function* () {
        yield* sh(WORK)
        const sha = yield* workspace.commit(id, key(), base, commitSpec)
        yield* workspace.push(id, key(), sha, commitSpec.branch, fullName)
        yield* workspace.push(id, key(), sha, commitSpec.branch, fullName)
        assert.strictEqual(bare("rev-parse", commitSpec.branch), sha)
        assert.strictEqual(bare("rev-parse", `${sha}^`), base)
        assert.strictEqual(
          bare("log", "-1", "--format=%an %ae %at %cn%n%B", sha),
          `loom[bot] loom@example.test 1700000000 loom[bot]\n${message.trim()}`,
        )
        assert.strictEqual(bare("diff", "--name-only", base, sha), "docs/new.md\nsrc/gone.js\nsrc/sum.js")
      }),
    ),
  )

  it.live("never overwrite a person's commits", () =>
    inBox(({ id, sh, workspace }) =>
      Effect.gen(function* () {
        yield* sh(WORK)
        const sha = yield* workspace.commit(id, key(), base, commitSpec)
        const tree = bare("rev-parse", "main^{tree}")
        const human = execFileSync(
          "git",
          [
            "-C",
            github.repositoryPath("acme", name),
            "-c",
            "user.name=h",
            "-c",
            "user.email=h@h",
            "commit-tree",
            tree,
            "-p",
            base,
            "-m",
            "mine",
          ],
          { encoding: "utf8" },
        ).trim()
        bare("update-ref", `refs/heads/${commitSpec.branch}`, human)
        const error = yield* Effect.flip(workspace.push(id, key(), sha, commitSpec.branch, fullName))
        assert.strictEqual(error._tag, "PushRefused")
        assert.strictEqual(bare("rev-parse", commitSpec.branch), human)
      }),
    ),
  )
})
