import { countCommits } from "../git/commits.ts"
import { mergeBase } from "../git/diff.ts"
import { isAncestor, ZERO_SHA } from "../git/refs.ts"
import { invalid, unprocessable, type FieldError } from "../http/errors.ts"
import { isPull, pullsOf, type PullIssue } from "../shape/pull.ts"
import { simpleUser } from "../shape/user.ts"
import type { RepositoryRecord, UserRecord } from "../store/records.ts"
import { same } from "../store/Store.ts"
import type { Author, World } from "../world.ts"
import { closeIssue, emitIssue, insertIssue, recordEvent } from "./issues.ts"
import type { RefChange } from "./refs.ts"
import { outdateComments } from "./reviews.ts"

export interface NewPull {
  readonly title: string
  readonly body: string | null
  /** `branch` or `owner:branch`. */
  readonly head: string
  readonly base: string
  readonly draft: boolean
}

const custom = (message: string): FieldError => ({ resource: "PullRequest", code: "custom", message })

/** https://docs.github.com/rest/pulls/pulls#create-a-pull-request */
export async function createPull(world: World, repository: RepositoryRecord, author: Author, input: NewPull): Promise<PullIssue> {
  const { headRef, headSha, baseSha } = await checkNewPull(world, repository, input)
  const issue = insertIssue(world, repository, author, input.title, input.body)
  issue.pull = {
    id: world.store.nextId(),
    draft: input.draft,
    headRef,
    headSha,
    baseRef: input.base,
    baseSha,
    mergedAt: null,
    mergedById: null,
    mergeCommitSha: null,
    reviewerIds: [],
  }
  if (!isPull(issue)) throw new Error("unreachable")
  await keepHead(world, repository, issue)
  await emitIssue(world, repository, issue, author, "opened")
  return issue
}

async function checkNewPull(world: World, repository: RepositoryRecord, input: NewPull) {
  const owner = world.ownerOf(repository).login
  const colon = input.head.indexOf(":")
  const headOwner = colon < 0 ? owner : input.head.slice(0, colon)
  const headRef = input.head.slice(colon + 1)
  // The stand-in has no forks: a head of somebody else does not exist.
  const headSha = same(headOwner, owner) ? repository.refs[`refs/heads/${headRef}`] : undefined
  const baseSha = repository.refs[`refs/heads/${input.base}`]
  if (!headSha) throw invalid({ resource: "PullRequest", field: "head", code: "invalid" })
  if (!baseSha) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" })
  if (input.draft && !repository.draftPullRequests) throw unprocessable("Draft pull requests are not supported in this repository.")
  const duplicate = pullsOf(world, repository).some(
    (issue) => issue.state === "open" && issue.pull.headRef === headRef && issue.pull.baseRef === input.base,
  )
  if (duplicate) throw invalid(custom(`A pull request already exists for ${owner}:${headRef}.`))
  const bare = world.bare(repository)
  if ((await mergeBase(bare, baseSha, headSha)) === null)
    throw invalid(custom(`The ${headRef} branch has no history in common with ${input.base}`))
  if ((await countCommits(bare, `${baseSha}..${headSha}`)) === 0) throw invalid(custom(`No commits between ${input.base} and ${headRef}`))
  return { headRef, headSha, baseSha }
}

/** GitHub keeps `refs/pull/<n>/head`, so that commits of a deleted branch stay. */
async function keepHead(world: World, repository: RepositoryRecord, issue: PullIssue): Promise<void> {
  await world.bare(repository).bytes(["update-ref", `refs/pull/${issue.number}/head`, issue.pull.headSha])
}

/** What a moved or deleted branch means for the pull requests from it and into it. */
export async function followBranch(world: World, repository: RepositoryRecord, author: Author, change: RefChange): Promise<void> {
  const branch = change.ref.slice("refs/heads/".length)
  for (const issue of pullsOf(world, repository).filter((candidate) => candidate.state === "open")) {
    if (issue.pull.headRef === branch) await followHead(world, repository, author, issue, change.after)
    if (issue.pull.baseRef === branch && issue.state === "open") await followBase(world, repository, author, issue, change.after)
  }
}

async function followHead(world: World, repository: RepositoryRecord, author: Author, issue: PullIssue, after: string): Promise<void> {
  if (after === ZERO_SHA) {
    recordEvent(world, issue, author, "head_ref_deleted")
    await closeIssue(world, repository, issue, author, null)
    return
  }
  const before = issue.pull.headSha
  if (before === after) return
  issue.pull.headSha = after
  issue.updatedAt = world.now()
  await keepHead(world, repository, issue)
  await outdateComments(world, repository, issue, before)
  await emitIssue(world, repository, issue, author, "synchronize", { before, after })
}

async function followBase(world: World, repository: RepositoryRecord, author: Author, issue: PullIssue, after: string): Promise<void> {
  if (after === ZERO_SHA) return closeIssue(world, repository, issue, author, null)
  issue.pull.baseSha = after
  world.store.touch()
  if (await isAncestor(world.bare(repository), issue.pull.headSha, after)) await markMerged(world, repository, issue, author, after)
}

const CLOSING_KEYWORD = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/gi

/** Closes the pull request as merged, and the issues its body says it closes. */
export async function markMerged(world: World, repository: RepositoryRecord, issue: PullIssue, author: Author, sha: string): Promise<void> {
  Object.assign(issue.pull, { mergedAt: world.now(), mergedById: author.user.id, mergeCommitSha: sha })
  recordEvent(world, issue, author, "merged", {}, sha)
  await closeIssue(world, repository, issue, author, null)
  if (issue.pull.baseRef !== repository.defaultBranch) return
  for (const match of (issue.body ?? "").matchAll(CLOSING_KEYWORD)) {
    const linked = world.store.issue(repository.id, Number(match[1]))
    if (linked && linked.state === "open" && !linked.pull) await closeIssue(world, repository, linked, author, "completed", sha)
  }
}

export async function requestReviewers(
  world: World,
  repository: RepositoryRecord,
  issue: PullIssue,
  author: Author,
  reviewers: ReadonlyArray<UserRecord>,
): Promise<void> {
  for (const reviewer of reviewers) {
    if (issue.pull.reviewerIds.includes(reviewer.id)) continue
    issue.pull.reviewerIds = [...issue.pull.reviewerIds, reviewer.id]
    recordEvent(world, issue, author, "review_requested", {
      review_requester: simpleUser(world, author.user),
      requested_reviewer: simpleUser(world, reviewer),
    })
    await emitIssue(world, repository, issue, author, "review_requested", { requested_reviewer: simpleUser(world, reviewer) })
  }
}

export async function removeReviewers(
  world: World,
  repository: RepositoryRecord,
  issue: PullIssue,
  author: Author,
  reviewers: ReadonlyArray<UserRecord>,
): Promise<void> {
  for (const reviewer of reviewers) {
    if (!issue.pull.reviewerIds.includes(reviewer.id)) continue
    issue.pull.reviewerIds = issue.pull.reviewerIds.filter((id) => id !== reviewer.id)
    recordEvent(world, issue, author, "review_request_removed", {
      review_requester: simpleUser(world, author.user),
      requested_reviewer: simpleUser(world, reviewer),
    })
    await emitIssue(world, repository, issue, author, "review_request_removed", { requested_reviewer: simpleUser(world, reviewer) })
  }
}

/** On github.com only; REST has no such request. https://docs.github.com/pull-requests/collaborating-with-pull-requests/proposing-changes-to-your-work-with-pull-requests/changing-the-stage-of-a-pull-request */
export async function setDraft(
  world: World,
  repository: RepositoryRecord,
  issue: PullIssue,
  author: Author,
  draft: boolean,
): Promise<void> {
  if (issue.pull.draft === draft) return
  issue.pull.draft = draft
  issue.updatedAt = world.now()
  world.store.touch()
  const event = draft ? "converted_to_draft" : "ready_for_review"
  recordEvent(world, issue, author, draft ? "convert_to_draft" : event)
  await emitIssue(world, repository, issue, author, event)
}
