import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { BoxLost, Sandbox, SandboxError } from "@loom/core/ports/Sandbox"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { brokenSum, context } from "../testing/agents-world.ts"
import { tempWorkspace } from "../testing/temp-workspace.ts"
import { runToolCall } from "./run-tool-call.ts"

/** Calls tools in a fresh repository; `step` repeats a key. */
const bench = Effect.gen(function* () {
  const workspace = yield* tempWorkspace({
    ...brokenSum,
    "src/crlf.txt": "one\r\ntwo\r\n",
    "docs/ö.md": "hello world\n",
    ".gitignore": "ignored.txt\n",
    "ignored.txt": "secret",
  })
  const use = (name: string, params: unknown, step = "code.1.1", call = 0) =>
    Effect.gen(function* () {
      const outcome = yield* runToolCall(
        { id: "id", name, params },
        { sandbox: yield* Sandbox, runner: yield* TestRunner, sessionId: "s", recipe: context.recipe, key: step, call },
      )
      return { ...outcome, text: String(outcome.part.result), refused: outcome.part.isFailure }
    }).pipe(Effect.provide(workspace.layer))
  return { ...workspace, use }
})

describe("the coder's tools", () => {
  it.effect("list what git knows, new files too, ignored ones not", () =>
    Effect.gen(function* () {
      const { use } = yield* bench
      yield* use("write", { path: "src/new.js", content: "1" })
      assert.strictEqual((yield* use("list", { path: "src" })).text, "src/crlf.txt\nsrc/new.js\nsrc/sum.js")
      assert.notInclude((yield* use("list", {}, "2")).text, "ignored.txt")
      assert.include((yield* use("list", {}, "3")).text, "docs/ö.md")
      assert.strictEqual((yield* use("list", { path: "nowhere" })).text, "There is no file under nowhere.")
    }),
  )

  it.effect("read with line numbers, in part, and say what is not there", () =>
    Effect.gen(function* () {
      const { use } = yield* bench
      assert.strictEqual((yield* use("read", { path: "src/crlf.txt" })).text, "src/crlf.txt, lines 1 to 2 of 2\n1\tone\n2\ttwo")
      assert.strictEqual(
        (yield* use("read", { path: "src/sum.js", offset: 2, limit: 1 })).text,
        "src/sum.js, lines 2 to 2 of 3\n2\t  return a - b",
      )
      const missing = yield* use("read", { path: "nope.js" })
      assert.isTrue(missing.refused)
      assert.include(missing.text, "nope.js: no such file")
      assert.include((yield* use("read", { path: "src/sum.js", offset: 99 })).text, "has 3 lines only")
    }),
  )

  it.effect("search by pattern, place and glob", () =>
    Effect.gen(function* () {
      const { use } = yield* bench
      assert.strictEqual((yield* use("search", { pattern: "return a \\S b" })).text, "src/sum.js:2:  return a - b")
      assert.strictEqual((yield* use("search", { pattern: "hello", glob: "*.js" })).text, "Nothing found.")
      assert.strictEqual((yield* use("search", { pattern: "--files", path: "src" })).text, "Nothing found.")
      const bad = yield* use("search", { pattern: "(" })
      assert.isTrue(bad.refused)
      assert.include(bad.text, "ripgrep: ")
    }),
  )

  it.effect("edit, and a repeated step edits once", () =>
    Effect.gen(function* () {
      const { use, read } = yield* bench
      const params = { path: "src/crlf.txt", oldText: "two", newText: "two\nthree" }
      assert.strictEqual((yield* use("edit", params)).text, "Replaced in src/crlf.txt at line 2.")
      assert.strictEqual((yield* use("edit", params)).text, "src/crlf.txt already reads so; nothing was changed.")
      assert.strictEqual(read("src/crlf.txt"), "one\r\ntwo\r\nthree\r\n")
    }),
  )

  it.effect("delete one file, and never a tree", () =>
    Effect.gen(function* () {
      const { use, read } = yield* bench
      assert.isFalse((yield* use("delete", { path: "README.md" })).refused)
      assert.isFalse((yield* use("delete", { path: "README.md" }, "again")).refused)
      assert.isTrue((yield* use("delete", { path: "src" })).refused)
      assert.include(read("src/sum.js"), "sum")
    }),
  )

  it.effect("say which hosts were refused to a command, and to that one alone", () =>
    Effect.gen(function* () {
      const { use } = yield* bench
      const refused = yield* use("bash", { command: "echo https://api.vendor.io" })
      assert.strictEqual(
        refused.text,
        "[exit code 0]\n[blocked host: api.vendor.io; allow with LOOM_TEST_HOSTS=api.vendor.io]\nhttps://api.vendor.io",
      )
      assert.strictEqual((yield* use("bash", { command: "echo next" })).text, "[exit code 0]\nnext")
    }),
  )

  it.effect("run a command once for one step, and say how it ended", () =>
    Effect.gen(function* () {
      const { use, read, started } = yield* bench
      const params = { command: "echo x >> log; echo out; echo err >&2; exit 3" }
      const first = yield* use("bash", params)
      assert.strictEqual(first.text, "[exit code 3]\nout\n[stderr]\nerr")
      assert.isTrue(first.changedFiles)
      assert.strictEqual((yield* use("bash", params)).text, first.text)
      assert.strictEqual(read("log"), "x\n", "a repeated step attaches")
      yield* use("bash", { command: "echo y >> log" })
      assert.strictEqual(read("log"), "x\ny\n", "another command under the same number is another exec")
      assert.lengthOf(started, 2)
      assert.include((yield* use("bash", { command: "sleep 20", timeoutSeconds: 1 })).text, "[ended by timeout]")
      assert.isTrue((yield* use("bash", { command: "true", timeoutSeconds: 601 })).refused)
      const long = yield* use("bash", { command: `cat > big <<'E'\n${"x".repeat(200_000)}\nE` })
      assert.deepInclude(long, { refused: true })
      assert.include(long.text, "write tool")
      assert.include((yield* use("bash", { command: "seq 1 20000" })).text, "characters left out. Filter with grep")
    }),
  )

  it.effect("run the tests, and finish", () =>
    Effect.gen(function* () {
      const { use } = yield* bench
      assert.include((yield* use("run_tests", {})).text, "0 passed, 1 failed, 0 skipped\n\nFAILED check.js")
      const work = { summary: "s", changes: ["c"], risks: [] }
      assert.deepStrictEqual((yield* use("finish", work)).finished, work)
      assert.isNull((yield* use("finish", { summary: "s" })).finished)
    }),
  )

  it.effect("leave a lost sandbox to the run: that is nothing a model can mend", () =>
    Effect.gen(function* () {
      const lost = new SandboxError({ operation: "exec", reason: new BoxLost({ detail: "the container died" }) })
      const sandbox = { ...(yield* Sandbox), exec: () => Effect.fail(lost), readFile: () => Effect.fail(lost) }
      const workbench = { sandbox, runner: yield* TestRunner, sessionId: "s", recipe: context.recipe, key: "code.1.1", call: 0 }
      for (const [name, params] of [
        ["bash", { command: "ls" }],
        ["read", { path: "a" }],
        ["list", {}],
        ["edit", { path: "a", oldText: "b", newText: "c" }],
      ] as const)
        assert.strictEqual(yield* Effect.flip(runToolCall({ id: "id", name, params }, workbench)), lost)
    }).pipe(Effect.provide(Layer.unwrap(Effect.map(tempWorkspace({}), ({ layer }) => layer)))),
  )
})
