import { Sandbox, SandboxError, SandboxUnavailable } from "@loom/core/ports/Sandbox"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { Effect, Layer } from "effect"
import { runInstall } from "./install/run-install.ts"
import { resolveRecipe } from "./recipe/resolve-recipe.ts"
import { installKeyText } from "./recipe/install-key.ts"
import { isWhole, readSnapshot, snapshotScript } from "./recipe/Snapshot.ts"
import { runTests } from "./run-tests.ts"
import { digest } from "./shell.ts"
import { toolVersions } from "./tool-versions.ts"

export interface TestRunnerOptions {
  /** Environment of every exec, e.g. the configured package registry. Never secret. */
  readonly sandboxEnv?: Readonly<Record<string, string>>
}

/** The repository's own tests, installed and run inside the sandbox. Nothing of the repository is read or run outside of it. */
export const testRunnerLayerWith = (options: TestRunnerOptions): Layer.Layer<TestRunner, never, Sandbox> =>
  Layer.effect(
    TestRunner,
    Effect.gen(function* () {
      const sandbox = yield* Sandbox
      const sandboxEnv = options.sandboxEnv ?? {}
      return TestRunner.of({
        resolveRecipe: Effect.fn("TestRunner.resolveRecipe")(function* (sessionId, execKey, config) {
          const boundary = yield* Effect.promise(() => digest(`${sessionId}\0${execKey}\0recipe`))
          const read = yield* sandbox.exec(sessionId, {
            id: `${execKey}:recipe`,
            argv: ["bash", "-c", snapshotScript(boundary)],
            env: sandboxEnv,
            timeoutMs: 60_000,
            maxOutputBytes: 4 << 20,
          })
          if (!isWhole(boundary, read.stdout)) {
            const detail = `reading the repository ended early (${read.reason ?? `exit code ${read.exitCode}`}): ${read.stderr.slice(-500)}`
            return yield* new SandboxError({ operation: "read the repository", reason: new SandboxUnavailable({ detail }) })
          }
          const snapshot = readSnapshot(boundary, read.stdout)
          const recipe = resolveRecipe(snapshot, config)
          const key = installKeyText(snapshot, recipe)
          return key === null ? recipe : { ...recipe, installKey: yield* Effect.promise(() => digest(key)) }
        }),
        install: (sessionId, key, recipe, onOutput) => runInstall(sandbox, sandboxEnv, sessionId, key, recipe, onOutput),
        toolVersions: (sessionId, key, recipe) => toolVersions(sandbox, sandboxEnv, sessionId, key, recipe),
        run: (sessionId, key, recipe, run) => runTests(sandbox, sandboxEnv, sessionId, key, recipe, run),
      })
    }),
  )

export const testRunnerLayer: Layer.Layer<TestRunner, never, Sandbox> = testRunnerLayerWith({})
