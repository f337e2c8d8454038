import { Hono } from "hono"
import { requireRepository } from "../auth/access.ts"
import { commitOf } from "../git/refs.ts"
import { entryAt, listTree, readBlob, type TreeEntry } from "../git/trees.ts"
import { param, type Env, type RouteContext } from "../http/env.ts"
import { ApiError, notFound } from "../http/errors.ts"
import { encodePath } from "../shape/commit.ts"
import type { RepositoryRecord } from "../store/records.ts"
import type { World } from "../world.ts"

const READ = { permission: "contents", level: "read" } as const
/** Larger files have no content in JSON; only the raw media type gives it. */
const MAX_JSON_BYTES = 1024 * 1024
const README = /^readme(\.(md|markdown|txt|rst))?$/i

/** Files and folders of a commit. https://docs.github.com/rest/repos/contents */
export function contentRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  const commit = async (c: RouteContext, repository: RepositoryRecord): Promise<{ readonly ref: string; readonly sha: string }> => {
    const ref = c.req.query("ref") ?? repository.defaultBranch
    const sha = await commitOf(world.bare(repository), ref)
    if (sha) return { ref, sha }
    throw new ApiError(404, Object.keys(repository.refs).length === 0 ? "This repository is empty." : `No commit found for the ref ${ref}`)
  }

  const file = async (c: RouteContext, repository: RepositoryRecord, ref: string, entry: TreeEntry) => {
    const content = await readBlob(world.bare(repository), entry.sha)
    if (wantsRaw(c)) return c.body(new Uint8Array(content), 200, { "content-type": "application/vnd.github.raw; charset=utf-8" })
    const isSmall = content.length <= MAX_JSON_BYTES
    const links = entryLinks(world, repository, ref, entry)
    return c.json({
      ...links,
      type: "file",
      size: content.length,
      encoding: isSmall ? "base64" : "none",
      content: isSmall ? wrap(content.toString("base64")) : "",
    })
  }

  const serve = async (c: RouteContext, path: string) => {
    const repository = requireRepository(world, c, READ)
    const { ref, sha } = await commit(c, repository)
    const bare = world.bare(repository)
    const entry = path === "" ? null : await entryAt(bare, sha, path)
    if (path !== "" && !entry) throw notFound()
    if (entry?.type === "commit")
      return c.json({ ...entryLinks(world, repository, ref, entry), type: "submodule", size: 0, submodule_git_url: "" })
    if (entry && entry.mode === "120000" && !wantsRaw(c)) {
      return c.json({
        ...entryLinks(world, repository, ref, entry),
        type: "symlink",
        size: entry.size ?? 0,
        target: (await readBlob(bare, entry.sha)).toString(),
      })
    }
    if (entry && entry.type === "blob") return file(c, repository, ref, entry)
    const children = await listTree(bare, path === "" ? sha : `${sha}:${path}`, false)
    return c.json(
      children.map((child) => {
        const full = { ...child, path: path === "" ? child.path : `${path}/${child.path}` }
        return { ...entryLinks(world, repository, ref, full), type: typeOf(child), size: child.size ?? 0 }
      }),
    )
  }

  routes.get("/contents", (c) => serve(c, ""))
  routes.get("/contents/", (c) => serve(c, ""))
  routes.get("/contents/:path{.+}", (c) => serve(c, param(c, "path").replace(/\/+$/, "")))

  routes.get("/readme", async (c) => {
    const repository = requireRepository(world, c, READ)
    const { ref, sha } = await commit(c, repository)
    const entry = (await listTree(world.bare(repository), sha, false)).find(
      (candidate) => candidate.type === "blob" && README.test(candidate.path),
    )
    if (!entry) throw notFound()
    return file(c, repository, ref, entry)
  })

  return routes
}

const wantsRaw = (c: RouteContext): boolean => /application\/vnd\.github(\.v3)?\.raw/.test(c.req.header("accept") ?? "")

/** GitHub breaks base64 into lines of 60 characters. */
const wrap = (base64: string): string => base64.replace(/.{1,60}/g, "$&\n")

function typeOf(entry: TreeEntry): "dir" | "submodule" | "symlink" | "file" {
  if (entry.type === "tree") return "dir"
  if (entry.type === "commit") return "file"
  return entry.mode === "120000" ? "symlink" : "file"
}

function entryLinks(world: World, repository: RepositoryRecord, ref: string, entry: TreeEntry) {
  const path = encodePath(entry.path)
  const url = `${world.apiUrl(repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`
  const git_url = `${world.apiUrl(repository)}/git/${entry.type === "tree" ? "trees" : "blobs"}/${entry.sha}`
  const html_url = `${world.htmlUrl(repository)}/${entry.type === "tree" ? "tree" : "blob"}/${encodePath(ref)}/${path}`
  return {
    name: entry.path.slice(entry.path.lastIndexOf("/") + 1),
    path: entry.path,
    sha: entry.sha,
    url,
    html_url,
    git_url,
    download_url: entry.type === "blob" ? `${world.htmlUrl(repository)}/raw/${encodePath(ref)}/${path}` : null,
    _links: { self: url, git: git_url, html: html_url },
  }
}
