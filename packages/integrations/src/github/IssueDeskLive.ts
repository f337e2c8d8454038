import { Effect, Layer } from "effect"
import { type DeskIssue, IssueDesk } from "@loom/core/ports/IssueDesk"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import { cutTo, MAX_BODY, MAX_TITLE } from "./bodies.ts"
import { isOwn } from "./commenting.ts"
import { findRepository } from "./find-repository.ts"
import { GitHubApp } from "./GitHubApp.ts"
import type { InstallationTokens } from "./InstallationTokens.ts"
import { makeInstallationClient, orNull } from "./installation-client.ts"
import { lastPage } from "./pages.ts"
import { at } from "./reading.ts"

interface Issue {
  readonly number: number
  readonly title: string
  readonly html_url: string
  readonly state: string
  readonly pull_request?: unknown
}

const deskIssue = (issue: Issue): DeskIssue => ({
  number: issue.number,
  title: issue.title,
  url: issue.html_url,
  state: issue.state === "open" ? "open" : "closed",
  isPullRequest: issue.pull_request !== undefined && issue.pull_request !== null,
})

/** `GET /repos/{owner}/{repo}/issues` answers at most 100 a page; one page is all that is looked at. */
const PAGE = 100
/** Issues whose history is read at the same time. */
const CONCURRENCY = 4

/** Port `IssueDesk` over REST. */
export const IssueDeskLive: Layer.Layer<IssueDesk, never, GitHubApp | InstallationTokens> = Layer.effect(
  IssueDesk,
  Effect.gen(function* () {
    const app = yield* GitHubApp
    const client = yield* makeInstallationClient

    const whoLabelled = (repository: RepositoryRef, number: number, label: string) =>
      lastPage((page, per_page) =>
        client.read("list issue events", repository, (rest, request) =>
          rest.issues.listEvents({ ...at(repository), issue_number: number, per_page, page, request }),
        ),
      ).pipe(
        Effect.map((events) => {
          const isIt = (name: unknown) => typeof name === "string" && name.toLowerCase() === label.toLowerCase()
          const last = events.findLast((event) => event.event === "labeled" && "label" in event && isIt(event.label?.name))
          return { labelledBy: last?.actor?.login ?? null, labelledAt: last === undefined ? null : Date.parse(last.created_at) }
        }),
      )

    return IssueDesk.of({
      find: findRepository(app),
      issue: (repository, number) =>
        orNull(
          client.read("get issue", repository, (rest, request) => rest.issues.get({ ...at(repository), issue_number: number, request })),
        ).pipe(Effect.map((answer) => (answer === null ? null : deskIssue(answer.data)))),
      open: (repository, { body, marker, title }) =>
        Effect.gen(function* () {
          const { data } = yield* client.read("list issues", repository, (rest, request) =>
            rest.issues.listForRepo({ ...at(repository), state: "all", creator: app.botLogin, sort: "created", per_page: PAGE, request }),
          )
          const known = data.find((issue) => (issue.body ?? "").includes(marker) && isOwn(app, { ...issue, body: issue.body ?? "" }))
          if (known !== undefined) return deskIssue(known)
          const text = cutTo(body, MAX_BODY - marker.length - 2)
          const made = yield* client.write("create issue", repository, (rest, request) =>
            rest.issues.create({ ...at(repository), title: title.slice(0, MAX_TITLE), body: `${text}\n\n${marker}`, request }),
          )
          return deskIssue(made.data)
        }),
      label: (repository, number, label) =>
        client
          .write("add label", repository, (rest, request) =>
            rest.issues.addLabels({ ...at(repository), issue_number: number, labels: [label], request }),
          )
          .pipe(Effect.asVoid),
      labelled: (repository, label) =>
        Effect.gen(function* () {
          const { data } = yield* client.read("list issues", repository, (rest, request) =>
            rest.issues.listForRepo({ ...at(repository), state: "open", labels: label, sort: "created", per_page: PAGE, request }),
          )
          return yield* Effect.forEach(
            data,
            (issue) => Effect.map(whoLabelled(repository, issue.number, label), (who) => ({ ...deskIssue(issue), ...who })),
            { concurrency: CONCURRENCY },
          )
        }),
      rateLimit: (repository) =>
        client
          .read("get rate limit", repository, (rest, request) => rest.rateLimit.get({ request }))
          .pipe(Effect.map(({ data }) => ({ limit: data.rate.limit, remaining: data.rate.remaining, resetAt: data.rate.reset * 1000 }))),
    })
  }),
)
