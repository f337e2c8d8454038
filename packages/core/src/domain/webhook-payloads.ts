import { Schema } from "effect"

/*
 * The fields Loom reads of GitHub's webhook payloads, and no others: a tolerant reader, so that new fields and events of
 * GitHub's never break the edge. Source: GitHub's webhook schemas (facts/github.md section 3).
 */

const Account = Schema.Struct({ login: Schema.NonEmptyString, type: Schema.optionalKey(Schema.String) })
export const Sender = Schema.Struct({ sender: Account })

export const Repository = Schema.Struct({
  id: Schema.Int,
  name: Schema.NonEmptyString,
  owner: Account,
  archived: Schema.optionalKey(Schema.Boolean),
})
const Installation = Schema.Struct({ id: Schema.Int })

export const IssuesPayload = Schema.Struct({
  action: Schema.NonEmptyString,
  issue: Schema.Struct({
    number: Schema.Int,
    title: Schema.String,
    html_url: Schema.String,
    state: Schema.optionalKey(Schema.NullOr(Schema.String)),
    locked: Schema.optionalKey(Schema.NullOr(Schema.Boolean)),
    labels: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Struct({ name: Schema.String })))),
    /** Present when the issue is a pull request. */
    pull_request: Schema.optionalKey(Schema.Unknown),
    /** Null for a deleted account. */
    user: Schema.optionalKey(Schema.NullOr(Account)),
    updated_at: Schema.optionalKey(Schema.String),
  }),
  /** The label that was just added or removed. */
  label: Schema.optionalKey(Schema.NullOr(Schema.Struct({ name: Schema.String }))),
  repository: Repository,
  installation: Schema.optionalKey(Schema.NullOr(Installation)),
  sender: Account,
})
export type IssuesPayload = typeof IssuesPayload.Type

export const RepositoryPayload = Schema.Struct({ action: Schema.NonEmptyString, repository: Repository, sender: Account })
/** How installations name repositories. */
const Named = Schema.Struct({ id: Schema.Int, full_name: Schema.String.check(Schema.isPattern(/^[^/]+\/[^/]+$/)) })
export type NamedRepository = typeof Named.Type
const NamedList = Schema.optionalKey(Schema.NullOr(Schema.Array(Named)))
export const InstallationPayload = Schema.Struct({
  action: Schema.NonEmptyString,
  installation: Installation,
  repositories: NamedList,
  sender: Account,
})
export const InstallationRepositoriesPayload = Schema.Struct({
  action: Schema.NonEmptyString,
  installation: Schema.optionalKey(Schema.NullOr(Installation)),
  repositories_added: NamedList,
  repositories_removed: Schema.Array(Schema.Struct({ id: Schema.Int })),
  sender: Account,
})
