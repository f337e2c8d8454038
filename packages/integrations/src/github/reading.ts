import { Effect } from "effect"
import type { CommentInfo, GitHub } from "@loom/core/ports/GitHub"
import type { Context } from "effect"
import type { Permission, RepositoryRef } from "@loom/core/domain/Repository"
import { orNull, type InstallationClient } from "./installation-client.ts"
import { lastPage } from "./pages.ts"

type Port = Context.Service.Shape<typeof GitHub>

export const at = (repository: RepositoryRef) => ({ owner: repository.owner, repo: repository.name })

const decodeBase64 = (text: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(text.replace(/\s/g, "")), (char) => char.charCodeAt(0)))

/** GitHub answers five levels; `role_name` is the finer one, and may be a custom role of an organisation. */
export const permissionOf = (answer: { readonly permission: string; readonly role_name?: string | undefined }): Permission => {
  for (const name of [answer.role_name, answer.permission]) {
    if (name === "admin" || name === "maintain" || name === "write" || name === "triage" || name === "read") return name
  }
  return "none"
}

/** The reads of the port. Names are tried as they were last known; GitHub follows a renamed repository by itself. */
export const makeReading = (
  client: InstallationClient,
): Pick<Port, "repository" | "issue" | "comments" | "collaborator" | "branchHead" | "file"> => ({
  repository: (repository) =>
    Effect.gen(function* () {
      const { data } = yield* client.read("get repository", repository, (rest, request) => rest.repos.get({ ...at(repository), request }))
      const head = yield* orNull(
        client.read("get branch", repository, (rest, request) =>
          rest.repos.getBranch({ ...at(repository), branch: data.default_branch, request }),
        ),
      )
      return {
        id: Number(data.id),
        owner: data.owner.login,
        name: data.name,
        defaultBranch: data.default_branch,
        private: data.private,
        archived: data.archived,
        empty: head === null,
        htmlUrl: data.html_url,
      }
    }),

  issue: (repository, number) =>
    client
      .read("get issue", repository, (rest, request) => rest.issues.get({ ...at(repository), issue_number: number, request }))
      .pipe(
        Effect.map(({ data }) => ({
          number: data.number,
          title: data.title,
          body: data.body ?? "",
          state: data.state === "open" ? ("open" as const) : ("closed" as const),
          locked: data.locked,
          isPullRequest: data.pull_request !== undefined && data.pull_request !== null,
          labels: data.labels.flatMap((label) => (typeof label === "string" ? [label] : label.name === undefined ? [] : [label.name])),
          author: data.user?.login ?? "ghost",
          authorIsBot: data.user?.type === "Bot",
          htmlUrl: data.html_url,
        })),
      ),

  comments: (repository, number) =>
    lastPage((page, per_page) =>
      client.read("list comments", repository, (rest, request) =>
        rest.issues.listComments({ ...at(repository), issue_number: number, per_page, page, request }),
      ),
    ).pipe(
      Effect.map((comments) =>
        comments.slice(-100).map((comment): CommentInfo => ({
          id: Number(comment.id),
          author: comment.user?.login ?? "ghost",
          authorIsBot: comment.user?.type === "Bot",
          body: comment.body ?? "",
          association: comment.author_association ?? "NONE",
        })),
      ),
    ),

  collaborator: (repository, login) =>
    orNull(
      client.read("get permission", repository, (rest, request) =>
        rest.repos.getCollaboratorPermissionLevel({ ...at(repository), username: login, request }),
      ),
    ).pipe(
      Effect.map((answer) => {
        const user = answer?.data.user ?? null
        return answer === null || user === null
          ? { permission: "none" as const, githubId: null }
          : { permission: permissionOf(answer.data), githubId: Number(user.id) }
      }),
    ),

  branchHead: (repository, branch) =>
    orNull(
      client.read("get ref", repository, (rest, request) => rest.git.getRef({ ...at(repository), ref: `heads/${branch}`, request })),
    ).pipe(Effect.map((answer) => answer?.data.object.sha ?? null)),

  file: (repository, path, ref) =>
    orNull(client.read("get file", repository, (rest, request) => rest.repos.getContent({ ...at(repository), path, ref, request }))).pipe(
      Effect.map((answer) => {
        const data = answer?.data
        // A directory, a submodule, a link, or more than 1 MB (then `encoding` is `none`): no text to speak of.
        if (data === undefined || Array.isArray(data) || data.type !== "file" || !("content" in data) || data.encoding !== "base64")
          return null
        return decodeBase64(data.content)
      }),
    ),
})
