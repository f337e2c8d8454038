import { existsSync, mkdirSync, rmSync } from "node:fs"
import { writeCommit, type Signature } from "./commits.ts"
import { moveRef, ZERO_SHA } from "./refs.ts"
import { BareRepository, type Git } from "./run.ts"
import { writeBlob, writeTree } from "./trees.ts"

/** An empty bare repository. */
export async function initBare(git: Git, path: string, defaultBranch: string): Promise<BareRepository> {
  if (existsSync(path)) rmSync(path, { recursive: true })
  mkdirSync(path, { recursive: true })
  await git.run(path, ["init", "--bare", "--quiet", "--template=", "-b", defaultBranch])
  return new BareRepository(git, path)
}

/** All branches and tags of another repository (a path or URL). Gives its default branch, if it names one. */
export async function importFrom(repo: BareRepository, source: string): Promise<string | null> {
  await repo.bytes(["fetch", "--quiet", "--no-tags", "--", source, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"])
  const head = await repo.text(["ls-remote", "--symref", "--", source, "HEAD"])
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(head)?.[1] ?? null
}

/** A first commit holding `files` (path to text) on the branch. */
export async function commitFiles(repo: BareRepository, branch: string, files: Record<string, string>, author: Signature): Promise<string> {
  const changes = []
  for (const [path, content] of Object.entries(files)) {
    const mode = content.startsWith("#!") ? "100755" : "100644"
    changes.push({ path, mode, type: "blob", sha: await writeBlob(repo, Buffer.from(content)) })
  }
  const tree = await writeTree(repo, null, changes)
  const sha = await writeCommit(repo, { message: "Initial commit", tree, parents: [], author, committer: author })
  await moveRef(repo, `refs/heads/${branch}`, sha, ZERO_SHA)
  return sha
}
