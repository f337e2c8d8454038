import { Effect, Layer } from "effect"
import { GitHub } from "@loom/core/ports/GitHub"
import { RepositoryConfigs } from "@loom/core/ports/RepositoryConfigs"
import { parseRepositoryConfig } from "./parse-repository-config.ts"

/** `.github/loom.yml` through the GitHub port. */
export const RepositoryConfigsLive = Layer.effect(
  RepositoryConfigs,
  Effect.gen(function* () {
    const github = yield* GitHub
    return RepositoryConfigs.of({
      load: Effect.fn("RepositoryConfigs.load")(function* (repository, defaultBranch) {
        const text = yield* github.file(repository, ".github/loom.yml", defaultBranch)
        return text === null ? { config: {}, problems: [] } : parseRepositoryConfig(text)
      }),
    })
  }),
)
