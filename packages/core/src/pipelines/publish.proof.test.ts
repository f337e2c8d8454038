import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { proofKey, reportKey } from "../domain/artifact-keys.ts"
import { sha256Hex, utf8 } from "../domain/base64.ts"
import { checkProof } from "../domain/check-proof.ts"
import { namedRuns, type TestRuns } from "../domain/Proof.ts"
import { generateKey, publicKeyOf } from "../domain/ProofKey.ts"
import { keepEvidence } from "./evidence.ts"
import { runTask } from "./run-task.ts"
import { input } from "./testing/fixtures.ts"
import { commitOf } from "./testing/in-memory-box.ts"
import { IsolateDied, report, World } from "./testing/in-memory-world.ts"

const run = (world: World, attempt = 1) => Effect.runPromise(runTask({ ...input, attempt }).pipe(Effect.provide(world.layer)))
const runToEnd = async (world: World) => {
  for (let life = 1; life <= 3; life++) {
    try {
      return await run(world)
    } catch (error) {
      if (!String(error).includes("IsolateDied") && !(error instanceof IsolateDied)) throw error
      world.revive()
      // What lives next was deployed in between.
      world.version = `later ${life}`
    }
  }
  throw new Error("died more than twice")
}
const proofOf = (world: World) => world.artifacts.get(proofKey(input.taskId)) ?? assert.fail("there is no proof")
const statementOf = async (world: World) => {
  const { statement } = await checkProof(utf8(proofOf(world)), [await publicKeyOf(world.proofKey)], null)
  return statement ?? assert.fail("the proof is not genuine")
}
const published = async () => {
  const world = new World()
  await run(world)
  return world
}
const allKept = async (world: World, tests: TestRuns) => {
  for (const [, { counts, report: kept }] of namedRuns(tests)) {
    const text = world.artifacts.get(reportKey(input.runId, kept.sha256)) ?? assert.fail("the report is not kept")
    assert.strictEqual(await sha256Hex(text), kept.sha256)
    assert.strictEqual(utf8(text).length, kept.bytes)
    assert.deepStrictEqual((JSON.parse(text) as { counts: unknown }).counts, counts)
  }
}

describe("the proof of a published change", () => {
  it("speaks of the commit that was pushed, the patch that was tested, and everything around it", async () => {
    const world = new World()
    const outcome = await run(world)
    const { predicate, subject } = await statementOf(world)
    assert.strictEqual(predicate.head.commit, outcome.headCommit)
    assert.strictEqual(predicate.head.commit, world.branches.get("loom/issue-7"))
    assert.deepStrictEqual(subject[0].digest, { gitCommit: commitOf(world.tested.at(-1) ?? "") })
    assert.deepStrictEqual(subject[1].digest, { sha256: await sha256Hex(world.tested.at(-1) ?? "") })
    assert.deepStrictEqual(predicate.models, { planner: ["m"], coder: ["m"], reviewer: ["m"] })
    assert.deepStrictEqual(predicate.prompts, { coder: { version: "1", sha256: "c".repeat(64) } })
    assert.deepStrictEqual(predicate.usage, outcome.usage)
    assert.deepStrictEqual(predicate.recipe.test, [{ command: "npm test", origin: "package.json" }])
    assert.strictEqual(predicate.requestedBy, "ann")
    assert.deepStrictEqual(
      predicate.stages.map(({ name }) => name),
      ["admit", "prepare", "baseline", "plan", "code", "verify", "review"],
    )
  })

  it("names every report by its hash, and each is kept", async () => {
    const world = new World()
    await run(world)
    const { tests } = (await statementOf(world)).predicate
    if (tests === null) return assert.fail("no figures")
    assert.deepStrictEqual(
      [tests.base.counts, tests.head.counts],
      [
        { passed: 1, failed: 1, skipped: 0 },
        { passed: 2, failed: 0, skipped: 0 },
      ],
    )
    await allKept(world, tests)
  })

  it("names the re-runs too, with how many tests were asked for", async () => {
    const world = new World()
    const [base, head] = [report({ a: "passed" }), report({ a: "failed" })]
    const reruns = [
      { report: report({ a: "failed" }, { durationMs: 7 }), only: 1 },
      { report: report({ a: "passed" }), only: null },
    ]
    const recipe = { ...(await statementOf(await published())).predicate.recipe, test: [{ command: "make test", origin: "Makefile" }] }
    const tests = await Effect.runPromise(
      keepEvidence(input, recipe, { base, baseReruns: reruns.slice(0, 1), head, reruns }).pipe(Effect.provide(world.layer)),
    )
    assert.deepStrictEqual(
      tests.reruns.map(({ command, counts, durationMs, only }) => ({ command, failed: counts.failed, durationMs, only })),
      [
        { command: "make test", failed: 1, durationMs: 7, only: 1 },
        { command: "make test", failed: 0, durationMs: 5, only: null },
      ],
    )
    assert.strictEqual(tests.reruns[1]?.report.sha256, tests.base.report.sha256, "the same report is the same object")
    assert.deepStrictEqual(tests.baseReruns, tests.reruns.slice(0, 1))
    assert.deepStrictEqual(
      namedRuns(tests).map(([name]) => name),
      ["base", "base, re-run 1", "head", "head, re-run 1", "head, re-run 2"],
    )
    await allKept(world, tests)
  })

  it("is kept before the pull request is opened, which names its hash, its key and how to check it", async () => {
    const world = new World()
    await run(world)
    const opened = world.pullBodies.get("loom/issue-7")
    assert.strictEqual(opened?.proof, proofOf(world))
    const hash = await sha256Hex(proofOf(world))
    const { keyId } = await publicKeyOf(world.proofKey)
    assert.include(opened?.body, hash)
    assert.include(opened?.body, keyId)
    assert.include(opened?.body, `npm run loom -- verify http://loom.test/api/v1/tasks/task-1/proof --hash ${hash}`)
  })

  it("is one and the same wherever the isolate dies while it is published, and the pull request names it", async () => {
    const calm = new World()
    await run(calm)
    for (let dieAfter = Math.floor(calm.touches / 2); dieAfter <= calm.touches; dieAfter++) {
      const world = new World()
      world.dieAfter = dieAfter
      const kept = new Set<string>()
      const put = world.artifacts.set.bind(world.artifacts)
      world.artifacts.set = (key, text) => {
        if (key === proofKey(input.taskId)) kept.add(text)
        return put(key, text)
      }
      await runToEnd(world)
      assert.strictEqual(kept.size, 1, `after touch ${dieAfter}: one proof was ever kept`)
      assert.include(world.pullBodies.get("loom/issue-7")?.body, await sha256Hex(proofOf(world)), `after touch ${dieAfter}`)
    }
  })

  it("stays what it is when publishing fails and a later attempt, with another key and by another person, goes on", async () => {
    const world = new World()
    world.brokenStep = "publish"
    const first = await run(world)
    assert.strictEqual(first.status, "failed")
    // The engine gave the step up after its work was done, as when the answer is lost.
    world.brokenStep = null
    world.steps.delete("close")
    await run(world)
    const proof = proofOf(world)
    world.proofKey = generateKey()
    world.steps.clear()
    await Effect.runPromise(runTask({ ...input, attempt: 2, requestedBy: "bob" }).pipe(Effect.provide(world.layer)))
    assert.strictEqual(proofOf(world), proof)
    assert.include(world.pullBodies.get("loom/issue-7")?.body, await sha256Hex(proof))
  })

  it("holds no secret that a test printed", async () => {
    const world = new World()
    const secret = `ghs_${"a".repeat(40)}`
    world.reports = ({ patched }) => {
      const ran = report({ adds: patched ? "passed" : "failed", old: "failed" }, { outputTail: `token ${secret}` })
      return { ...ran, tests: ran.tests.map((test) => ({ ...test, message: test.status === "failed" ? `it was ${secret}` : null })) }
    }
    await run(world)
    const { predicate } = await statementOf(world)
    assert.strictEqual(predicate.comparison.verdict, "existing_failures_only")
    assert.notInclude(JSON.stringify(predicate), secret)
    for (const [key, text] of world.artifacts) if (key.includes("/reports/")) assert.notInclude(text, secret)
  })
})
