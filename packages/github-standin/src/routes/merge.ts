import { Hono } from "hono"
import { markMerged } from "../actions/pulls.ts"
import { syncRefs } from "../actions/refs.ts"
import { authorOf } from "../auth/actor.ts"
import { log, writeCommit } from "../git/commits.ts"
import { mergedTree, rebased } from "../git/merge.ts"
import { moveRef } from "../git/refs.ts"
import type { BareRepository } from "../git/run.ts"
import { readBody } from "../http/body.ts"
import type { Env } from "../http/env.ts"
import { ApiError, conflict, notFound, unprocessable } from "../http/errors.ts"
import { signatureOf } from "../shape/commit.ts"
import type { PullIssue } from "../shape/pull.ts"
import type { Author, World } from "../world.ts"
import { requirePull } from "./pulls.ts"

const METHODS = ["merge", "squash", "rebase"] as const
type MergeMethod = (typeof METHODS)[number]

/** https://docs.github.com/rest/pulls/pulls#merge-a-pull-request */
export function mergeRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get("/pulls/:pull_number/merge", (c) => {
    const { issue } = requirePull(world, c, { permission: "contents", level: "read" })
    if (issue.pull.mergedAt === null) throw notFound()
    return c.body(null, 204)
  })

  routes.put("/pulls/:pull_number/merge", async (c) => {
    const { repository, issue } = requirePull(world, c, { permission: "contents", level: "write" })
    const body = await readBody(c, "PullRequest")
    const method = METHODS.find((known) => known === (body.optionalString("merge_method") ?? "merge"))
    if (!method) throw unprocessable("merge_method must be merge, squash or rebase")
    const { pull } = issue
    if (issue.state !== "open" || pull.draft)
      throw new ApiError(405, pull.draft ? "Pull Request is still a draft" : "Pull Request is not mergeable")
    const sha = body.optionalString("sha")
    if (sha !== null && sha !== pull.headSha) throw conflict("Head branch was modified. Review and try the merge again.")
    const author = authorOf(world, c.var.actor)
    const bare = world.bare(repository)
    const title = body.optionalString("commit_title") ?? defaultTitle(world.ownerOf(repository).login, issue, method)
    const text = body.optionalString("commit_message") ?? (method === "merge" ? issue.title : "")
    const merged = await mergeCommit(world, bare, issue, author, method, `${title}\n\n${text}`.trimEnd())
    if (!merged) throw new ApiError(405, "Pull Request is not mergeable")
    if (!(await moveRef(bare, `refs/heads/${pull.baseRef}`, merged, pull.baseSha)))
      throw new ApiError(405, "Base branch was modified. Review and try the merge again.")
    await markMerged(world, repository, issue, author, merged)
    await syncRefs(world, repository, author)
    return c.json({ sha: merged, merged: true, message: "Pull Request successfully merged" })
  })

  return routes
}

const defaultTitle = (owner: string, issue: PullIssue, method: MergeMethod): string =>
  method === "merge" ? `Merge pull request #${issue.number} from ${owner}/${issue.pull.headRef}` : `${issue.title} (#${issue.number})`

/** The new head of the base branch, or null where the branches conflict. */
async function mergeCommit(
  world: World,
  bare: BareRepository,
  issue: PullIssue,
  author: Author,
  method: MergeMethod,
  message: string,
): Promise<string | null> {
  const { baseSha, headSha } = issue.pull
  if (method === "rebase") return rebased(bare, baseSha, headSha)
  const tree = await mergedTree(bare, baseSha, headSha)
  if (!tree) return null
  const signature = signatureOf(author.user, world.now())
  const parents = method === "merge" ? [baseSha, headSha] : [baseSha]
  const first = method === "squash" ? (await log(bare, `${baseSha}..${headSha}`, { limit: 1 }))[0] : undefined
  return writeCommit(bare, {
    message,
    tree,
    parents,
    author: first?.author ?? signature,
    committer: { name: "GitHub", email: "noreply@github.com", date: signature.date },
  })
}
