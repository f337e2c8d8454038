import { associationOf } from "../auth/roles.ts"
import { countCommits } from "../git/commits.ts"
import { diffFiles, mergeBase } from "../git/diff.ts"
import { mergedTree } from "../git/merge.ts"
import type { BareRepository } from "../git/run.ts"
import type { IssueRecord, PullRecord, RepositoryRecord } from "../store/records.ts"
import { nodeId, type World } from "../world.ts"
import { commentsOf, labelsOf } from "./issue.ts"
import { repositoryShape } from "./repository.ts"
import { simpleUser, simpleUserById } from "./user.ts"

export type PullIssue = IssueRecord & { pull: PullRecord }

export const isPull = (issue: IssueRecord | undefined): issue is PullIssue => issue !== undefined && issue.pull !== null

/** `pull-request-simple`, as lists carry it. */
export function simplePull(world: World, repository: RepositoryRecord, issue: PullIssue) {
  const api = world.apiUrl(repository)
  const url = `${api}/pulls/${issue.number}`
  const issueUrl = `${api}/issues/${issue.number}`
  const html = `${world.htmlUrl(repository)}/pull/${issue.number}`
  const author = world.store.user(issue.authorId)
  const owner = simpleUser(world, world.ownerOf(repository))
  const repo = repositoryShape(world, repository)
  const { pull } = issue
  return {
    url,
    id: pull.id,
    node_id: nodeId("PR", issue.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: `${api}/statuses/${pull.headSha}`,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: simpleUser(world, author),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: simpleUserById(world, issue.assigneeIds[0] ?? null),
    assignees: issue.assigneeIds.map((id) => simpleUser(world, world.store.user(id))),
    requested_reviewers: pull.reviewerIds.map((id) => simpleUser(world, world.store.user(id))),
    requested_teams: [],
    labels: labelsOf(world, repository, issue),
    milestone: null,
    draft: pull.draft,
    head: { label: `${owner.login}:${pull.headRef}`, ref: pull.headRef, sha: pull.headSha, user: owner, repo },
    base: { label: `${owner.login}:${pull.baseRef}`, ref: pull.baseRef, sha: pull.baseSha, user: owner, repo },
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: `${api}/statuses/${pull.headSha}` },
    },
    author_association: associationOf(repository, author),
    auto_merge: null,
    active_lock_reason: null,
  }
}

interface GitFigures {
  readonly commits: number
  readonly additions: number
  readonly deletions: number
  readonly changedFiles: number
  readonly mergeable: boolean
}

const figuresCache = new Map<string, Promise<GitFigures>>()
const MAX_CACHED_FIGURES = 500

/** What git says about merging `head` into `base`. Both are SHAs, so the answer never changes. */
function gitFigures(bare: BareRepository, base: string, head: string): Promise<GitFigures> {
  const key = `${bare.path} ${base} ${head}`
  const known = figuresCache.get(key)
  if (known) return known
  if (figuresCache.size >= MAX_CACHED_FIGURES) figuresCache.clear()
  const figures = readFigures(bare, base, head)
  figuresCache.set(key, figures)
  figures.catch(() => figuresCache.delete(key))
  return figures
}

async function readFigures(bare: BareRepository, base: string, head: string): Promise<GitFigures> {
  const [from, commits, tree] = await Promise.all([
    mergeBase(bare, base, head),
    countCommits(bare, `${base}..${head}`),
    mergedTree(bare, base, head),
  ])
  const files = await diffFiles(bare, from, head)
  return {
    commits,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: files.length,
    mergeable: tree !== null,
  }
}

/**
 * `pull-request`. GitHub computes mergeability in the background: right after a pull request was opened it is `null`.
 * https://docs.github.com/rest/guides/using-the-rest-api-to-interact-with-your-git-database#checking-mergeability-of-pull-requests
 */
export async function fullPull(
  world: World,
  repository: RepositoryRecord,
  issue: PullIssue,
  options: { readonly mergeability: "known" | "unknown" } = { mergeability: "known" },
) {
  const { pull } = issue
  const figures = await gitFigures(world.bare(repository), pull.baseSha, pull.headSha)
  const isOpen = issue.state === "open"
  const mergeable = options.mergeability === "known" && isOpen ? figures.mergeable : null
  return {
    ...simplePull(world, repository, issue),
    merged: pull.mergedAt !== null,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeable === null ? "unknown" : !mergeable ? "dirty" : pull.draft ? "draft" : "clean",
    merged_by: simpleUserById(world, pull.mergedById),
    comments: commentsOf(world, repository, issue.number).length,
    review_comments: world.store.state.reviewComments.filter(
      (comment) => comment.repositoryId === repository.id && comment.number === issue.number,
    ).length,
    maintainer_can_modify: false,
    commits: figures.commits,
    additions: figures.additions,
    deletions: figures.deletions,
    changed_files: figures.changedFiles,
  }
}

/** `pull-request-minimal`, as check runs carry it. */
export function minimalPull(world: World, repository: RepositoryRecord, issue: PullIssue) {
  const repo = { id: repository.id, url: world.apiUrl(repository), name: repository.name }
  return {
    url: `${repo.url}/pulls/${issue.number}`,
    id: issue.pull.id,
    number: issue.number,
    head: { ref: issue.pull.headRef, sha: issue.pull.headSha, repo },
    base: { ref: issue.pull.baseRef, sha: issue.pull.baseSha, repo },
  }
}

export const pullsOf = (world: World, repository: RepositoryRecord): Array<PullIssue> =>
  world.store.state.issues.filter((issue): issue is PullIssue => issue.repositoryId === repository.id && issue.pull !== null)
