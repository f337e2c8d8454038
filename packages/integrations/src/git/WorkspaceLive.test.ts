import { execFileSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { GIT_HOST } from "./git-scripts.ts"
import { FILES, gitWorld, key } from "./testing/git-world.ts"

const { at, bare, github, inBox } = gitWorld()

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
          `${FILES["src/sum.js"]}${at.base}\nmain\n`,
        )
        yield* sh("echo dirty > README.md")
        yield* workspace.clone(id, key(), { fullName: at.fullName, commit: at.base, branch: "main" })
        assert.strictEqual(yield* sh("cat README.md"), "dirty\n", "a repeated step does not undo work")
      }),
    ),
  )

  it.live("starts over where an earlier attempt died", () =>
    inBox(
      ({ id, sh, workspace }) =>
        Effect.gen(function* () {
          yield* sh("git init -q .; touch .git/index.lock .git/shallow.lock; echo half > README.md; mkdir src; echo x > src/left-over")
          yield* workspace.clone(id, key(), { fullName: at.fullName, commit: at.base, branch: "main" })
          assert.strictEqual(yield* sh("cat README.md; ls src; git status --short"), "# hello\ngone.js\nsum.js\n")
        }),
      false,
    ),
  )

  it.live("says what git says when the repository is not there", () =>
    inBox(
      ({ id, workspace }) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(workspace.clone(id, key(), { fullName: "acme/none", commit: at.base, branch: "main" }))
          assert.strictEqual(error._tag, "GitFailed")
          assert.include(error.message, "not found")
        }),
      false,
    ),
  )

  it.live("leaves no credential inside, and no door open afterwards", () =>
    inBox(({ sh }) =>
      Effect.gen(function* () {
        const token = github().userToken("acme")
        const seen = yield* sh(
          `grep -rl '${token.slice(0, 12)}' /workspace /tmp /home 2>/dev/null; git config --list; env; GIT_TERMINAL_PROMPT=0 timeout 10 git ls-remote http://${GIT_HOST}/${at.fullName}.git`,
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
        const change = yield* workspace.change(id, key(), at.base)
        assert.deepStrictEqual(change.files, [
          { path: "docs/new.md", status: "added", additions: 1, deletions: 0 },
          { path: "src/gone.js", status: "deleted", additions: 0, deletions: 1 },
          { path: "src/sum.js", status: "modified", additions: 1, deletions: 1 },
        ])
        assert.notInclude(change.patch, "node_modules")
        assert.match(change.hash, /^[0-9a-f]{64}$/)
        assert.deepStrictEqual(yield* workspace.change(id, key(), at.base), change)
        assert.include(yield* sh("git status --short"), "?? docs/", "the agent's own index is left alone")
      }),
    ),
  )

  it.live("is empty where nothing differs", () =>
    inBox(({ id, workspace }) =>
      Effect.gen(function* () {
        assert.deepInclude(yield* workspace.change(id, key(), at.base), { patch: "", files: [] })
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
        const change = yield* workspace.change(id, key(), at.base)
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

describe("a change too large to carry", () => {
  it.live("is refused with what to do, and is none once the file is ignored", () =>
    inBox(({ id, sh, workspace }) =>
      Effect.gen(function* () {
        yield* sh("mkdir build; head -c 12000000 /dev/urandom > build/app.bin")
        const error = yield* Effect.flip(workspace.change(id, key(), at.base))
        assert.strictEqual(error._tag, "ChangeTooLarge")
        assert.include(error.message, "8 MiB")
        yield* sh("echo build/ >> .gitignore")
        assert.deepStrictEqual(
          (yield* workspace.change(id, key(), at.base)).files.map((file) => file.path),
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
          return [yield* workspace.change(id, key(), at.base), yield* sh(list)] as const
        }),
      )
      yield* inBox(({ id, sh, workspace }) =>
        Effect.gen(function* () {
          yield* sh(
            "mkdir -p node_modules/y src/other; echo dep > node_modules/y/index.js; echo stray > src/other/stray.js; echo dirty > README.md",
          )
          yield* workspace.restore(id, key(), at.base, change.patch)
          assert.strictEqual(yield* sh(list), before)
          assert.strictEqual(yield* sh("cat node_modules/y/index.js"), "dep\n")
          assert.deepStrictEqual((yield* workspace.change(id, key(), at.base)).hash, change.hash)
          yield* workspace.restore(id, key(), at.base, change.patch)
          assert.strictEqual(yield* sh(list), before, "twice is once")
          yield* workspace.restore(id, key(), at.base, "")
          assert.strictEqual((yield* workspace.change(id, key(), at.base)).patch, "")
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
        const change = yield* workspace.change(id, key(), at.base)
        assert.deepStrictEqual(
          change.files.map((file) => file.path),
          [".gitignore", "pkg/a.py"],
        )
        yield* workspace.restore(id, key(), at.base, change.patch)
        assert.strictEqual(yield* sh("cat node_modules/x/index.js pkg/__pycache__/a.pyc pkg/a.py"), "dep\nc\nnew\n")
      }),
    ),
  )

  it.live("a patch that does not fit is an error, with git's words", () =>
    inBox(({ id, workspace }) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(workspace.restore(id, key(), at.base, "--- a/none\n+++ b/none\n@@ -1 +1 @@\n-a\n+b\n"))
        assert.strictEqual(error._tag, "GitFailed")
        assert.include(error.message, "none")
      }),
    ),
  )
})

describe("commit and push", () => {
  it.live("the same change is the same commit, anywhere", () =>
    Effect.gen(function* () {
      const commit = inBox(({ id, sh, workspace }) => Effect.andThen(sh(WORK), workspace.commit(id, key(), at.base, commitSpec)))
      assert.strictEqual(yield* commit, yield* commit)
    }),
  )

  it.live("nothing to commit is said", () =>
    inBox(({ id, workspace }) =>
      Effect.gen(function* () {
        assert.include((yield* Effect.flip(workspace.commit(id, key(), at.base, commitSpec))).message, "no change to commit")
      }),
    ),
  )

  it.live("reach the branch, and again is success", () =>
    inBox(({ id, sh, workspace }) =>
      Effect.gen(function* () {
        yield* sh(WORK)
        const sha = yield* workspace.commit(id, key(), at.base, commitSpec)
        yield* workspace.push(id, key(), sha, commitSpec.branch, at.fullName)
        yield* workspace.push(id, key(), sha, commitSpec.branch, at.fullName)
        assert.strictEqual(bare("rev-parse", commitSpec.branch), sha)
        assert.strictEqual(bare("rev-parse", `${sha}^`), at.base)
        assert.strictEqual(
          bare("log", "-1", "--format=%an %ae %at %cn%n%B", sha),
          `loom[bot] loom@example.test 1700000000 loom[bot]\n${message.trim()}`,
        )
        assert.strictEqual(bare("diff", "--name-only", at.base, sha), "docs/new.md\nsrc/gone.js\nsrc/sum.js")
      }),
    ),
  )

  it.live("never overwrite a person's commits", () =>
    inBox(({ id, sh, workspace }) =>
      Effect.gen(function* () {
        yield* sh(WORK)
        const sha = yield* workspace.commit(id, key(), at.base, commitSpec)
        const tree = bare("rev-parse", "main^{tree}")
        const human = execFileSync(
          "git",
          [
            "-C",
            github().repositoryPath("acme", at.name),
            "-c",
            "user.name=h",
            "-c",
            "user.email=h@h",
            "commit-tree",
            tree,
            "-p",
            at.base,
            "-m",
            "mine",
          ],
          { encoding: "utf8" },
        ).trim()
        bare("update-ref", `refs/heads/${commitSpec.branch}`, human)
        const error = yield* Effect.flip(workspace.push(id, key(), sha, commitSpec.branch, at.fullName))
        assert.strictEqual(error._tag, "PushRefused")
        assert.strictEqual(bare("rev-parse", commitSpec.branch), human)
      }),
    ),
  )
})
