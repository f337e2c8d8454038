import { Hono } from "hono"
import { addLabels, removeLabel, setLabels } from "../actions/issues.ts"
import { authorOf } from "../auth/actor.ts"
import { requireRepository } from "../auth/access.ts"
import { readBody, type Body } from "../http/body.ts"
import { param, type Env } from "../http/env.ts"
import { ApiError, invalid, notFound } from "../http/errors.ts"
import { paginate } from "../http/paginate.ts"
import { labelShape, labelsOf } from "../shape/issue.ts"
import type { LabelRecord, RepositoryRecord } from "../store/records.ts"
import type { World } from "../world.ts"
import { readIssues, requireIssue, writeIssues } from "./issues.ts"

const DEFAULT_COLOR = "ededed"

/** https://docs.github.com/rest/issues/labels */
export function labelRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get("/labels", (c) => {
    const repository = requireRepository(world, c, readIssues)
    const labels = world.store.state.labels.filter((label) => label.repositoryId === repository.id)
    return c.json(paginate(world, c, labels).map((label) => labelShape(world, repository, label)))
  })

  routes.post("/labels", async (c) => {
    const repository = requireRepository(world, c, writeIssues("write"))
    const body = await readBody(c, "Label")
    const name = body.string("name")
    if (world.store.label(repository.id, name)) throw invalid({ resource: "Label", code: "already_exists", field: "name" })
    const label: LabelRecord = {
      id: world.store.nextId(),
      repositoryId: repository.id,
      name,
      color: colorOf(body) ?? DEFAULT_COLOR,
      description: descriptionOf(body),
    }
    world.store.state.labels.push(label)
    return c.json(labelShape(world, repository, label), 201)
  })

  const requireLabel = (repository: RepositoryRecord, name: string): LabelRecord => {
    const label = world.store.label(repository.id, name)
    if (!label) throw notFound()
    return label
  }

  routes.get("/labels/:name", (c) => {
    const repository = requireRepository(world, c, readIssues)
    return c.json(labelShape(world, repository, requireLabel(repository, param(c, "name"))))
  })

  routes.patch("/labels/:name", async (c) => {
    const repository = requireRepository(world, c, writeIssues("write"))
    const label = requireLabel(repository, param(c, "name"))
    const body = await readBody(c, "Label")
    const newName = body.optionalString("new_name") ?? label.name
    const taken = world.store.label(repository.id, newName)
    if (taken && taken !== label) throw invalid({ resource: "Label", code: "already_exists", field: "name" })
    label.name = newName
    label.color = colorOf(body) ?? label.color
    if (body.has("description")) label.description = descriptionOf(body)
    return c.json(labelShape(world, repository, label))
  })

  routes.delete("/labels/:name", (c) => {
    const repository = requireRepository(world, c, writeIssues("write"))
    const label = requireLabel(repository, param(c, "name"))
    const { state } = world.store
    state.labels = state.labels.filter((other) => other !== label)
    for (const issue of state.issues) issue.labelIds = issue.labelIds.filter((id) => id !== label.id)
    return c.body(null, 204)
  })

  routes.get("/issues/:issue_number/labels", (c) => {
    const { repository, issue } = requireIssue(world, c, readIssues)
    return c.json(paginate(world, c, labelsOf(world, repository, issue)))
  })

  routes.post("/issues/:issue_number/labels", async (c) => {
    const { repository, issue } = requireIssue(world, c, writeIssues("triage"))
    const body = await readBody(c, "Label")
    await addLabels(world, repository, issue, authorOf(world, c.var.actor), body.strings("labels"))
    return c.json(labelsOf(world, repository, issue))
  })

  routes.put("/issues/:issue_number/labels", async (c) => {
    const { repository, issue } = requireIssue(world, c, writeIssues("triage"))
    const body = await readBody(c, "Label")
    await setLabels(world, repository, issue, authorOf(world, c.var.actor), body.strings("labels"))
    return c.json(labelsOf(world, repository, issue))
  })

  routes.delete("/issues/:issue_number/labels", async (c) => {
    const { repository, issue } = requireIssue(world, c, writeIssues("triage"))
    await setLabels(world, repository, issue, authorOf(world, c.var.actor), [])
    return c.body(null, 204)
  })

  routes.delete("/issues/:issue_number/labels/:name", async (c) => {
    const { repository, issue } = requireIssue(world, c, writeIssues("triage"))
    const removed = await removeLabel(world, repository, issue, authorOf(world, c.var.actor), param(c, "name"))
    if (!removed) throw new ApiError(404, "Label does not exist")
    return c.json(labelsOf(world, repository, issue))
  })

  return routes
}

const MAX_DESCRIPTION_CHARACTERS = 100

function descriptionOf(body: Body): string | null {
  const description = body.optionalString("description")
  if (description !== null && description.length > MAX_DESCRIPTION_CHARACTERS) {
    throw invalid({
      resource: "Label",
      field: "description",
      code: "custom",
      message: `description is too long (maximum is ${MAX_DESCRIPTION_CHARACTERS} characters)`,
    })
  }
  return description
}

function colorOf(body: Body): string | null {
  const color = body.optionalString("color")
  if (color !== null && !/^[0-9a-fA-F]{6}$/.test(color)) throw invalid({ resource: "Label", field: "color", code: "invalid" })
  return color
}
