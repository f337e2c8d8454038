import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { TestReport } from "../domain/TestReport.ts"
import { runTask } from "./run-task.ts"
import { input, turn, work } from "./testing/fixtures.ts"
import { commitOf } from "./testing/in-memory-box.ts"
import { report, World } from "./testing/in-memory-world.ts"

const run = (world: World) => Effect.runPromise(runTask(input).pipe(Effect.provide(world.layer)))

const part = (path: string, body: string) => {
  const lines = body.split("\n")
  const count = (not: string) => lines.filter((line) => !line.startsWith(not)).length
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,${count("+")} +1,${count("-")} @@\n${lines.join("\n")}\n`
}
const CODE = part("sum.js", "-export const sum = (a, b) => a - b\n+export const sum = (a, b) => a + b")
const NEW_TEST = part("a.test.js", ` import { sum } from "./sum.js"\n+it("adds up", () => {\n+  expect(sum(1, 2)).toBe(3)\n+})`)

/** A coder whose work is this patch; each further one is what it has after it was sent back. */
const coding = (world: World, ...patches: ReadonlyArray<string>): World => {
  world.turns = patches.map(() => turn({ changedFiles: false, finished: work }))
  world.onTurn = (answer) => {
    const next = patches[world.turns.indexOf(answer)]
    if (next !== undefined) world.patch = next
  }
  return world
}
const green = report({ adds: "passed", other: "passed" })
const withNew = (status: "passed" | "failed") => report({ adds: "passed", other: "passed", "adds up": status })
/** Which tree the tests run on. */
const where = (tree: string, key: string) => (key.endsWith(".on-base") ? "tests on base" : tree === "" ? "base" : "head")

const answering = (world: World, answers: { readonly base: TestReport; readonly head: TestReport; readonly onBase?: TestReport }) => {
  world.reports = ({ key, tree }) => {
    const place = where(tree, key)
    return place === "head" ? answers.head : place === "base" ? answers.base : (answers.onBase ?? answers.base)
  }
  return world
}

describe("the change's own tests", () => {
  it("are run on the base without the change's code, and the pull request says that they fail there", async () => {
    const world = answering(coding(new World(), CODE + NEW_TEST), { base: green, head: withNew("passed"), onBase: withNew("failed") })
    assert.strictEqual((await run(world)).verdict, "pass")
    assert.deepStrictEqual(world.runs, ["base", "head", "on-base"], "three runs of the tests in all, the last one narrowed")
    assert.deepStrictEqual(world.only, [1])
    const onBase = world.tested.at(-1) ?? ""
    assert.include(onBase, "a.test.js")
    assert.notInclude(onBase, "sum.js b/sum.js")
    assert.include(world.pullRequestBody, "✅ 1 new test: it fails without the change.")
    assert.deepStrictEqual(world.told, [])
    assert.strictEqual(world.branches.get("loom/issue-7"), commitOf(`${CODE}${NEW_TEST}`), "the tree is the head's again")
  })

  it("that pass without the change are told once, and do not stop it", async () => {
    const world = answering(coding(new World(), CODE + NEW_TEST, CODE + NEW_TEST), {
      base: green,
      head: withNew("passed"),
      onBase: withNew("passed"),
    })
    assert.strictEqual((await run(world)).status, "completed")
    assert.lengthOf(world.told, 1)
    assert.include(world.told[0]?.[0], "pass without your change too, so they prove nothing: adds up")
    assert.include(world.pullRequestBody, "⚠️ 1 new test: it passes without the change too")
    assert.include(world.pullRequestBody, "- [ ] A test fails without the change and passes with it")
  })

  it("that do not load without it fail without it", async () => {
    const onBase = report({}, { loadErrors: [{ file: "a.test.js", message: "no export named sum" }], exitCode: 1 })
    const world = answering(coding(new World(), CODE + NEW_TEST), { base: green, head: withNew("passed"), onBase })
    await run(world)
    assert.include(world.pullRequestBody, "✅ 1 new test: it fails without the change.")
  })

  it("are asked for once when there are none, and the pull request says that there are none", async () => {
    const world = answering(coding(new World(), CODE, CODE), { base: green, head: green })
    assert.strictEqual((await run(world)).status, "completed")
    assert.lengthOf(world.told, 1)
    assert.include(world.told[0]?.[0], "brings no test")
    assert.include(world.pullRequestBody, "⚠️ The change brings no test.")
    assert.deepStrictEqual(
      world.modelCalls.filter((call) => call.startsWith("code")),
      ["code.1.1", "code.2.1"],
    )
  })

  it("are not asked for where a test that failed before passes now, or where no code changed", async () => {
    const fixed = answering(coding(new World(), CODE), { base: report({ adds: "failed" }), head: report({ adds: "passed" }) })
    await run(fixed)
    assert.deepStrictEqual([fixed.told, fixed.runs], [[], ["base", "again", "head"]])
    assert.include(fixed.pullRequestBody, "✅ 1 test that failed before passes now")
    const docs = answering(coding(new World(), part("README.md", "+Say more.")), { base: green, head: green })
    await run(docs)
    assert.deepStrictEqual([docs.told, docs.runs], [[], ["base", "head"]])
    assert.include(docs.pullRequestBody, "No code is changed")
  })

  it("are insisted on with `gates: { tests: on }`", async () => {
    const world = answering(coding(new World(), CODE, CODE, CODE), { base: green, head: green })
    world.config = { gates: { tests: "on" } }
    assert.deepInclude((await run(world)).failure, { code: "gate_tests", class: "needs_human" })
    assert.lengthOf(world.told, 2)
  })

  it("asked for in vain do not cost what was accepted already", async () => {
    const broken = CODE.replace("a + b", "a * b")
    const world = coding(new World(), CODE, broken, broken)
    world.reports = ({ tree }) => (tree === broken ? report({ adds: "passed", other: "failed" }) : green)
    const outcome = await run(world)
    assert.deepInclude(outcome, { status: "completed", verdict: "pass" })
    assert.strictEqual(world.branches.get("loom/issue-7"), commitOf(CODE), "the first round's change, not the last one's")
    assert.include(world.pullRequestBody, "Nobody but the tests has reviewed this change")
  })
})

describe("an unstable base", () => {
  it("is found out before a regression is called one", async () => {
    const world = coding(new World(), CODE + NEW_TEST)
    let baseRuns = 0
    world.reports = ({ key, tree }) => {
      if (where(tree, key) === "tests on base") return withNew("failed")
      if (where(tree, key) === "base") return report({ adds: "passed", other: baseRuns++ === 0 ? "passed" : "failed" })
      return report({ adds: "passed", other: "failed", "adds up": "passed" })
    }
    const outcome = await run(world)
    assert.deepInclude(outcome.comparison, {
      verdict: "existing_failures_only",
      regressed: [],
      unstable: ["other"],
      runs: { base: 2, head: 3 },
    })
    assert.deepStrictEqual(world.runs, ["base", "head", "rerun-1", "rerun-2", "base-rerun", "on-base"], "the dearest run there is")
    assert.include(world.pullRequestBody, "Unstable without the change too (1):")
  })

  it("does not let a test that fails now and then count as fixed", async () => {
    const world = coding(new World(), CODE)
    let baseRuns = 0
    world.reports = ({ key, tree }) =>
      where(tree, key) === "base" ? report({ adds: baseRuns++ === 0 ? "failed" : "passed", other: "passed" }) : green
    const outcome = await run(world)
    assert.deepInclude(outcome.comparison, { verdict: "pass", fixed: [], unstable: ["adds"] })
    assert.include(world.told[0]?.[0], "brings no test", "so a test is still asked for")
  })

  it("of which only the exit code is known stops before any model call", async () => {
    const world = new World()
    let runs = 0
    world.reports = () => report({}, { format: "exit-code", runner: "exit-code", exitCode: runs++ === 0 ? 1 : 0 })
    assert.deepInclude((await run(world)).failure, { code: "tests_unstable", stage: "baseline" })
    assert.deepStrictEqual(world.modelCalls, [])
  })
})

describe("re-runs", () => {
  it("that are ended from outside are infrastructure, not a regression", async () => {
    const world = coding(new World(), CODE)
    const killed = report({}, { ended: "oom", exitCode: null, complete: false, problem: "out of memory" })
    world.reports = ({ key, tree }) =>
      where(tree, key) === "base" ? green : key.includes("rerun") ? killed : report({ adds: "passed", other: "failed" })
    assert.deepInclude((await run(world)).failure, { code: "gate_infrastructure", class: "transient" })
    assert.deepStrictEqual(world.runs, ["base", "head", "rerun-1", "rerun-2"])
  })
})

describe("other gates", () => {
  const proven = (world: World) => answering(world, { base: green, head: withNew("passed"), onBase: withNew("failed") })

  it("a credential in the diff stops the change, and is repeated nowhere", async () => {
    const secret = `ghp_${"aB3dE5fG7h".repeat(4)}`
    const leaking = CODE.replace("a + b", `a + b // ${secret}`) + NEW_TEST
    const world = proven(coding(new World(), leaking, leaking, leaking))
    const outcome = await run(world)
    assert.deepInclude(outcome.failure, { code: "gate_secrets" })
    assert.lengthOf(world.pulls, 0)
    assert.notInclude(JSON.stringify([outcome, world.told, [...world.comments.values()]]), secret)
  })

  it("a linter counts only for what is new, and asks the base only when the head complains", async () => {
    const lint = (world: World, head: ReadonlyArray<string>, base: ReadonlyArray<string>) => {
      world.exec = (spec, patch) => {
        if (spec.id.endsWith(".checkers")) return { stdout: "eslint.config.js\nsum.js\n" }
        if (!spec.id.includes(".check")) return {}
        const messages = (patch === "" ? base : head).map((message, index) => ({ severity: 2, line: index + 1, message, ruleId: "r" }))
        return { stdout: `/w\n${JSON.stringify([{ filePath: "/w/sum.js", messages }])}`, exitCode: messages.length > 0 ? 1 : 0 }
      }
      return world
    }
    const old = lint(proven(coding(new World(), CODE + NEW_TEST)), ["no var", "unused x"], ["no var"])
    await run(old)
    assert.include(old.pullRequestBody, "⚠️ **linter**: eslint: 1 new finding.")
    assert.include(old.pullRequestBody, "`sum.js:2` eslint: unused x (r)")
    const clean = lint(proven(coding(new World(), CODE + NEW_TEST)), [], ["no var"])
    await run(clean)
    assert.isFalse(clean.execs.some((id) => id.includes("check-base")))
    const strict = lint(proven(coding(new World(), CODE + NEW_TEST, CODE + NEW_TEST, CODE + NEW_TEST)), ["unused x"], [])
    strict.config = { gates: { lint: "on" } }
    assert.deepInclude((await run(strict)).failure, { code: "gate_lint" })
    const off = lint(proven(coding(new World(), CODE + NEW_TEST)), ["unused x"], [])
    off.config = { gates: { lint: "off", types: "off" } }
    await run(off)
    assert.isFalse(off.execs.some((id) => id.includes("check")))
  })

  it("cheats can be shown instead of stopped, where a repository says so", async () => {
    const skips = part(
      "a.test.js",
      ` import { sum } from "./sum.js"\n-it("other", () => {\n+it.skip("other", () => {\n   expect(1).toBe(1)`,
    )
    const world = proven(coding(new World(), CODE + skips, CODE + skips, CODE + skips))
    assert.deepInclude((await run(world)).failure, { code: "gate_weakened_tests" })
    const lax = proven(coding(new World(), CODE + skips))
    lax.config = { gates: { cheats: "warn" } }
    assert.strictEqual((await run(lax)).status, "completed")
    assert.include(lax.pullRequestBody, "⚠️ **weakened tests**")
  })

  it("every new part bears a death of the isolate at any line", async () => {
    const world = () => {
      const made = proven(coding(new World(), CODE + NEW_TEST))
      made.exec = (spec, patch) =>
        spec.id.endsWith(".checkers")
          ? { stdout: "tsconfig.json\n.oxlintrc.json\n" }
          : spec.id.includes(".check") && patch !== ""
            ? { stdout: "/w\nsum.js:1:1: bad [Error/r]", exitCode: 1 }
            : {}
      return made
    }
    const calm = world()
    await run(calm)
    for (let dieAfter = 1; dieAfter <= calm.touches; dieAfter++) {
      const mortal = world()
      mortal.dieAfter = dieAfter
      const outcome = await run(mortal).catch(() => {
        mortal.revive()
        return run(mortal)
      })
      const at = `after touch ${dieAfter} of ${calm.touches}`
      assert.strictEqual(outcome.status, "completed", at)
      assert.lengthOf(mortal.pulls, 1, at)
      assert.strictEqual(mortal.branches.get("loom/issue-7"), commitOf(`${CODE}${NEW_TEST}`), at)
      assert.include(mortal.pullRequestBody, "it fails without the change", at)
    }
  })
})
