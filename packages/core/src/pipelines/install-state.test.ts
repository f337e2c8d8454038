import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Recipe } from "../domain/Recipe.ts"
import { BoxLost, InvalidRequest, Sandbox, SandboxError } from "../ports/Sandbox.ts"
import { SetupFailed, TestRunner } from "../ports/TestRunner.ts"
import { installOrRestore } from "./install-state.ts"
import { RunLog } from "./RunLog.ts"
import { input } from "./testing/fixtures.ts"
import { World } from "./testing/in-memory-world.ts"

const recipe: Recipe = {
  cwd: ".",
  language: "javascript",
  packageManager: "npm",
  runner: "vitest",
  install: [{ command: "npm ci", origin: "package-lock.json" }],
  test: [],
  env: {},
  tools: {},
  installKey: "k",
}
const attempt = { command: "npm ci", exitCode: 0, durationMs: 40, fix: "lock drift" }

/** A host with a store, and what was asked of it, in order. */
class Host {
  readonly asked: Array<string> = []
  readonly states = new Map<string, string>()
  restored: "restored" | "absent" | "damaged" | "off" | SandboxError = "absent"
  saved: "stored" | "too_large" | "off" | SandboxError = "stored"
  fails = false

  layer(world: World) {
    const answer = <A extends string>(name: string, outcome: A | SandboxError) =>
      Effect.suspend(() => {
        this.asked.push(name)
        return typeof outcome === "string" ? Effect.succeed({ outcome, bytes: 7, ms: 3 }) : Effect.fail(outcome)
      })
    return Layer.mergeAll(
      world.layer,
      Layer.mock(Sandbox)({
        refusals: () => Effect.succeed([]),
        close: (id) => Effect.sync(() => void this.asked.push(`close ${id}`)),
        restoreState: (_, key) => {
          this.states.set(key, "asked")
          return answer("restore", this.restored)
        },
        saveState: () => answer("save", this.saved),
      }),
      Layer.mock(TestRunner)({
        install: () =>
          Effect.suspend(() => {
            this.asked.push("install")
            return this.fails
              ? Effect.fail(new SetupFailed({ command: "npm ci", exitCode: 1, ended: null, output: "no", remedy: "mend it" }))
              : Effect.succeed([attempt])
          }),
      }),
      Layer.succeed(RunLog, RunLog.of({ say: () => Effect.void, output: () => {} })),
    )
  }
}
const run = (host: Host, world = new World(), of = recipe, from = input) =>
  Effect.runPromise(
    installOrRestore(
      from,
      "box",
      of,
      "key",
      Effect.sync(() => void host.asked.push("open again")),
    ).pipe(Effect.provide(host.layer(world)), Effect.result),
  )

describe("installOrRestore", () => {
  it("installs and keeps; the next run restores, with the attempts that it took then", async () => {
    const host = new Host()
    const world = new World()
    const first = await run(host, world)
    assert.deepStrictEqual(host.asked, ["restore", "install", "save"])
    assert.deepInclude(first, { _tag: "Success" })
    host.restored = "restored"
    host.asked.length = 0
    const second = await run(host, world)
    assert.deepStrictEqual(host.asked, ["restore"])
    assert.deepStrictEqual(second._tag === "Success" ? [second.success.cache.outcome, second.success.attempts] : second, [
      "restored",
      [attempt],
    ])
  })

  it("without a key asks for nothing and keeps nothing", async () => {
    const host = new Host()
    const { installKey: _, ...without } = recipe
    await run(host, new World(), without)
    assert.deepStrictEqual(host.asked, ["install"])
  })

  it("an entry belongs to one repository", async () => {
    const host = new Host()
    await run(host)
    await run(host, new World(), recipe, { ...input, repository: { ...input.repository, id: 99 } })
    await run(host, new World(), { ...recipe, installKey: "other" })
    await run(host)
    assert.strictEqual(host.states.size, 3)
    for (const key of host.states.keys()) assert.match(key, /^[0-9a-f]{64}$/)
  })

  it("a damaged state costs the box, which is made anew before anything is installed", async () => {
    const host = new Host()
    host.restored = "damaged"
    await run(host)
    assert.deepStrictEqual(host.asked, ["restore", "close box", "open again", "install", "save"])
  })

  it("a set-up that fails is never kept, and ends the run", async () => {
    const host = new Host()
    host.fails = true
    const ended = await run(host)
    assert.deepStrictEqual(host.asked, ["restore", "install"])
    assert.deepInclude(ended, { _tag: "Failure" })
  })

  it("trouble with the store is no trouble of the run; a lost box is", async () => {
    const host = new Host()
    host.restored = new SandboxError({ operation: "restoreState", reason: new InvalidRequest({ detail: "no such route" }) })
    host.saved = new SandboxError({ operation: "saveState", reason: new InvalidRequest({ detail: "no such route" }) })
    assert.deepInclude(await run(host), { _tag: "Success" })
    assert.deepStrictEqual(host.asked, ["restore", "install", "save"])
    host.restored = new SandboxError({ operation: "restoreState", reason: new BoxLost({ detail: "gone" }) })
    assert.deepInclude(await run(host), { _tag: "Failure" })
  })
})
