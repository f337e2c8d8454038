import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { prepare, inFreshBox } from "@loom/core/pipelines/prepare"
import { Artifacts } from "@loom/core/ports/Artifacts"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { Effect } from "effect"
import { BadInput } from "../CliError.ts"
import { parseArguments } from "../parse-arguments.ts"
import { recipe as command } from "../commands/recipe.ts"
import { colorsFor } from "../render/colors.ts"
import { fetchSource } from "../source-repository.ts"
import { localRun } from "./local-run.ts"
import { proveRecipe, type RecipeProof } from "./prove-recipe.ts"
import { startRecipeHost, type RecipeHost } from "./recipe-host.ts"
import { isProven, proofLines, recipeLines, toLoomYml } from "./render-recipe.ts"

const root = fileURLToPath(new URL("../../../..", import.meta.url)).replace(/\/$/, "")
const scratch = mkdtempSync(join(tmpdir(), "loom-recipe-"))
let host: RecipeHost
beforeAll(async () => {
  host = await startRecipeHost(root, process.env, join(scratch, "states"))
}, 300_000)
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

let made = 0
const repository = (files: Readonly<Record<string, string>>): string => {
  const path = join(scratch, `repository-${++made}`)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  const git = (...args: ReadonlyArray<string>) => execFileSync("git", ["-C", path, ...args], { stdio: "ignore" })
  git("init", "-q", "-b", "main")
  git("add", "-A")
  git("-c", "user.name=t", "-c", "user.email=t@example.test", "commit", "-qm", "base")
  return path
}
const prove = async (path: string, more: { readonly prove?: boolean } = {}): Promise<RecipeProof> => {
  using source = await fetchSource(path, null)
  return await proveRecipe(host, source, {
    identity: path,
    prove: true,
    say: () => {},
    output: () => {},
    testTimeoutMs: 60_000,
    maxMinutes: 5,
    ...more,
  })
}
/** Installs from the repository itself: no registry is needed. */
const withDependency = (extra: object = {}, files: Readonly<Record<string, string>> = {}) => ({
  "package.json": JSON.stringify({ scripts: { test: "node --test" }, dependencies: { dep: "file:./dep" }, ...extra }),
  "dep/package.json": '{"name":"dep","version":"1.0.0","main":"index.js"}',
  "dep/index.js": "module.exports = 2",
  "a.test.js": 'require("node:test")("two", () => { if (require("dep") !== 2) throw new Error("not two") })',
  ...files,
})

describe("proving a recipe", () => {
  it("installs once: the second time the state is restored, and the tests say the same", async () => {
    const path = repository(withDependency())
    const first = await prove(path)
    const second = await prove(path)
    assert.deepStrictEqual(
      [first, second].map((one) => [one.prepared?.cache.outcome, one.baseline?.counts.passed, isProven(one)]),
      [
        ["installed", 1, true],
        ["restored", 1, true],
      ],
    )
    assert.strictEqual(first.prepared?.attempts.at(-1)?.exitCode, 0)
    assert.strictEqual(first.prepared?.cache.key, second.prepared?.cache.key)
    const other = await prove(repository(withDependency()))
    assert.strictEqual(other.prepared?.cache.outcome, "installed", "another repository of the same content has its own state")
  }, 300_000)

  it("a build that the tests turn out to need becomes part of the recipe", async () => {
    const path = repository({
      "package.json": JSON.stringify({ scripts: { build: "node build.js", test: "node --test" }, main: "dist/i.js" }),
      ".gitignore": "dist/\n",
      "build.js":
        'const fs = require("node:fs"); fs.mkdirSync("dist", { recursive: true }); fs.writeFileSync("dist/i.js", "module.exports = 1")',
      "a.test.js": 'const one = require("./dist/i.js"); require("node:test")("one", () => { if (one !== 1) throw new Error() })',
    })
    const proof = await prove(path)
    assert.isTrue(isProven(proof), JSON.stringify(proof.failure))
    assert.deepStrictEqual(
      proof.recipe.test.map((line) => line.command),
      ["npm run build && npm test"],
    )
    assert.strictEqual(proof.baseline?.counts.passed, 1)
  }, 300_000)

  it("a set-up that fails stops, in the tool's own words and with what to do", async () => {
    const proof = await prove(
      repository({ ".github/loom.yml": 'setup: ["echo the pump is broken >&2; exit 3"]\ntest: ["true"]\n', "a.txt": "" }),
    )
    assert.deepInclude(proof.failure ?? {}, { stage: "prepare", code: "setup_failed" })
    assert.include(proof.failure?.evidence ?? "", "the pump is broken")
    assert.isNull(proof.baseline)
    assert.isFalse(isProven(proof))
    assert.include(proofLines(proof).join("\n"), "NOT PROVEN at prepare")
  }, 300_000)

  it("without proving runs nothing", async () => {
    const proof = await prove(repository({ ".github/loom.yml": 'setup: ["exit 3"]\ntest: ["exit 4"]\nnonsense: 1\n' }), { prove: false })
    assert.deepStrictEqual([proof.prepared, proof.baseline, proof.failure], [null, null, null])
    assert.deepStrictEqual(proof.recipe.test, [{ command: "exit 4", origin: ".github/loom.yml test" }])
    assert.include(proof.problems.join(), "nonsense")
  })

  it("is printed as a .github/loom.yml that says the same", async () => {
    const proof = await prove(repository(withDependency()), { prove: false })
    const yml = toLoomYml(proof.recipe)
    assert.include(recipeLines(proof.recipe).join("\n"), "from package.json scripts.test")
    const again = await prove(repository({ ...withDependency(), ".github/loom.yml": yml }), { prove: false })
    const commands = ({ recipe }: RecipeProof) => [recipe.install, recipe.test].map((lines) => lines.map((line) => line.command))
    assert.deepStrictEqual(commands(again), commands(proof))
    assert.deepStrictEqual(again.problems, [])
    assert.deepStrictEqual(again.recipe.runner, proof.recipe.runner)
  })
})

describe("a box that no agent touched", () => {
  it("holds the change and the installed state, and nothing that was done to ignored files", async () => {
    const path = repository(withDependency({}, { ".gitignore": "node_modules\n", "b.txt": "base\n" }))
    using source = await fetchSource(path, null)
    const options = { identity: path, say: () => {}, output: () => {}, testTimeoutMs: 60_000, maxMinutes: 5 }
    const { admitted, input, layer } = await localRun(host, source, options)
    const story = Effect.gen(function* () {
      const sandbox = yield* Sandbox
      const runner = yield* TestRunner
      const { cache, recipe } = yield* prepare(input, admitted, "p")
      const shell = (session: string, id: string, script: string) =>
        sandbox.exec(session, { id, argv: ["bash", "-c", script], timeoutMs: 120_000 }).pipe(Effect.map((result) => result.stdout))
      // An agent that cannot mend the code makes its tests say that it did.
      yield* shell(
        input.runId,
        "forge",
        "rm -r node_modules/dep && mkdir node_modules/dep && echo 'module.exports = 3' > node_modules/dep/index.js && echo x > ~/tools-x",
      )
      const forged = yield* runner.run(input.runId, "forged", recipe, { timeoutMs: 180_000, onOutput: () => {} })
      const patch = "diff --git a/b.txt b/b.txt\n--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-base\n+changed\n"
      yield* (yield* Artifacts).put("checkpoint", patch)
      const checkpoint = { artifact: "checkpoint", hash: "h", files: 1 }
      const fresh = yield* inFreshBox(input, admitted, recipe, checkpoint, "v", (session) =>
        Effect.all({
          report: runner.run(session, "v", recipe, { timeoutMs: 180_000, onOutput: () => {} }),
          seen: shell(session, "look", "cat b.txt node_modules/dep/index.js; ls ~"),
          session: Effect.succeed(session),
        }),
      )
      const gone = yield* Effect.flip(shell(fresh.session, "late", "true"))
      yield* sandbox.close(input.runId)
      return { cache, forged, fresh, gone }
    })
    const { cache, forged, fresh, gone } = await Effect.runPromise(story.pipe(Effect.provide(layer)))
    assert.strictEqual(cache.outcome, "installed")
    assert.strictEqual(forged.counts.failed, 1, "what the agent did has an effect in its own box")
    assert.deepStrictEqual(fresh.report.counts, { passed: 1, failed: 0, skipped: 0 })
    assert.strictEqual(fresh.seen.replace(/^tools\n/m, ""), "changed\nmodule.exports = 2")
    assert.strictEqual(gone._tag === "SandboxError" ? gone.reason._tag : gone, "BoxLost")
  }, 300_000)
})

describe("the command", () => {
  const context = {
    root,
    env: process.env,
    screen: { write: () => {}, isTTY: false, columns: () => 80 },
    colors: colorsFor(process.stdout, { NO_COLOR: "1" }),
    signal: new AbortController().signal,
  }
  const refusal = async (path: string) => {
    try {
      await command({ repository: path, ref: null, json: false, prove: false, yml: false }, context)
    } catch (error) {
      assert.instanceOf(error, BadInput)
      return error.message
    }
    return assert.fail(`accepted ${path}`)
  }
  it("refuses what is not there, is no repository, or has no commit", async () => {
    assert.match(await refusal(join(scratch, "nowhere")), /^There is no .*nowhere/)
    assert.match(await refusal(scratch), /not a git repository/)
    const empty = join(scratch, "empty")
    execFileSync("git", ["init", "-q", empty])
    assert.match(await refusal(empty), /has no commit yet|not a git repository/)
  })
  it("reads its arguments", () => {
    assert.deepStrictEqual(parseArguments(["recipe", "x", "--yml", "--no-prove", "--ref", "v1"]), {
      name: "recipe",
      repository: "x",
      ref: "v1",
      json: false,
      prove: false,
      yml: true,
    })
    for (const argv of [["recipe"], ["recipe", "x", "--yml", "--json"], ["recipe", "x", "y"], ["recipe", "x", "--bad"]])
      assert.throws(() => parseArguments(argv), BadInput)
  })
})
