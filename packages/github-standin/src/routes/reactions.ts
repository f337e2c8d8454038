import { Hono } from "hono"
import { authorOf } from "../auth/actor.ts"
import { readBody } from "../http/body.ts"
import { numberParam, type Env, type RouteContext } from "../http/env.ts"
import { invalid, notFound } from "../http/errors.ts"
import { paginate } from "../http/paginate.ts"
import { reactionShape, REACTIONS } from "../shape/issue.ts"
import type { ReactionRecord } from "../store/records.ts"
import type { World } from "../world.ts"
import { requireComment } from "./comments.ts"
import { readIssues, requireIssue, writeIssues } from "./issues.ts"

/** https://docs.github.com/rest/reactions/reactions */
export function reactionRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()
  const { state } = world.store

  const serve = (path: string, subject: ReactionRecord["subject"], idOf: (c: RouteContext, isWrite: boolean) => number): void => {
    routes.get(path, (c) => {
      const id = idOf(c, false)
      const content = c.req.query("content")
      const reactions = state.reactions.filter(
        (reaction) => reaction.subject === subject && reaction.subjectId === id && (!content || reaction.content === content),
      )
      return c.json(paginate(world, c, reactions).map((reaction) => reactionShape(world, reaction)))
    })

    routes.post(path, async (c) => {
      const subjectId = idOf(c, true)
      const userId = authorOf(world, c.var.actor).user.id
      const content = (await readBody(c, "Reaction")).string("content")
      if (!REACTIONS.some((known) => known === content)) throw invalid({ resource: "Reaction", field: "content", code: "invalid" })
      const known = state.reactions.find(
        (reaction) =>
          reaction.subject === subject && reaction.subjectId === subjectId && reaction.userId === userId && reaction.content === content,
      )
      if (known) return c.json(reactionShape(world, known), 200)
      const reaction: ReactionRecord = { id: world.store.nextId(), subject, subjectId, userId, content, createdAt: world.now() }
      state.reactions.push(reaction)
      return c.json(reactionShape(world, reaction), 201)
    })

    routes.delete(`${path}/:reaction_id`, (c) => {
      const subjectId = idOf(c, true)
      const id = numberParam(c, "reaction_id")
      const userId = authorOf(world, c.var.actor).user.id
      const reaction = state.reactions.find(
        (candidate) =>
          candidate.id === id && candidate.subject === subject && candidate.subjectId === subjectId && candidate.userId === userId,
      )
      if (!reaction) throw notFound()
      state.reactions = state.reactions.filter((other) => other !== reaction)
      return c.body(null, 204)
    })
  }

  serve(
    "/issues/comments/:comment_id/reactions",
    "comment",
    (c, isWrite) => requireComment(world, c, isWrite ? writeIssues("read") : readIssues).comment.id,
  )
  serve(
    "/issues/:issue_number{[0-9]+}/reactions",
    "issue",
    (c, isWrite) => requireIssue(world, c, isWrite ? writeIssues("read") : readIssues).issue.id,
  )
  return routes
}
