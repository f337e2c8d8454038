import { Hono } from "hono"
import { authorOf } from "../auth/actor.ts"
import { requireRepository } from "../auth/access.ts"
import { readCommit, writeCommit, type Signature } from "../git/commits.ts"
import { objectOf, SHA } from "../git/refs.ts"
import { listTree, readBlob, writeBlob, writeTree, type TreeChange } from "../git/trees.ts"
import { readBody } from "../http/body.ts"
import { param, type Env } from "../http/env.ts"
import { ApiError, notAccessible, notFound, unprocessable } from "../http/errors.ts"
import { gitCommit, signatureOf } from "../shape/commit.ts"
import type { RepositoryRecord } from "../store/records.ts"
import { nodeId, type World } from "../world.ts"

const READ = { permission: "contents", level: "read" } as const
const WRITE = { permission: "contents", level: "write" } as const
const MODES = new Set(["100644", "100755", "040000", "160000", "120000"])
const MAX_TREE_ENTRIES = 100_000

/** Blobs, trees and commits of the git database. https://docs.github.com/rest/git */
export function gitObjectRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  const requireObject = async (repository: RepositoryRecord, sha: string, type: string): Promise<void> => {
    if (!SHA.test(sha) || (await objectOf(world.bare(repository), sha))?.type !== type) throw notFound()
  }

  routes.get("/git/commits/:commit_sha", async (c) => {
    const repository = requireRepository(world, c, READ)
    const sha = param(c, "commit_sha")
    await requireObject(repository, sha, "commit")
    return c.json(gitCommit(world, repository, await readCommit(world.bare(repository), sha)))
  })

  routes.post("/git/commits", async (c) => {
    const repository = requireRepository(world, c, WRITE)
    const bare = world.bare(repository)
    const body = await readBody(c, "Commit")
    const tree = body.string("tree")
    const parents = body.strings("parents")
    if ((await objectOf(bare, tree))?.type !== "tree") throw unprocessable("Tree SHA does not exist")
    for (const parent of parents)
      if ((await objectOf(bare, parent))?.type !== "commit") throw unprocessable("Parent SHA does not exist or is not a commit object")
    const own = signatureOf(authorOf(world, c.var.actor).user, world.now())
    const author = signature(body.object("author"), own)
    const sha = await writeCommit(bare, {
      message: body.string("message"),
      tree,
      parents,
      author,
      committer: signature(body.object("committer"), author),
    })
    return c.json(gitCommit(world, repository, await readCommit(bare, sha)), 201)
  })

  const treeShape = async (repository: RepositoryRecord, sha: string, recursive: boolean) => {
    const api = `${world.apiUrl(repository)}/git`
    const entries = await listTree(world.bare(repository), sha, recursive)
    return {
      sha,
      url: `${api}/trees/${sha}`,
      tree: entries.slice(0, MAX_TREE_ENTRIES).map((entry) => ({
        path: entry.path,
        mode: entry.mode,
        type: entry.type,
        sha: entry.sha,
        ...(entry.size === null ? {} : { size: entry.size }),
        ...(entry.type === "commit" ? {} : { url: `${api}/${entry.type}s/${entry.sha}` }),
      })),
      truncated: entries.length > MAX_TREE_ENTRIES,
    }
  }

  routes.get("/git/trees/:tree_sha{.+}", async (c) => {
    const repository = requireRepository(world, c, READ)
    const name = param(c, "tree_sha")
    const branch = repository.refs[`refs/heads/${name}`]
    const tree = await objectOf(world.bare(repository), `${branch ?? name}^{tree}`)
    if (!tree) throw notFound()
    return c.json(await treeShape(repository, tree.sha, c.req.query("recursive") !== undefined))
  })

  routes.post("/git/trees", async (c) => {
    const repository = requireRepository(world, c, WRITE)
    const bare = world.bare(repository)
    const body = await readBody(c, "Tree")
    const base = body.optionalString("base_tree")
    const baseTree = base === null ? null : await objectOf(bare, `${base}^{tree}`)
    if (base !== null && !baseTree) throw new ApiError(404, "Not Found")
    const changes: Array<TreeChange> = []
    for (const entry of body.objects("tree")) changes.push(await treeChange(world, repository, entry))
    if (changes.length === 0) throw unprocessable("Invalid tree info")
    const { actor } = c.var
    if (
      actor.kind === "installation" &&
      !actor.token.permissions.workflows &&
      changes.some((change) => change.path.startsWith(".github/workflows/"))
    ) {
      throw notAccessible("workflows", "write")
    }
    return c.json(await treeShape(repository, await writeTree(bare, baseTree?.sha ?? null, changes), false), 201)
  })

  routes.get("/git/blobs/:file_sha", async (c) => {
    const repository = requireRepository(world, c, READ)
    const sha = param(c, "file_sha")
    await requireObject(repository, sha, "blob")
    const content = await readBlob(world.bare(repository), sha)
    if (c.req.header("accept")?.includes("raw"))
      return c.body(new Uint8Array(content), 200, { "content-type": "application/vnd.github.raw" })
    return c.json({
      sha,
      node_id: nodeId("B", sha),
      size: content.length,
      url: `${world.apiUrl(repository)}/git/blobs/${sha}`,
      content: content.toString("base64"),
      encoding: "base64",
    })
  })

  routes.post("/git/blobs", async (c) => {
    const repository = requireRepository(world, c, WRITE)
    const body = await readBody(c, "Blob")
    const content = Buffer.from(String(body.fields.content ?? ""), body.optionalString("encoding") === "base64" ? "base64" : "utf8")
    const sha = await writeBlob(world.bare(repository), content)
    return c.json({ sha, url: `${world.apiUrl(repository)}/git/blobs/${sha}` }, 201)
  })

  return routes
}

function signature(given: Record<string, unknown> | null, fallback: Signature): Signature {
  if (!given) return fallback
  return {
    name: String(given.name ?? fallback.name),
    email: String(given.email ?? fallback.email),
    date: String(given.date ?? fallback.date),
  }
}

async function treeChange(world: World, repository: RepositoryRecord, entry: Record<string, unknown>): Promise<TreeChange> {
  const { path, mode = "100644", type = "blob", sha, content } = entry
  if (
    typeof path !== "string" ||
    path === "" ||
    path.startsWith("/") ||
    path.split("/").some((part) => part === "" || part === "." || part === ".." || part === ".git")
  ) {
    throw unprocessable("tree.path contains a malformed path component")
  }
  if (typeof mode !== "string" || !MODES.has(mode)) throw unprocessable("Must supply a valid tree.mode")
  const bare = world.bare(repository)
  if (sha === null) return { path, mode, type: String(type), sha: null }
  if (typeof content === "string") return { path, mode, type: "blob", sha: await writeBlob(bare, Buffer.from(content)) }
  if (typeof sha !== "string" || (type !== "commit" && !(await objectOf(bare, sha)))) throw unprocessable("tree.sha is not a valid object")
  return { path, mode, type: String(type), sha }
}
