import { Result, Schema } from "effect"
import {
  InstallationPayload,
  InstallationRepositoriesPayload,
  IssuesPayload,
  type NamedRepository,
  RepositoryPayload,
} from "./webhook-payloads.ts"
import { controlLabels } from "./labels.ts"
import type { RepositoryRef } from "./Repository.ts"
import type { TaskRequest } from "./Task.ts"

/** A verified delivery: its headers, and its body as parsed JSON. */
export interface Delivery {
  /** `X-GitHub-Event` */
  readonly event: string
  /** `X-GitHub-Delivery` */
  readonly id: string
  readonly payload: unknown
}

/** What a delivery asks for. `Ignored` is the usual case; its reason is one sentence. */
export type Interpretation =
  | { readonly _tag: "Pong" }
  /** `unlessOwn`: a label that is not the operator's; it may be this repository's own (`label` of `.github/loom.yml`). */
  | { readonly _tag: "Ignored"; readonly reason: string; readonly unlessOwn?: RepositoryRef }
  | { readonly _tag: "Requested"; readonly request: TaskRequest }
  /** The App may work there now: people need its labels. */
  | { readonly _tag: "Installed"; readonly repositories: ReadonlyArray<RepositoryRef> }
  /** Whether `actor` may is asked by the run: GitHub lets people label who may not write. */
  | { readonly _tag: "Approved"; readonly repositoryId: number; readonly issueNumber: number; readonly actor: string }
  | {
      readonly _tag: "IssueStopped"
      readonly repositoryId: number
      readonly issueNumber: number
      readonly reason: string
      readonly actor: string
    }
  | { readonly _tag: "RepositoriesStopped"; readonly repositoryIds: ReadonlyArray<number>; readonly reason: string; readonly actor: string }
  | { readonly _tag: "InstallationStopped"; readonly installationId: number; readonly reason: string; readonly actor: string }

/** An event Loom reads, without the fields GitHub's schema promises. */
export class MalformedPayload extends Schema.TaggedError<MalformedPayload>()("MalformedPayload", {
  event: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `The ${this.event} payload lacks what GitHub's schema promises: ${this.detail}`
  }
}

const decodeIssues = Schema.decodeUnknownResult(IssuesPayload)
const decodeRepository = Schema.decodeUnknownResult(RepositoryPayload)
const decodeInstallation = Schema.decodeUnknownResult(InstallationPayload)
const decodeInstallationRepositories = Schema.decodeUnknownResult(InstallationRepositoriesPayload)

const ignored = (reason: string): Interpretation => ({ _tag: "Ignored", reason })
/** GitHub compares label names without case. */
const sameLabel = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
const isBot = (account: { readonly login: string; readonly type?: string }): boolean =>
  account.type === "Bot" || account.login.endsWith("[bot]")

/**
 * Delivery -> what is to be done. Pure and quick: it refuses what the payload alone shows to be none of Loom's business; what
 * needs a look at GitHub (permission, the labels of this moment, an empty repository) is the run's `admit`.
 */
export const interpretDelivery = (delivery: Delivery, controlLabel: string): Result.Result<Interpretation, MalformedPayload> => {
  const read = <A>(decode: (payload: unknown) => Result.Result<A, Schema.SchemaError>, use: (payload: A) => Interpretation) =>
    Result.mapBoth(decode(delivery.payload), {
      onFailure: (error) => new MalformedPayload({ event: delivery.event, detail: error.message.slice(0, 300) }),
      onSuccess: use,
    })
  switch (delivery.event) {
    case "ping":
      return Result.succeed({ _tag: "Pong" })
    case "issues":
      return read(decodeIssues, (payload) => ofIssue(payload, delivery.id, controlLabel))
    case "repository":
      return read(decodeRepository, ({ action, repository, sender }) =>
        action === "archived" || action === "deleted"
          ? { _tag: "RepositoriesStopped", repositoryIds: [repository.id], reason: `The repository was ${action}.`, actor: sender.login }
          : ignored(`repository.${action} is none of Loom's business.`),
      )
    case "installation":
      return read(decodeInstallation, ({ action, installation, repositories, sender }) =>
        action === "created"
          ? { _tag: "Installed", repositories: refsOf(repositories, installation.id) }
          : action === "deleted" || action === "suspend"
            ? {
                _tag: "InstallationStopped",
                installationId: installation.id,
                reason: `The App was ${action === "deleted" ? "uninstalled" : "suspended"}.`,
                actor: sender.login,
              }
            : ignored(`installation.${action} needs no answer.`),
      )
    case "installation_repositories":
      return read(decodeInstallationRepositories, ({ installation, repositories_added, repositories_removed, sender }) =>
        repositories_removed.length === 0
          ? { _tag: "Installed", repositories: refsOf(repositories_added, installation?.id ?? null) }
          : {
              _tag: "RepositoriesStopped",
              repositoryIds: repositories_removed.map(({ id }) => id),
              reason: "The App was removed from the repository.",
              actor: sender.login,
            },
      )
    default:
      return Result.succeed(ignored("Loom does not read this event."))
  }
}

const stopped = ({ issue, repository, sender }: IssuesPayload, reason: string): Interpretation => ({
  _tag: "IssueStopped",
  repositoryId: repository.id,
  issueNumber: issue.number,
  reason,
  actor: sender.login,
})

const ofIssue = (payload: IssuesPayload, deliveryId: string, controlLabel: string): Interpretation => {
  const { action, issue, label, repository, sender } = payload
  // Also Loom's own labels and comments come back as events: never react to a bot.
  if (isBot(sender)) return ignored("The event was caused by a bot.")
  const named = (wanted: string) => label !== null && label !== undefined && sameLabel(label.name, wanted)
  const carries = (wanted: string) => (issue.labels ?? []).some(({ name }) => sameLabel(name, wanted))
  const { approved, plan } = controlLabels
  switch (action) {
    case "closed":
    case "deleted":
    case "transferred":
      return stopped(payload, `The issue was ${action}.`)
    case "unlabeled":
      if (named(controlLabel)) return stopped(payload, `The label ${controlLabel} was removed.`)
      if (!named(plan)) return foreign(payload, `The removed label is not ${controlLabel}.`)
      // Whoever puts the one in place of the other does not want to stop.
      return carries(approved) ? ignored(`The issue carries ${approved}.`) : stopped(payload, `The label ${plan} was removed.`)
    case "labeled":
      if (named(controlLabel)) return requested(payload, deliveryId, false)
      if (named(plan)) return requested(payload, deliveryId, true)
      return named(approved)
        ? { _tag: "Approved", repositoryId: repository.id, issueNumber: issue.number, actor: sender.login }
        : foreign(payload, `The added label is not ${controlLabel}.`)
    case "opened":
      return carries(controlLabel) || carries(plan)
        ? requested(payload, deliveryId, carries(plan))
        : foreign(payload, `The issue does not have the label ${controlLabel}.`)
    default:
      return ignored(`issues.${action} of ${repository.name} needs no answer.`)
  }
}

const refOf = (repository: IssuesPayload["repository"], installationId: number): RepositoryRef => ({
  id: repository.id,
  installationId,
  owner: repository.owner.login,
  name: repository.name,
})

const refsOf = (named: ReadonlyArray<NamedRepository> | null | undefined, installationId: number | null): ReadonlyArray<RepositoryRef> =>
  installationId === null
    ? []
    : (named ?? []).map(({ full_name, id }) => {
        const [owner = "", name = ""] = full_name.split("/")
        return { id, installationId, owner, name }
      })

/** Loom's own labels are never a repository's control label. */
const isStatus = (name: string) => /^loom:/i.test(name)

const foreign = ({ installation, issue, label, repository }: IssuesPayload, reason: string): Interpretation => {
  const names = label === null || label === undefined ? (issue.labels ?? []).map(({ name }) => name) : [label.name]
  const isConcerned = (issue.pull_request ?? null) === null && names.some((name) => !isStatus(name))
  return installation === null || installation === undefined || !isConcerned
    ? ignored(reason)
    : { _tag: "Ignored", reason, unlessOwn: refOf(repository, installation.id) }
}

const requested = ({ installation, issue, repository, sender }: IssuesPayload, deliveryId: string, approval: boolean): Interpretation => {
  if (installation === null || installation === undefined) return ignored("The delivery does not come from an installation of the App.")
  if (issue.pull_request !== undefined && issue.pull_request !== null) return ignored("It is a pull request, not an issue.")
  if (issue.state === "closed") return ignored("The issue is closed.")
  if (issue.locked === true) return ignored("The issue is locked.")
  if (issue.user !== null && issue.user !== undefined && isBot(issue.user)) return ignored("The issue was opened by a bot.")
  if (repository.archived === true) return ignored("The repository is archived.")
  const intentAt = Date.parse(issue.updated_at ?? "")
  return {
    _tag: "Requested",
    request: {
      repository: refOf(repository, installation.id),
      issueNumber: issue.number,
      issueUrl: issue.html_url,
      title: issue.title.slice(0, 300),
      requestedBy: sender.login,
      cause: deliveryId,
      deliveryId,
      intentAt: Number.isFinite(intentAt) ? intentAt : null,
      ...(approval ? { approval: true as const } : {}),
    },
  }
}
