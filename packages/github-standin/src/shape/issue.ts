import { associationOf } from "../auth/roles.ts"
import type { CommentRecord, IssueEventRecord, IssueRecord, LabelRecord, ReactionRecord, RepositoryRecord } from "../store/records.ts"
import { nodeId, type World } from "../world.ts"
import { viaApp } from "./app.ts"
import { simpleUser, simpleUserById } from "./user.ts"

export const REACTIONS = ["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"] as const

export function labelShape(world: World, repository: RepositoryRecord, label: LabelRecord) {
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${world.apiUrl(repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  }
}

export function labelsOf(world: World, repository: RepositoryRecord, issue: IssueRecord) {
  return world.store.state.labels.filter((label) => issue.labelIds.includes(label.id)).map((label) => labelShape(world, repository, label))
}

export function reactionRollup(world: World, subject: ReactionRecord["subject"], subjectId: number, url: string) {
  const counts = Object.fromEntries(REACTIONS.map((content) => [content, 0])) as Record<(typeof REACTIONS)[number], number>
  const reactions = world.store.state.reactions.filter((reaction) => reaction.subject === subject && reaction.subjectId === subjectId)
  for (const reaction of reactions) counts[reaction.content as keyof typeof counts] += 1
  return { url: `${url}/reactions`, total_count: reactions.length, ...counts }
}

/** Web path of an issue or pull request. */
export const issueHtmlUrl = (world: World, repository: RepositoryRecord, issue: IssueRecord): string =>
  `${world.htmlUrl(repository)}/${issue.pull ? "pull" : "issues"}/${issue.number}`

export function issueShape(world: World, repository: RepositoryRecord, issue: IssueRecord) {
  const api = world.apiUrl(repository)
  const url = `${api}/issues/${issue.number}`
  const author = world.store.user(issue.authorId)
  const html = issueHtmlUrl(world, repository, issue)
  return {
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    id: issue.id,
    node_id: nodeId(issue.pull ? "PR" : "I", issue.id),
    number: issue.number,
    title: issue.title,
    user: simpleUser(world, author),
    labels: labelsOf(world, repository, issue),
    state: issue.state,
    locked: issue.locked,
    assignee: simpleUserById(world, issue.assigneeIds[0] ?? null),
    assignees: issue.assigneeIds.map((id) => simpleUser(world, world.store.user(id))),
    milestone: null,
    comments: commentsOf(world, repository, issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: associationOf(repository, author),
    active_lock_reason: null,
    ...(issue.pull
      ? {
          draft: issue.pull.draft,
          pull_request: {
            url: `${api}/pulls/${issue.number}`,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: issue.pull.mergedAt,
          },
        }
      : {}),
    body: issue.body,
    closed_by: simpleUserById(world, issue.closedById),
    reactions: reactionRollup(world, "issue", issue.id, url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: viaApp(world, issue.viaApp),
    state_reason: issue.stateReason,
  }
}

export const commentsOf = (world: World, repository: RepositoryRecord, number: number): Array<CommentRecord> =>
  world.store.state.comments.filter((comment) => comment.repositoryId === repository.id && comment.number === number)

export function commentShape(world: World, repository: RepositoryRecord, comment: CommentRecord) {
  const api = world.apiUrl(repository)
  const issue = world.store.issue(repository.id, comment.number)
  const author = world.store.user(comment.authorId)
  const url = `${api}/issues/comments/${comment.id}`
  return {
    url,
    html_url: `${issue ? issueHtmlUrl(world, repository, issue) : world.htmlUrl(repository)}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.number}`,
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    user: simpleUser(world, author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(repository, author),
    body: comment.body,
    reactions: reactionRollup(world, "comment", comment.id, url),
    performed_via_github_app: viaApp(world, comment.viaApp),
  }
}

export function reactionShape(world: World, reaction: ReactionRecord) {
  return {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: simpleUserById(world, reaction.userId),
    content: reaction.content,
    created_at: reaction.createdAt,
  }
}

export function issueEventShape(world: World, repository: RepositoryRecord, event: IssueEventRecord) {
  const api = world.apiUrl(repository)
  return {
    id: event.id,
    node_id: nodeId("LE", event.id),
    url: `${api}/issues/events/${event.id}`,
    actor: simpleUser(world, world.store.user(event.actorId)),
    event: event.event,
    commit_id: event.commitId,
    commit_url: event.commitId === null ? null : `${api}/commits/${event.commitId}`,
    created_at: event.createdAt,
    performed_via_github_app: viaApp(world, event.viaApp),
    ...event.details,
  }
}
