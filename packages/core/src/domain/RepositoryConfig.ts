import { Schema } from "effect"
import { GatesConfig } from "./gates/settings.ts"
import { NetworkConfig } from "./network-config.ts"

/** `.github/loom.yml` on the default branch (product.md). Unknown keys are reported, not fatal. */
export const RepositoryConfig = Schema.Struct({
  label: Schema.optionalKey(Schema.NonEmptyString),
  base_branch: Schema.optionalKey(Schema.NonEmptyString),
  reviewers: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  model: Schema.optionalKey(Schema.NonEmptyString),
  budget_usd: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
  max_minutes: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
  setup: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  test: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  require_tests: Schema.optionalKey(Schema.Boolean),
  packages: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  allow_paths: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  protect_paths: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  autofix: Schema.optionalKey(Schema.Boolean),
  draft: Schema.optionalKey(Schema.Boolean),
  language: Schema.optionalKey(Schema.NonEmptyString),
  /** `on`, `warn` or `off` for each gate, and their limits. */
  gates: Schema.optionalKey(GatesConfig),
  /** Hosts for the set-up and, apart from that, for the tests; what the operator permits of them holds. */
  network: Schema.optionalKey(NetworkConfig),
})
export type RepositoryConfig = typeof RepositoryConfig.Type
