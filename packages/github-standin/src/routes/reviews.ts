import { Hono } from "hono"
import { createReview, createReviewComment, updateReviewComment, type NewReviewComment, type ReviewEvent } from "../actions/reviews.ts"
import { authorOf } from "../auth/actor.ts"
import { requireRepository, type Need } from "../auth/access.ts"
import { Body, readBody } from "../http/body.ts"
import { numberParam, type Env, type RouteContext } from "../http/env.ts"
import { forbidden, notFound, unprocessable } from "../http/errors.ts"
import { paginate } from "../http/paginate.ts"
import { isPull, type PullIssue } from "../shape/pull.ts"
import { reviewCommentShape, reviewShape } from "../shape/review.ts"
import type { RepositoryRecord, ReviewCommentRecord, ReviewRecord } from "../store/records.ts"
import type { World } from "../world.ts"
import { readPulls, requirePull, writePulls } from "./pulls.ts"

const EVENTS: ReadonlyArray<ReviewEvent> = ["APPROVE", "REQUEST_CHANGES", "COMMENT"]

/** https://docs.github.com/rest/pulls/reviews and https://docs.github.com/rest/pulls/comments */
export function reviewRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()
  const { state } = world.store
  const reviewsOf = (issue: PullIssue): Array<ReviewRecord> =>
    state.reviews.filter((review) => review.repositoryId === issue.repositoryId && review.number === issue.number)
  const commentsOf = (issue: PullIssue): Array<ReviewCommentRecord> =>
    state.reviewComments.filter((comment) => comment.repositoryId === issue.repositoryId && comment.number === issue.number)

  routes.get("/pulls/:pull_number/reviews", (c) => {
    const { repository, issue } = requirePull(world, c, readPulls)
    return c.json(paginate(world, c, reviewsOf(issue)).map((review) => reviewShape(world, repository, review)))
  })

  routes.post("/pulls/:pull_number/reviews", async (c) => {
    const { repository, issue } = requirePull(world, c, writePulls("read"))
    const body = await readBody(c, "PullRequestReview")
    const event = EVENTS.find((known) => known === body.optionalString("event"))
    if (!event) throw unprocessable("The stand-in keeps no pending reviews: event must be APPROVE, REQUEST_CHANGES or COMMENT.")
    const comments = body.objects("comments").map((fields) => newComment(new Body(fields, "PullRequestReviewComment")))
    const review = await createReview(world, repository, issue, authorOf(world, c.var.actor), {
      event,
      body: body.optionalString("body") ?? "",
      comments,
    })
    return c.json(reviewShape(world, repository, review))
  })

  const requireReview = (c: RouteContext) => {
    const { repository, issue } = requirePull(world, c, readPulls)
    const review = reviewsOf(issue).find((candidate) => candidate.id === numberParam(c, "review_id"))
    if (!review) throw notFound()
    return { repository, issue, review }
  }

  routes.get("/pulls/:pull_number/reviews/:review_id", (c) => {
    const { repository, review } = requireReview(c)
    return c.json(reviewShape(world, repository, review))
  })

  routes.get("/pulls/:pull_number/reviews/:review_id/comments", (c) => {
    const { repository, issue, review } = requireReview(c)
    return c.json(
      paginate(
        world,
        c,
        commentsOf(issue).filter((comment) => comment.reviewId === review.id),
      ).map((comment) => {
        const { line, start_line, subject_type, ...rest } = reviewCommentShape(world, repository, comment)
        return { ...rest, start_line, ...(line === null ? {} : { line }), subject_type }
      }),
    )
  })

  routes.get("/pulls/:pull_number/comments", (c) => {
    const { repository, issue } = requirePull(world, c, readPulls)
    return c.json(paginate(world, c, commentsOf(issue)).map((comment) => reviewCommentShape(world, repository, comment)))
  })

  routes.post("/pulls/:pull_number/comments", async (c) => {
    const { repository, issue } = requirePull(world, c, writePulls("read"))
    const body = await readBody(c, "PullRequestReviewComment")
    const inReplyTo = body.optionalNumber("in_reply_to")
    const parent = inReplyTo === null ? null : (commentsOf(issue).find((comment) => comment.id === inReplyTo) ?? null)
    if (inReplyTo !== null && !parent) throw notFound()
    if (!parent && body.string("commit_id") !== issue.pull.headSha)
      throw unprocessable("The stand-in takes comments on the head commit only: commit_id is not part of the pull request's head.")
    const comment = await createReviewComment(world, repository, issue, authorOf(world, c.var.actor), newComment(body), parent)
    return c.json(reviewCommentShape(world, repository, comment), 201)
  })

  routes.post("/pulls/:pull_number/comments/:comment_id/replies", async (c) => {
    const { repository, issue } = requirePull(world, c, writePulls("read"))
    const parent = commentsOf(issue).find((comment) => comment.id === numberParam(c, "comment_id"))
    if (!parent) throw notFound()
    const body = await readBody(c, "PullRequestReviewComment")
    const comment = await createReviewComment(
      world,
      repository,
      issue,
      authorOf(world, c.var.actor),
      { ...newComment(body), path: parent.path },
      parent,
    )
    return c.json(reviewCommentShape(world, repository, comment), 201)
  })

  const requireComment = (
    c: RouteContext,
    need: Need,
  ): { repository: RepositoryRecord; issue: PullIssue; comment: ReviewCommentRecord } => {
    const repository = requireRepository(world, c, need)
    const comment = state.reviewComments.find(
      (candidate) => candidate.id === numberParam(c, "comment_id") && candidate.repositoryId === repository.id,
    )
    const issue = comment && world.store.issue(repository.id, comment.number)
    if (!comment || !isPull(issue)) throw notFound()
    return { repository, issue, comment }
  }

  routes.get("/pulls/comments/:comment_id", (c) => {
    const { repository, comment } = requireComment(c, readPulls)
    return c.json(reviewCommentShape(world, repository, comment))
  })

  routes.patch("/pulls/comments/:comment_id", async (c) => {
    const { repository, issue, comment } = requireComment(c, writePulls("read"))
    const author = authorOf(world, c.var.actor)
    if (author.user.id !== comment.authorId) throw forbidden("Resource not accessible by integration")
    updateReviewComment(world, repository, issue, author, comment, (await readBody(c, "PullRequestReviewComment")).string("body"))
    return c.json(reviewCommentShape(world, repository, comment))
  })

  return routes
}

function newComment(body: Body): NewReviewComment {
  return {
    path: body.optionalString("path") ?? "",
    body: body.string("body"),
    line: body.optionalNumber("line"),
    side: body.optionalString("side") === "LEFT" ? "LEFT" : "RIGHT",
    startLine: body.optionalNumber("start_line"),
    position: body.optionalNumber("position"),
    isOnFile: body.optionalString("subject_type") === "file",
  }
}
