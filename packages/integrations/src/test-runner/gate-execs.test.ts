import { assert, describe, it } from "@effect/vitest"
import { RunId, TaskId } from "@loom/core/domain/Ids"
import { parseDiff } from "@loom/core/domain/unified-diff"
import { checkBase, checkHead, needsBase, outcomeOf } from "@loom/core/pipelines/check-code"
import type { VerifyInput } from "@loom/core/pipelines/VerifyInput"
import { RunSettings } from "@loom/core/ports/RunSettings"
import { Effect, Layer } from "effect"
import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { localSandbox } from "./local-sandbox.fixture.ts"
import { repository } from "./repository.fixture.ts"

const settings = Layer.succeed(
  RunSettings,
  RunSettings.of({
    version: "",
    publicUrl: "",
    controlLabel: "",
    budget: { maxUsd: 1, maxTokens: 1, maxTurns: 1 },
    maxMinutes: 1,
    maxFixRounds: 1,
    testTimeoutMs: 1,
    registries: [],
    repositoryHosts: { setup: [], tests: [] },
    sandboxEnv: {},
    bot: { login: "", email: "" },
    modelNote: null,
    gatewaysOf: async () => [],
  }),
)
const verification: VerifyInput = {
  input: {
    runId: RunId.make("r"),
    taskId: TaskId.make("t"),
    kind: "implement",
    repository: { id: 1, installationId: 1, owner: "o", name: "n" },
    issueNumber: 1,
    requestedBy: "ann",
    attempt: 1,
  },
  admitted: {
    issue: { number: 1, title: "", body: "", author: "", trusted: true, url: "" },
    comments: [],
    defaultBranch: "main",
    baseBranch: "main",
    baseCommit: "HEAD",
    branch: "b",
    config: {},
    configProblems: [],
    instructions: "",
    pullRequestTemplate: null,
  },
  recipe: {
    cwd: "app",
    language: "javascript",
    packageManager: null,
    runner: "node:test",
    install: [],
    test: [],
    // Whoever runs these tests may have a tsc of their own in PATH.
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
    tools: {},
  },
  base: { artifact: "", hasTests: true, counts: { passed: 0, failed: 0, skipped: 0 }, failing: [], unstable: [], summary: "" },
  checkpoint: null,
  name: "verify.1",
  box: "r",
}
/** Complains about every `var` of the files it is given, as eslint does; its own words go through a real shell. */
const ESLINT = `#!/usr/bin/env node
const { readFileSync } = require("node:fs")
const { resolve } = require("node:path")
const files = process.argv.slice(2).filter((word) => !word.startsWith("--") && word !== "json")
const results = files.map((file) => ({
  filePath: resolve(file),
  messages: readFileSync(file, "utf8").split("\\n").flatMap((text, index) => (/\\bvar\\b/.test(text) ? [{ severity: 2, line: index + 1, message: "no var: " + text.trim(), ruleId: "no-var" }] : [])),
}))
process.stdout.write(JSON.stringify(results))
process.exit(results.some((result) => result.messages.length > 0) ? 1 : 0)
`

describe("the repository's own checkers, through a real shell", () => {
  it.live("count only what the change adds, in files with any name, and say what is not installed", () =>
    Effect.gen(function* () {
      const repo = repository({
        "app/eslint.config.js": "",
        "app/tsconfig.json": "{}",
        "app/src/old file.js": "var a = 1\n",
        "app/src/b.ts": "",
        ".gitignore": "node_modules\n",
      })
      const bin = join(repo.root, "app", "node_modules", ".bin")
      mkdirSync(bin, { recursive: true })
      writeFileSync(join(bin, "eslint"), ESLINT)
      chmodSync(join(bin, "eslint"), 0o755)
      writeFileSync(join(repo.root, "app/src/old file.js"), "let x\nvar a = 1\nvar b = 2\n")
      writeFileSync(join(repo.root, "app/src/new'er.js"), "var c = 3\n")
      writeFileSync(join(repo.root, "app/src/b.ts"), "export {}\n")
      const git = (...args: ReadonlyArray<string>) => execFileSync("git", args, { cwd: repo.root, encoding: "utf8" })
      git("add", "-A")
      const files = parseDiff(git("diff", "--cached", "--no-renames"))
      const provide = Effect.provide(Layer.merge(localSandbox(repo.root, repo.home), settings))
      const head = yield* checkHead(verification, files, "k").pipe(provide)
      assert.isTrue(needsBase(head))
      git("stash", "-q")
      const base = yield* checkBase(verification, head, "k").pipe(provide)
      repo.remove()
      const lint = outcomeOf("lint", head, base)
      assert.deepStrictEqual(lint.findings?.map((found) => [found.file, found.line, found.explanation]).toSorted(), [
        ["app/src/new'er.js", 1, "eslint: no var: var c = 3 (no-var)"],
        ["app/src/old file.js", 3, "eslint: no var: var b = 2 (no-var)"],
      ])
      assert.strictEqual(lint.summary, "eslint: 2 new findings.")
      const types = outcomeOf("types", head, base)
      assert.isNull(types.findings)
      assert.include(types.summary, "tsc is configured but not installed here")
    }),
  )
})
