import type { DeliveryRecord, RepositoryRole } from "./store/records.ts"

export interface NewRepository {
  readonly owner: string
  readonly name: string
  readonly private?: boolean
  /** Default: the default branch of `fromPath`, else `main`. */
  readonly defaultBranch?: string
  /** Path or URL of a git repository: all its branches and tags are copied. */
  readonly fromPath?: string
  /** Path to text: the first commit. */
  readonly files?: Record<string, string>
  readonly archived?: boolean
  readonly collaborators?: Record<string, RepositoryRole>
  /** Default true. False: the App is not installed on it. */
  readonly installed?: boolean
  /** Default true. False: draft pull requests are refused, as in private repositories of GitHub Free. */
  readonly draftPullRequests?: boolean
}

export interface IssueHandle {
  readonly number: number
  readonly id: number
  readonly htmlUrl: string
}

/** What people do on github.com, for tests and the local world. */
export interface AdministrationApi {
  /** Where webhooks go from now on; null: none are sent. */
  setWebhookUrl(url: string | null): void
  /** Where a sign-in may come back to from now on. */
  setCallbackUrls(urls: ReadonlyArray<string>): void
  /** Sends the `ping` event. */
  pingWebhook(): void
  addUser(user: { readonly login: string; readonly type?: "User" | "Organization" }): void
  /** Adds it, and its owner and collaborators where they are new. Installs the App. */
  addRepository(repository: NewRepository): Promise<{ readonly id: number; readonly htmlUrl: string; readonly cloneUrl: string }>
  hasRepository(owner: string, name: string): boolean
  setCollaborator(owner: string, name: string, login: string, role: RepositoryRole | null): void
  setArchived(owner: string, name: string, archived: boolean): void
  /** A personal access token of this user. */
  userToken(login: string): string
  /** Id of the App's installation on this account. */
  installationId(owner: string): number
  /** Suspends or resumes it. */
  setSuspended(owner: string, suspended: boolean): void
  /** Removes it, with all its tokens. */
  uninstall(owner: string): void
  /** Labels need an author with triage rights, as everywhere on GitHub. */
  openIssue(
    owner: string,
    name: string,
    issue: { readonly title: string; readonly body?: string; readonly author: string; readonly labels?: ReadonlyArray<string> },
  ): Promise<IssueHandle>
  labelIssue(owner: string, name: string, number: number, label: string, actor: string): Promise<void>
  unlabelIssue(owner: string, name: string, number: number, label: string, actor: string): Promise<void>
  editIssue(
    owner: string,
    name: string,
    number: number,
    edit: { readonly title?: string; readonly body?: string },
    actor: string,
  ): Promise<void>
  closeIssue(owner: string, name: string, number: number, actor: string): Promise<void>
  reopenIssue(owner: string, name: string, number: number, actor: string): Promise<void>
  commentOnIssue(owner: string, name: string, number: number, body: string, author: string): Promise<{ readonly id: number }>
  /** "Ready for review" and "Convert to draft": not in the REST API. */
  setDraft(owner: string, name: string, number: number, draft: boolean, actor: string): Promise<void>
  /** Log of webhook deliveries, oldest first. */
  deliveries(): ReadonlyArray<DeliveryRecord>
  /** Resolves when no delivery is under way. */
  deliveriesIdle(): Promise<void>
  /** Folder of the bare repository. */
  repositoryPath(owner: string, name: string): string
}
