import { fileURLToPath } from "node:url"
import { assert, describe, expect, it } from "@effect/vitest"
import { Ajv2020 } from "ajv/dist/2020.js"
import { Effect, Schema } from "effect"
import { runTask } from "../pipelines/run-task.ts"
import { input } from "../pipelines/testing/fixtures.ts"
import { report, World } from "../pipelines/testing/in-memory-world.ts"
import { proofKey } from "./artifact-keys.ts"
import { Statement } from "./Proof.ts"

/** Served by the status page as `/proof.schema.json`. */
const PUBLISHED = fileURLToPath(new URL("../../../../apps/web/public/proof.schema.json", import.meta.url))

const generated = () => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(Statement)
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:loom:proof:v1:schema",
    title: "The proof of a change made by Loom",
    description:
      "The payload of the DSSE envelope at /api/v1/tasks/{id}/proof: an in-toto Statement v1. Generated from core/domain/Proof.ts.",
    ...schema,
    $defs: definitions,
  }
}
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(generated())

const payloadOf = async (prepare: (world: World) => void = () => {}) => {
  const world = new World()
  prepare(world)
  await Effect.runPromise(runTask(input).pipe(Effect.provide(world.layer)))
  const envelope = JSON.parse(world.artifacts.get(proofKey(input.taskId)) ?? "null") as { readonly payload: string }
  return JSON.parse(Buffer.from(envelope.payload, "base64").toString()) as Record<string, unknown>
}

describe("proof.schema.json", () => {
  it("is what the code says; `vitest -u` writes it anew", async () => {
    await expect(`${JSON.stringify(generated(), null, 2)}\n`).toMatchFileSnapshot(PUBLISHED)
  })

  it.each([
    ["a change that passed", () => {}],
    ["a repository without tests", (world: World) => void (world.reports = () => report({}))],
    [
      "failures that were there before, with half a surrogate pair in a message",
      (world: World) =>
        void (world.reports = ({ patched }) => {
          const run = report({ adds: patched ? "passed" : "failed", old: "failed" })
          return { ...run, tests: run.tests.map((test) => ({ ...test, message: test.status === "failed" ? "cut \ud83d" : null })) }
        }),
    ],
  ])("takes the proof of %s", async (_, prepare) => {
    const payload = await payloadOf(prepare)
    assert.isTrue(validate(payload), JSON.stringify(validate.errors))
  })

  it("refuses what is none", async () => {
    const payload = await payloadOf()
    const predicate = payload["predicate"] as Record<string, unknown>
    for (const wrong of [
      { ...payload, _type: "https://in-toto.io/Statement/v0.1" },
      { ...payload, subject: [] },
      { ...payload, predicate: { ...predicate, patch: { ...(predicate["patch"] as object), sha256: "xyz" } } },
      { ...payload, predicate: { ...predicate, comparison: { ...(predicate["comparison"] as object), verdict: "fine" } } },
      {},
      null,
    ])
      assert.isFalse(validate(wrong))
  })
})
