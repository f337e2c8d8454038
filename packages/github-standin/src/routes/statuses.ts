import { Hono } from "hono"
import { authorOf } from "../auth/actor.ts"
import { requireRepository } from "../auth/access.ts"
import { readBody } from "../http/body.ts"
import { param, type Env } from "../http/env.ts"
import { invalid } from "../http/errors.ts"
import { paginate } from "../http/paginate.ts"
import { statusShape } from "../shape/check.ts"
import { simpleRepository } from "../shape/repository.ts"
import type { RepositoryRecord, StatusRecord } from "../store/records.ts"
import type { World } from "../world.ts"
import { requireCommit } from "./commits.ts"

const STATES = ["error", "failure", "pending", "success"]

/** https://docs.github.com/rest/commits/statuses */
export function statusRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()
  const { state } = world.store
  const newestFirst = (repository: RepositoryRecord, sha: string): Array<StatusRecord> =>
    state.statuses.filter((status) => status.repositoryId === repository.id && status.sha === sha).toReversed()

  routes.post("/statuses/:sha", async (c) => {
    const repository = requireRepository(world, c, { permission: "statuses", level: "write" })
    const sha = await requireCommit(world, repository, param(c, "sha"))
    const body = await readBody(c, "Status")
    const value = body.string("state")
    if (!STATES.includes(value))
      throw invalid({ resource: "Status", field: "state", code: "custom", message: "state is not included in the list" })
    const status: StatusRecord = {
      id: world.store.nextId(),
      repositoryId: repository.id,
      sha,
      state: value,
      context: body.optionalString("context") ?? "default",
      description: body.optionalString("description"),
      targetUrl: body.optionalString("target_url"),
      creatorId: authorOf(world, c.var.actor).user.id,
      createdAt: world.now(),
    }
    state.statuses.push(status)
    return c.json(statusShape(world, repository, status), 201)
  })

  routes.get("/commits/:ref{.+}/statuses", async (c) => {
    const repository = requireRepository(world, c, { permission: "statuses", level: "read" })
    const sha = await requireCommit(world, repository, param(c, "ref"))
    return c.json(paginate(world, c, newestFirst(repository, sha)).map((status) => statusShape(world, repository, status)))
  })

  routes.get("/commits/:ref{.+}/status", async (c) => {
    const repository = requireRepository(world, c, { permission: "statuses", level: "read" })
    const sha = await requireCommit(world, repository, param(c, "ref"))
    const all = newestFirst(repository, sha)
    const latest = all.filter((status, index) => all.findIndex((other) => other.context === status.context) === index)
    const has = (...states: Array<string>): boolean => latest.some((status) => states.includes(status.state))
    const api = world.apiUrl(repository)
    return c.json({
      state: has("error", "failure") ? "failure" : latest.length === 0 || has("pending") ? "pending" : "success",
      statuses: paginate(world, c, latest).map((status) => {
        const { creator: _, ...rest } = statusShape(world, repository, status)
        return rest
      }),
      sha,
      total_count: latest.length,
      repository: simpleRepository(world, repository),
      commit_url: `${api}/commits/${sha}`,
      url: `${api}/commits/${sha}/status`,
    })
  })

  return routes
}
