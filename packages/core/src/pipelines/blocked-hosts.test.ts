import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { blockedHost } from "../domain/egress-policy.ts"
import type { Refusal } from "../domain/SandboxProtocol.ts"
import { BoxLost, Sandbox, SandboxError } from "../ports/Sandbox.ts"
import { SetupFailed } from "../ports/TestRunner.ts"
import { blockedSummary, tellingBlockedHosts } from "./blocked-hosts.ts"
import { RunLog } from "./RunLog.ts"
import { runTask } from "./run-task.ts"
import { input } from "./testing/fixtures.ts"
import { report, World } from "./testing/in-memory-world.ts"

const refusal = (host: string, more: Partial<Refusal> = {}): Refusal => ({
  via: "registry",
  phase: "setup",
  host,
  port: 443,
  reason: "host is not listed",
  message: blockedHost(more.phase ?? "setup", host, "host is not listed"),
  count: 1,
  firstAt: 0,
  lastAt: 0,
  ...more,
})

/** A sandbox host that refuses `after` while the work goes on, and what the log was told. */
const watch = <A, E>(before: ReadonlyArray<Refusal>, after: ReadonlyArray<Refusal> | SandboxError, work: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const said: Array<string> = []
    let asked = 0
    const layer = Layer.mergeAll(
      Layer.mock(Sandbox)({
        refusals: () =>
          Effect.suspend(() =>
            asked++ === 0 ? Effect.succeed(before) : after instanceof SandboxError ? Effect.fail(after) : Effect.succeed(after),
          ),
      }),
      Layer.succeed(
        RunLog,
        RunLog.of({ say: (level, message) => Effect.sync(() => void said.push(`${level} ${message}`)), output: () => {} }),
      ),
    )
    const result = yield* tellingBlockedHosts("box", work).pipe(Effect.result, Effect.provide(layer))
    return { result, said }
  })

describe("blocked hosts", () => {
  it.effect("are told once each, when they are new or asked for again; names that nobody has are not", () =>
    Effect.gen(function* () {
      const old = refusal("old.dev")
      const { result, said } = yield* watch(
        [old, refusal("again.dev")],
        [
          old,
          refusal("again.dev", { count: 2 }),
          refusal("new.dev"),
          refusal("new.dev", { via: "dns", port: null }),
          refusal("redis", { via: "dns", port: null }),
          refusal("nowhere.invalid", { via: "dns", port: null }),
        ],
        Effect.succeed(7),
      )
      assert.strictEqual(result._tag === "Success" && result.success.value, 7)
      assert.deepStrictEqual(said, [`warn ${refusal("again.dev").message}`, `warn ${refusal("new.dev").message}`])
      assert.strictEqual(result._tag === "Success" && blockedSummary(result.success.blocked), "; blocked hosts: again.dev, new.dev")
    }),
  )

  it.effect("stand in the remedy and the evidence of a set-up that failed", () =>
    Effect.gen(function* () {
      const failing = Effect.fail(
        new SetupFailed({ command: "npm ci", exitCode: 1, ended: null, output: "x".repeat(4000), remedy: "Mend it." }),
      )
      const { result } = yield* watch([], [refusal("cdn.dev")], failing)
      const error = result._tag === "Failure" ? result.failure : assert.fail("it failed")
      assert.match(
        error.remedy,
        /^The sandbox refused what was asked for: blocked host: cdn\.dev .*LOOM_ALLOWED_HOSTS.*Otherwise: Mend it\.$/,
      )
      assert.match(error.output, /blocked host: cdn\.dev/)
      assert.isAtMost(error.output.length, 4000)
    }),
  )

  it.effect("do not hide what became of the work when the box cannot be asked any more", () =>
    Effect.gen(function* () {
      const lost = new SandboxError({ operation: "refusals", reason: new BoxLost({ detail: "gone" }) })
      const { result, said } = yield* watch([], lost, Effect.succeed("done"))
      assert.deepStrictEqual(result._tag === "Success" && result.success, { value: "done", blocked: [] })
      assert.deepStrictEqual(said, [])
    }),
  )
})

describe("a run whose tests want the network", () => {
  it.effect("says which host was blocked and which setting allows it: in the comment, the remedy and the stage", () =>
    Effect.gen(function* () {
      const world = new World()
      const wanted = refusal("api.acme.dev", { phase: "tests" })
      world.reports = ({ patched }) => {
        world.refusals = [{ ...wanted, count: (world.refusals[0]?.count ?? 0) + 1 }]
        return report({ adds: patched ? "passed" : "failed", other: patched ? "failed" : "passed" })
      }
      const outcome = yield* runTask(input).pipe(Effect.provide(world.layer))
      assert.strictEqual(outcome.failure?.code, "gate_regressed")
      assert.include(outcome.failure?.remedy, "blocked host: api.acme.dev")
      assert.include(outcome.failure?.remedy, "`network: { tests: [api.acme.dev] }` in .github/loom.yml")
      assert.include(outcome.stages.find(({ name }) => name === "baseline")?.summary, "; blocked hosts: api.acme.dev")
      const comment = [...world.comments.values()][0] ?? ""
      assert.include(comment, "blocked hosts: api.acme.dev")
      assert.match(comment, /What to do:\*\* .*network: \{ tests: \[api\.acme\.dev\] \}/)
    }),
  )

  it.effect("is told on the issue what the operator does not permit, and the tests get what he does", () =>
    Effect.gen(function* () {
      const world = new World()
      world.config = { network: { setup: ["cdn.dev"], tests: ["api.acme.dev"] } }
      world.repositoryHosts = { setup: ["*"], tests: [] }
      const outcome = yield* runTask(input).pipe(Effect.provide(world.layer))
      assert.strictEqual(outcome.status, "completed")
      assert.deepStrictEqual(outcome.recipe?.network, { setup: ["cdn.dev"], tests: [] })
      assert.deepStrictEqual(world.opened[0]?.hosts, { setup: [{ host: "cdn.dev", by: "repository" }], tests: [] })
      assert.include(
        [...world.comments.values()][0],
        "network.tests` asks for `api.acme.dev`, which the operator of this Loom does not permit (LOOM_TEST_HOSTS)",
      )
    }),
  )
})
