import { Hono } from "hono"
import { createComment, deleteComment, updateComment } from "../actions/comments.ts"
import { authorOf } from "../auth/actor.ts"
import { requireRepository, type Need } from "../auth/access.ts"
import { atLeast, roleOf } from "../auth/roles.ts"
import { readBody } from "../http/body.ts"
import { numberParam, type Env, type RouteContext } from "../http/env.ts"
import { forbidden, notFound } from "../http/errors.ts"
import { paginate } from "../http/paginate.ts"
import { commentShape, commentsOf } from "../shape/issue.ts"
import type { CommentRecord, RepositoryRecord } from "../store/records.ts"
import type { Author, World } from "../world.ts"
import { readIssues, requireIssue, writeIssues } from "./issues.ts"

export function requireComment(
  world: World,
  c: RouteContext,
  need: Need,
): { readonly repository: RepositoryRecord; readonly comment: CommentRecord } {
  const repository = requireRepository(world, c, need)
  const id = numberParam(c, "comment_id")
  const comment = world.store.state.comments.find((candidate) => candidate.id === id && candidate.repositoryId === repository.id)
  if (!comment) throw notFound()
  return { repository, comment }
}

/** Authors edit their own text; people with write access edit everybody's; an App edits only its own. */
function requireEditor(repository: RepositoryRecord, comment: CommentRecord, author: Author): void {
  if (comment.authorId === author.user.id || (!author.viaApp && atLeast(roleOf(repository, author.user), "write"))) return
  throw forbidden(author.viaApp ? "Resource not accessible by integration" : "Must have admin rights to Repository.")
}

const since = (comments: Array<CommentRecord>, c: RouteContext): Array<CommentRecord> => {
  const from = c.req.query("since")
  return from ? comments.filter((comment) => comment.updatedAt >= from) : comments
}

/** https://docs.github.com/rest/issues/comments */
export function commentRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get("/issues/comments", (c) => {
    const repository = requireRepository(world, c, readIssues)
    const comments = since(
      world.store.state.comments.filter((comment) => comment.repositoryId === repository.id),
      c,
    )
    return c.json(paginate(world, c, comments).map((comment) => commentShape(world, repository, comment)))
  })

  routes.get("/issues/:issue_number{[0-9]+}/comments", (c) => {
    const { repository, issue } = requireIssue(world, c, readIssues)
    return c.json(
      paginate(world, c, since(commentsOf(world, repository, issue.number), c)).map((comment) => commentShape(world, repository, comment)),
    )
  })

  routes.post("/issues/:issue_number{[0-9]+}/comments", async (c) => {
    const { repository, issue } = requireIssue(world, c, writeIssues("read"))
    const body = await readBody(c, "IssueComment")
    const comment = createComment(world, repository, issue, authorOf(world, c.var.actor), body.string("body"))
    return c.json(commentShape(world, repository, comment), 201)
  })

  routes.get("/issues/comments/:comment_id", (c) => {
    const { repository, comment } = requireComment(world, c, readIssues)
    return c.json(commentShape(world, repository, comment))
  })

  routes.patch("/issues/comments/:comment_id", async (c) => {
    const { repository, comment } = requireComment(world, c, writeIssues("read"))
    const author = authorOf(world, c.var.actor)
    requireEditor(repository, comment, author)
    const body = await readBody(c, "IssueComment")
    updateComment(world, repository, comment, author, body.string("body"))
    return c.json(commentShape(world, repository, comment))
  })

  routes.delete("/issues/comments/:comment_id", (c) => {
    const { repository, comment } = requireComment(world, c, writeIssues("read"))
    const author = authorOf(world, c.var.actor)
    requireEditor(repository, comment, author)
    deleteComment(world, repository, comment, author)
    return c.body(null, 204)
  })

  return routes
}
