import { Effect } from "effect"
import type { Recipe } from "@loom/core/domain/Recipe"
import type { RunFailure, RunInput } from "@loom/core/domain/Run"
import { type Baseline, baseline } from "@loom/core/pipelines/baseline"
import { prepare, type Prepared } from "@loom/core/pipelines/prepare"
import type { Admitted } from "@loom/core/pipelines/RunContext"
import { toStageFailed } from "@loom/core/pipelines/StageFailed"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { Workspace } from "@loom/core/ports/Workspace"
import type { SourceRepository } from "../source-repository.ts"
import { localRun, type LocalRunOptions } from "./local-run.ts"
import type { RecipeHost } from "./recipe-host.ts"

/** What became of a recipe. `failure` is what a run would have ended with, before any model was asked. */
export interface RecipeProof {
  readonly recipe: Recipe
  /** Problems of `.github/loom.yml`. */
  readonly problems: ReadonlyArray<string>
  readonly prepared: Prepared | null
  readonly baseline: Baseline | null
  readonly failure: RunFailure | null
  /** Milliseconds from the opened box to the installed repository, and of its tests. */
  readonly setUpMs: number
  readonly testMs: number
}

/** Reads the recipe; with `prove` also installs it and runs the tests of the base, as a run would before it asks any model. */
export const proveRecipe = async (
  host: RecipeHost,
  source: SourceRepository,
  options: LocalRunOptions & { readonly prove: boolean },
): Promise<RecipeProof> => {
  const { admitted, input, layer, problems } = await localRun(host, source, options)
  return await Effect.runPromise(proof(input, admitted, problems, options.prove).pipe(Effect.provide(layer)))
}

const proof = Effect.fn("proof")(function* (input: RunInput, admitted: Admitted, problems: ReadonlyArray<string>, prove: boolean) {
  const sandbox = yield* Sandbox
  const start = performance.now()
  const nothing = { problems, prepared: null, baseline: null, failure: null, setUpMs: 0, testMs: 0 }
  const work = Effect.gen(function* () {
    if (!prove) {
      yield* sandbox.open({ id: input.runId, gateways: [], registries: [], reapAfterMs: 600_000 })
      yield* (yield* Workspace).clone(input.runId, "look", { fullName: "", commit: admitted.baseCommit, branch: admitted.baseBranch })
      return { ...nothing, recipe: yield* (yield* TestRunner).resolveRecipe(input.runId, "look", admitted.config) }
    }
    let recipe: Recipe | null = null
    const runner = yield* TestRunner
    // The recipe is shown also where installing it fails.
    const watching = TestRunner.of({
      ...runner,
      resolveRecipe: (...words) => Effect.tap(runner.resolveRecipe(...words), (found) => Effect.sync(() => void (recipe = found))),
    })
    const prepared = yield* prepare(input, admitted, "prepare").pipe(
      Effect.provideService(TestRunner, watching),
      Effect.mapError(toStageFailed("prepare")),
      Effect.result,
    )
    const setUpMs = performance.now() - start
    if (prepared._tag === "Failure") {
      if (recipe === null) return yield* Effect.die(new Error(`${prepared.failure.message} ${prepared.failure.failure.evidence ?? ""}`))
      return { ...nothing, recipe, setUpMs, failure: prepared.failure.failure }
    }
    const measured = yield* baseline(input, admitted, prepared.success.recipe, "baseline").pipe(
      Effect.mapError(toStageFailed("baseline")),
      Effect.result,
    )
    const testMs = performance.now() - start - setUpMs
    const done = { ...nothing, prepared: prepared.success, setUpMs, testMs }
    return measured._tag === "Failure"
      ? { ...done, recipe: prepared.success.recipe, failure: measured.failure.failure }
      : { ...done, recipe: measured.success.recipe ?? prepared.success.recipe, baseline: measured.success }
  })
  return yield* work.pipe(Effect.ensuring(Effect.ignore(sandbox.close(input.runId))))
})
