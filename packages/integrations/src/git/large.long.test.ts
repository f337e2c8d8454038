import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { gitWorld, key } from "./testing/git-world.ts"

const { at, bare, inBox } = gitWorld()
const MEBIBYTE = 1_048_576

/** A commit on top of the base, made by `perl` that prints a fast-import stream up to its commit, and by the commit's `M` lines. Nothing of it is held here. */
const grow = (blobs: string, entries: string): void => {
  const commit = `print "commit refs/heads/main\\ncommitter h <h\\x40h> 1700000000 +0000\\ndata 5\\nlarge\\nfrom ${at.base}\\n"`
  bare("-c", `alias.grow=!perl -e '${blobs}; ${commit}; ${entries}' | git fast-import --quiet --force`, "grow")
  at.base = bare("rev-parse", "main")
}

/** What the Worker's and the daemon's side, both this process, kept at most beyond what they had. */
const growth = <A, E>(work: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    globalThis.gc?.()
    const before = process.memoryUsage().rss
    let most = before
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20)
    const value = yield* work.pipe(Effect.ensuring(Effect.sync(() => clearInterval(timer))))
    return { value, mebibytes: Math.round((most - before) / MEBIBYTE) }
  })

describe("a large repository", () => {
  it.live("of 100,000 files: one that changed is found, and a change of them all is refused by its size", () =>
    Effect.gen(function* () {
      grow('print "blob\\nmark :1\\ndata 4\\none\\n\\n"', 'for my $i (0 .. 99_999) { print "M 100644 :1 many/", $i % 100, "/$i.txt\\n" }')
      yield* inBox(({ id, sh, workspace }) =>
        Effect.gen(function* () {
          yield* sh("echo two > many/7/7.txt")
          const one = yield* growth(workspace.change(id, key(), at.base))
          assert.deepStrictEqual(
            one.value.files.map(({ path }) => path),
            ["many/7/7.txt"],
          )
          assert.isBelow(one.mebibytes, 150)
          yield* sh("find many -type f -print0 | xargs -0 sed -i s/one/three/", { timeoutMs: 300_000 })
          const all = yield* growth(Effect.flip(workspace.change(id, key(), at.base)))
          assert.strictEqual(all.value._tag, "ChangeTooLarge")
          assert.isBelow(all.mebibytes, 300)
        }),
      )
    }),
  )

  it.live(
    "of 1 GiB of blobs in a small pack: cloned without a byte of it held outside the sandbox",
    () =>
      Effect.gen(function* () {
        grow(
          'for my $i (1 .. 16) { print "blob\\nmark :$i\\ndata ", 64 << 20, "\\n"; print chr(64 + $i) x (1 << 20) for 1 .. 64; print "\\n" }',
          'print "M 100644 :$_ large/$_.bin\\n" for 1 .. 16',
        )
        const cloned = yield* growth(inBox(({ sh }) => sh("du -sm large | cut -f1")))
        assert.strictEqual(cloned.value, "1025\n")
        assert.isBelow(cloned.mebibytes, 300)
      }),
    240_000,
  )
})
