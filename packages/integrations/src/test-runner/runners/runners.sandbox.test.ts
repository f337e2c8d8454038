import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { TestReport } from "@loom/core/domain/TestReport"
import { Effect, Layer } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { SandboxHttp } from "../../sandbox/SandboxHttp.ts"
import { httpTransport, SandboxTransport } from "../../sandbox/SandboxTransport.ts"
import { startSandboxd, type TestSandboxd } from "../../sandbox/testing/start-sandboxd.ts"
import { testRunnerLayer } from "../TestRunnerLive.ts"
import { javascript } from "./javascript.fixture.ts"
import { jvm } from "./jvm.fixture.ts"
import { type Variant, variants } from "./Lane.fixture.ts"
import { missingFor, runLane, tools } from "./run-lane.fixture.ts"
import { systems } from "./systems.fixture.ts"
import { rowOf, rowsOf, tableOf } from "./table.fixture.ts"

const lanes = [...javascript, ...systems, ...jvm]
const page = fileURLToPath(new URL("../../../../../docs/runners.md", import.meta.url))
const reports = new Map<string, Readonly<Record<Variant, TestReport>>>()
const missing = new Map(
  lanes.flatMap((lane) => {
    const why = missingFor(lane)
    return why === null ? [] : [[lane.name, why] as const]
  }),
)
/** What each variant must come to. A spoofed run may fail or be disbelieved; it never passes. */
const expected: Readonly<Record<Variant, ReadonlyArray<string>>> = {
  passing: ["pass"],
  failing: ["fail"],
  broken: ["broken"],
  empty: ["empty"],
  hanging: ["broken"],
  spoofed: ["broken", "fail"],
}
/** Where a runner leaves less to be known, and why. */
const exceptions: Readonly<Record<string, ReadonlyArray<string>>> = {
  // test-unit prints nothing at all where no test is defined: that cannot be told from a process that ended itself.
  "test-unit empty": ["broken"],
  // Only the exit code is known.
  "make broken": ["fail"],
}

let daemon: TestSandboxd
beforeAll(async () => {
  daemon = await startSandboxd(0, crypto.randomUUID(), tools)
  const world = testRunnerLayer.pipe(
    Layer.provideMerge(
      SandboxHttp.pipe(Layer.provide(Layer.sync(SandboxTransport, () => httpTransport({ baseUrl: daemon.baseUrl, token: daemon.token })))),
    ),
  )
  await Effect.runPromise(
    Effect.forEach(
      lanes.filter((lane) => !missing.has(lane.name)),
      (lane) => runLane(lane).pipe(Effect.tap((result) => Effect.sync(() => reports.set(lane.name, result)))),
      { concurrency: 4, discard: true },
    ).pipe(Effect.provide(world)),
  )
}, 1_200_000)
afterAll(() => daemon.close())

describe("every runner, run for real in the sandbox", () => {
  for (const lane of lanes) {
    it.skipIf(missing.has(lane.name))(`${lane.name}${missing.has(lane.name) ? `: ${missing.get(lane.name) ?? ""}` : ""}`, () => {
      const result = reports.get(lane.name)
      for (const variant of variants) {
        const report = result?.[variant]
        const wanted = exceptions[`${lane.name} ${variant}`] ?? expected[variant]
        assert.include(wanted, report?.verdict, `${lane.name} ${variant}: ${report?.problem ?? ""}\n${report?.outputTail ?? ""}`)
        if (variant === "passing") assert.isTrue(report?.complete === true, report?.problem ?? "")
        if (variant === "hanging") assert.strictEqual(report?.ended, "timeout")
      }
      if (lane.runner !== "exit-code") {
        assert.deepStrictEqual(result?.passing.counts, { passed: 2, failed: 0, skipped: 0 })
        assert.deepStrictEqual(result?.failing.counts, { passed: 1, failed: 1, skipped: 0 })
        assert.isTrue(
          result?.failing.tests.some(
            (test) => (test.status === "failed" && (test.message ?? "") !== "") || lane.runner === "ctest" || lane.runner === "prove",
          ),
        )
      }
    })
  }

  it("docs/runners.md tells what ran here (LOOM_WRITE_DOCS=1 writes it)", () => {
    const before = (() => {
      try {
        return readFileSync(page, "utf8")
      } catch {
        return ""
      }
    })()
    const rows = new Map([
      ...rowsOf(before),
      ...lanes.flatMap((lane) => {
        const result = reports.get(lane.name)
        return result === undefined ? [] : [[lane.name, rowOf(lane, result)] as const]
      }),
    ])
    const text = tableOf(lanes.map((lane) => rows.get(lane.name) ?? `| ${lane.name} | not run: ${missing.get(lane.name) ?? ""} |||||||`))
    if (process.env["LOOM_WRITE_DOCS"] === "1") writeFileSync(page, text)
    assert.strictEqual(readFileSync(page, "utf8"), text, "docs/runners.md is out of date: run this test once with LOOM_WRITE_DOCS=1")
  })
})
