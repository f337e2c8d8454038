import { Schema } from "effect"

/** A file of the change, as `git diff --numstat` and `--name-status` tell it. */
export const ChangedFile = Schema.Struct({
  path: Schema.NonEmptyString,
  status: Schema.Literals(["added", "modified", "deleted", "renamed"]),
  additions: Schema.Int,
  deletions: Schema.Int,
})
export type ChangedFile = typeof ChangedFile.Type

/** The change against the base commit. `patch` is `git diff --binary` and is the checkpoint of a run. */
export const Change = Schema.Struct({
  patch: Schema.String,
  /** sha-256 of `patch`, hex. */
  hash: Schema.String,
  files: Schema.Array(ChangedFile),
  /** git's tree of base plus patch: what a commit of it names. */
  tree: Schema.optionalKey(Schema.String),
})
export type Change = typeof Change.Type

/** A plan of the planner: what will be changed and how it will be shown to work. */
export const Plan = Schema.Struct({
  /** Conventional-commit type: fix, feat, docs, refactor, test, chore, perf. */
  type: Schema.String,
  /** Imperative, at most 72 characters; title of the pull request. */
  title: Schema.String,
  summary: Schema.String,
  steps: Schema.Array(Schema.String),
})
export type Plan = typeof Plan.Type

/** What the coder says of its finished work. */
export const Work = Schema.Struct({
  summary: Schema.String,
  changes: Schema.Array(Schema.String),
  risks: Schema.Array(Schema.String),
})
export type Work = typeof Work.Type

/** Another pair of eyes on the diff. `approve: false` sends the findings back to the coder once. */
export const Review = Schema.Struct({
  approve: Schema.Boolean,
  score: Schema.Int,
  findings: Schema.Array(Schema.String),
})
export type Review = typeof Review.Type
