import { Effect, Schema } from "effect"
import { Recipe } from "../domain/Recipe.ts"
import { fullName } from "../domain/Repository.ts"
import type { RunInput } from "../domain/Run.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { Sandbox } from "../ports/Sandbox.ts"
import { TestRunner } from "../ports/TestRunner.ts"
import { Workspace } from "../ports/Workspace.ts"
import type { Admitted, Checkpoint } from "./RunContext.ts"
import { RunLog } from "./RunLog.ts"

/** How the repository was made ready, with every attempt at installing it. */
export const Prepared = Schema.Struct({
  recipe: Recipe,
  attempts: Schema.Array(
    Schema.Struct({
      command: Schema.String,
      exitCode: Schema.NullOr(Schema.Int),
      durationMs: Schema.Finite,
      fix: Schema.NullOr(Schema.String),
    }),
  ),
  /** Versions of the tools in the box. */
  tools: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
})
export type Prepared = typeof Prepared.Type

/** Opens this run's box and brings the base commit into it. The session's id is the run's id: opening twice is one box. */
const openBox = Effect.fn("openBox")(function* (input: RunInput, admitted: Admitted, key: string) {
  const settings = yield* RunSettings
  const sandbox = yield* Sandbox
  const gateways = yield* Effect.promise(() => settings.gatewaysOf(input, admitted.branch))
  yield* sandbox.open({
    id: input.runId,
    gateways,
    registries: settings.registries,
    reapAfterMs: (settings.maxMinutes + 10) * 60_000,
  })
  yield* (yield* Workspace).clone(input.runId, key, {
    fullName: fullName(input.repository),
    commit: admitted.baseCommit,
    branch: admitted.baseBranch,
  })
})

/** Sandbox, clone, recipe, install. Nothing of the repository runs before its recipe is settled. */
export const prepare = Effect.fn("prepare")(function* (input: RunInput, admitted: Admitted, key: string) {
  const log = yield* RunLog
  const runner = yield* TestRunner
  yield* openBox(input, admitted, key)
  yield* log.say("info", `cloned ${fullName(input.repository)} at ${admitted.baseCommit.slice(0, 12)}`)
  const recipe = yield* runner.resolveRecipe(input.runId, key, admitted.config)
  for (const line of recipe.install) yield* log.say("info", `install: ${line.command}  (${line.origin})`)
  for (const line of recipe.test) yield* log.say("info", `test: ${line.command}  (${line.origin})`)
  const attempts = yield* runner.install(input.runId, key, recipe, log.output)
  for (const attempt of attempts) {
    if (attempt.fix !== null) yield* log.say("warn", `install mended by: ${attempt.fix}`)
  }
  const tools = (yield* runner.toolVersions?.(input.runId, key, recipe) ?? Effect.succeed({})) satisfies Prepared["tools"]
  return { recipe, attempts, tools } satisfies Prepared
})

/** The box was lost: a new one from recipe and checkpoint, exactly as it was after the last finished turn. */
export const rebuild = Effect.fn("rebuild")(function* (
  input: RunInput,
  admitted: Admitted,
  recipe: Recipe,
  checkpoint: Checkpoint | null,
  key: string,
) {
  const log = yield* RunLog
  yield* log.say("warn", "the sandbox was lost; rebuilding it from the recipe and the last checkpoint")
  yield* openBox(input, admitted, key)
  yield* (yield* TestRunner).install(input.runId, key, recipe, log.output)
  yield* restoreCheckpoint(input, admitted, checkpoint, key)
})

/** Brings the working tree to the base commit plus the checkpoint, exactly. */
export const restoreCheckpoint = Effect.fn("restoreCheckpoint")(function* (
  input: RunInput,
  admitted: Admitted,
  checkpoint: Checkpoint | null,
  key: string,
) {
  const patch = checkpoint === null ? "" : ((yield* (yield* Artifacts).get(checkpoint.artifact)) ?? "")
  yield* (yield* Workspace).restore(input.runId, key, admitted.baseCommit, patch)
})
