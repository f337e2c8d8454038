import { Effect } from "effect"
import type { Context } from "effect"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import type { GitHub, GitHubError, PullRequestInfo } from "@loom/core/ports/GitHub"
import { cutTo, MAX_BODY, MAX_SUMMARY, MAX_TITLE } from "./bodies.ts"
import type { InstallationClient } from "./installation-client.ts"
import { at } from "./reading.ts"
import { lookAgainRetry } from "./retries.ts"

type Port = Context.Service.Shape<typeof GitHub>

interface Pull {
  readonly number: number
  readonly title: string
  readonly html_url: string
  readonly draft?: boolean | undefined
  readonly state: string
  readonly head: { readonly ref: string; readonly sha: string }
  readonly base: { readonly ref: string }
}

const info = (pull: Pull): PullRequestInfo => ({
  number: pull.number,
  url: pull.html_url,
  draft: pull.draft ?? false,
  state: pull.state === "open" ? "open" : "closed",
  headSha: pull.head.sha,
  branch: pull.head.ref,
  base: pull.base.ref,
})

const rejectedAs = (error: GitHubError, words: RegExp): boolean => error.reason._tag === "Rejected" && words.test(error.reason.detail)

/** Where a repository cannot have drafts, the title says that the work is unfinished. */
const WIP = "WIP: "
const wip = (title: string): string => (title.startsWith(WIP) ? title : cutTo(`${WIP}${title}`, MAX_TITLE, "…"))

export const makeProposing = (
  client: InstallationClient,
): Pick<Port, "findPullRequest" | "upsertPullRequest" | "requestReviewers" | "upsertCheckRun"> => {
  const find = (repository: RepositoryRef, branch: string): Effect.Effect<Pull | null, GitHubError> =>
    client
      .read("list pull requests", repository, (rest, request) =>
        rest.pulls.list({
          ...at(repository),
          head: `${repository.owner}:${branch}`,
          state: "all",
          sort: "created",
          direction: "desc",
          per_page: 10,
          request,
        }),
      )
      .pipe(
        Effect.map(({ data }) => {
          // A fork's branch of the same name is somebody else's; GitHub ignores an unknown `head` filter, so it is checked again.
          const own = data.filter((pull) => pull.head.ref === branch && (pull.head.repo?.id ?? repository.id) === repository.id)
          return own.find((one) => one.state === "open") ?? own[0] ?? null
        }),
      )

  const upsert: Port["upsertPullRequest"] = (repository, spec) =>
    Effect.gen(function* () {
      const title = cutTo(spec.title, MAX_TITLE, "…")
      const body = cutTo(spec.body, MAX_BODY)
      const update = (found: Pull) =>
        client
          .write("update pull request", repository, (rest, request) =>
            rest.pulls.update({
              // A person who took `WIP:` off has called it ready.
              ...at(repository),
              pull_number: found.number,
              title: found.title.startsWith(WIP) ? wip(title) : title,
              body,
              request,
            }),
          )
          .pipe(Effect.map(({ data }) => info(data)))
      const create = (draft: boolean, text: string) =>
        client
          .write("create pull request", repository, (rest, request) =>
            rest.pulls.create({
              ...at(repository),
              head: spec.branch,
              base: spec.base,
              title: text,
              body,
              draft,
              request,
            }),
          )
          .pipe(Effect.map(({ data }) => info(data)))

      const known = yield* find(repository, spec.branch)
      if (known !== null && known.state === "open") return yield* update(known)
      return yield* create(spec.draft, title).pipe(
        Effect.catchIf(
          (error) => spec.draft && rejectedAs(error, /draft pull requests are not supported/i),
          () => create(false, wip(title)),
        ),
        Effect.catchIf(
          (error) => rejectedAs(error, /already exists/i),
          (error) =>
            find(repository, spec.branch).pipe(
              Effect.flatMap((made) => (made === null || made.state !== "open" ? Effect.fail(error) : update(made))),
            ),
        ),
      )
    }).pipe(Effect.retry(lookAgainRetry))

  return {
    findPullRequest: (repository, branch) => find(repository, branch).pipe(Effect.map((pull) => (pull === null ? null : info(pull)))),
    upsertPullRequest: upsert,

    requestReviewers: (repository, number, reviewers) => {
      if (reviewers.length === 0) return Effect.void
      // `@org/team` and `org/team` name a team, as in CODEOWNERS.
      const names = reviewers.map((name) => name.replace(/^@/, ""))
      const team_reviewers = names.filter((name) => name.includes("/")).map((name) => name.slice(name.indexOf("/") + 1))
      return client
        .write("request reviewers", repository, (rest, request) =>
          rest.pulls.requestReviewers({
            ...at(repository),
            pull_number: number,
            reviewers: names.filter((name) => !name.includes("/")),
            team_reviewers,
            request,
          }),
        )
        .pipe(Effect.asVoid)
    },

    upsertCheckRun: (repository, spec) =>
      Effect.gen(function* () {
        const { data } = yield* client.read("list check runs", repository, (rest, request) =>
          rest.checks.listForRef({
            ...at(repository),
            ref: spec.headSha,
            check_name: spec.name,
            filter: "all",
            per_page: 100,
            request,
          }),
        )
        const output = { title: cutTo(spec.title, MAX_TITLE, "…"), summary: cutTo(spec.summary, MAX_SUMMARY) }
        const result = {
          name: spec.name,
          external_id: spec.externalId,
          details_url: spec.detailsUrl,
          status: "completed" as const,
          conclusion: spec.conclusion,
          output,
        }
        const known = data.check_runs.find((run) => run.name === spec.name && run.external_id === spec.externalId)
        const answer =
          known === undefined
            ? yield* client.write("create check run", repository, (rest, request) =>
                rest.checks.create({ ...at(repository), head_sha: spec.headSha, ...result, request }),
              )
            : yield* client.write("update check run", repository, (rest, request) =>
                rest.checks.update({ ...at(repository), check_run_id: Number(known.id), ...result, request }),
              )
        return { id: Number(answer.data.id) }
      }).pipe(Effect.retry(lookAgainRetry)),
  }
}
