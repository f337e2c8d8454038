import { Hono } from "hono"
import { requireRepository } from "../auth/access.ts"
import { countCommits, log, readCommit } from "../git/commits.ts"
import { diffFiles, mailPatch, mergeBase, unifiedDiff } from "../git/diff.ts"
import { commitOf, SHA } from "../git/refs.ts"
import { param, type Env, type RouteContext } from "../http/env.ts"
import { ApiError, conflict, notFound, unprocessable } from "../http/errors.ts"
import { linkPages, pageOf, paginate } from "../http/paginate.ts"
import { commitShape, fileShape, fullCommit } from "../shape/commit.ts"
import { pullsOf, simplePull } from "../shape/pull.ts"
import type { RepositoryRecord } from "../store/records.ts"
import type { World } from "../world.ts"

const READ = { permission: "contents", level: "read" } as const
const MAX_FILES = 300
const MAX_COMPARED_COMMITS = 250

/** The commit a path parameter names. */
export async function requireCommit(world: World, repository: RepositoryRecord, ref: string): Promise<string> {
  const sha = await commitOf(world.bare(repository), ref)
  if (sha) return sha
  throw SHA.test(ref) ? unprocessable(`No commit found for SHA: ${ref}`) : unprocessable(`No commit found for SHA: ${ref}`)
}

/** `diff` and `patch` media types. */
export function textMedia(c: RouteContext): "diff" | "patch" | null {
  const accept = c.req.header("accept") ?? ""
  if (/application\/vnd\.github(\.v3)?\.diff/.test(accept)) return "diff"
  return /application\/vnd\.github(\.v3)?\.patch/.test(accept) ? "patch" : null
}

export const sendText = (c: RouteContext, kind: "diff" | "patch", text: Buffer) =>
  c.body(new Uint8Array(text), 200, { "content-type": `application/vnd.github.${kind}; charset=utf-8` })

/** https://docs.github.com/rest/commits/commits */
export function commitRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get("/commits", async (c) => {
    const repository = requireRepository(world, c, READ)
    const bare = world.bare(repository)
    const { page, perPage } = pageOf(c)
    const start = await commitOf(bare, c.req.query("sha") ?? repository.defaultBranch)
    if (!start) throw Object.keys(repository.refs).length === 0 ? conflict("Git Repository is empty.") : notFound()
    const filter = { path: c.req.query("path"), author: c.req.query("author"), since: c.req.query("since"), until: c.req.query("until") }
    const commits = await log(bare, start, { ...filter, skip: (page - 1) * perPage, limit: perPage + 1 })
    linkPages(world, c, { page, perPage }, commits.length > perPage ? page + 1 : page)
    return c.json(commits.slice(0, perPage).map((commit) => commitShape(world, repository, commit)))
  })

  routes.get("/commits/:commit_sha/pulls", (c) => {
    const repository = requireRepository(world, c, { permission: ["pull_requests", "contents"], level: "read" })
    const sha = param(c, "commit_sha")
    const pulls = pullsOf(world, repository).filter((issue) => issue.pull.headSha === sha || issue.pull.mergeCommitSha === sha)
    return c.json(paginate(world, c, pulls).map((issue) => simplePull(world, repository, issue)))
  })

  routes.get("/commits/:ref{.+}", async (c) => {
    const repository = requireRepository(world, c, READ)
    const bare = world.bare(repository)
    const sha = await requireCommit(world, repository, param(c, "ref"))
    if (/application\/vnd\.github(\.v3)?\.sha/.test(c.req.header("accept") ?? ""))
      return c.text(sha, 200, { "content-type": "application/vnd.github.sha; charset=utf-8" })
    const commit = await readCommit(bare, sha)
    const media = textMedia(c)
    if (media === "diff") return sendText(c, media, await unifiedDiff(bare, commit.parents[0] ?? null, sha))
    if (media === "patch") return sendText(c, media, await mailPatch(bare, `${sha}~1`, sha))
    const files = await diffFiles(bare, commit.parents[0] ?? null, sha)
    return c.json(fullCommit(world, repository, commit, paginate(world, c, files.slice(0, MAX_FILES * 10))))
  })

  routes.get("/compare/:basehead{.+}", async (c) => {
    const repository = requireRepository(world, c, READ)
    const bare = world.bare(repository)
    const [baseName = "", headName = ""] = param(c, "basehead")
      .split("...")
      .map((name) => withoutOwner(world, repository, name))
    const base = await commitOf(bare, baseName)
    const head = await commitOf(bare, headName)
    if (!base || !head) throw notFound()
    const ancestor = await mergeBase(bare, base, head)
    if (!ancestor) throw new ApiError(404, `No common ancestor between ${baseName} and ${headName}.`)
    const media = textMedia(c)
    if (media === "diff") return sendText(c, media, await unifiedDiff(bare, ancestor, head))
    if (media === "patch") return sendText(c, media, await mailPatch(bare, ancestor, head))
    const [ahead, behind, commits, files, baseCommit, ancestorCommit] = await Promise.all([
      countCommits(bare, `${base}..${head}`),
      countCommits(bare, `${head}..${base}`),
      log(bare, `${base}..${head}`, { oldestFirst: true }),
      diffFiles(bare, ancestor, head),
      readCommit(bare, base),
      readCommit(bare, ancestor),
    ])
    const html = `${world.htmlUrl(repository)}/compare/${baseName}...${headName}`
    const { page } = pageOf(c)
    const paged = c.req.query("page") || c.req.query("per_page") ? paginate(world, c, commits) : commits.slice(-MAX_COMPARED_COMMITS)
    return c.json({
      url: `${world.apiUrl(repository)}/compare/${baseName}...${headName}`,
      html_url: html,
      permalink_url: `${world.htmlUrl(repository)}/compare/${base}...${head}`,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: commitShape(world, repository, baseCommit),
      merge_base_commit: commitShape(world, repository, ancestorCommit),
      status: ahead === 0 ? (behind === 0 ? "identical" : "behind") : behind === 0 ? "ahead" : "diverged",
      ahead_by: ahead,
      behind_by: behind,
      total_commits: ahead,
      commits: paged.map((commit) => commitShape(world, repository, commit)),
      files: page > 1 ? [] : files.slice(0, MAX_FILES).map((file) => fileShape(world, repository, head, file)),
    })
  })

  return routes
}

const withoutOwner = (world: World, repository: RepositoryRecord, name: string): string => {
  const owner = `${world.ownerOf(repository).login}:`
  return name.toLowerCase().startsWith(owner.toLowerCase()) ? name.slice(owner.length) : name
}
