import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import type * as Records from "./records.ts"

export interface State {
  nextId: number
  /** PEM of a generated App key, so that a restart keeps it. */
  appPrivateKeyPem: string | null
  appClientSecret: string | null
  webhookUrl: string | null
  webhookSecret: string | null
  users: Array<Records.UserRecord>
  repositories: Array<Records.RepositoryRecord>
  labels: Array<Records.LabelRecord>
  issues: Array<Records.IssueRecord>
  comments: Array<Records.CommentRecord>
  reviews: Array<Records.ReviewRecord>
  reviewComments: Array<Records.ReviewCommentRecord>
  issueEvents: Array<Records.IssueEventRecord>
  reactions: Array<Records.ReactionRecord>
  checkSuites: Array<Records.CheckSuiteRecord>
  checkRuns: Array<Records.CheckRunRecord>
  statuses: Array<Records.StatusRecord>
  installations: Array<Records.InstallationRecord>
  installationTokens: Array<Records.InstallationTokenRecord>
  userTokens: Array<Records.UserTokenRecord>
  oauthCodes: Array<Records.OAuthCodeRecord>
  userAccessTokens: Array<Records.UserAccessTokenRecord>
  deviceCodes: Array<Records.DeviceCodeRecord>
  deliveries: Array<Records.DeliveryRecord>
}

const emptyState = (): State => ({
  nextId: 1001,
  appPrivateKeyPem: null,
  appClientSecret: null,
  webhookUrl: null,
  webhookSecret: null,
  users: [],
  repositories: [],
  labels: [],
  issues: [],
  comments: [],
  reviews: [],
  reviewComments: [],
  issueEvents: [],
  reactions: [],
  checkSuites: [],
  checkRuns: [],
  statuses: [],
  installations: [],
  installationTokens: [],
  userTokens: [],
  oauthCodes: [],
  userAccessTokens: [],
  deviceCodes: [],
  deliveries: [],
})

const SAVE_DELAY_MS = 100
/** The delivery log is bounded, since the snapshot holds it; GitHub keeps its own for three days. */
const MAX_DELIVERIES = 500

/** All state in memory, snapshotted to one JSON file: written beside it and renamed, so that a crash leaves the old or the new one. */
export class Store {
  readonly state: State
  readonly #file: string
  #timer: NodeJS.Timeout | undefined

  constructor(file: string) {
    this.#file = file
    mkdirSync(dirname(file), { recursive: true })
    this.state = { ...emptyState(), ...readSnapshot(file) }
  }

  nextId(): number {
    return this.state.nextId++
  }

  /** Something changed: save soon. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.save(), SAVE_DELAY_MS)
  }

  save(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { deliveries } = this.state
    if (deliveries.length > MAX_DELIVERIES) deliveries.splice(0, deliveries.length - MAX_DELIVERIES)
    const temporary = `${this.#file}.new`
    writeFileSync(temporary, JSON.stringify(this.state), { mode: 0o600 })
    renameSync(temporary, this.#file)
  }

  user(id: number): Records.UserRecord {
    return found(
      this.state.users.find((user) => user.id === id),
      `user ${id}`,
    )
  }

  userByLogin(login: string): Records.UserRecord | undefined {
    return this.state.users.find((user) => same(user.login, login))
  }

  repository(id: number): Records.RepositoryRecord {
    return found(
      this.state.repositories.find((repository) => repository.id === id),
      `repository ${id}`,
    )
  }

  /** Owner and name are case-insensitive, as on GitHub. */
  repositoryByName(owner: string, name: string): Records.RepositoryRecord | undefined {
    const ownerId = this.userByLogin(owner)?.id
    return this.state.repositories.find((repository) => repository.ownerId === ownerId && same(repository.name, name))
  }

  issue(repositoryId: number, number: number): Records.IssueRecord | undefined {
    return this.state.issues.find((issue) => issue.repositoryId === repositoryId && issue.number === number)
  }

  label(repositoryId: number, name: string): Records.LabelRecord | undefined {
    return this.state.labels.find((label) => label.repositoryId === repositoryId && same(label.name, name))
  }

  installationOf(repository: Records.RepositoryRecord): Records.InstallationRecord | undefined {
    return repository.installed ? this.state.installations.find((installation) => installation.accountId === repository.ownerId) : undefined
  }

  installedRepositories(installation: Records.InstallationRecord): Array<Records.RepositoryRecord> {
    return this.state.repositories.filter((repository) => repository.installed && repository.ownerId === installation.accountId)
  }
}

export const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase()

function found<A>(value: A | undefined, what: string): A {
  if (value === undefined) throw new Error(`the stand-in's state has no ${what}`)
  return value
}

function readSnapshot(file: string): Partial<State> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Partial<State>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {}
    throw error
  }
}
