import { Effect, Schema } from "effect"
import { askingLabels, controlLabels } from "@loom/core/domain/labels"
import { fullName } from "@loom/core/domain/Repository"
import { Coordinator } from "@loom/core/ports/Coordinator"
import { GitHub } from "@loom/core/ports/GitHub"
import { IssueDesk, type LabelledIssue } from "@loom/core/ports/IssueDesk"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { outside } from "../ApiScope.ts"
import { json, operation } from "../operation.ts"
import { FullName, labelOf, Login, repositoryToChange } from "./submit.ts"

const SyncedIssue = Schema.Struct({
  issueNumber: Schema.Int,
  taskId: Schema.NullOr(Schema.String),
  /** `created`: it was missed. `joined`, `repeated` and `known`: it was not. `skipped`: nobody can be told to have asked. */
  effect: Schema.Literals(["created", "joined", "repeated", "known", "skipped"]),
})

/** Labels set by an App are nobody's wish. */
const isPerson = (login: string | null): login is string => login !== null && !login.endsWith("[bot]")

const syncRepository = operation({
  id: "syncRepository",
  method: "post",
  path: "/api/v1/sync",
  aliases: ["/api/sync"],
  tag: "Repositories",
  access: "write",
  limit: "write",
  status: 202,
  summary: "Read the labelled issues again and take what was missed",
  description:
    "Makes the labels that people set where they are missing. At most the newest 100 open issues with the control label, and as many with `loom:plan`. One whose newest task was made after the label was set is known already. The wish is that of the person who set the label; where that was no person, it is the asker's.",
  body: Schema.Struct({ repository: FullName, requestedBy: Schema.optionalKey(Login) }),
  success: {
    name: "SyncResult",
    schema: Schema.Struct({ repository: Schema.String, label: Schema.String, issues: Schema.Array(SyncedIssue) }),
  },
  problems: ["forbidden", "repository_unknown", "refused_by_github", "github_unavailable", "unavailable"],
  handle: ({ asker, body, settings }) =>
    Effect.gen(function* () {
      const repository = yield* repositoryToChange(asker, body.repository)
      const label = yield* labelOf(repository, settings.controlLabel)
      yield* outside(GitHub.use((github) => github.ensureLabels(repository, askingLabels(label))))
      const carrying = (name: string) =>
        outside(IssueDesk.use((desk) => desk.labelled(repository, name))).pipe(
          Effect.map((issues) => issues.filter((issue) => !issue.isPullRequest)),
        )
      const toPlan = yield* carrying(controlLabels.plan)
      const planned = new Set(toPlan.map(({ number }) => number))
      // Both labels: a plan first, as when an issue is opened with both.
      const labelled = [...toPlan, ...(yield* carrying(label)).filter(({ number }) => !planned.has(number))]
      const newest = yield* TaskCatalogue.use((catalogue) =>
        catalogue.newestOfIssues(
          repository.id,
          labelled.map(({ number }) => number),
        ),
      )
      const take = (issue: LabelledIssue) =>
        Effect.gen(function* () {
          const { labelledAt, labelledBy, number: issueNumber } = issue
          const known = newest.get(issueNumber)
          if (known !== undefined && (labelledAt === null || known >= labelledAt))
            return { issueNumber, taskId: null, effect: "known" as const }
          const requestedBy = isPerson(labelledBy) ? labelledBy : (asker.principal.login ?? body.requestedBy)
          if (requestedBy === undefined) return { issueNumber, taskId: null, effect: "skipped" as const }
          const done = yield* Coordinator.use((coordinator) =>
            coordinator.request({
              repository,
              issueNumber,
              issueUrl: issue.url,
              title: issue.title,
              requestedBy,
              cause: "sync",
              deliveryId: labelledAt === null ? null : `sync:${repository.id}:${issueNumber}:${labelledAt}`,
              intentAt: labelledAt,
              ...(planned.has(issueNumber) ? { approval: true as const } : {}),
            }),
          )
          const effect = done.effect === "created" || done.effect === "repeated" ? done.effect : ("joined" as const)
          return { issueNumber, taskId: done.taskId, effect }
        })
      return json({ repository: fullName(repository), label, issues: yield* Effect.forEach(labelled, take) })
    }),
})

export const syncs = [syncRepository]
