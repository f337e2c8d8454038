import { invalid } from "../http/errors.ts"
import { commentShape, issueShape } from "../shape/issue.ts"
import type { CommentRecord, IssueRecord, RepositoryRecord } from "../store/records.ts"
import { emit } from "../webhooks/emit.ts"
import type { Author, World } from "../world.ts"
import { checkText } from "./issues.ts"

function emitComment(
  world: World,
  repository: RepositoryRecord,
  comment: CommentRecord,
  author: Author,
  action: string,
  extra: Record<string, unknown> = {},
): void {
  const issue = world.store.issue(repository.id, comment.number)
  if (!issue) return
  emit(world, "issue_comment", repository, author, {
    action,
    ...extra,
    issue: issueShape(world, repository, issue),
    comment: commentShape(world, repository, comment),
  })
}

function checkComment(body: string): void {
  if (body.trim() === "") throw invalid({ resource: "IssueComment", field: "body", code: "custom", message: "body can't be blank" })
  checkText("IssueComment", "body", body)
}

export function createComment(world: World, repository: RepositoryRecord, issue: IssueRecord, author: Author, body: string): CommentRecord {
  checkComment(body)
  const now = world.now()
  const comment: CommentRecord = {
    id: world.store.nextId(),
    repositoryId: repository.id,
    number: issue.number,
    authorId: author.user.id,
    viaApp: author.viaApp,
    body,
    createdAt: now,
    updatedAt: now,
  }
  world.store.state.comments.push(comment)
  issue.updatedAt = now
  world.store.touch()
  emitComment(world, repository, comment, author, "created")
  return comment
}

export function updateComment(world: World, repository: RepositoryRecord, comment: CommentRecord, author: Author, body: string): void {
  checkComment(body)
  const from = comment.body
  comment.body = body
  comment.updatedAt = world.now()
  world.store.touch()
  if (from !== body) emitComment(world, repository, comment, author, "edited", { changes: { body: { from } } })
}

export function deleteComment(world: World, repository: RepositoryRecord, comment: CommentRecord, author: Author): void {
  emitComment(world, repository, comment, author, "deleted")
  world.store.state.comments = world.store.state.comments.filter((other) => other.id !== comment.id)
  world.store.touch()
}
