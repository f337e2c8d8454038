import { Context, type Effect } from "effect"
import type { RepositoryConfig } from "../domain/RepositoryConfig.ts"
import type { RepositoryRef } from "../domain/Repository.ts"
import type { GitHubError } from "./GitHub.ts"

export interface LoadedConfig {
  readonly config: RepositoryConfig
  /** Sentences about unknown keys or a bad file; empty when all is well. */
  readonly problems: ReadonlyArray<string>
}

/** `.github/loom.yml`, read from the default branch only (design section 8). A missing file is an empty configuration. */
export class RepositoryConfigs extends Context.Service<
  RepositoryConfigs,
  {
    readonly load: (repository: RepositoryRef, defaultBranch: string) => Effect.Effect<LoadedConfig, GitHubError>
  }
>()("@loom/core/ports/RepositoryConfigs") {}
