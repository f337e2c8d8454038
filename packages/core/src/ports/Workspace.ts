import { Context, Schema, type Effect } from "effect"
import type { Change } from "../domain/Change.ts"
import type { SandboxError } from "./Sandbox.ts"

/** git, run inside the sandbox, failed. `output` is its own words, at most 4,000 characters. */
export class GitFailed extends Schema.TaggedError<GitFailed>()("GitFailed", { operation: Schema.String, output: Schema.String }) {
  override get message(): string {
    return `git ${this.operation} failed: ${this.output}`
  }
}
/** A patch that cannot be carried: it is held whole in the Worker, whose isolate has 128 MB. Files that belong to no change, most often. */
export class ChangeTooLarge extends Schema.TaggedError<ChangeTooLarge>()("ChangeTooLarge", { maxMiB: Schema.Int }) {
  override get message(): string {
    return `The change against the base commit has more than ${this.maxMiB} MiB.`
  }
}
/** The gateway or GitHub refused the push; a human's commits are never overwritten. */
export class PushRefused extends Schema.TaggedError<PushRefused>()("PushRefused", { branch: Schema.String, output: Schema.String }) {
  override get message(): string {
    return `push to ${this.branch} was refused: ${this.output}`
  }
}

export interface CommitSpec {
  readonly branch: string
  /** Subject, blank line, body, trailers. */
  readonly message: string
  readonly authorName: string
  readonly authorEmail: string
  /** Seconds since the epoch: fixed, so that the same change is the same commit. */
  readonly dateS: number
}

/**
 * The repository's working copy inside a session: everything git does, as execs in the sandbox. `key` names the step's attempt
 * and makes the exec ids: the same key attaches to what already ran, another key runs again.
 */
export class Workspace extends Context.Service<
  Workspace,
  {
    /** Clones `owner/name` through the git gateway into the workspace root, at `commit` (idempotent). */
    readonly clone: (
      sessionId: string,
      key: string,
      spec: { readonly fullName: string; readonly commit: string; readonly branch: string },
    ) => Effect.Effect<void, GitFailed | SandboxError>
    /** The change of the working tree against `baseCommit`: tracked, new and deleted files, ignored ones left out. */
    readonly change: (
      sessionId: string,
      key: string,
      baseCommit: string,
    ) => Effect.Effect<Change, GitFailed | ChangeTooLarge | SandboxError>
    /** Brings the working tree to `baseCommit` plus `patch`, exactly (a checkpoint restored, or a re-run step). */
    readonly restore: (sessionId: string, key: string, baseCommit: string, patch: string) => Effect.Effect<void, GitFailed | SandboxError>
    /** Commits the working tree on top of `baseCommit` as `branch`; answers the commit's SHA. Same input, same SHA. */
    readonly commit: (
      sessionId: string,
      key: string,
      baseCommit: string,
      spec: CommitSpec,
    ) => Effect.Effect<string, GitFailed | SandboxError>
    /** Pushes `sha` to `branch` through the git gateway; a branch already at `sha` is success. Never forces. */
    readonly push: (
      sessionId: string,
      key: string,
      sha: string,
      branch: string,
      fullName: string,
    ) => Effect.Effect<void, PushRefused | GitFailed | SandboxError>
  }
>()("@loom/core/ports/Workspace") {}
