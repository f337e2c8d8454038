import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { BadInput } from "./CliError.ts"

/** A copy of a git repository whose one branch ends at the commit to work on. Disposing removes the copy. */
export interface SourceRepository extends Disposable {
  /** Bare repository on this machine. */
  readonly path: string
  /** Owner and name that GitHub would take, made from the address. */
  readonly owner: string
  readonly name: string
  readonly branch: string
  readonly commit: string
}

/**
 * Fetches a repository (absolute path or URL) and resolves `ref` (branch, tag or commit; null: its HEAD) in it.
 * Nothing that came after the commit is kept, so the work cannot be copied from the future.
 * @throws BadInput when there is no such repository or ref
 */
export const fetchSource = async (location: string, ref: string | null): Promise<SourceRepository> => {
  const path = mkdtempSync(join(tmpdir(), "loom-source-"))
  const remove = () => rmSync(path, { recursive: true, force: true })
  try {
    await git(path, ["init", "--bare", "--quiet"])
    const remote = ["+refs/heads/*:refs/source/heads/*", "+refs/tags/*:refs/source/tags/*", "+HEAD:refs/source/HEAD"]
    await git(path, ["fetch", "--quiet", "--no-tags", "--update-shallow", "--", location, ...remote]).catch((error: unknown) => {
      throw new BadInput({ detail: `${location} is not a git repository that can be read: ${lastLine(error)}` })
    })
    const commit = await resolveCommit(path, location, ref)
    const branch = await branchOf(path, location)
    await keepOnly(path, branch, commit)
    return { path, ...namesOf(location), branch, commit, [Symbol.dispose]: remove }
  } catch (error) {
    remove()
    throw error
  }
}

const resolveCommit = async (path: string, location: string, ref: string | null): Promise<string> => {
  const candidates = ref === null ? ["refs/source/HEAD"] : [`refs/source/heads/${ref}`, `refs/source/tags/${ref}`, ref]
  for (const candidate of candidates) {
    const found = await git(path, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${candidate}^{commit}`]).catch(() => "")
    if (found !== "") return found
  }
  throw new BadInput({
    detail: ref === null ? `${location} has no commit yet.` : `${location} has no branch, tag or commit ${JSON.stringify(ref)}.`,
  })
}

/** The branch that HEAD of the source names; `main` where it names none. */
const branchOf = async (path: string, location: string): Promise<string> => {
  const head = await git(path, ["ls-remote", "--symref", "--", location, "HEAD"])
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(head)?.[1] ?? "main"
}

/** Leaves the branch and the tags of its history. */
const keepOnly = async (path: string, branch: string, commit: string): Promise<void> => {
  const merged = await git(path, ["for-each-ref", `--merged=${commit}`, "--format=%(refname)", "refs/source/tags"])
  const tags = merged.split("\n").filter((name) => name !== "")
  const all = (await git(path, ["for-each-ref", "--format=%(refname)", "refs/source"])).split("\n").filter((name) => name !== "")
  const commands = [
    ...(await Promise.all(
      tags.map(async (tag) => `create refs/tags/${tag.slice("refs/source/tags/".length)} ${await git(path, ["rev-parse", tag])}`),
    )),
    `create refs/heads/${branch} ${commit}`,
    ...all.map((name) => `delete ${name}`),
  ]
  const updating = promisify(execFile)("git", ["-C", path, "update-ref", "--stdin"], { env: gitEnvironment() })
  updating.child.stdin?.end(`${commands.join("\n")}\n`)
  await updating
  await git(path, ["symbolic-ref", "HEAD", `refs/heads/${branch}`])
}

/** `owner/name` of an address: its last two parts, as far as GitHub takes such names. */
export const namesOf = (location: string): { readonly owner: string; readonly name: string } => {
  const parts = location
    .replace(/\/?(\.git)?\/*$/, "")
    .split(/[/:\\]+/)
    .map((part) => part.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+|[.-]+$/g, ""))
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(location) || /^[^/\s]+@[^/\s:]+:/.test(location)
  const owner = isUrl ? (parts.at(-2) ?? "").replace(/[._]+/g, "-") : ""
  return { owner: owner === "" ? "local" : owner.slice(0, 39), name: (parts.at(-1) || "repository").slice(0, 100) }
}

/** Git without questions and without the person's own configuration of hooks or pagers getting in the way. */
const gitEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" })

const git = async (path: string, args: ReadonlyArray<string>): Promise<string> => {
  const { stdout } = await promisify(execFile)("git", ["-C", path, ...args], { env: gitEnvironment(), maxBuffer: 64 * 1024 * 1024 })
  return stdout.trim()
}

const lastLine = (error: unknown): string => {
  const output = error instanceof Error && "stderr" in error && typeof error.stderr === "string" ? error.stderr : String(error)
  return (
    output
      .trim()
      .split("\n")
      .filter((line) => /fatal|error/i.test(line))[0] ??
    output.trim().split("\n").at(-1) ??
    ""
  )
}
