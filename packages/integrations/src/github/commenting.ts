import { Effect } from "effect"
import type { Context } from "effect"
import type { GitHub } from "@loom/core/ports/GitHub"
import type { GitHubApp } from "./GitHubApp.ts"
import { cutTo, MAX_BODY } from "./bodies.ts"
import type { InstallationClient } from "./installation-client.ts"
import { allPages } from "./pages.ts"
import { at } from "./reading.ts"
import { lookAgainRetry } from "./retries.ts"

type Port = Context.Service.Shape<typeof GitHub>

interface Authored {
  readonly body?: string | undefined
  readonly user?: { readonly login: string } | null | undefined
  readonly performed_via_github_app?: { readonly id: number | bigint; readonly client_id?: string | undefined } | null | undefined
}

/** A marker alone proves nothing: anybody can paste it into a comment of their own. */
export const isOwn = (app: Pick<Context.Service.Shape<typeof GitHubApp>, "appId" | "botLogin">, comment: Authored): boolean => {
  const via = comment.performed_via_github_app
  if (via !== null && via !== undefined) return String(via.id) === app.appId || via.client_id === app.appId
  return comment.user?.login === app.botLogin
}

export const makeCommenting = (
  client: InstallationClient,
  app: Context.Service.Shape<typeof GitHubApp>,
): Pick<Port, "upsertComment" | "ensureLabels" | "setStatusLabel"> => ({
  upsertComment: (repository, number, marker, body) =>
    Effect.gen(function* () {
      const text = cutTo(body, MAX_BODY)
      const comments = yield* allPages((page, per_page) =>
        client.read("list comments", repository, (rest, request) =>
          rest.issues.listComments({ ...at(repository), issue_number: number, per_page, page, request }),
        ),
      )
      const own = comments.find((comment) => (comment.body ?? "").includes(marker) && isOwn(app, comment))
      if (own !== undefined && own.body === text) return { id: Number(own.id), url: own.html_url }
      const { data } =
        own === undefined
          ? yield* client.write("create comment", repository, (rest, request) =>
              rest.issues.createComment({ ...at(repository), issue_number: number, body: text, request }),
            )
          : yield* client.write("update comment", repository, (rest, request) =>
              rest.issues.updateComment({ ...at(repository), comment_id: Number(own.id), body: text, request }),
            )
      return { id: Number(data.id), url: data.html_url }
    }).pipe(Effect.retry(lookAgainRetry)),

  ensureLabels: (repository, labels) =>
    Effect.gen(function* () {
      const known = yield* allPages((page, per_page) =>
        client.read("list labels", repository, (rest, request) =>
          rest.issues.listLabelsForRepo({ ...at(repository), per_page, page, request }),
        ),
      )
      for (const label of labels) {
        // GitHub compares label names without case.
        const present = known.find((other) => other.name.toLowerCase() === label.name.toLowerCase())
        if (present === undefined) {
          yield* client
            .write("create label", repository, (rest, request) => rest.issues.createLabel({ ...at(repository), ...label, request }))
            .pipe(
              // Another run made it between look and write.
              Effect.catchIf(
                (error) => error.reason._tag === "Rejected" && /already_exists/.test(error.reason.detail),
                () => Effect.void,
              ),
            )
        } else if (present.color.toLowerCase() !== label.color || (present.description ?? "") !== label.description) {
          yield* client.write("update label", repository, (rest, request) =>
            rest.issues.updateLabel({ ...at(repository), name: present.name, color: label.color, description: label.description, request }),
          )
        }
      }
    }).pipe(Effect.retry(lookAgainRetry)),

  setStatusLabel: (repository, number, label, all) =>
    Effect.gen(function* () {
      const present = yield* allPages((page, per_page) =>
        client.read("list issue labels", repository, (rest, request) =>
          rest.issues.listLabelsOnIssue({ ...at(repository), issue_number: number, per_page, page, request }),
        ),
      )
      const has = (name: string) => present.some((other) => other.name.toLowerCase() === name.toLowerCase())
      // The new one first: at no moment does the issue look as if Loom had nothing to do with it.
      if (label !== null && !has(label)) {
        yield* client.write("add label", repository, (rest, request) =>
          rest.issues.addLabels({ ...at(repository), issue_number: number, labels: [label], request }),
        )
      }
      for (const name of all) {
        if (name === label || !has(name)) continue
        yield* client
          .write("remove label", repository, (rest, request) =>
            rest.issues.removeLabel({ ...at(repository), issue_number: number, name, request }),
          )
          .pipe(
            // Somebody took it off in between.
            Effect.catchIf(
              (error) => error.reason._tag === "NotFound",
              () => Effect.void,
            ),
          )
      }
    }).pipe(Effect.retry(lookAgainRetry)),
})
