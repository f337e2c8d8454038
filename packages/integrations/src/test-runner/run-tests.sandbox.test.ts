import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { Effect, Layer } from "effect"
import { SandboxHttp } from "../sandbox/SandboxHttp.ts"
import { httpTransport, SandboxTransport } from "../sandbox/SandboxTransport.ts"
import { startSandboxd, type TestSandboxd } from "../sandbox/testing/start-sandboxd.ts"
import { testRunnerLayer } from "./TestRunnerLive.ts"

let daemon: TestSandboxd
beforeAll(async () => void (daemon = await startSandboxd()))
afterAll(() => daemon.close())

let sessions = 0
/** The tests of these files inside the real wall: clean tree, no network, nothing of the host. */
const runIn = (files: Readonly<Record<string, string>>, timeoutMs = 60_000) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox
    const { id } = yield* sandbox.open({ id: `runner-${++sessions}`, gateways: [], registries: [], reapAfterMs: 120_000 })
    return yield* Effect.gen(function* () {
      for (const [path, text] of Object.entries(files)) yield* sandbox.writeFile(id, path, text)
      const git = (step: string, script: string) => sandbox.exec(id, { id: step, argv: ["bash", "-c", script], timeoutMs: 120_000 })
      yield* git("init", "git init -q && git add -A && git -c user.name=t -c user.email=t@example.test commit -qm base")
      const runner = yield* TestRunner
      const recipe = yield* runner.resolveRecipe(id, "k", {})
      const report = yield* runner.run(id, "k", recipe, { timeoutMs, onOutput: () => {} })
      const again = yield* runner.run(id, "k", recipe, { timeoutMs, onOutput: () => {} })
      const status = yield* git("status", "git status --porcelain; ls -A $HOME/.loom-run | grep -v ^tree- || true")
      return { recipe, report, again, left: status.stdout }
    }).pipe(Effect.ensuring(Effect.orDie(sandbox.close(id))))
  }).pipe(
    Effect.provide(
      testRunnerLayer.pipe(
        Layer.provideMerge(
          SandboxHttp.pipe(
            Layer.provide(Layer.sync(SandboxTransport, () => httpTransport({ baseUrl: daemon.baseUrl, token: daemon.token }))),
          ),
        ),
      ),
    ),
  )

describe("in the real sandbox", () => {
  it.live("node:test: same result when the step is asked for twice, nothing left in the tree", () =>
    Effect.gen(function* () {
      const { report, again, left } = yield* runIn({
        "package.json": JSON.stringify({ scripts: { test: "node --test" } }),
        "a.test.js": `const test = require("node:test"); require("node:fs").writeFileSync("left.txt", "x"); test("ok", () => {}); test("bad", () => { throw new Error("no") })`,
      })
      assert.deepStrictEqual(
        report.tests.map((test) => [test.id, test.status]),
        [
          ["a.test.js > ok", "passed"],
          ["a.test.js > bad", "failed"],
        ],
      )
      assert.deepInclude(report, { complete: true, exitCode: 1, format: "machine" })
      assert.deepStrictEqual(again, report)
      assert.strictEqual(left, "")
    }),
  )

  it.live("unittest", () =>
    Effect.gen(function* () {
      const { report, recipe } = yield* runIn({
        "test_a.py": "import unittest\nclass T(unittest.TestCase):\n    def test_ok(self): pass\n    def test_bad(self): self.fail('no')\n",
      })
      assert.strictEqual(recipe.runner, "unittest")
      assert.deepStrictEqual(Object.fromEntries(report.tests.map((test) => [test.id, test.status])), {
        "test_a.py > T > test_ok": "passed",
        "test_a.py > T > test_bad": "failed",
      })
      assert.deepInclude(report, { complete: true, exitCode: 1 })
    }),
  )

  it.live("a hang is ended and said", () =>
    Effect.gen(function* () {
      const { report, left } = yield* runIn(
        {
          "package.json": JSON.stringify({ scripts: { test: "node --test" } }),
          "a.test.js": `require("node:test")("hangs", () => new Promise(() => { setInterval(() => {}, 1000) }))`,
        },
        3000,
      )
      assert.deepInclude(report, { ended: "timeout", complete: false })
      assert.strictEqual(left, "")
    }),
  )
})
