import { log, type Commit } from "../git/commits.ts"
import { diffFiles } from "../git/diff.ts"
import { isAncestor, listRefs, ZERO_SHA } from "../git/refs.ts"
import { noreplyEmail } from "../shape/commit.ts"
import type { RepositoryRecord } from "../store/records.ts"
import { emit } from "../webhooks/emit.ts"
import type { Author, World } from "../world.ts"
import { ensureSuite, emitSuite } from "./checks.ts"
import { followBranch } from "./pulls.ts"

const MAX_COMMITS_IN_PUSH = 2_048
/** More tags than this in one push, and GitHub sends no event for them. */
const MAX_TAGS_IN_PUSH = 3

export interface RefChange {
  readonly ref: string
  readonly before: string
  readonly after: string
}

const running = new Map<string, Promise<void>>()

/**
 * Looks at what git has now, compares with what was seen last, and tells the world: `push`, pull requests that follow, check suites.
 * Called after every push and every ref made over REST; one at a time per repository.
 */
export function syncRefs(world: World, repository: RepositoryRecord, author: Author): Promise<void> {
  const key = world.bare(repository).path
  const work = (running.get(key) ?? Promise.resolve()).catch(() => {}).then(() => sync(world, repository, author))
  running.set(key, work)
  return work
}

async function sync(world: World, repository: RepositoryRecord, author: Author): Promise<void> {
  const now = await listRefs(world.bare(repository))
  const changes = changedRefs(repository.refs, now)
  if (changes.length === 0) return
  repository.refs = now
  repository.pushedAt = world.now()
  world.store.touch()
  const tags = changes.filter((change) => change.ref.startsWith("refs/tags/"))
  for (const change of changes) {
    if (change.ref.startsWith("refs/tags/") && tags.length > MAX_TAGS_IN_PUSH) continue
    await announcePush(world, repository, author, change)
    if (!change.ref.startsWith("refs/heads/")) continue
    await followBranch(world, repository, author, change)
    if (change.after !== ZERO_SHA) await requestSuite(world, repository, author, change)
  }
}

function changedRefs(before: Record<string, string>, after: Record<string, string>): Array<RefChange> {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((ref) => ({ ref, before: before[ref] ?? ZERO_SHA, after: after[ref] ?? ZERO_SHA }))
    .filter((change) => change.before !== change.after)
}

async function requestSuite(world: World, repository: RepositoryRecord, author: Author, change: RefChange): Promise<void> {
  const isKnown = world.store.state.checkSuites.some((suite) => suite.repositoryId === repository.id && suite.headSha === change.after)
  if (isKnown || !world.app.permissions.checks) return
  const suite = ensureSuite(world, repository, change.after, change.ref.slice("refs/heads/".length), change.before)
  await emitSuite(world, repository, suite, author, "requested")
}

async function announcePush(world: World, repository: RepositoryRecord, author: Author, change: RefChange): Promise<void> {
  const bare = world.bare(repository)
  const created = change.before === ZERO_SHA
  const deleted = change.after === ZERO_SHA
  const others = Object.entries(repository.refs)
    .filter(([ref]) => ref !== change.ref)
    .map(([, sha]) => sha)
  const isBranch = change.ref.startsWith("refs/heads/")
  const commits =
    deleted || !isBranch
      ? []
      : await log(bare, change.after, { limit: MAX_COMMITS_IN_PUSH, oldestFirst: true, exclude: created ? others : [change.before] })
  const head = deleted ? undefined : (await log(bare, change.after, { limit: 1 }))[0]
  const html = world.htmlUrl(repository)
  emit(world, "push", repository, author, {
    ref: change.ref,
    before: change.before,
    after: change.after,
    created,
    deleted,
    forced: !created && !deleted && !(await isAncestor(bare, change.before, change.after)),
    base_ref: null,
    compare:
      created || deleted
        ? `${html}/commit/${(deleted ? change.before : change.after).slice(0, 12)}`
        : `${html}/compare/${change.before.slice(0, 12)}...${change.after.slice(0, 12)}`,
    commits: await Promise.all(commits.map((commit) => pushedCommit(world, repository, commit))),
    head_commit: head ? await pushedCommit(world, repository, head) : null,
    pusher: { name: author.user.login, email: noreplyEmail(author.user) },
  })
}

async function pushedCommit(world: World, repository: RepositoryRecord, commit: Commit) {
  const files = await diffFiles(world.bare(repository), commit.parents[0] ?? null, commit.sha)
  const named = (...statuses: Array<string>): Array<string> =>
    files.filter((file) => statuses.includes(file.status)).map((file) => file.filename)
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${world.htmlUrl(repository)}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
    added: named("added", "renamed", "copied"),
    removed: named("removed"),
    modified: named("modified", "changed"),
  }
}
