import { assert, describe, it } from "@effect/vitest"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { Effect, Layer } from "effect"
import { localSandbox } from "../local-sandbox.fixture.ts"
import { repository } from "../repository.fixture.ts"
import { testRunnerLayerWith } from "../TestRunnerLive.ts"

/** An index that nobody answers for, and none of this machine's own settings. */
const noIndex = { PIP_CONFIG_FILE: "/dev/null", PIP_INDEX_URL: "http://127.0.0.1:9/simple", PIP_EXTRA_INDEX_URL: "", PIP_FIND_LINKS: "" }

/** Installs and runs a repository of these files without any index. */
const run = (files: Readonly<Record<string, string>>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => repository(files)),
    (repo) =>
      Effect.gen(function* () {
        const runner = yield* TestRunner
        const recipe = yield* runner.resolveRecipe("s", "k", {})
        const started = Date.now()
        const attempts = yield* runner.install("s", "k", recipe, () => {})
        const installMs = Date.now() - started
        const report = yield* runner.run("s", "k", recipe, { timeoutMs: 180_000, onOutput: () => {} })
        return { fixes: attempts.map((attempt) => attempt.fix).filter((fix) => fix !== null), installMs, report }
      }).pipe(Effect.provide(testRunnerLayerWith({ sandboxEnv: noIndex }).pipe(Layer.provide(localSandbox(repo.root, repo.home))))),
    (repo) => Effect.sync(repo.remove),
  )

const project = (more = "") => `[build-system]
requires = ["no_such_backend >=3"]
build-backend = "no_such_backend.api"
[project]
name = "calc"
version = "1"
${more}`
const test = `import unittest
import calc
class T(unittest.TestCase):
    def test_add(self):
        self.assertEqual(calc.add(1, 2), 3)
`

describe("Python behind a wall: no index, no build tools", () => {
  it.live("sources on the path, linters left out, and every step is said; in seconds", () =>
    Effect.gen(function* () {
      const { fixes, installMs, report } = yield* run({
        "pyproject.toml": project("dependencies = [\"surely-not-needed; sys_platform == 'win32'\"]"),
        "requirements/testing.txt": "-r lint.txt\ncoverage[toml]>=7  # figures\n",
        "requirements/lint.txt": "ruff==0.1\n",
        "requirements/docs.txt": "sphinx\n",
        "src/calc/__init__.py": "def add(a, b):\n    return a + b\n",
        "tests/test_calc.py": test,
      })
      assert.deepStrictEqual(fixes, [
        "the package index cannot be reached: what is installed already is used",
        "build isolation cannot fetch its tools: built with what is installed",
        "the package cannot be built here: its sources are put on the path, with what is installed already",
      ])
      assert.deepInclude(report, { complete: true, counts: { passed: 1, failed: 0, skipped: 0 } })
      // Each look for the index alone would wait for a minute.
      assert.isBelow(installMs, 100_000)
    }),
  )
  it.live("a dependency that is not here ends the set-up, by its name", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        run({ "pyproject.toml": project('dependencies = ["surely-not-here>=1"]'), "calc.py": "", "tests/test_calc.py": test }),
      )
      assert.strictEqual(error._tag, "SetupFailed")
      assert.include(error._tag === "SetupFailed" ? error.output : "", "Not installed here, and not to be had: surely-not-here")
      assert.include(error._tag === "SetupFailed" ? error.remedy : "", "operator")
      assert.strictEqual(error._tag === "SetupFailed" ? error.command : "", '"$HOME/venv/bin/python" -m pip install -e .')
    }),
  )
  it.live("a requirement of the tests that is not here ends the set-up as well", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(run({ "requirements-test.txt": "surely-not-here\n", "tests/test_calc.py": test }))
      assert.strictEqual(error._tag, "SetupFailed")
      assert.include(error._tag === "SetupFailed" ? error.output : "", "surely-not-here")
    }),
  )
  it.live("sources that cannot be imported are no tests that passed", () =>
    Effect.gen(function* () {
      const { report } = yield* run({ "pyproject.toml": project(), "calc.py": "import surely_not_here", "tests/test_calc.py": test })
      assert.deepInclude(report.counts, { passed: 0 })
      assert.isNotEmpty(report.loadErrors)
    }),
  )
})
