/** What the stand-in remembers. Everything git knows (commits, files, diffs) is not here: it is read from the bare repository. */
export type RepositoryRole = "admin" | "maintain" | "write" | "triage" | "read"
export type AccessLevel = "read" | "write" | "admin"
export type Permissions = Record<string, AccessLevel>

export interface UserRecord {
  readonly id: number
  readonly login: string
  readonly type: "User" | "Organization" | "Bot"
  readonly createdAt: string
}

export interface RepositoryRecord {
  readonly id: number
  readonly ownerId: number
  readonly name: string
  private: boolean
  defaultBranch: string
  archived: boolean
  /** False: the App's installation cannot see it. */
  installed: boolean
  /** False: `draft: true` is refused, as in private repositories of GitHub Free. */
  readonly draftPullRequests: boolean
  /** Login in lower case to role. */
  readonly collaborators: Record<string, RepositoryRole>
  /** Refs as last seen, to find out what a push changed. */
  refs: Record<string, string>
  nextNumber: number
  readonly createdAt: string
  updatedAt: string
  pushedAt: string
}

export interface LabelRecord {
  readonly id: number
  readonly repositoryId: number
  name: string
  color: string
  description: string | null
}

/** GitHub numbers issues and pull requests together, and every pull request is also an issue. */
export interface IssueRecord {
  readonly id: number
  readonly repositoryId: number
  readonly number: number
  title: string
  body: string | null
  readonly authorId: number
  readonly viaApp: boolean
  state: "open" | "closed"
  stateReason: "completed" | "reopened" | "not_planned" | "duplicate" | null
  closedAt: string | null
  closedById: number | null
  locked: boolean
  labelIds: Array<number>
  assigneeIds: Array<number>
  readonly createdAt: string
  updatedAt: string
  pull: PullRecord | null
}

export interface PullRecord {
  readonly id: number
  draft: boolean
  readonly headRef: string
  headSha: string
  baseRef: string
  baseSha: string
  mergedAt: string | null
  mergedById: number | null
  mergeCommitSha: string | null
  reviewerIds: Array<number>
}

export interface CommentRecord {
  readonly id: number
  readonly repositoryId: number
  readonly number: number
  readonly authorId: number
  readonly viaApp: boolean
  body: string
  readonly createdAt: string
  updatedAt: string
}

export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED"

export interface ReviewRecord {
  readonly id: number
  readonly repositoryId: number
  readonly number: number
  readonly authorId: number
  readonly body: string
  state: ReviewState
  readonly commitId: string
  readonly submittedAt: string
}

export interface ReviewCommentRecord {
  readonly id: number
  readonly repositoryId: number
  readonly number: number
  readonly reviewId: number
  readonly authorId: number
  body: string
  readonly path: string
  readonly side: "LEFT" | "RIGHT"
  readonly originalLine: number | null
  /** The same line after later pushes; null when it is gone. */
  line: number | null
  readonly startLine: number | null
  readonly originalCommitId: string
  /** Position in the diff; null once a push made the line disappear ("outdated"). */
  position: number | null
  readonly originalPosition: number
  readonly diffHunk: string
  readonly inReplyToId: number | null
  readonly createdAt: string
  updatedAt: string
}

export interface IssueEventRecord {
  readonly id: number
  readonly repositoryId: number
  readonly number: number
  readonly actorId: number
  readonly viaApp: boolean
  readonly event: string
  readonly createdAt: string
  readonly commitId: string | null
  /** Fields of this kind of event, e.g. `label` or `rename`. */
  readonly details: Record<string, unknown>
}

export interface ReactionRecord {
  readonly id: number
  readonly subject: "issue" | "comment"
  readonly subjectId: number
  readonly userId: number
  readonly content: string
  readonly createdAt: string
}

export interface CheckSuiteRecord {
  readonly id: number
  readonly repositoryId: number
  readonly headSha: string
  readonly headBranch: string | null
  readonly before: string | null
  readonly createdAt: string
  updatedAt: string
}

export interface CheckOutput {
  title: string | null
  summary: string | null
  text: string | null
  annotations: Array<Record<string, unknown>>
}

export interface CheckRunRecord {
  readonly id: number
  readonly suiteId: number
  readonly repositoryId: number
  readonly headSha: string
  name: string
  externalId: string
  detailsUrl: string | null
  status: string
  conclusion: string | null
  startedAt: string | null
  completedAt: string | null
  output: CheckOutput
  actions: Array<Record<string, unknown>>
}

export interface StatusRecord {
  readonly id: number
  readonly repositoryId: number
  readonly sha: string
  readonly state: string
  readonly context: string
  readonly description: string | null
  readonly targetUrl: string | null
  readonly creatorId: number
  readonly createdAt: string
}

export interface InstallationRecord {
  readonly id: number
  readonly accountId: number
  permissions: Permissions
  readonly createdAt: string
  updatedAt: string
  suspendedAt: string | null
}

export interface InstallationTokenRecord {
  readonly token: string
  readonly installationId: number
  /** Null: every repository of the installation. */
  readonly repositoryIds: ReadonlyArray<number> | null
  readonly permissions: Permissions
  readonly expiresAtMs: number
}

export interface UserTokenRecord {
  readonly token: string
  readonly userId: number
}

export interface DeliveryRecord {
  readonly id: number
  readonly guid: string
  readonly deliveredAt: string
  readonly redelivery: boolean
  durationMs: number
  status: string
  statusCode: number
  readonly event: string
  readonly action: string | null
  readonly installationId: number | null
  readonly repositoryId: number | null
  readonly url: string
  readonly requestHeaders: Record<string, string>
  /** The exact bytes that were signed. */
  readonly body: string
  responseHeaders: Record<string, string> | null
  responseBody: string | null
}

/** Somebody let the App act for them: what `/login/oauth/authorize` gives the browser to bring back. */
export interface OAuthCodeRecord {
  readonly code: string
  readonly userId: number
  readonly redirectUri: string
  /** PKCE, S256; null when the App did not use it. */
  readonly challenge: string | null
  readonly expiresAtMs: number
}

/** A user access token of the App (`ghu_`), with the refresh token that comes with it. */
export interface UserAccessTokenRecord {
  readonly token: string
  readonly refreshToken: string
  readonly userId: number
  readonly expiresAtMs: number
  readonly refreshExpiresAtMs: number
}

/** A device that waits for somebody to enter its code. */
export interface DeviceCodeRecord {
  readonly deviceCode: string
  readonly userCode: string
  readonly expiresAtMs: number
  intervalS: number
  lastPollMs: number | null
  /** Null: nobody has decided yet. */
  answer: { readonly userId: number } | "denied" | null
}
