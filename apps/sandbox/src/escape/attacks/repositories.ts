import { createHash, randomUUID } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { StateRestored, StateSaved } from "@loom/core/domain/SandboxProtocol"
import { Schema } from "effect"
import { expect } from "vitest"
import type { Attack, Battlefield } from "../Attack.ts"

const MEBIBYTE = 1_048_576
const newKey = () => createHash("sha256").update(randomUUID()).digest("hex")
const decodeSaved = Schema.decodeUnknownSync(StateSaved)
const decodeRestored = Schema.decodeUnknownSync(StateRestored)

/** A program that leaves a trace at a path of the host, which must not be there afterwards. */
const programFor = (field: Battlefield) => {
  const trace = path.join(path.dirname(field.canaries.file), `ran-${randomUUID()}`)
  return { trace, write: `printf '#!/bin/sh\\ntouch ${trace} "$HOME/ran-inside"\\ncat\\n' > /tmp/evil; chmod +x /tmp/evil` }
}

const GIT = "git -c user.name=a -c user.email=a@example.test"
const REPOSITORY = `git init -q . && printf 'kept/\\n' > .gitignore && echo source > a.txt && git add -A && ${GIT} commit -qm base`

/** Everything that git knows to run, from its own settings. */
const EVERY_PROGRAM = `for key in core.fsmonitor core.pager core.editor core.sshCommand core.gitProxy core.askPass core.alternateRefsCommand diff.external diff.x.command diff.x.textconv merge.x.driver filter.x.clean filter.x.smudge filter.x.process gpg.program credential.helper uploadpack.packObjectsHook sequence.editor; do git config $key /tmp/evil; done
  git config core.hooksPath .git/evil-hooks; mkdir -p .git/evil-hooks; for hook in post-index-change pre-commit post-checkout reference-transaction fsmonitor-watchman; do cp /tmp/evil .git/evil-hooks/$hook; done
  echo '* filter=x diff=x merge=x' > .git/info/attributes; git config remote.o.promisor true; git config remote.o.url 'ext::/tmp/evil'; git config extensions.partialClone o
  printf '[submodule "s"]\\n\\tpath = s\\n\\turl = ext::/tmp/evil\\n\\tupdate = !/tmp/evil\\n' > .gitmodules`

/** What the daemon does with a repository: its files, its tree, and the state that an install left. */
const everythingOf = async ({ daemon, session }: Battlefield) => {
  const answers = [
    await session.get("a.txt"),
    await session.put("b.txt", "x"),
    await daemon.request("GET", `${session.base}/tar?path=.`),
    await daemon.request("PUT", `${session.base}/states/${newKey()}`),
  ]
  for (const answer of answers) await answer.arrayBuffer()
  return answers.map((answer) => answer.status)
}

/** Group 12: repositories made to be opened by somebody else's git. */
export const repositories: ReadonlyArray<Attack> = [
  {
    group: 12,
    name: "every program that git's configuration, hooks and attributes can name",
    run: async (field) => {
      const { session } = field
      const { trace, write } = programFor(field)
      await session.exec(`${write}; ${REPOSITORY}; ${EVERY_PROGRAM}; rm -f "$HOME/ran-inside"`)
      const statuses = await everythingOf(field)
      expect(fs.existsSync(trace)).toBe(false)
      expect((await session.exec('ls "$HOME/ran-inside"')).exit.code).not.toBe(0)
      return { by: "the host runs no git; Loom's own git reads no such setting", evidence: `answers ${statuses.join(", ")}, nothing ran` }
    },
  },
  {
    group: 12,
    name: ".git as a file, a link out, a nested bare repository, alternates of the host",
    run: async (field) => {
      const { session } = field
      const { trace, write } = programFor(field)
      const kinds = [
        `echo 'gitdir: /root/.git' > .git`,
        `ln -s /root/.git .git`,
        `mkdir -p b/objects b/refs; echo 'ref: refs/heads/x' > b/HEAD; printf '[core]\\n\\tbare = true\\n\\tfsmonitor = /tmp/evil\\n' > b/config; cp -r b .git`,
        `${REPOSITORY}; echo /root/.git/objects > .git/objects/info/alternates; git config core.worktree /`,
        `mkdir .git; mkfifo .git/HEAD .git/config`,
      ]
      for (const kind of kinds) {
        await session.exec(`cd /workspace 2>/dev/null || cd "$OLDPWD"; rm -rf .git b; ${write}; echo source > a.txt; ${kind}`)
        for (const status of await everythingOf(field)) expect(status).toBeLessThan(500)
      }
      expect(fs.existsSync(trace)).toBe(false)
      return { by: "git runs inside the walls only", evidence: `${kinds.length} kinds of .git, no answer above 499` }
    },
  },
  {
    group: 12,
    name: "an installed state that would change git or tracked files of the next session",
    isolators: ["bubblewrap"],
    run: async ({ daemon, session }) => {
      // The index is emptied, so that all tracked files look like something that an install left.
      await session.exec(
        `${REPOSITORY}; git read-tree --empty; git config core.hooksPath /tmp; echo evil > a.txt; echo evil > .git/hooks/pre-commit; ln -s ../.git kept; mkdir -p sub; ln -s .git/hooks hooks; touch "$(printf 'x\\n.git/config')"`,
      )
      const key = newKey()
      decodeSaved(await (await daemon.request("PUT", `${session.base}/states/${key}`)).json())
      const next = await daemon.open()
      await next.exec(REPOSITORY)
      const { outcome } = decodeRestored(await (await daemon.request("POST", `${next.base}/states/${key}/restore`)).json())
      const seen = await next.exec("git config --get core.hooksPath; ls .git/hooks/pre-commit; git checkout -q -f HEAD; cat a.txt")
      await next.close()
      expect(seen.out).toBe("source\n")
      return {
        by: "only what git does not track is packed, nothing of .git",
        evidence: `${outcome}; no hook, no setting; tracked files as committed`,
      }
    },
  },
  {
    group: 12,
    name: "a pack of some hundred KiB that holds 400 MiB",
    long: true,
    run: async ({ isolator, session }) => {
      const before = process.memoryUsage().rss
      const ran = await session.exec(
        `git init -q --bare bomb.git; cd bomb.git; for n in 1 2; do head -c 200M /dev/zero | git -c core.bigFileThreshold=1m -c core.compression=9 hash-object -w --stdin; done; cd ..
         git init -q work; cd work; git --git-dir=../bomb.git cat-file blob $(cd ../bomb.git; find objects -type f | head -1 | tr -d / | cut -c8-) > big; echo "exit $?"; stat -c %s big`,
        { timeoutMs: 60_000 },
      )
      const grown = Math.max(0, Math.round((process.memoryUsage().rss - before) / MEBIBYTE))
      expect(grown).toBeLessThan(200)
      const bytes = Number(/(\d+)\n$/.exec(ran.out)?.[1] ?? 0)
      expect(bytes).toBeLessThanOrEqual(32 * MEBIBYTE)
      expect((await session.exec("echo alive")).out).toBe("alive\n")
      return {
        by: isolator === "bubblewrap" ? "RLIMIT_FSIZE and the session's disk" : "RLIMIT_FSIZE",
        evidence: `${bytes} bytes were written; daemon +${grown} MiB`,
      }
    },
  },
  {
    group: 12,
    name: "100,000 files in the tree: packed, listed and kept without the daemon growing",
    long: true,
    session: { limits: { diskBytes: 2048 * MEBIBYTE } },
    run: async (field) => {
      const { daemon, session } = field
      const made = await session.exec(
        `${REPOSITORY}; for d in $(seq 100); do mkdir -p kept/$d; (cd kept/$d; seq 1000 | xargs touch); done; find kept -type f | wc -l`,
        { timeoutMs: 120_000 },
      )
      expect(made.out).toBe("100000\n")
      const before = process.memoryUsage().rss
      const startedAt = performance.now()
      let bytes = 0
      for await (const chunk of (await daemon.request("GET", `${session.base}/tar?path=kept`)).body ?? [])
        bytes += (chunk as Uint8Array).length
      const saved = await daemon.request("PUT", `${session.base}/states/${newKey()}`)
      expect(saved.status).toBeLessThan(500)
      const grown = Math.max(0, Math.round((process.memoryUsage().rss - before) / MEBIBYTE))
      expect(bytes).toBeGreaterThan(100_000 * 512)
      expect(grown).toBeLessThan(300)
      return {
        by: "streams",
        evidence: `${Math.round(bytes / MEBIBYTE)} MiB of tar in ${Math.round(performance.now() - startedAt)} ms; daemon +${grown} MiB`,
      }
    },
  },
]
