import type { Refusal } from "@loom/core/domain/Command"
import type { AccessUnavailable } from "@loom/core/ports/Access"
import type { ArtifactsUnavailable } from "@loom/core/ports/Artifacts"
import type { TaskNotFound } from "@loom/core/ports/Coordinator"
import type { GitHubError } from "@loom/core/ports/GitHub"
import type { CoordinatorUnavailable } from "@loom/core/ports/RunReporter"
import type { BadCursor, CatalogueUnavailable } from "@loom/core/ports/TaskCatalogue"
import { type Problem, problemOf, type Refused } from "../problem.ts"

/** Everything an operation may fail with. */
export type Expected =
  | Refused
  | Refusal
  | TaskNotFound
  | BadCursor
  | AccessUnavailable
  | ArtifactsUnavailable
  | CatalogueUnavailable
  | CoordinatorUnavailable
  | GitHubError

const ofGitHub = (error: GitHubError): Problem => {
  const { reason } = error
  if (reason._tag === "RateLimited")
    return problemOf(
      "github_unavailable",
      "GitHub's rate limit is used up.",
      `Try again in ${Math.ceil(reason.retryAfterMs / 1000)} seconds.`,
    )
  return error.isRetryable ? problemOf("github_unavailable", error.message) : problemOf("refused_by_github", error.message)
}

/** One problem for each error there is. */
export const toProblem = (error: Expected): Problem => {
  switch (error._tag) {
    case "Refused":
      return problemOf(error.code, error.detail, error.remedy)
    case "Refusal":
      return problemOf(error.code, error.message)
    case "TaskNotFound":
      return problemOf("not_found", error.message)
    case "BadCursor":
      return problemOf("bad_request", error.message, "Leave `cursor` out for the first page.")
    case "GitHubError":
      return ofGitHub(error)
    case "AccessUnavailable":
    case "ArtifactsUnavailable":
    case "CatalogueUnavailable":
    case "CoordinatorUnavailable":
      return problemOf("unavailable", error.message)
  }
}
