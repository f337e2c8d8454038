import { Hono } from "hono"
import { editIssue, emitIssue, checkText } from "../actions/issues.ts"
import { createPull, removeReviewers, requestReviewers } from "../actions/pulls.ts"
import { authorOf } from "../auth/actor.ts"
import { requireRepository, type Need } from "../auth/access.ts"
import { atLeast, roleOf } from "../auth/roles.ts"
import { log } from "../git/commits.ts"
import { diffFiles, mailPatch, mergeBase, unifiedDiff } from "../git/diff.ts"
import { readBody, type Body } from "../http/body.ts"
import { numberParam, type Env, type RouteContext } from "../http/env.ts"
import { forbidden, invalid, notFound, unprocessable } from "../http/errors.ts"
import { paginate } from "../http/paginate.ts"
import { commitShape, fileShape } from "../shape/commit.ts"
import { fullPull, isPull, pullsOf, simplePull, type PullIssue } from "../shape/pull.ts"
import { simpleUser } from "../shape/user.ts"
import type { RepositoryRecord, UserRecord } from "../store/records.ts"
import type { World } from "../world.ts"
import { sendText, textMedia } from "./commits.ts"

export const readPulls: Need = { permission: "pull_requests", level: "read" }
export const writePulls = (role: NonNullable<Need["role"]>): Need => ({ permission: "pull_requests", level: "write", role })

const MAX_FILES = 3_000
const MAX_COMMITS = 250

export function requirePull(
  world: World,
  c: RouteContext,
  need: Need,
): { readonly repository: RepositoryRecord; readonly issue: PullIssue } {
  const repository = requireRepository(world, c, need)
  const issue = world.store.issue(repository.id, numberParam(c, "pull_number"))
  if (!isPull(issue)) throw notFound()
  return { repository, issue }
}

/** https://docs.github.com/rest/pulls/pulls */
export function pullRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get("/pulls", (c) => {
    const repository = requireRepository(world, c, readPulls)
    const pulls = listPulls(world, repository, new URL(c.req.url).searchParams)
    return c.json(paginate(world, c, pulls).map((issue) => simplePull(world, repository, issue)))
  })

  routes.post("/pulls", async (c) => {
    const repository = requireRepository(world, c, writePulls("read"))
    const body = await readBody(c, "PullRequest")
    const [title, head, base, text] = [body.string("title"), body.string("head"), body.string("base"), body.optionalString("body")]
    checkText("PullRequest", "title", title)
    checkText("PullRequest", "body", text)
    const issue = await createPull(world, repository, authorOf(world, c.var.actor), {
      title,
      head,
      base,
      body: text,
      draft: body.boolean("draft"),
    })
    return c.json(await fullPull(world, repository, issue, { mergeability: "unknown" }), 201)
  })

  routes.get("/pulls/:pull_number{[0-9]+}", async (c) => {
    const { repository, issue } = requirePull(world, c, readPulls)
    const bare = world.bare(repository)
    const media = textMedia(c)
    if (media === "diff")
      return sendText(c, media, await unifiedDiff(bare, await mergeBase(bare, issue.pull.baseSha, issue.pull.headSha), issue.pull.headSha))
    if (media === "patch") return sendText(c, media, await mailPatch(bare, issue.pull.baseSha, issue.pull.headSha))
    return c.json(await fullPull(world, repository, issue))
  })

  // `draft` is not among the fields: only GraphQL takes a pull request out of draft.
  routes.patch("/pulls/:pull_number{[0-9]+}", async (c) => {
    const { repository, issue } = requirePull(world, c, writePulls("read"))
    const author = authorOf(world, c.var.actor)
    if (!author.viaApp && author.user.id !== issue.authorId && !atLeast(roleOf(repository, author.user), "write"))
      throw forbidden("Must have write access to repository")
    const body = await readBody(c, "PullRequest")
    const state = body.optionalString("state")
    if (state !== null && state !== "open" && state !== "closed") throw unprocessable("state must be open or closed")
    if (state === "open" && issue.state === "closed") checkReopen(repository, issue)
    await editIssue(world, repository, issue, author, {
      ...(body.has("title") ? { title: body.string("title") } : {}),
      ...(body.has("body") ? { body: body.optionalString("body") } : {}),
      ...(state === null ? {} : { state }),
    })
    const base = body.optionalString("base")
    if (base !== null && base !== issue.pull.baseRef) {
      const sha = repository.refs[`refs/heads/${base}`]
      if (!sha) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" })
      const changes = { base: { ref: { from: issue.pull.baseRef }, sha: { from: issue.pull.baseSha } } }
      Object.assign(issue.pull, { baseRef: base, baseSha: sha })
      await emitIssue(world, repository, issue, author, "edited", { changes })
    }
    return c.json(await fullPull(world, repository, issue))
  })

  routes.get("/pulls/:pull_number/files", async (c) => {
    const { repository, issue } = requirePull(world, c, readPulls)
    const bare = world.bare(repository)
    const files = await diffFiles(bare, await mergeBase(bare, issue.pull.baseSha, issue.pull.headSha), issue.pull.headSha)
    return c.json(paginate(world, c, files.slice(0, MAX_FILES)).map((file) => fileShape(world, repository, issue.pull.headSha, file)))
  })

  routes.get("/pulls/:pull_number/commits", async (c) => {
    const { repository, issue } = requirePull(world, c, readPulls)
    const commits = await log(world.bare(repository), `${issue.pull.baseSha}..${issue.pull.headSha}`, { oldestFirst: true })
    return c.json(paginate(world, c, commits.slice(0, MAX_COMMITS)).map((commit) => commitShape(world, repository, commit)))
  })

  routes.get("/pulls/:pull_number/requested_reviewers", (c) => {
    const { issue } = requirePull(world, c, readPulls)
    return c.json({ users: issue.pull.reviewerIds.map((id) => simpleUser(world, world.store.user(id))), teams: [] })
  })

  routes.post("/pulls/:pull_number/requested_reviewers", async (c) => {
    const { repository, issue } = requirePull(world, c, writePulls("write"))
    const reviewers = namedReviewers(world, await readBody(c, "PullRequest"))
    for (const reviewer of reviewers) {
      if (reviewer.id === issue.authorId) throw unprocessable("Review cannot be requested from pull request author.")
      if (!isCollaborator(repository, reviewer))
        throw unprocessable(
          "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.",
        )
    }
    await requestReviewers(world, repository, issue, authorOf(world, c.var.actor), reviewers)
    return c.json(simplePull(world, repository, issue), 201)
  })

  routes.delete("/pulls/:pull_number/requested_reviewers", async (c) => {
    const { repository, issue } = requirePull(world, c, writePulls("write"))
    await removeReviewers(world, repository, issue, authorOf(world, c.var.actor), namedReviewers(world, await readBody(c, "PullRequest")))
    return c.json(simplePull(world, repository, issue))
  })

  return routes
}

const isCollaborator = (repository: RepositoryRecord, user: UserRecord): boolean =>
  user.id === repository.ownerId || user.login.toLowerCase() in repository.collaborators

function namedReviewers(world: World, body: Body): Array<UserRecord> {
  return body.strings("reviewers").map((login) => {
    const user = world.store.userByLogin(login)
    if (!user) throw unprocessable(`Could not resolve to a node with the login of '${login}'.`)
    return user
  })
}

function checkReopen(repository: RepositoryRecord, issue: PullIssue): void {
  const gone = (message: string) => invalid({ resource: "PullRequest", field: "state", code: "invalid", message })
  if (issue.pull.mergedAt !== null) throw gone("state cannot be changed. The pull request was merged.")
  const head = repository.refs[`refs/heads/${issue.pull.headRef}`]
  if (!head) throw gone(`state cannot be changed. The ${issue.pull.headRef} branch has been deleted.`)
  issue.pull.headSha = head
  issue.pull.baseSha = repository.refs[`refs/heads/${issue.pull.baseRef}`] ?? issue.pull.baseSha
}

function listPulls(world: World, repository: RepositoryRecord, query: URLSearchParams): Array<PullIssue> {
  const state = query.get("state") ?? "open"
  const [headOwner, headRef] = query.get("head")?.split(":") ?? []
  const base = query.get("base")
  const sort = query.get("sort") === "updated" ? "updatedAt" : "createdAt"
  const ascending = (query.get("direction") ?? "desc") === "asc"
  const owner = world.ownerOf(repository).login.toLowerCase()
  return pullsOf(world, repository)
    .filter(
      (issue) =>
        (state === "all" || issue.state === state) &&
        (headRef === undefined || (headOwner?.toLowerCase() === owner && issue.pull.headRef === headRef)) &&
        (!base || issue.pull.baseRef === base),
    )
    .toSorted(
      (left, right) => (ascending ? 1 : -1) * (left[sort] < right[sort] ? -1 : left[sort] > right[sort] ? 1 : left.number - right.number),
    )
}
