import { Hono } from "hono"
import { emitCheckRun, ensureSuite } from "../actions/checks.ts"
import { authorOf } from "../auth/actor.ts"
import { requireRepository } from "../auth/access.ts"
import { objectOf, SHA } from "../git/refs.ts"
import { readBody, type Body } from "../http/body.ts"
import { numberParam, param, type Env, type RouteContext } from "../http/env.ts"
import { forbidden, invalid, notFound, unprocessable } from "../http/errors.ts"
import { paginate } from "../http/paginate.ts"
import { annotationShape, checkRunShape, checkSuiteShape } from "../shape/check.ts"
import type { CheckRunRecord, CheckSuiteRecord, RepositoryRecord } from "../store/records.ts"
import type { World } from "../world.ts"
import { requireCommit } from "./commits.ts"

const READ = { permission: "checks", level: "read" } as const
const WRITE = { permission: "checks", level: "write" } as const
const MAX_TEXT_CHARACTERS = 65_535
const MAX_ANNOTATIONS_PER_REQUEST = 50

/** Check runs and suites; only Apps write them. https://docs.github.com/rest/checks/runs */
export function checkRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()
  const { state } = world.store

  const requireWriter = (c: RouteContext): RepositoryRecord => {
    const repository = requireRepository(world, c, WRITE)
    if (c.var.actor.kind !== "installation") throw forbidden("You must authenticate via a GitHub App.")
    return repository
  }

  const requireRun = (c: RouteContext, repository: RepositoryRecord): CheckRunRecord => {
    const run = state.checkRuns.find(
      (candidate) => candidate.id === numberParam(c, "check_run_id") && candidate.repositoryId === repository.id,
    )
    if (!run) throw notFound()
    return run
  }

  routes.post("/check-runs", async (c) => {
    const repository = requireWriter(c)
    const body = await readBody(c, "CheckRun")
    const name = body.string("name")
    const headSha = body.string("head_sha")
    if (!SHA.test(headSha) || (await objectOf(world.bare(repository), headSha))?.type !== "commit")
      throw unprocessable(`No commit found for SHA: ${headSha}`)
    const branch =
      Object.entries(repository.refs)
        .find(([ref, sha]) => ref.startsWith("refs/heads/") && sha === headSha)?.[0]
        .slice("refs/heads/".length) ?? null
    const suite = ensureSuite(world, repository, headSha, branch, null)
    const run: CheckRunRecord = {
      id: world.store.nextId(),
      suiteId: suite.id,
      repositoryId: repository.id,
      headSha,
      name,
      externalId: "",
      detailsUrl: null,
      status: "queued",
      conclusion: null,
      startedAt: world.now(),
      completedAt: null,
      output: { title: null, summary: null, text: null, annotations: [] },
      actions: [],
    }
    applyFields(world, run, body)
    state.checkRuns.push(run)
    await emitCheckRun(world, repository, run, authorOf(world, c.var.actor), "created")
    if (run.status === "completed") await emitCheckRun(world, repository, run, authorOf(world, c.var.actor), "completed")
    return c.json(checkRunShape(world, repository, run), 201)
  })

  routes.patch("/check-runs/:check_run_id", async (c) => {
    const repository = requireWriter(c)
    const run = requireRun(c, repository)
    const wasCompleted = run.status === "completed"
    applyFields(world, run, await readBody(c, "CheckRun"))
    if (run.status === "completed" && !wasCompleted) await emitCheckRun(world, repository, run, authorOf(world, c.var.actor), "completed")
    return c.json(checkRunShape(world, repository, run))
  })

  routes.get("/check-runs/:check_run_id", (c) => {
    const repository = requireRepository(world, c, READ)
    return c.json(checkRunShape(world, repository, requireRun(c, repository)))
  })

  routes.get("/check-runs/:check_run_id/annotations", (c) => {
    const repository = requireRepository(world, c, READ)
    const run = requireRun(c, repository)
    return c.json(paginate(world, c, run.output.annotations).map((annotation) => annotationShape(world, repository, run, annotation)))
  })

  const listRuns = (c: RouteContext, repository: RepositoryRecord, runs: ReadonlyArray<CheckRunRecord>) => {
    const { check_name: name, status, filter = "latest" } = c.req.query()
    const matching = runs.filter((run) => (!name || run.name === name) && (!status || run.status === status)).toReversed()
    const chosen =
      filter === "latest"
        ? matching.filter(
            (run, index) => matching.findIndex((other) => other.name === run.name && other.externalId === run.externalId) === index,
          )
        : matching
    return c.json({
      total_count: chosen.length,
      check_runs: paginate(world, c, chosen).map((run) => checkRunShape(world, repository, run)),
    })
  }

  routes.get("/commits/:ref{.+}/check-runs", async (c) => {
    const repository = requireRepository(world, c, READ)
    const sha = await requireCommit(world, repository, param(c, "ref"))
    return listRuns(
      c,
      repository,
      state.checkRuns.filter((run) => run.repositoryId === repository.id && run.headSha === sha),
    )
  })

  const requireSuite = (c: RouteContext, repository: RepositoryRecord): CheckSuiteRecord => {
    const suite = state.checkSuites.find(
      (candidate) => candidate.id === numberParam(c, "check_suite_id") && candidate.repositoryId === repository.id,
    )
    if (!suite) throw notFound()
    return suite
  }

  routes.get("/commits/:ref{.+}/check-suites", async (c) => {
    const repository = requireRepository(world, c, READ)
    const sha = await requireCommit(world, repository, param(c, "ref"))
    const suites = state.checkSuites.filter((suite) => suite.repositoryId === repository.id && suite.headSha === sha)
    const shapes = await Promise.all(paginate(world, c, suites).map((suite) => checkSuiteShape(world, repository, suite)))
    return c.json({ total_count: suites.length, check_suites: shapes })
  })

  routes.get("/check-suites/:check_suite_id", async (c) => {
    const repository = requireRepository(world, c, READ)
    return c.json(await checkSuiteShape(world, repository, requireSuite(c, repository)))
  })

  routes.get("/check-suites/:check_suite_id/check-runs", (c) => {
    const repository = requireRepository(world, c, READ)
    const suite = requireSuite(c, repository)
    return listRuns(
      c,
      repository,
      state.checkRuns.filter((run) => run.suiteId === suite.id),
    )
  })

  return routes
}

/** A conclusion completes the run; a completed run needs a conclusion. */
function applyFields(world: World, run: CheckRunRecord, body: Body): void {
  const status = body.optionalString("status")
  const conclusion = body.optionalString("conclusion")
  if (status === "completed" && conclusion === null && run.conclusion === null)
    throw invalid({ resource: "CheckRun", field: "conclusion", code: "missing_field" })
  run.name = body.optionalString("name") ?? run.name
  run.externalId = body.optionalString("external_id") ?? run.externalId
  run.detailsUrl = body.optionalString("details_url") ?? run.detailsUrl
  run.startedAt = body.optionalString("started_at") ?? run.startedAt
  if (conclusion !== null) {
    run.conclusion = conclusion
    run.status = "completed"
    run.completedAt = body.optionalString("completed_at") ?? world.now()
  } else if (status !== null && status !== run.status) {
    run.status = status
    if (status !== "completed") Object.assign(run, { conclusion: null, completedAt: null })
  }
  const output = body.object("output")
  if (output) applyOutput(run, output)
  if (body.has("actions")) run.actions = body.objects("actions")
}

/** Annotations add up over requests; title, summary and text are replaced. */
function applyOutput(run: CheckRunRecord, output: Record<string, unknown>): void {
  for (const field of ["summary", "text"] as const) {
    const value = output[field]
    if (typeof value === "string" && value.length > MAX_TEXT_CHARACTERS) {
      throw invalid({
        resource: "CheckRun",
        field: `output.${field}`,
        code: "custom",
        message: `Only ${MAX_TEXT_CHARACTERS} characters are allowed; ${value.length} were supplied.`,
      })
    }
  }
  const annotations = Array.isArray(output.annotations) ? (output.annotations as Array<Record<string, unknown>>) : []
  if (annotations.length > MAX_ANNOTATIONS_PER_REQUEST)
    throw unprocessable(
      `Invalid request.\n\nNo more than ${MAX_ANNOTATIONS_PER_REQUEST} items are allowed; ${annotations.length} were supplied.`,
    )
  if (typeof output.title === "string") run.output.title = output.title
  if (typeof output.summary === "string") run.output.summary = output.summary
  if (typeof output.text === "string") run.output.text = output.text
  run.output.annotations.push(...annotations)
}
