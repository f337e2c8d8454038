import { Schema } from "effect"
import { Recipe } from "./Recipe.ts"
import { RepositoryConfig } from "./RepositoryConfig.ts"
import { Counters } from "./RepositoryState.ts"
import { RunFailure } from "./Run.ts"
import { TaskStatus } from "./TaskView.ts"
import { Verdict } from "./Verdict.ts"

/** How the newest ended task of a repository ended. */
export const LastResult = Schema.Struct({
  taskId: Schema.String,
  issueNumber: Schema.Int,
  title: Schema.String,
  status: TaskStatus,
  verdict: Schema.NullOr(Verdict),
  /** Milliseconds since the epoch. */
  at: Schema.Finite,
})

/** Something about the repository that a person can mend: from its configuration, or from how the last run failed. */
export const Finding = Schema.Struct({
  /** `configuration`, or the code of the failure, e.g. `setup_failed`. */
  code: Schema.String,
  detail: Schema.String,
  remedy: Schema.String,
})
export type Finding = typeof Finding.Type

/** A repository in a list: `GET /api/v1/repositories`. */
export const RepositorySummary = Schema.Struct({
  /** GitHub's repository id. */
  id: Schema.Int,
  /** `owner/name` */
  repository: Schema.String,
  installationId: Schema.Int,
  tasks: Counters,
  lastResult: Schema.NullOr(LastResult),
  /** As the last run that found one used it. */
  recipe: Schema.NullOr(Recipe),
  findings: Schema.Array(Finding),
})
export type RepositorySummary = typeof RepositorySummary.Type

/** A page: `next` is the `cursor` of the following one, null at the end. */
export const RepositoryPage = Schema.Struct({ items: Schema.Array(RepositorySummary), next: Schema.NullOr(Schema.String) })

/** `GET /api/v1/repositories/{owner}/{name}`: with `.github/loom.yml` of the default branch, as Loom reads it now. */
export const RepositoryDetail = Schema.Struct({
  ...RepositorySummary.fields,
  defaultBranch: Schema.NullOr(Schema.String),
  archived: Schema.NullOr(Schema.Boolean),
  /** Null when GitHub could not be asked: `configProblems` then says why. */
  config: Schema.NullOr(RepositoryConfig),
  /** Sentences about unknown keys or a bad file; empty when all is well. */
  configProblems: Schema.Array(Schema.String),
})
export type RepositoryDetail = typeof RepositoryDetail.Type

/** What is to be mended, as far as it is known. */
export const findingsOf = (failure: typeof RunFailure.Type | null, configProblems: ReadonlyArray<string> = []): ReadonlyArray<Finding> => [
  ...configProblems.map((detail) => ({
    code: "configuration",
    detail,
    remedy: "Correct `.github/loom.yml` on the default branch.",
  })),
  ...(failure === null ? [] : [{ code: failure.code, detail: failure.reason, remedy: failure.remedy }]),
]
