import { Cause, Effect } from "effect"
import { askingLabels } from "@loom/core/domain/labels"
import { redact } from "@loom/core/domain/redact"
import { fullName, type RepositoryRef } from "@loom/core/domain/Repository"
import { GitHub } from "@loom/core/ports/GitHub"
import { outside } from "./ApiScope.ts"

/** A Worker may send 50 requests while it answers one (free plan), and a repository takes four. The others get theirs with their first run. */
const MAX_REPOSITORIES = 10
const CONCURRENCY = 3

/** Makes the labels that people set, where the App has just come. Find-or-create; what fails is made by the first run, or by a sync. */
export const installLabels = (repositories: ReadonlyArray<RepositoryRef>, ready: string) =>
  outside(
    Effect.forEach(
      repositories.slice(0, MAX_REPOSITORIES),
      (repository) =>
        GitHub.use((github) => github.ensureLabels(repository, askingLabels(ready))).pipe(
          Effect.catchCause((cause) =>
            Effect.logWarning("labels.not_made", { repository: fullName(repository), reason: redact(Cause.pretty(cause)).slice(0, 300) }),
          ),
        ),
      { concurrency: CONCURRENCY, discard: true },
    ),
  )
