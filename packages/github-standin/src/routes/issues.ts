import { Hono } from "hono"
import { addAssignees, createIssue, editIssue, removeAssignees, setLabels } from "../actions/issues.ts"
import { authorOf } from "../auth/actor.ts"
import { requireRepository, type Need } from "../auth/access.ts"
import { readBody } from "../http/body.ts"
import { numberParam, type Env, type RouteContext } from "../http/env.ts"
import { forbidden, notFound, unprocessable } from "../http/errors.ts"
import { paginate } from "../http/paginate.ts"
import { atLeast, roleOf } from "../auth/roles.ts"
import { issueEventShape, issueShape } from "../shape/issue.ts"
import { timelineOf } from "../shape/timeline.ts"
import type { IssueRecord, RepositoryRecord } from "../store/records.ts"
import type { World } from "../world.ts"

/** A pull request is an issue too: either permission opens these routes for it. */
const ISSUES = ["issues", "pull_requests"] as const
export const readIssues: Need = { permission: ISSUES, level: "read" }
export const writeIssues = (role: NonNullable<Need["role"]>): Need => ({ permission: ISSUES, level: "write", role })

/** The issue of a route. */
export function requireIssue(
  world: World,
  c: RouteContext,
  need: Need,
): { readonly repository: RepositoryRecord; readonly issue: IssueRecord } {
  const repository = requireRepository(world, c, need)
  const issue = world.store.issue(repository.id, numberParam(c, "issue_number"))
  if (!issue) throw notFound()
  return { repository, issue }
}

/** https://docs.github.com/rest/issues/issues */
export function issueRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get("/issues", (c) => {
    const repository = requireRepository(world, c, readIssues)
    const issues = listIssues(world, repository, new URL(c.req.url).searchParams)
    return c.json(paginate(world, c, issues).map((issue) => issueShape(world, repository, issue)))
  })

  routes.post("/issues", async (c) => {
    const repository = requireRepository(world, c, writeIssues("read"))
    const body = await readBody(c, "Issue")
    const issue = await createIssue(world, repository, authorOf(world, c.var.actor), {
      title: String(body.fields.title ?? "") === "" ? body.string("title") : String(body.fields.title),
      body: body.optionalString("body"),
      labels: body.strings("labels"),
      assignees: body.strings("assignees"),
    })
    return c.json(issueShape(world, repository, issue), 201)
  })

  routes.get("/issues/:issue_number{[0-9]+}", (c) => {
    const { repository, issue } = requireIssue(world, c, readIssues)
    return c.json(issueShape(world, repository, issue))
  })

  routes.patch("/issues/:issue_number{[0-9]+}", async (c) => {
    const { repository, issue } = requireIssue(world, c, writeIssues("read"))
    const author = authorOf(world, c.var.actor)
    const isAuthor = author.user.id === issue.authorId
    if (!author.viaApp && !isAuthor && !atLeast(roleOf(repository, author.user), "triage"))
      throw forbidden("Must have write access to repository")
    const body = await readBody(c, "Issue")
    const state = body.optionalString("state")
    if (state !== null && state !== "open" && state !== "closed") throw unprocessable("state must be open or closed")
    await editIssue(world, repository, issue, author, {
      ...(body.has("title") ? { title: String(body.fields.title) } : {}),
      ...(body.has("body") ? { body: body.optionalString("body") } : {}),
      ...(state === null ? {} : { state }),
      stateReason: body.optionalString("state_reason") as IssueRecord["stateReason"],
    })
    if (body.has("labels")) await setLabels(world, repository, issue, author, body.strings("labels"))
    if (body.has("assignees")) {
      const wanted = body.strings("assignees")
      const current = issue.assigneeIds.map((id) => world.store.user(id).login)
      await removeAssignees(
        world,
        repository,
        issue,
        author,
        current.filter((login) => !wanted.includes(login)),
      )
      await addAssignees(world, repository, issue, author, wanted)
    }
    return c.json(issueShape(world, repository, issue))
  })

  routes.post("/issues/:issue_number/assignees", async (c) => {
    const { repository, issue } = requireIssue(world, c, writeIssues("triage"))
    const body = await readBody(c, "Issue")
    await addAssignees(world, repository, issue, authorOf(world, c.var.actor), body.strings("assignees"))
    return c.json(issueShape(world, repository, issue), 201)
  })

  routes.delete("/issues/:issue_number/assignees", async (c) => {
    const { repository, issue } = requireIssue(world, c, writeIssues("triage"))
    const body = await readBody(c, "Issue")
    await removeAssignees(world, repository, issue, authorOf(world, c.var.actor), body.strings("assignees"))
    return c.json(issueShape(world, repository, issue))
  })

  routes.get("/issues/:issue_number/events", (c) => {
    const { repository, issue } = requireIssue(world, c, readIssues)
    const events = world.store.state.issueEvents.filter((event) => event.repositoryId === repository.id && event.number === issue.number)
    return c.json(paginate(world, c, events).map((event) => issueEventShape(world, repository, event)))
  })

  routes.get("/issues/:issue_number/timeline", async (c) => {
    const { repository, issue } = requireIssue(world, c, readIssues)
    return c.json(paginate(world, c, await timelineOf(world, repository, issue)))
  })

  return routes
}

function listIssues(world: World, repository: RepositoryRecord, query: URLSearchParams): Array<IssueRecord> {
  const state = query.get("state") ?? "open"
  const labels = (query.get("labels") ?? "")
    .split(",")
    .filter(Boolean)
    .map((name) => world.store.label(repository.id, name)?.id ?? -1)
  const creator = query.get("creator")?.toLowerCase()
  const assignee = query.get("assignee")?.toLowerCase()
  const since = query.get("since")
  const sort = query.get("sort") === "updated" ? "updatedAt" : "createdAt"
  const direction = query.get("direction") === "asc" ? 1 : -1
  return world.store.state.issues
    .filter(
      (issue) =>
        issue.repositoryId === repository.id &&
        (state === "all" || issue.state === state) &&
        labels.every((id) => issue.labelIds.includes(id)) &&
        (!creator || world.store.user(issue.authorId).login.toLowerCase() === creator) &&
        (!assignee || assignee === "*" || issue.assigneeIds.some((id) => world.store.user(id).login.toLowerCase() === assignee)) &&
        (!since || issue.updatedAt >= since),
    )
    .toSorted((left, right) => direction * (left[sort] < right[sort] ? -1 : left[sort] > right[sort] ? 1 : left.number - right.number))
}
