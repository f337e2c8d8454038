import { Schema } from "effect"
import type { GitHubStandin } from "@loom/github-standin/GitHubStandin"
import { WorldFailed } from "../CliError.ts"
import { hostGit } from "../host-git.ts"
import type { ApiClient } from "../api-client.ts"

/** A repository of the local GitHub. */
export interface LocalRepository {
  readonly owner: string
  readonly name: string
  readonly fullName: string
  readonly htmlUrl: string
}

/** The person who opens and labels issues in the local world; may write. */
export const person = "ada"

/** What the Worker answered to the webhook of the label. */
const Answer = Schema.fromJsonString(
  Schema.Struct({
    taskId: Schema.optionalKey(Schema.NullOr(Schema.String)),
    status: Schema.optionalKey(Schema.String),
    reason: Schema.optionalKey(Schema.String),
  }),
)

export const addLocalRepository = async (
  github: GitHubStandin,
  spec: { readonly owner: string; readonly name: string } & (
    | { readonly files: ReadonlyMap<string, string> }
    | { readonly fromPath: string; readonly defaultBranch: string }
  ),
): Promise<LocalRepository> => {
  const content =
    "files" in spec ? { files: Object.fromEntries(spec.files) } : { fromPath: spec.fromPath, defaultBranch: spec.defaultBranch }
  const { htmlUrl } = await github.addRepository({ owner: spec.owner, name: spec.name, collaborators: { [person]: "write" }, ...content })
  return { owner: spec.owner, name: spec.name, fullName: `${spec.owner}/${spec.name}`, htmlUrl }
}

/** Labels the issue and answers the task that came of it. */
export const labelAndFindTask = async (
  github: GitHubStandin,
  api: ApiClient,
  repository: LocalRepository,
  issueNumber: number,
  label: string,
): Promise<string> => {
  await github.labelIssue(repository.owner, repository.name, issueNumber, label, person)
  await github.deliveriesIdle()
  const delivery = github.deliveries().findLast(({ event, action }) => event === "issues" && action === "labeled")
  const answer = Schema.decodeOption(Answer)(delivery?.responseBody ?? "")
  if (answer._tag === "Some" && typeof answer.value.taskId === "string") return answer.value.taskId
  const listed = (await api.tasks(repository.fullName)).items.find((task) => task.issueNumber === issueNumber)
  if (listed !== undefined) return listed.id
  throw new WorldFailed({
    part: "the webhook",
    detail: `The label ${label} on ${repository.fullName}#${issueNumber} started no task: ${delivery?.status ?? "no delivery was made"}.`,
    remedy: `The Worker answered ${delivery?.statusCode ?? "nothing"}: ${delivery?.responseBody?.slice(0, 500) ?? ""}`,
    logTail: null,
  })
}

/** Base against head as git says it; empty when either is not there. */
export const diffOf = async (github: GitHubStandin, fullName: string, base: string, head: string): Promise<string> => {
  const [owner = "", name = ""] = fullName.split("/")
  const args = ["diff", "--no-ext-diff", "--no-textconv", "--end-of-options", base, head]
  return await hostGit(github.repositoryPath(owner, name), args, { maxBytes: 16 * 1024 * 1024 })
}
