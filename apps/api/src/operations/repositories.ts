import { Effect } from "effect"
import { findingsOf, RepositoryDetail, RepositoryPage } from "@loom/core/domain/RepositoryView"
import { GitHub } from "@loom/core/ports/GitHub"
import { RepositoryConfigs } from "@loom/core/ports/RepositoryConfigs"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { outside } from "../ApiScope.ts"
import { json, operation } from "../operation.ts"
import { Refused } from "../problem.ts"
import { limitOf, PageQuery, RepositoryParams } from "../query.ts"
import { maySeeNow } from "../serve/access.ts"

const reads = { method: "get", tag: "Repositories", access: "read", limit: null, status: 200 } as const

const listRepositories = operation({
  ...reads,
  id: "listRepositories",
  path: "/api/v1/repositories",
  summary: "Repositories that Loom has worked on, by name",
  description: "With the recipe and the findings of their newest run. A repository without a task is not here yet.",
  query: PageQuery,
  success: { name: "RepositoryPage", schema: RepositoryPage },
  problems: ["bad_request", "unavailable"],
  etag: true,
  handle: ({ asker, query }) =>
    Effect.map(
      TaskCatalogue.use((catalogue) =>
        catalogue.repositories(asker.readable, { cursor: query.cursor ?? null, limit: limitOf(query.limit) }),
      ),
      (page) => json(page),
    ),
})

const PATIENCE = "8 seconds"

/** The configuration as Loom reads it now; a GitHub that does not answer is said, and the rest is answered all the same. */
const configOf = (repository: { readonly id: number; readonly installationId: number; readonly owner: string; readonly name: string }) =>
  outside(
    Effect.gen(function* () {
      const info = yield* GitHub.use((github) => github.repository(repository))
      const { config, problems } = yield* RepositoryConfigs.use((configs) => configs.load(repository, info.defaultBranch))
      return { defaultBranch: info.defaultBranch, archived: info.archived, config, configProblems: problems }
    }),
  ).pipe(
    Effect.map((read) => ({ ...read, unread: null })),
    Effect.timeoutOrElse({ duration: PATIENCE, orElse: () => Effect.succeed(unread("GitHub does not answer in time.")) }),
    Effect.catch((error) => Effect.succeed(unread(error.message))),
  )

const unread = (why: string) => ({ defaultBranch: null, archived: null, config: null, configProblems: [why], unread: why })

const getRepository = operation({
  ...reads,
  id: "getRepository",
  path: "/api/v1/repositories/{owner}/{name}",
  summary: "A repository with its configuration as Loom reads it now, and its errors",
  params: RepositoryParams,
  success: { name: "RepositoryDetail", schema: RepositoryDetail },
  problems: ["repository_unknown", "unavailable"],
  etag: true,
  handle: ({ asker, params }) =>
    Effect.gen(function* () {
      const name = `${params.owner}/${params.name}`
      // First whether Loom knows it: GitHub is not asked about names that somebody makes up.
      const known = yield* TaskCatalogue.use((catalogue) => catalogue.repository(name))
      if (known === null || !(yield* maySeeNow(asker, name)))
        return yield* new Refused({
          code: "repository_unknown",
          detail: "Loom has seen no task of such a repository.",
          remedy: "GET /api/v1/repositories lists those there are.",
        })
      const [owner = "", repo = ""] = known.repository.split("/")
      const { unread: why, ...found } = yield* configOf({ id: known.id, installationId: known.installationId, owner, name: repo })
      const findings = why === null ? [...findingsOf(null, found.configProblems), ...known.findings] : known.findings
      return json({ ...known, findings, ...found })
    }),
})

export const repositoryReads = [listRepositories, getRepository]
