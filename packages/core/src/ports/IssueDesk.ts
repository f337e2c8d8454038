import { Context, type Effect } from "effect"
import type { RepositoryRef } from "../domain/Repository.ts"
import type { RateLimitLeft } from "../domain/TaskView.ts"
import type { GitHubError } from "./GitHub.ts"

export interface DeskIssue {
  readonly number: number
  readonly title: string
  readonly url: string
  readonly state: "open" | "closed"
  readonly isPullRequest: boolean
}

/** An open issue that carries the control label, and who set it when, as far as GitHub still tells. */
export interface LabelledIssue extends DeskIssue {
  readonly labelledBy: string | null
  /** Milliseconds since the epoch. */
  readonly labelledAt: number | null
}

/** What a person at the API asks of GitHub, as the App: find a repository, open and label issues, see what carries the label. */
export class IssueDesk extends Context.Service<
  IssueDesk,
  {
    /** By `owner/name`; null when there is none, or the App is not installed on it. */
    readonly find: (owner: string, name: string) => Effect.Effect<RepositoryRef | null, GitHubError>
    /** Null when there is none. */
    readonly issue: (repository: RepositoryRef, number: number) => Effect.Effect<DeskIssue | null, GitHubError>
    /** Find-or-create: an issue of Loom's own that holds `marker`, among its newest hundred, is the one. */
    readonly open: (
      repository: RepositoryRef,
      spec: { readonly title: string; readonly body: string; readonly marker: string },
    ) => Effect.Effect<DeskIssue, GitHubError>
    /** Adds the label; one that is there already stays. */
    readonly label: (repository: RepositoryRef, number: number, label: string) => Effect.Effect<void, GitHubError>
    /** Open issues with the label, newest first, at most 100. */
    readonly labelled: (repository: RepositoryRef, label: string) => Effect.Effect<ReadonlyArray<LabelledIssue>, GitHubError>
    readonly rateLimit: (repository: RepositoryRef) => Effect.Effect<RateLimitLeft, GitHubError>
  }
>()("@loom/core/ports/IssueDesk") {}
