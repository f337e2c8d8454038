import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { boundOutput } from "./bound-output.ts"
import { describeReport } from "./describe-report.ts"
import { execId } from "./exec-id.ts"
import { filePath, repositoryPath } from "./repository-path.ts"

describe("repositoryPath", () => {
  it.effect("reads what models write", () =>
    Effect.gen(function* () {
      for (const [written, read] of [
        ["src/a.ts", "src/a.ts"],
        ["./src//a.ts", "src/a.ts"],
        ["/workspace/src/a.ts", "src/a.ts"],
        ["", "."],
        [".", "."],
        ["/workspace", "."],
        [".github/x.yml", ".github/x.yml"],
        [".gitignore", ".gitignore"],
        ["a..b/c", "a..b/c"],
      ] as const)
        assert.strictEqual(yield* repositoryPath(written), read)
    }),
  )

  it.effect("refuses what is outside", () =>
    Effect.gen(function* () {
      for (const path of [
        "/etc/passwd",
        "../x",
        "src/../../x",
        "/workspace/../etc",
        "/workspacefoo",
        ".git/config",
        "a/.git/hooks/x",
        ".GIT/config",
        "~/x",
        "C:\\x",
        "\\x",
        "a\0b",
      ])
        assert.include((yield* Effect.flip(repositoryPath(path))).explanation, "relative to the repository root", path)
      assert.include((yield* Effect.flip(filePath("./"))).explanation, "path of a file")
    }),
  )
})

describe("boundOutput", () => {
  it("leaves a short text alone", () => assert.strictEqual(boundOutput("a\nb", "hint"), "a\nb"))
  it("keeps head and tail in whole lines", () => {
    const bounded = boundOutput(Array.from({ length: 1000 }, (_, index) => `line ${index}`).join("\n"), "Use tail.", 200)
    assert.match(bounded, /^line 0\n/)
    assert.match(bounded, /\nline 999$/)
    assert.match(bounded, /\nline \d+\n\[… \d+ characters left out\. Use tail\.\]\nline \d+\n/)
  })
  it("never grows much beyond its limit, whatever the lines are", () =>
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.integer({ min: 4, max: 100 }), (text, limit) =>
        assert.isAtMost(boundOutput(text, "h", limit).length, limit + 60),
      ),
    ))
})

describe("execId", () => {
  it("is the same for the same call and another for another command", () => {
    assert.strictEqual(execId("run-1/code.1.2", 0, ["ls"]), execId("run-1/code.1.2", 0, ["ls"]))
    assert.notStrictEqual(execId("k", 0, ["ls"]), execId("k", 0, ["ls", "-l"]))
    assert.notStrictEqual(execId("k", 0, ["ls"]), execId("k", 1, ["ls"]))
  })
  it("is what the sandbox accepts", () =>
    fc.assert(fc.property(fc.string(), fc.array(fc.string()), (key, argv) => assert.match(execId(key, 3, argv), /^[\w.:/@#-]{1,200}$/))))
})

describe("describeReport", () => {
  const report = {
    runner: "vitest",
    format: "machine",
    loadErrors: [],
    counts: { passed: 1, failed: 1, skipped: 0 },
    exitCode: 1,
    ended: "exited",
    complete: true,
    problem: null,
    durationMs: 5,
    outputTail: "tail",
    tests: [
      {
        id: "a.test.js > adds",
        file: "a.test.js",
        name: "adds",
        status: "failed",
        durationMs: 3,
        message: "expected 3, got -1",
        location: { file: "a.test.js", line: 4 },
      },
    ],
  } as const
  it("tells figures and failures, without times", () =>
    assert.strictEqual(
      describeReport(report),
      "1 passed, 1 failed, 0 skipped\n\nFAILED a.test.js > adds (a.test.js:4)\nexpected 3, got -1",
    ))
  it("shows the output where there is no whole report", () =>
    assert.include(
      describeReport({ ...report, tests: [], complete: false, problem: "no report file", ended: "timeout" }),
      "(ended by timeout)\n\nThe report is not complete: no report file. The output ends:\ntail",
    ))
})
