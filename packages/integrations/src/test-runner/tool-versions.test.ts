import { assert, describe, it } from "@effect/vitest"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { Effect, Layer } from "effect"
import { localSandbox } from "./local-sandbox.fixture.ts"
import { repository } from "./repository.fixture.ts"
import { testRunnerLayer } from "./TestRunnerLive.ts"

/** What the box of a repository with these files says. */
const versionsIn = (files: Readonly<Record<string, string>>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => repository(files)),
    (repo) =>
      Effect.gen(function* () {
        const runner = yield* TestRunner
        const recipe = yield* runner.resolveRecipe("s", "k", {})
        return yield* runner.toolVersions?.("s", "k", recipe) ?? Effect.die("not there")
      }).pipe(Effect.provide(testRunnerLayer.pipe(Layer.provide(localSandbox(repo.root, repo.home))))),
    (repo) => Effect.sync(repo.remove),
  )

describe("toolVersions", () => {
  it.live("asks the tools that this repository uses, and takes their word", () =>
    Effect.gen(function* () {
      const versions = yield* versionsIn({ "package.json": '{"name":"x","scripts":{"test":"node --test"}}', "package-lock.json": "{}" })
      assert.deepStrictEqual(Object.keys(versions), ["bash", "git", "node", "npm"])
      assert.strictEqual(versions["node"], process.version)
      assert.match(versions["git"] ?? "", /^git version \d/)
    }),
  )

  it.live("leaves out what is not there", () =>
    Effect.gen(function* () {
      const versions = yield* versionsIn({ "pyproject.toml": '[project]\nname = "x"\nversion = "1"\n', "test_x.py": "" })
      assert.match(versions["python3"] ?? "", /^Python 3/)
      assert.notInclude(Object.keys(versions), "node")
    }),
  )
})
