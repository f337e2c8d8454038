import { Schema } from "effect"
import { RepositoryConfig } from "../domain/RepositoryConfig.ts"

/** What `admit` settled once for the whole run: read again from GitHub, never from the webhook. */
export const Admitted = Schema.Struct({
  issue: Schema.Struct({
    number: Schema.Int,
    title: Schema.String,
    body: Schema.String,
    author: Schema.String,
    trusted: Schema.Boolean,
    url: Schema.String,
  }),
  comments: Schema.Array(Schema.Struct({ author: Schema.String, body: Schema.String, trusted: Schema.Boolean })),
  defaultBranch: Schema.String,
  baseBranch: Schema.String,
  baseCommit: Schema.String,
  /** Where the change will be pushed; the run's capability names exactly this branch. */
  branch: Schema.String,
  config: RepositoryConfig,
  configProblems: Schema.Array(Schema.String),
  /** AGENTS.md and the like of the default branch, cut to 12,000 characters. */
  instructions: Schema.String,
  pullRequestTemplate: Schema.NullOr(Schema.String),
})
export type Admitted = typeof Admitted.Type

/** A checkpoint: the change so far, kept outside the sandbox. */
export const Checkpoint = Schema.Struct({ artifact: Schema.String, hash: Schema.String, files: Schema.Int })
export type Checkpoint = typeof Checkpoint.Type
