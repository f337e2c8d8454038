import { atLeast, roleOf } from "../auth/roles.ts"
import { invalid } from "../http/errors.ts"
import { issueShape, labelShape } from "../shape/issue.ts"
import { fullPull, isPull } from "../shape/pull.ts"
import { simpleUser } from "../shape/user.ts"
import type { IssueRecord, LabelRecord, RepositoryRecord, UserRecord } from "../store/records.ts"
import { emit } from "../webhooks/emit.ts"
import type { Author, World } from "../world.ts"

const DEFAULT_LABEL_COLOR = "ededed"
const MAX_BODY_CHARACTERS = 65_536
const MAX_TITLE_CHARACTERS = 256

export function checkText(resource: string, field: "title" | "body", text: string | null): void {
  const limit = field === "title" ? MAX_TITLE_CHARACTERS : MAX_BODY_CHARACTERS
  if (text !== null && text.length > limit)
    throw invalid({ resource, field, code: "custom", message: `${field} is too long (maximum is ${limit} characters)` })
}

/** An `issues` event, or `pull_request` where the issue is one. */
export async function emitIssue(
  world: World,
  repository: RepositoryRecord,
  issue: IssueRecord,
  author: Author,
  action: string,
  extra: Record<string, unknown> = {},
): Promise<void> {
  if (isPull(issue)) {
    const pull = await fullPull(world, repository, issue, {
      mergeability: action === "opened" || action === "synchronize" ? "unknown" : "known",
    })
    emit(world, "pull_request", repository, author, { action, number: issue.number, pull_request: pull, ...extra })
  } else {
    emit(world, "issues", repository, author, { action, issue: issueShape(world, repository, issue), ...extra })
  }
}

/** An entry of the issue's history. */
export function recordEvent(
  world: World,
  issue: IssueRecord,
  author: Author,
  event: string,
  details: Record<string, unknown> = {},
  commitId: string | null = null,
): void {
  world.store.state.issueEvents.push({
    id: world.store.nextId(),
    repositoryId: issue.repositoryId,
    number: issue.number,
    actorId: author.user.id,
    viaApp: author.viaApp,
    event,
    createdAt: world.now(),
    commitId,
    details,
  })
}

function touchIssue(world: World, issue: IssueRecord): void {
  issue.updatedAt = world.now()
  world.store.touch()
}

export interface NewIssue {
  readonly title: string
  readonly body: string | null
  readonly labels: ReadonlyArray<string>
  readonly assignees: ReadonlyArray<string>
}

/** The record alone, with the next number of the repository. Pull requests are made of it too. */
export function insertIssue(world: World, repository: RepositoryRecord, author: Author, title: string, body: string | null): IssueRecord {
  checkText("Issue", "title", title)
  checkText("Issue", "body", body)
  const now = world.now()
  const issue: IssueRecord = {
    id: world.store.nextId(),
    repositoryId: repository.id,
    number: repository.nextNumber++,
    title,
    body,
    authorId: author.user.id,
    viaApp: author.viaApp,
    state: "open",
    stateReason: null,
    closedAt: null,
    closedById: null,
    locked: false,
    labelIds: [],
    assigneeIds: [],
    createdAt: now,
    updatedAt: now,
    pull: null,
  }
  world.store.state.issues.push(issue)
  world.store.touch()
  return issue
}

/** Opening with labels sends `opened` and one `labeled` for each. Labels of authors without triage rights are dropped, as on GitHub. */
export async function createIssue(world: World, repository: RepositoryRecord, author: Author, input: NewIssue): Promise<IssueRecord> {
  const issue = insertIssue(world, repository, author, input.title, input.body)
  const mayTriage = author.viaApp || atLeast(roleOf(repository, author.user), "triage")
  const labels = mayTriage ? input.labels.map((name) => findOrCreateLabel(world, repository, name)) : []
  issue.labelIds = [...new Set(labels.map((label) => label.id))]
  await emitIssue(world, repository, issue, author, "opened")
  for (const label of labels) await announceLabel(world, repository, issue, author, "labeled", label)
  if (mayTriage) await addAssignees(world, repository, issue, author, input.assignees)
  return issue
}

export function findOrCreateLabel(world: World, repository: RepositoryRecord, name: string): LabelRecord {
  const known = world.store.label(repository.id, name)
  if (known) return known
  const label: LabelRecord = { id: world.store.nextId(), repositoryId: repository.id, name, color: DEFAULT_LABEL_COLOR, description: null }
  world.store.state.labels.push(label)
  return label
}

async function announceLabel(
  world: World,
  repository: RepositoryRecord,
  issue: IssueRecord,
  author: Author,
  action: "labeled" | "unlabeled",
  label: LabelRecord,
): Promise<void> {
  recordEvent(world, issue, author, action, { label: { name: label.name, color: label.color } })
  await emitIssue(world, repository, issue, author, action, { label: labelShape(world, repository, label) })
}

/** Adds what is not there yet; one `labeled` event for each new one. */
export async function addLabels(
  world: World,
  repository: RepositoryRecord,
  issue: IssueRecord,
  author: Author,
  names: ReadonlyArray<string>,
): Promise<void> {
  for (const name of names) {
    const label = findOrCreateLabel(world, repository, name)
    if (issue.labelIds.includes(label.id)) continue
    issue.labelIds = [...issue.labelIds, label.id]
    touchIssue(world, issue)
    await announceLabel(world, repository, issue, author, "labeled", label)
  }
}

/** False when the issue does not have the label. */
export async function removeLabel(
  world: World,
  repository: RepositoryRecord,
  issue: IssueRecord,
  author: Author,
  name: string,
): Promise<boolean> {
  const label = world.store.label(repository.id, name)
  if (!label || !issue.labelIds.includes(label.id)) return false
  issue.labelIds = issue.labelIds.filter((id) => id !== label.id)
  touchIssue(world, issue)
  await announceLabel(world, repository, issue, author, "unlabeled", label)
  return true
}

export async function setLabels(
  world: World,
  repository: RepositoryRecord,
  issue: IssueRecord,
  author: Author,
  names: ReadonlyArray<string>,
): Promise<void> {
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  const current = world.store.state.labels.filter((label) => issue.labelIds.includes(label.id))
  for (const label of current) if (!wanted.has(label.name.toLowerCase())) await removeLabel(world, repository, issue, author, label.name)
  await addLabels(world, repository, issue, author, names)
}

function usersNamed(world: World, logins: ReadonlyArray<string>): Array<UserRecord> {
  return logins.map((login) => world.store.userByLogin(login)).filter((user) => user !== undefined)
}

/** Logins that cannot be assigned are ignored, as on GitHub. */
export async function addAssignees(
  world: World,
  repository: RepositoryRecord,
  issue: IssueRecord,
  author: Author,
  logins: ReadonlyArray<string>,
): Promise<void> {
  for (const user of usersNamed(world, logins)) {
    if (issue.assigneeIds.includes(user.id) || !atLeast(roleOf(repository, user), "read")) continue
    issue.assigneeIds = [...issue.assigneeIds, user.id]
    touchIssue(world, issue)
    recordEvent(world, issue, author, "assigned", { assignee: simpleUser(world, user), assigner: simpleUser(world, author.user) })
    await emitIssue(world, repository, issue, author, "assigned", { assignee: simpleUser(world, user) })
  }
}

export async function removeAssignees(
  world: World,
  repository: RepositoryRecord,
  issue: IssueRecord,
  author: Author,
  logins: ReadonlyArray<string>,
): Promise<void> {
  for (const user of usersNamed(world, logins)) {
    if (!issue.assigneeIds.includes(user.id)) continue
    issue.assigneeIds = issue.assigneeIds.filter((id) => id !== user.id)
    touchIssue(world, issue)
    recordEvent(world, issue, author, "unassigned", { assignee: simpleUser(world, user), assigner: simpleUser(world, author.user) })
    await emitIssue(world, repository, issue, author, "unassigned", { assignee: simpleUser(world, user) })
  }
}

export interface IssueEdit {
  readonly title?: string
  readonly body?: string | null
  readonly state?: "open" | "closed"
  readonly stateReason?: IssueRecord["stateReason"]
}

export async function editIssue(
  world: World,
  repository: RepositoryRecord,
  issue: IssueRecord,
  author: Author,
  edit: IssueEdit,
): Promise<void> {
  const changes: Record<string, { from: string }> = {}
  if (edit.title !== undefined && edit.title !== issue.title) {
    checkText("Issue", "title", edit.title)
    changes.title = { from: issue.title }
    recordEvent(world, issue, author, "renamed", { rename: { from: issue.title, to: edit.title } })
    issue.title = edit.title
  }
  if (edit.body !== undefined && edit.body !== issue.body) {
    checkText("Issue", "body", edit.body)
    changes.body = { from: issue.body ?? "" }
    issue.body = edit.body
  }
  if (Object.keys(changes).length > 0) {
    touchIssue(world, issue)
    await emitIssue(world, repository, issue, author, "edited", { changes })
  }
  if (edit.state === "closed" && issue.state === "open") await closeIssue(world, repository, issue, author, edit.stateReason ?? "completed")
  if (edit.state === "open" && issue.state === "closed") await reopenIssue(world, repository, issue, author)
}

export async function closeIssue(
  world: World,
  repository: RepositoryRecord,
  issue: IssueRecord,
  author: Author,
  reason: IssueRecord["stateReason"],
  commitId: string | null = null,
): Promise<void> {
  Object.assign(issue, { state: "closed", stateReason: issue.pull ? null : reason, closedAt: world.now(), closedById: author.user.id })
  touchIssue(world, issue)
  recordEvent(world, issue, author, "closed", issue.pull ? {} : { state_reason: reason }, commitId)
  await emitIssue(world, repository, issue, author, "closed")
}

async function reopenIssue(world: World, repository: RepositoryRecord, issue: IssueRecord, author: Author): Promise<void> {
  Object.assign(issue, { state: "open", stateReason: issue.pull ? null : "reopened", closedAt: null, closedById: null })
  touchIssue(world, issue)
  recordEvent(world, issue, author, "reopened")
  await emitIssue(world, repository, issue, author, "reopened")
}
