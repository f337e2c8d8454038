import type { Recipe } from "@loom/core/domain/Recipe"
import { InvalidRequest, SandboxError, type Sandbox } from "@loom/core/ports/Sandbox"
import { Effect, type Context } from "effect"
import { collectScript, setUpScript, testScript } from "./harness/harness.ts"
import { buildReport, emptyReport } from "./reports/build-report.ts"
import { parseSections } from "./sections.ts"
import { digest } from "./shell.ts"

const SHORT_MS = 120_000
const REPORT_BYTES = 32 << 20
const OUTPUT_BYTES = 4 << 20

/** The files of test ids (`file > suite > name`); ids without a file narrow nothing. */
const filesOf = (ids: ReadonlyArray<string>): ReadonlyArray<string> => {
  const files = new Set(ids.map((id) => id.split(" > ")[0] ?? ""))
  return [...files].every((file) => /\.\w+$/.test(file) && /^[\w@./-]+$/.test(file)) ? [...files] : []
}

/**
 * Three execs: the helpers are written, the test lines run, the reports are read back. The last one runs also when the
 * tests were ended from outside, so that the tree is always as it was.
 */
export const runTests = Effect.fn("TestRunner.run")(function* (
  sandbox: Context.Service.Shape<typeof Sandbox>,
  sandboxEnv: Readonly<Record<string, string>>,
  sessionId: string,
  key: string,
  recipe: Recipe,
  options: { readonly timeoutMs: number; readonly only?: ReadonlyArray<string>; readonly onOutput: (text: string) => void },
) {
  if (recipe.test.length === 0) return emptyReport(recipe)
  const token = yield* Effect.promise(() => digest(`${sessionId}\0${key}\0run`))
  const boundary = yield* Effect.promise(() => digest(`${sessionId}\0${key}\0boundary`))
  const only = filesOf(options.only ?? [])
  const env = { ...sandboxEnv, ...recipe.env }
  const base = { cwd: recipe.cwd, env, gateways: false } as const

  const prepared = yield* sandbox.exec(sessionId, {
    ...base,
    id: `${key}:setup`,
    argv: ["bash", "-c", setUpScript(recipe, token, only)],
    timeoutMs: SHORT_MS,
  })
  if (prepared.exitCode !== 0) {
    return yield* new SandboxError({
      operation: "test set-up",
      reason: new InvalidRequest({ detail: `the test helpers could not be written: ${prepared.stderr.slice(-500)}` }),
    })
  }
  const result = yield* sandbox.exec(sessionId, {
    ...base,
    id: `${key}:test`,
    argv: ["bash", "-c", testScript(recipe, token, only)],
    // What the tests were granted, which is nothing unless both repository and operator say so; the rest has no network at all.
    network: "tests",
    timeoutMs: options.timeoutMs,
    maxOutputBytes: OUTPUT_BYTES,
    onOutputLimit: "truncate",
    onOutput: options.onOutput,
  })
  const collected = yield* sandbox.exec(sessionId, {
    ...base,
    id: `${key}:report`,
    argv: ["bash", "-c", collectScript(token, boundary)],
    timeoutMs: SHORT_MS,
    maxOutputBytes: REPORT_BYTES,
    onOutputLimit: "truncate",
  })
  const sections = parseSections(boundary, collected.stdout)
  return buildReport({
    recipe,
    result,
    sections,
    collected: !collected.truncated && sections.at(-1)?.kind === "end",
    timeoutMs: options.timeoutMs,
  })
})
