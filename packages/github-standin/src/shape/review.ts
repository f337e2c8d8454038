import { associationOf } from "../auth/roles.ts"
import type { RepositoryRecord, ReviewCommentRecord, ReviewRecord } from "../store/records.ts"
import { nodeId, type World } from "../world.ts"
import { simpleUser } from "./user.ts"

export function reviewShape(world: World, repository: RepositoryRecord, review: ReviewRecord) {
  const author = world.store.user(review.authorId)
  const html = `${world.htmlUrl(repository)}/pull/${review.number}#pullrequestreview-${review.id}`
  const pull = `${world.apiUrl(repository)}/pulls/${review.number}`
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    user: simpleUser(world, author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: associationOf(repository, author),
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
  }
}

/** `line` and `position` are gone from a comment whose line a later push removed. */
export function reviewCommentShape(world: World, repository: RepositoryRecord, comment: ReviewCommentRecord) {
  const author = world.store.user(comment.authorId)
  const url = `${world.apiUrl(repository)}/pulls/comments/${comment.id}`
  const pull = `${world.apiUrl(repository)}/pulls/${comment.number}`
  const html = `${world.htmlUrl(repository)}/pull/${comment.number}#discussion_r${comment.id}`
  const isOutdated = comment.position === null
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId("PRRC", comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: world.store.issue(repository.id, comment.number)?.pull?.headSha ?? comment.originalCommitId,
    original_commit_id: comment.originalCommitId,
    user: simpleUser(world, author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: pull,
    author_association: associationOf(repository, author),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pull } },
    reactions: {
      url: `${url}/reactions`,
      total_count: 0,
      "+1": 0,
      "-1": 0,
      laugh: 0,
      hooray: 0,
      confused: 0,
      heart: 0,
      rocket: 0,
      eyes: 0,
    },
    start_line: isOutdated ? null : comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startLine === null ? null : comment.side,
    line: comment.line,
    original_line: comment.originalLine,
    side: comment.side,
    ...(comment.inReplyToId === null ? {} : { in_reply_to_id: comment.inReplyToId }),
    original_position: comment.originalPosition,
    position: comment.position,
    subject_type: comment.originalLine === null ? "file" : "line",
  }
}
