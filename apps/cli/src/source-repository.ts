import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BadInput } from "./CliError.ts"
import { hostGit } from "./host-git.ts"

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
  const protocols = protocolsOf(location)
  refuseBorrowed(location)
  const path = mkdtempSync(join(tmpdir(), "loom-source-"))
  const remove = () => rmSync(path, { recursive: true, force: true })
  try {
    await git(path, ["init", "--bare", "--quiet", "--template="])
    const remote = ["+refs/heads/*:refs/source/heads/*", "+refs/tags/*:refs/source/tags/*", "+HEAD:refs/source/HEAD"]
    await git(path, ["fetch", "--quiet", "--no-tags", "--update-shallow", "--", location, ...remote], { protocols }).catch(
      (error: unknown) => {
        throw new BadInput({ detail: `${location} is not a git repository that can be read: ${lastLine(error)}` })
      },
    )
    const commit = await resolveCommit(path, location, ref)
    const branch = await branchOf(path, location, protocols)
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
const branchOf = async (path: string, location: string, protocols: string): Promise<string> => {
  const head = await git(path, ["ls-remote", "--symref", "--", location, "HEAD"], { protocols })
  const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(head)?.[1] ?? "main"
  // The other side may say anything.
  const isName = await git(path, ["check-ref-format", `refs/heads/${branch}`]).then(
    () => !branch.startsWith("-"),
    () => false,
  )
  if (!isName) throw new BadInput({ detail: `${location} has a default branch that is none: ${JSON.stringify(branch.slice(0, 100))}.` })
  return branch
}

/** Leaves the branch and the tags of its history. */
const keepOnly = async (path: string, branch: string, commit: string): Promise<void> => {
  // All of them at once: a repository may have ten thousand tags.
  const list = async (...args: ReadonlyArray<string>) =>
    (await git(path, ["for-each-ref", ...args])).split("\n").filter((line) => line !== "")
  const tags = await list(`--merged=${commit}`, "--format=%(refname:lstrip=3) %(objectname)", "refs/source/tags")
  const all = await list("--format=%(refname)", "refs/source")
  const commands = [
    ...tags.map((tag) => `create refs/tags/${tag}`),
    `create refs/heads/${branch} ${commit}`,
    ...all.map((name) => `delete ${name}`),
  ]
  await git(path, ["update-ref", "--stdin"], { input: `${commands.join("\n")}\n` })
  await git(path, ["symbolic-ref", "HEAD", `refs/heads/${branch}`])
}

/** `owner/name` of an address: its last two parts, as far as GitHub takes such names. */
export const namesOf = (location: string): { readonly owner: string; readonly name: string } => {
  const parts = location
    .replace(/\/?(\.git)?\/*$/, "")
    .split(/[/:\\]+/)
    .map((part) => part.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+|[.-]+$/g, ""))
  const owner = isUrl(location) || /^[^/\s]+@[^/\s:]+:/.test(location) ? (parts.at(-2) ?? "").replace(/[._]+/g, "-") : ""
  return { owner: owner === "" ? "local" : owner.slice(0, 39), name: (parts.at(-1) || "repository").slice(0, 100) }
}

const isUrl = (location: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(location)
/** `git@host:path`, ssh as scp writes it. */
const isScp = (location: string): boolean => /^[^/:\s]+:(?!:)/.test(location)

/** The one way to get there. Addresses such as `ext::sh -c …` name a program (gitremote-helpers). */
const protocolsOf = (location: string): string => {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1]?.toLowerCase()
  const protocol = scheme ?? (isScp(location) ? "ssh" : "file")
  if (/^[\w+.-]*::/.test(location) || location.startsWith("-") || !["file", "git", "http", "https", "ssh"].includes(protocol))
    throw new BadInput({ detail: `${location} is no address of a git repository: use a path, or https://, ssh:// or git://.` })
  // A server may send on from one to the other.
  return protocol === "http" ? "http:https" : protocol
}

/** A folder that takes its objects from elsewhere on this machine: what it says of them would bring in another repository's. */
const refuseBorrowed = (location: string): void => {
  if (isUrl(location) || isScp(location)) return
  for (const folder of [location, join(location, ".git")]) {
    const file = join(folder, "objects", "info", "alternates")
    if (!existsSync(file)) continue
    throw new BadInput({
      detail: `${location} borrows objects from ${JSON.stringify(readFileSync(file, "utf8").trim().slice(0, 200))} (objects/info/alternates). If you trust it, run \`git repack -a -d && rm ${file}\`; or give the address that it was cloned from.`,
    })
  }
}

const git = async (path: string, args: ReadonlyArray<string>, options: Parameters<typeof hostGit>[2] = {}): Promise<string> =>
  (await hostGit(path, args, options)).trim()

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
