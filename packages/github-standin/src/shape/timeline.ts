import { log } from "../git/commits.ts"
import type { IssueRecord, RepositoryRecord } from "../store/records.ts"
import type { World } from "../world.ts"
import { gitCommit } from "./commit.ts"
import { commentShape, commentsOf, issueEventShape } from "./issue.ts"
import { isPull } from "./pull.ts"
import { reviewShape } from "./review.ts"
import { simpleUser } from "./user.ts"

/** Events, comments, reviews and commits of an issue, oldest first. https://docs.github.com/rest/issues/timeline */
export async function timelineOf(world: World, repository: RepositoryRecord, issue: IssueRecord): Promise<Array<Record<string, unknown>>> {
  const { state } = world.store
  const events = state.issueEvents
    .filter((event) => event.repositoryId === repository.id && event.number === issue.number)
    .map((event) => ({ at: event.createdAt, id: event.id, entry: issueEventShape(world, repository, event) }))
  const comments = commentsOf(world, repository, issue.number).map((comment) => {
    const shape = commentShape(world, repository, comment)
    return { at: comment.createdAt, id: comment.id, entry: { ...shape, event: "commented", actor: shape.user } }
  })
  const reviews = state.reviews
    .filter((review) => review.repositoryId === repository.id && review.number === issue.number)
    .map((review) => ({
      at: review.submittedAt,
      id: review.id,
      entry: {
        ...reviewShape(world, repository, review),
        state: review.state.toLowerCase(),
        event: "reviewed",
        user: simpleUser(world, state.users.find((user) => user.id === review.authorId) ?? world.ownerOf(repository)),
      },
    }))
  const commits = isPull(issue)
    ? await log(world.bare(repository), `${issue.pull.baseSha}..${issue.pull.headSha}`, { oldestFirst: true })
    : []
  const committed = commits.map((commit) => ({
    at: commit.committer.date,
    id: 0,
    entry: { ...gitCommit(world, repository, commit), event: "committed" },
  }))
  return [...committed, ...events, ...comments, ...reviews]
    .toSorted((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : left.id - right.id))
    .map(({ entry }) => entry as Record<string, unknown>)
}
