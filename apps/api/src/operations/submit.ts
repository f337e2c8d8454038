import { Effect, Schema } from "effect"
import { controlLabels } from "@loom/core/domain/labels"
import { fullName, type RepositoryRef } from "@loom/core/domain/Repository"
import { Coordinator, TaskAnswer } from "@loom/core/ports/Coordinator"
import { GitHub } from "@loom/core/ports/GitHub"
import { IssueDesk } from "@loom/core/ports/IssueDesk"
import { RepositoryConfigs } from "@loom/core/ports/RepositoryConfigs"
import { outside } from "../ApiScope.ts"
import { type Asker, json, operation } from "../operation.ts"
import { Refused } from "../problem.ts"
import { mustWriteTo } from "../serve/access.ts"
import { taskAt } from "./commands.ts"

/** GitHub's own bounds: 39 characters for an owner, 100 for a name, 256 for a title, 65,536 for a body. */
export const FullName = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/[A-Za-z0-9._-]{1,100}$/))
export const Login = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/))

const common = {
  repository: FullName.annotate({ description: "owner/name" }),
  approval: Schema.optionalKey(
    Schema.Boolean.annotate({ description: "Plan first, and write nothing until a person has approved the plan." }),
  ),
  requestedBy: Schema.optionalKey(
    Login.annotate({ description: "GitHub login whose permission counts. Only for operators who have none themselves." }),
  ),
}
const Submission = Schema.Union([
  Schema.Struct({ ...common, issueNumber: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 2_147_483_647 })) }),
  Schema.Struct({
    ...common,
    title: Schema.String.check(Schema.isPattern(/^\P{Cc}{1,256}$/u), Schema.isPattern(/\S/)),
    body: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(60_000), Schema.isPattern(/^[\P{Cc}\t\n\r]*$/u))),
  }),
])

/** A repository the asker may change, and that the App is installed on. */
export const repositoryToChange = Effect.fn("api.repositoryToChange")(function* (asker: Asker, name: string) {
  yield* mustWriteTo(asker, name)
  const [owner = "", repo = ""] = name.split("/")
  const found = yield* outside(IssueDesk.use((desk) => desk.find(owner, repo)))
  return (
    found ??
    (yield* new Refused({ code: "repository_unknown", detail: `The App is not installed on ${name}, or there is no such repository.` }))
  )
})

/** The label that asks for Loom there: the repository's own, or the operator's. */
export const labelOf = (repository: RepositoryRef, fallback: string) =>
  outside(
    Effect.gen(function* () {
      const { defaultBranch } = yield* GitHub.use((github) => github.repository(repository))
      const { config } = yield* RepositoryConfigs.use((configs) => configs.load(repository, defaultBranch))
      return config.label ?? fallback
    }),
  )

/** Whose permission the run is admitted by: the person who asks; an operator may name one. */
export const requesterOf = (asker: Asker, named: string | undefined) => {
  const requester = asker.principal.login ?? named
  return requester === undefined
    ? Effect.fail(new Refused({ code: "requester_missing", detail: "The token is no person's, and `requestedBy` names none." }))
    : Effect.succeed(requester)
}

const submitTask = operation({
  id: "submitTask",
  method: "post",
  path: "/api/v1/tasks",
  aliases: ["/api/tasks", "/api/trigger"],
  tag: "Tasks",
  access: "write",
  limit: "run",
  status: 202,
  summary: "Have an issue resolved",
  description:
    "Name an issue, or give `title` and `body` of one to be opened. The issue gets the control label, or `loom:plan` where `approval` is wanted; an issue with an open task answers that task.",
  body: Submission,
  success: { name: "TaskAnswer", schema: TaskAnswer },
  problems: [
    "forbidden",
    "repository_unknown",
    "issue_not_found",
    "issue_closed",
    "is_pull_request",
    "requester_missing",
    "refused_by_github",
    "github_unavailable",
    "unavailable",
  ],
  handle: ({ asker, body, key, settings }) =>
    Effect.gen(function* () {
      const requestedBy = yield* requesterOf(asker, body.requestedBy)
      const repository = yield* repositoryToChange(asker, body.repository)
      const issue = yield* outside(
        IssueDesk.use((desk) =>
          "issueNumber" in body
            ? desk.issue(repository, body.issueNumber)
            : desk.open(repository, {
                title: body.title,
                body: `${body.body ?? ""}\n\n*Submitted by @${requestedBy} through Loom.*`,
                marker: `<!-- loom:submitted:${key} -->`,
              }),
        ),
      )
      if (issue === null)
        return yield* new Refused({ code: "issue_not_found", detail: `There is no such issue in ${fullName(repository)}.` })
      if (issue.isPullRequest) return yield* new Refused({ code: "is_pull_request", detail: `#${issue.number} is a pull request.` })
      if (issue.state === "closed") return yield* new Refused({ code: "issue_closed", detail: `Issue #${issue.number} is closed.` })
      const label = body.approval === true ? controlLabels.plan : yield* labelOf(repository, settings.controlLabel)
      yield* outside(IssueDesk.use((desk) => desk.label(repository, issue.number, label)))
      const done = yield* Coordinator.use((coordinator) =>
        coordinator.request({
          repository,
          issueNumber: issue.number,
          issueUrl: issue.url,
          title: issue.title,
          requestedBy,
          cause: "api",
          deliveryId: null,
          intentAt: null,
          ...(body.approval === true ? { approval: true as const } : {}),
        }),
      )
      return json(done, taskAt(done.taskId))
    }),
})

export const submissions = [submitTask]
