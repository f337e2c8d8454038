import type { AdministrationApi, IssueHandle, NewRepository } from "./AdministrationApi.ts"
import { createComment } from "./actions/comments.ts"
import { addLabels, closeIssue, createIssue, editIssue, removeLabel } from "./actions/issues.ts"
import { setDraft } from "./actions/pulls.ts"
import { atLeast, roleOf } from "./auth/roles.ts"
import { personalToken } from "./auth/tokens.ts"
import { commitFiles, importFrom, initBare } from "./git/create.ts"
import { listRefs } from "./git/refs.ts"
import { APP_OWNER } from "./shape/app.ts"
import { issueHtmlUrl } from "./shape/issue.ts"
import { noreplyEmail } from "./shape/commit.ts"
import { isPull } from "./shape/pull.ts"
import type { DeliveryRecord, InstallationRecord, IssueRecord, RepositoryRecord, RepositoryRole, UserRecord } from "./store/records.ts"
import { emitInstallation, installedRepository, ping } from "./webhooks/emit.ts"
import type { Author, World } from "./world.ts"

export class Administration implements AdministrationApi {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
    this.addUser({ login: APP_OWNER })
  }

  setWebhookUrl(url: string | null): void {
    this.#world.store.state.webhookUrl = url
    this.#world.store.touch()
  }

  setCallbackUrls(urls: ReadonlyArray<string>): void {
    this.#world.app.callbackUrls = urls
  }

  pingWebhook(): void {
    ping(this.#world)
  }

  addUser(user: { readonly login: string; readonly type?: "User" | "Organization" }): void {
    this.#user(user.login, user.type)
  }

  async addRepository(input: NewRepository): Promise<{ readonly id: number; readonly htmlUrl: string; readonly cloneUrl: string }> {
    const world = this.#world
    if (world.store.repositoryByName(input.owner, input.name)) throw new Error(`there already is a repository ${input.owner}/${input.name}`)
    const owner = this.#user(input.owner)
    for (const login of Object.keys(input.collaborators ?? {})) this.#user(login)
    const now = world.now()
    const repository: RepositoryRecord = {
      id: world.store.nextId(),
      ownerId: owner.id,
      name: input.name,
      private: input.private ?? false,
      defaultBranch: input.defaultBranch ?? "main",
      archived: input.archived ?? false,
      installed: input.installed ?? true,
      draftPullRequests: input.draftPullRequests ?? true,
      collaborators: Object.fromEntries(Object.entries(input.collaborators ?? {}).map(([login, role]) => [login.toLowerCase(), role])),
      refs: {},
      nextNumber: 1,
      createdAt: now,
      updatedAt: now,
      pushedAt: now,
    }
    const bare = await initBare(world.git, world.bare(repository).path, repository.defaultBranch)
    if (input.fromPath !== undefined) {
      const branch = await importFrom(bare, input.fromPath)
      repository.defaultBranch = input.defaultBranch ?? branch ?? repository.defaultBranch
      await bare.bytes(["symbolic-ref", "HEAD", `refs/heads/${repository.defaultBranch}`])
    }
    if (input.files)
      await commitFiles(bare, repository.defaultBranch, input.files, { name: owner.login, email: noreplyEmail(owner), date: now })
    repository.refs = await listRefs(bare)
    world.store.state.repositories.push(repository)
    if (repository.installed) this.#install(owner, repository)
    world.store.touch()
    return { id: repository.id, htmlUrl: world.htmlUrl(repository), cloneUrl: `${world.htmlUrl(repository)}.git` }
  }

  hasRepository(owner: string, name: string): boolean {
    return this.#world.store.repositoryByName(owner, name) !== undefined
  }

  setCollaborator(owner: string, name: string, login: string, role: RepositoryRole | null): void {
    const repository = this.#repository(owner, name)
    this.#user(login)
    if (role === null) delete repository.collaborators[login.toLowerCase()]
    else repository.collaborators[login.toLowerCase()] = role
    this.#world.store.touch()
  }

  setArchived(owner: string, name: string, archived: boolean): void {
    this.#repository(owner, name).archived = archived
    this.#world.store.touch()
  }

  userToken(login: string): string {
    return personalToken(this.#world, this.#user(login))
  }

  installationId(owner: string): number {
    return this.#installation(owner).id
  }

  setSuspended(owner: string, suspended: boolean): void {
    const installation = this.#installation(owner)
    installation.suspendedAt = suspended ? this.#world.now() : null
    emitInstallation(this.#world, "installation", installation, { action: suspended ? "suspend" : "unsuspend" })
    this.#world.store.touch()
  }

  uninstall(owner: string): void {
    const { store } = this.#world
    const installation = this.#installation(owner)
    const repositories = store.installedRepositories(installation)
    for (const repository of repositories) repository.installed = false
    emitInstallation(this.#world, "installation", installation, {
      action: "deleted",
      repositories: repositories.map((repository) => installedRepository(this.#world, repository)),
    })
    store.state.installations = store.state.installations.filter((other) => other !== installation)
    store.touch()
  }

  async openIssue(
    owner: string,
    name: string,
    issue: { readonly title: string; readonly body?: string; readonly author: string; readonly labels?: ReadonlyArray<string> },
  ): Promise<IssueHandle> {
    const repository = this.#repository(owner, name)
    if ((issue.labels ?? []).length > 0) this.#requireTriage(repository, issue.author)
    const record = await createIssue(this.#world, repository, this.#author(issue.author), {
      title: issue.title,
      body: issue.body ?? null,
      labels: issue.labels ?? [],
      assignees: [],
    })
    return { number: record.number, id: record.id, htmlUrl: issueHtmlUrl(this.#world, repository, record) }
  }

  async labelIssue(owner: string, name: string, number: number, label: string, actor: string): Promise<void> {
    this.#requireTriage(this.#repository(owner, name), actor)
    await addLabels(this.#world, ...this.#issue(owner, name, number), this.#author(actor), [label])
  }

  async unlabelIssue(owner: string, name: string, number: number, label: string, actor: string): Promise<void> {
    this.#requireTriage(this.#repository(owner, name), actor)
    await removeLabel(this.#world, ...this.#issue(owner, name, number), this.#author(actor), label)
  }

  async editIssue(
    owner: string,
    name: string,
    number: number,
    edit: { readonly title?: string; readonly body?: string },
    actor: string,
  ): Promise<void> {
    await editIssue(this.#world, ...this.#issue(owner, name, number), this.#author(actor), edit)
  }

  async closeIssue(owner: string, name: string, number: number, actor: string): Promise<void> {
    await closeIssue(this.#world, ...this.#issue(owner, name, number), this.#author(actor), "completed")
  }

  async reopenIssue(owner: string, name: string, number: number, actor: string): Promise<void> {
    await editIssue(this.#world, ...this.#issue(owner, name, number), this.#author(actor), { state: "open" })
  }

  async commentOnIssue(owner: string, name: string, number: number, body: string, author: string): Promise<{ readonly id: number }> {
    const comment = createComment(this.#world, ...this.#issue(owner, name, number), this.#author(author), body)
    return { id: comment.id }
  }

  async setDraft(owner: string, name: string, number: number, draft: boolean, actor: string): Promise<void> {
    const [repository, issue] = this.#issue(owner, name, number)
    if (!isPull(issue)) throw new Error(`${owner}/${name}#${number} is not a pull request`)
    await setDraft(this.#world, repository, issue, this.#author(actor), draft)
  }

  deliveries(): ReadonlyArray<DeliveryRecord> {
    return this.#world.store.state.deliveries
  }

  deliveriesIdle(): Promise<void> {
    return this.#world.deliveries.idle()
  }

  repositoryPath(owner: string, name: string): string {
    return this.#world.bare(this.#repository(owner, name)).path
  }

  #user(login: string, type: UserRecord["type"] = "User"): UserRecord {
    const { store } = this.#world
    const known = store.userByLogin(login)
    if (known) return known
    const user: UserRecord = { id: store.nextId(), login, type, createdAt: this.#world.now() }
    store.state.users.push(user)
    store.touch()
    return user
  }

  #author(login: string): Author {
    const bot = this.#world.bot()
    return bot.user.login.toLowerCase() === login.toLowerCase() ? bot : { user: this.#user(login), viaApp: false }
  }

  #requireTriage(repository: RepositoryRecord, login: string): void {
    const { user, viaApp } = this.#author(login)
    if (viaApp || atLeast(roleOf(repository, user), "triage")) return
    throw new Error(
      `${login} may not label in ${this.#world.fullName(repository)}: add them as a collaborator with triage, write, maintain or admin`,
    )
  }

  #repository(owner: string, name: string): RepositoryRecord {
    const repository = this.#world.store.repositoryByName(owner, name)
    if (!repository) throw new Error(`there is no repository ${owner}/${name}: add it with addRepository`)
    return repository
  }

  #issue(owner: string, name: string, number: number): [RepositoryRecord, IssueRecord] {
    const repository = this.#repository(owner, name)
    const issue = this.#world.store.issue(repository.id, number)
    if (!issue) throw new Error(`there is no issue ${owner}/${name}#${number}`)
    return [repository, issue]
  }

  #installation(owner: string): InstallationRecord {
    const account = this.#world.store.userByLogin(owner)
    const installation = this.#world.store.state.installations.find((candidate) => candidate.accountId === account?.id)
    if (!installation) throw new Error(`the App is not installed on ${owner}`)
    return installation
  }

  #install(owner: UserRecord, repository: RepositoryRecord): void {
    const world = this.#world
    const added = [installedRepository(world, repository)]
    const known = world.store.state.installations.find((installation) => installation.accountId === owner.id)
    if (known) {
      emitInstallation(world, "installation_repositories", known, {
        action: "added",
        repository_selection: "selected",
        repositories_added: added,
        repositories_removed: [],
        requester: null,
      })
      return
    }
    const now = world.now()
    const installation: InstallationRecord = {
      id: world.store.nextId(),
      accountId: owner.id,
      permissions: { ...world.app.permissions },
      createdAt: now,
      updatedAt: now,
      suspendedAt: null,
    }
    world.store.state.installations.push(installation)
    emitInstallation(world, "installation", installation, { action: "created", repositories: added, requester: null })
  }
}
