import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import type { Check } from "@loom/core/domain/check-proof"
import { ALL_BINARY, DIFF_OPTIONS, PATCH_OPTIONS, PATCH_SETTINGS } from "@loom/core/domain/patch-format"
import type { Predicate } from "@loom/core/domain/Proof"
import { BadInput } from "../CliError.ts"

/** No configuration but this has a say in what git answers. */
const SETTINGS: ReadonlyArray<readonly [string, string]> = [["safe.directory", "*"], ["core.fsmonitor", "false"], ...PATCH_SETTINGS]

const gitEnv = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_NO_LAZY_FETCH: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_CONFIG_COUNT: String(SETTINGS.length),
  ...Object.fromEntries(
    SETTINGS.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
  ...more,
})

/** Null when git says no. */
const git = (cwd: string, args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}): Promise<Buffer | null> =>
  new Promise((done) => {
    execFile("git", [...args], { cwd, env: gitEnv(more), encoding: "buffer", maxBuffer: 256 * 1024 * 1024 }, (error, stdout) =>
      done(error === null ? stdout : null),
    )
  })

/**
 * Asks a clone of the repository whether the commit is what was tested. The repository is looked at through a git directory made
 * for this, so that none of its settings, hooks or attributes outside of the commit change the answer.
 *
 * @throws BadInput when `path` is no git repository
 */
export const checkRepository = async (path: string, { base, head, patch }: Predicate): Promise<ReadonlyArray<Check>> => {
  const objects = (await git(path, ["rev-parse", "--git-path", "objects"]))?.toString().trim()
  if (objects === undefined) throw new BadInput({ detail: `${path} is no git repository (--repo).` })
  const format = (await git(path, ["rev-parse", "--show-object-format"]))?.toString().trim() ?? "sha1"
  const view = mkdtempSync(join(tmpdir(), "loom-verify-"))
  try {
    const empty = join(view, "empty")
    mkdirSync(empty)
    await git(view, ["init", "-q", "--bare", "--template=", `--object-format=${format}`, "git"])
    const env = {
      GIT_DIR: join(view, "git"),
      GIT_WORK_TREE: empty,
      GIT_INDEX_FILE: join(view, "index"),
      GIT_OBJECT_DIRECTORY: resolve(path, objects),
    }
    return await ask((...args) => git(empty, args, env), join(view, "git", "info"), { base, head, patch })
  } finally {
    rmSync(view, { recursive: true, force: true })
  }
}

type Git = (...args: ReadonlyArray<string>) => Promise<Buffer | null>

const ask = async (run: Git, info: string, { base, head, patch }: Pick<Predicate, "base" | "head" | "patch">): Promise<Array<Check>> => {
  const commits = await Promise.all([base.commit, head.commit].map((sha) => run("cat-file", "commit", sha)))
  const missing = [base.commit, head.commit].filter((_, index) => commits[index] === null)
  const raw = commits[1]
  if (missing.length > 0 || raw === null || raw === undefined) {
    return [
      {
        name: "commit",
        ok: false,
        detail: `not in this repository: ${missing.join(", ")}. Fetch ${head.branch} and ${base.branch} first.`,
      },
    ]
  }
  const header = raw.toString().split("\n\n")[0] ?? ""
  const valuesOf = (name: string) =>
    header.split("\n").flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []))
  const parents = valuesOf("parent")
  const checks: Array<Check> = [
    parents.length === 1 && parents[0] === base.commit
      ? { name: "commit", ok: true, detail: `${head.commit} is there, made on ${base.commit}` }
      : {
          name: "commit",
          ok: false,
          detail: `${head.commit} is not made on ${base.commit} alone, but on ${parents.join(", ") || "nothing"}`,
        },
  ]
  const [tree] = valuesOf("tree")
  if (head.tree === null) checks.push({ name: "tree", ok: null, detail: "the proof names no tree" })
  else
    checks.push(
      tree === head.tree
        ? { name: "tree", ok: true, detail: `its files are those that were tested (${tree})` }
        : { name: "tree", ok: false, detail: `its tree is ${tree}, and ${head.tree} was tested` },
    )
  const sums = [await patchSum(run, head.commit, base.commit)]
  if (sums[0] !== patch.sha256) {
    // Written in binary form where it is not all UTF-8.
    mkdirSync(info, { recursive: true })
    writeFileSync(join(info, "attributes"), ALL_BINARY)
    sums.push(await patchSum(run, head.commit, base.commit))
  }
  checks.push(
    sums.includes(patch.sha256)
      ? { name: "patch", ok: true, detail: `the difference of the two commits has sha-256 ${patch.sha256}` }
      : { name: "patch", ok: false, detail: `the difference of the two commits has sha-256 ${sums[0]}, and ${patch.sha256} was tested` },
  )
  return checks
}

/** The same command that made the patch: the index holds the head, and its attributes are those of the head. */
const patchSum = async (run: Git, head: string, base: string): Promise<string | null> => {
  if ((await run("read-tree", head)) === null) return null
  const patch = await run("diff", "--cached", ...DIFF_OPTIONS.split(" "), ...PATCH_OPTIONS.split(" "), base, "--")
  return patch === null ? null : createHash("sha256").update(patch).digest("hex")
}
