import { diffFiles, mergeBase } from "../git/diff.ts"
import { followLine, patchLines, type PatchLine } from "../git/lines.ts"
import { invalid, unprocessable, type FieldError } from "../http/errors.ts"
import { simplePull, type PullIssue } from "../shape/pull.ts"
import { reviewCommentShape, reviewShape } from "../shape/review.ts"
import type { RepositoryRecord, ReviewCommentRecord, ReviewRecord, ReviewState } from "../store/records.ts"
import { emit } from "../webhooks/emit.ts"
import type { Author, World } from "../world.ts"

export interface NewReviewComment {
  readonly path: string
  readonly body: string
  readonly line: number | null
  readonly side: "LEFT" | "RIGHT"
  readonly startLine: number | null
  /** Deprecated way to name a line; used when `line` is absent. */
  readonly position: number | null
  /** A comment on the whole file. */
  readonly isOnFile: boolean
}

export type ReviewEvent = "APPROVE" | "REQUEST_CHANGES" | "COMMENT"
const STATES: Record<ReviewEvent, ReviewState> = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" }

/** A review with its comments: one `pull_request_review` and one `pull_request_review_comment` for each. */
export async function createReview(
  world: World,
  repository: RepositoryRecord,
  issue: PullIssue,
  author: Author,
  input: { readonly event: ReviewEvent; readonly body: string; readonly comments: ReadonlyArray<NewReviewComment> },
): Promise<ReviewRecord> {
  if (author.user.id === issue.authorId && input.event !== "COMMENT") {
    throw unprocessable(`Review Can not ${input.event === "APPROVE" ? "approve" : "request changes on"} your own pull request`)
  }
  if (input.event !== "APPROVE" && input.body === "" && input.comments.length === 0) throw unprocessable("Review body is required")
  const anchors = await Promise.all(input.comments.map((comment) => anchor(world, repository, issue, comment)))
  const review = insertReview(world, repository, issue, author, STATES[input.event], input.body)
  const comments = input.comments.map((comment, index) =>
    insertComment(world, issue, author, review, comment, anchors[index] ?? null, null),
  )
  emitReview(world, repository, issue, author, review)
  for (const comment of comments) emitReviewComment(world, repository, issue, author, comment, "created")
  return review
}

/** A single comment, or a reply; GitHub wraps it in a review of its own. */
export async function createReviewComment(
  world: World,
  repository: RepositoryRecord,
  issue: PullIssue,
  author: Author,
  input: NewReviewComment,
  inReplyTo: ReviewCommentRecord | null,
): Promise<ReviewCommentRecord> {
  const place = inReplyTo ? null : await anchor(world, repository, issue, input)
  const review = insertReview(world, repository, issue, author, "COMMENTED", "")
  const comment = insertComment(world, issue, author, review, input, place, inReplyTo)
  emitReview(world, repository, issue, author, review)
  emitReviewComment(world, repository, issue, author, comment, "created")
  return comment
}

export function updateReviewComment(
  world: World,
  repository: RepositoryRecord,
  issue: PullIssue,
  author: Author,
  comment: ReviewCommentRecord,
  body: string,
): void {
  const from = comment.body
  comment.body = body
  comment.updatedAt = world.now()
  world.store.touch()
  emitReviewComment(world, repository, issue, author, comment, "edited", { changes: { body: { from } } })
}

/** The line of the pull request's diff a comment stands on; 422 where the diff has no such line. */
async function anchor(world: World, repository: RepositoryRecord, issue: PullIssue, comment: NewReviewComment): Promise<PatchLine | null> {
  const bare = world.bare(repository)
  const files = await diffFiles(bare, await mergeBase(bare, issue.pull.baseSha, issue.pull.headSha), issue.pull.headSha)
  const file = files.find((candidate) => candidate.filename === comment.path)
  const error = (field: string, message: string): FieldError => ({
    resource: "PullRequestReviewComment",
    code: "custom",
    field,
    message: `${field} ${message}`,
  })
  if (!file) throw invalid(error("pull_request_review_thread.path", "diff too large or path not part of the diff"))
  if (comment.isOnFile) return null
  const line = patchLines(file.patch ?? "").find((candidate) =>
    comment.line === null
      ? candidate.position === comment.position
      : candidate[comment.side === "LEFT" ? "left" : "right"] === comment.line,
  )
  if (!line) throw invalid(error("pull_request_review_thread.line", "must be part of the diff"))
  return line
}

function insertReview(
  world: World,
  repository: RepositoryRecord,
  issue: PullIssue,
  author: Author,
  state: ReviewState,
  body: string,
): ReviewRecord {
  const review: ReviewRecord = {
    id: world.store.nextId(),
    repositoryId: repository.id,
    number: issue.number,
    authorId: author.user.id,
    body,
    state,
    commitId: issue.pull.headSha,
    submittedAt: world.now(),
  }
  world.store.state.reviews.push(review)
  issue.pull.reviewerIds = issue.pull.reviewerIds.filter((id) => id !== author.user.id)
  world.store.touch()
  return review
}

function insertComment(
  world: World,
  issue: PullIssue,
  author: Author,
  review: ReviewRecord,
  input: NewReviewComment,
  place: PatchLine | null,
  parent: ReviewCommentRecord | null,
): ReviewCommentRecord {
  const now = world.now()
  const line = parent ? parent.line : place ? (input.side === "LEFT" ? place.left : place.right) : null
  const comment: ReviewCommentRecord = {
    id: world.store.nextId(),
    repositoryId: issue.repositoryId,
    number: issue.number,
    reviewId: review.id,
    authorId: author.user.id,
    body: input.body,
    path: parent?.path ?? input.path,
    side: parent?.side ?? input.side,
    originalLine: parent?.originalLine ?? line,
    line,
    startLine: parent?.startLine ?? input.startLine,
    originalCommitId: parent?.originalCommitId ?? issue.pull.headSha,
    position: parent ? parent.position : (place?.position ?? 1),
    originalPosition: parent?.originalPosition ?? place?.position ?? 1,
    diffHunk: parent?.diffHunk ?? place?.hunk ?? "",
    inReplyToId: parent ? (parent.inReplyToId ?? parent.id) : null,
    createdAt: now,
    updatedAt: now,
  }
  world.store.state.reviewComments.push(comment)
  return comment
}

/** After a push: comments move with their lines, or become outdated where the line is gone. */
export async function outdateComments(world: World, repository: RepositoryRecord, issue: PullIssue, before: string): Promise<void> {
  const bare = world.bare(repository)
  const comments = world.store.state.reviewComments.filter(
    (comment) => comment.repositoryId === repository.id && comment.number === issue.number && comment.line !== null,
  )
  if (comments.length === 0) return
  const files = await diffFiles(bare, await mergeBase(bare, issue.pull.baseSha, issue.pull.headSha), issue.pull.headSha)
  for (const comment of comments) {
    if (comment.line === null) continue
    const line = comment.side === "LEFT" ? comment.line : await followLine(bare, before, issue.pull.headSha, comment.path, comment.line)
    const lines = patchLines(files.find((file) => file.filename === comment.path)?.patch ?? "")
    const place = line === null ? undefined : lines.find((candidate) => candidate[comment.side === "LEFT" ? "left" : "right"] === line)
    comment.line = place ? line : null
    comment.position = place?.position ?? null
  }
}

/** Webhooks write the state of a review in lower case. */
function emitReview(world: World, repository: RepositoryRecord, issue: PullIssue, author: Author, review: ReviewRecord): void {
  emit(world, "pull_request_review", repository, author, {
    action: "submitted",
    review: {
      ...reviewShape(world, repository, review),
      body: review.body || null,
      state: review.state.toLowerCase(),
      updated_at: review.submittedAt,
    },
    pull_request: simplePull(world, repository, issue),
  })
}

function emitReviewComment(
  world: World,
  repository: RepositoryRecord,
  issue: PullIssue,
  author: Author,
  comment: ReviewCommentRecord,
  action: "created" | "edited",
  extra: Record<string, unknown> = {},
): void {
  emit(world, "pull_request_review_comment", repository, author, {
    action,
    ...extra,
    comment: reviewCommentShape(world, repository, comment),
    pull_request: simplePull(world, repository, issue),
  })
}
