import { Hono } from "hono"
import { syncRefs } from "../actions/refs.ts"
import { authorOf } from "../auth/actor.ts"
import { requireRepository } from "../auth/access.ts"
import { deleteRef, isAncestor, isValidRefName, moveRef, objectOf, SHA, ZERO_SHA } from "../git/refs.ts"
import { readBody } from "../http/body.ts"
import { param, type Env } from "../http/env.ts"
import { notFound, unprocessable } from "../http/errors.ts"
import { encodePath } from "../shape/commit.ts"
import type { RepositoryRecord } from "../store/records.ts"
import { nodeId, type World } from "../world.ts"

const READ = { permission: "contents", level: "read" } as const
const WRITE = { permission: "contents", level: "write" } as const

/** https://docs.github.com/rest/git/refs */
export function refRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  const shape = async (repository: RepositoryRecord, ref: string, sha: string) => {
    const type = (await objectOf(world.bare(repository), sha))?.type ?? "commit"
    const api = world.apiUrl(repository)
    return {
      ref,
      node_id: nodeId("REF", ref),
      url: `${api}/git/${encodePath(ref)}`,
      object: { sha, type, url: `${api}/git/${type}s/${sha}` },
    }
  }

  routes.get("/git/ref/:ref{.+}", async (c) => {
    const repository = requireRepository(world, c, READ)
    const ref = `refs/${param(c, "ref")}`
    const sha = repository.refs[ref]
    if (!sha) throw notFound()
    return c.json(await shape(repository, ref, sha))
  })

  routes.get("/git/matching-refs/:ref{.*}", async (c) => {
    const repository = requireRepository(world, c, READ)
    const prefix = `refs/${param(c, "ref")}`
    const matching = Object.entries(repository.refs).filter(([ref]) => ref.startsWith(prefix))
    return c.json(await Promise.all(matching.map(([ref, sha]) => shape(repository, ref, sha))))
  })

  routes.post("/git/refs", async (c) => {
    const repository = requireRepository(world, c, WRITE)
    const body = await readBody(c, "Reference")
    const ref = body.string("ref")
    const sha = body.string("sha")
    const bare = world.bare(repository)
    if (!/^refs\/[^/]+\/.+/.test(ref) || !(await isValidRefName(bare, ref)))
      throw unprocessable("Reference name must start with 'refs/' and have at least two slashes.")
    if (!SHA.test(sha) || !(await objectOf(bare, sha))) throw unprocessable("Object does not exist")
    if (!(await moveRef(bare, ref, sha, ZERO_SHA))) throw unprocessable("Reference already exists")
    await syncRefs(world, repository, authorOf(world, c.var.actor))
    return c.json(await shape(repository, ref, sha), 201)
  })

  routes.patch("/git/refs/:ref{.+}", async (c) => {
    const repository = requireRepository(world, c, WRITE)
    const ref = `refs/${param(c, "ref")}`
    const body = await readBody(c, "Reference")
    const sha = body.string("sha")
    const bare = world.bare(repository)
    const from = repository.refs[ref]
    if (!from) throw unprocessable("Reference does not exist")
    if (!SHA.test(sha) || !(await objectOf(bare, sha))) throw unprocessable("Object does not exist")
    if (!body.boolean("force") && !(await isAncestor(bare, from, sha))) throw unprocessable("Update is not a fast forward")
    if (!(await moveRef(bare, ref, sha, from))) throw unprocessable("Reference cannot be updated")
    await syncRefs(world, repository, authorOf(world, c.var.actor))
    return c.json(await shape(repository, ref, sha))
  })

  routes.delete("/git/refs/:ref{.+}", async (c) => {
    const repository = requireRepository(world, c, WRITE)
    const ref = `refs/${param(c, "ref")}`
    if (!repository.refs[ref]) throw unprocessable("Reference does not exist")
    await deleteRef(world.bare(repository), ref)
    await syncRefs(world, repository, authorOf(world, c.var.actor))
    return c.body(null, 204)
  })

  return routes
}
