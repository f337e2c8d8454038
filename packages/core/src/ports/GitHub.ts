import { Context, Schema, type Effect } from "effect"
import type { Permission, RepositoryRef } from "../domain/Repository.ts"

export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", { retryAfterMs: Schema.Int }) {}
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", { detail: Schema.String }) {}
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", { detail: Schema.String }) {}
/** 404, 410, 451: gone, or not visible to the App. */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { detail: Schema.String }) {}
/** 409, 422: GitHub refuses the content of the request. */
export class Rejected extends Schema.TaggedError<Rejected>()("Rejected", { detail: Schema.String }) {}
/** 5xx, connection errors, time-outs: the effect may have happened. */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", { detail: Schema.String }) {}

export class GitHubError extends Schema.TaggedError<GitHubError>()("GitHubError", {
  operation: Schema.String,
  reason: Schema.Union([RateLimited, Unauthorized, Forbidden, NotFound, Rejected, Unreachable]),
}) {
  override get message(): string {
    const detail = this.reason._tag === "RateLimited" ? `try again in ${this.reason.retryAfterMs} ms` : this.reason.detail
    return `GitHub ${this.operation}: ${this.reason._tag}: ${detail}`
  }
  get isRetryable(): boolean {
    return this.reason._tag === "RateLimited" || this.reason._tag === "Unreachable"
  }
}

export interface RepositoryInfo {
  readonly id: number
  readonly owner: string
  readonly name: string
  readonly defaultBranch: string
  readonly private: boolean
  readonly archived: boolean
  /** True when there is no commit yet. */
  readonly empty: boolean
  readonly htmlUrl: string
}

export interface IssueInfo {
  readonly number: number
  readonly title: string
  /** Markdown as written: untrusted text. */
  readonly body: string
  readonly state: "open" | "closed"
  readonly locked: boolean
  readonly isPullRequest: boolean
  readonly labels: ReadonlyArray<string>
  readonly author: string
  readonly authorIsBot: boolean
  readonly htmlUrl: string
}

export interface CommentInfo {
  readonly id: number
  readonly author: string
  readonly authorIsBot: boolean
  readonly body: string
  /** GitHub's author_association, e.g. OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, NONE. */
  readonly association: string
}

export interface PullRequestInfo {
  readonly number: number
  readonly url: string
  readonly draft: boolean
  readonly state: "open" | "closed"
  readonly headSha: string
  readonly branch: string
  readonly base: string
}

export interface LabelSpec {
  readonly name: string
  /** Six hex digits without `#`. */
  readonly color: string
  readonly description: string
}

export interface CheckRunSpec {
  readonly name: string
  readonly headSha: string
  /** Stable key: a check run with this name and external id on the head is updated, not made again. */
  readonly externalId: string
  readonly detailsUrl: string
  readonly conclusion: "success" | "failure" | "neutral" | "action_required"
  readonly title: string
  /** Markdown, cut at 65,535 characters. */
  readonly summary: string
}

/** What Loom asks of GitHub, as the App's installation on one repository. Reads are retried; every write is find-or-create. */
export class GitHub extends Context.Service<
  GitHub,
  {
    readonly repository: (repository: RepositoryRef) => Effect.Effect<RepositoryInfo, GitHubError>
    readonly issue: (repository: RepositoryRef, number: number) => Effect.Effect<IssueInfo, GitHubError>
    /** Oldest first, at most the newest 100. */
    readonly comments: (repository: RepositoryRef, number: number) => Effect.Effect<ReadonlyArray<CommentInfo>, GitHubError>
    /**
     * What who bears the login may do, and GitHub's id of them, out of one answer: whoever the permission is of. Null id: nobody that
     * GitHub knows as a collaborator, and then the permission is `none`.
     */
    readonly collaborator: (
      repository: RepositoryRef,
      login: string,
    ) => Effect.Effect<{ readonly permission: Permission; readonly githubId: number | null }, GitHubError>
    /** Commit SHA of a branch's head; null when there is no such branch. */
    readonly branchHead: (repository: RepositoryRef, branch: string) => Effect.Effect<string | null, GitHubError>
    /** Text of a file at a ref; null when there is none. */
    readonly file: (repository: RepositoryRef, path: string, ref: string) => Effect.Effect<string | null, GitHubError>
    readonly ensureLabels: (repository: RepositoryRef, labels: ReadonlyArray<LabelSpec>) => Effect.Effect<void, GitHubError>
    /** Leaves exactly one of `all` on the issue: `label`, or none when null. Other labels stay. */
    readonly setStatusLabel: (
      repository: RepositoryRef,
      number: number,
      label: string | null,
      all: ReadonlyArray<string>,
    ) => Effect.Effect<void, GitHubError>
    /** The App's own comment holding `marker` is edited in place, or made. `body` must hold the marker. */
    readonly upsertComment: (
      repository: RepositoryRef,
      number: number,
      marker: string,
      body: string,
    ) => Effect.Effect<{ readonly id: number; readonly url: string }, GitHubError>
    /** The newest pull request, open or closed, whose head is `branch` of this repository. */
    readonly findPullRequest: (repository: RepositoryRef, branch: string) => Effect.Effect<PullRequestInfo | null, GitHubError>
    /** Opens it, or updates title and body of the open one with this head. Falls back to a `WIP:` title where drafts are refused. */
    readonly upsertPullRequest: (
      repository: RepositoryRef,
      spec: {
        readonly branch: string
        readonly base: string
        readonly title: string
        readonly body: string
        readonly draft: boolean
      },
    ) => Effect.Effect<PullRequestInfo, GitHubError>
    readonly requestReviewers: (
      repository: RepositoryRef,
      number: number,
      reviewers: ReadonlyArray<string>,
    ) => Effect.Effect<void, GitHubError>
    readonly upsertCheckRun: (repository: RepositoryRef, spec: CheckRunSpec) => Effect.Effect<{ readonly id: number }, GitHubError>
  }
>()("@loom/core/ports/GitHub") {}
