import type { Commit, Signature } from "../git/commits.ts"
import type { FileChange } from "../git/diff.ts"
import type { RepositoryRecord, UserRecord } from "../store/records.ts"
import { nodeId, type World } from "../world.ts"
import { simpleUser } from "./user.ts"

const UNVERIFIED = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null }

/** Address GitHub gives an account, so that its commits are linked to it. */
export const noreplyEmail = (user: UserRecord): string => `${user.id}+${user.login}@users.noreply.github.com`

export const signatureOf = (user: UserRecord, date: string): Signature => ({ name: user.login, email: noreplyEmail(user), date })

/** The account a commit is shown under: the one its address belongs to. */
function accountOf(world: World, signature: Signature) {
  const user = world.store.state.users.find(
    (candidate) => signature.email === noreplyEmail(candidate) || signature.email === `${candidate.login}@users.noreply.github.com`,
  )
  return user ? simpleUser(world, user) : null
}

/** Paths in links: each segment encoded. */
export const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/")

/** `commit`, as lists and comparisons carry it. */
export function commitShape(world: World, repository: RepositoryRecord, commit: Commit) {
  const api = world.apiUrl(repository)
  const html = world.htmlUrl(repository)
  return {
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: UNVERIFIED,
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: accountOf(world, commit.author),
    committer: accountOf(world, commit.committer),
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${html}/commit/${sha}` })),
  }
}

/** `commit` with its files, the answer of `GET /repos/{owner}/{repo}/commits/{ref}`. */
export function fullCommit(world: World, repository: RepositoryRecord, commit: Commit, files: ReadonlyArray<FileChange>) {
  const additions = files.reduce((sum, file) => sum + file.additions, 0)
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0)
  return {
    ...commitShape(world, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.map((file) => fileShape(world, repository, commit.sha, file)),
  }
}

/** `git-commit`, the object as the git database has it. */
export function gitCommit(world: World, repository: RepositoryRecord, commit: Commit) {
  const api = world.apiUrl(repository)
  const html = world.htmlUrl(repository)
  return {
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/git/commits/${sha}`, html_url: `${html}/commit/${sha}` })),
    verification: UNVERIFIED,
  }
}

/** `diff-entry`: one changed file. */
export function fileShape(world: World, repository: RepositoryRecord, sha: string, file: FileChange) {
  const path = encodePath(file.filename)
  const html = world.htmlUrl(repository)
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${sha}/${path}`,
    raw_url: `${html}/raw/${sha}/${path}`,
    contents_url: `${world.apiUrl(repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousFilename === null ? {} : { previous_filename: file.previousFilename }),
  }
}
