import { Effect, Schema } from "effect"
import { Recipe } from "../domain/Recipe.ts"
import { grantHosts, type GrantedHosts } from "../domain/network-config.ts"
import { fullName } from "../domain/Repository.ts"
import type { RunInput } from "../domain/Run.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { Sandbox } from "../ports/Sandbox.ts"
import { TestRunner } from "../ports/TestRunner.ts"
import { Workspace } from "../ports/Workspace.ts"
import { Installed, installOrRestore } from "./install-state.ts"
import type { Admitted, Checkpoint } from "./RunContext.ts"
import { RunLog } from "./RunLog.ts"

/** How the repository was made ready, with every attempt at installing it. */
export const Prepared = Schema.Struct({
  recipe: Recipe,
  ...Installed.fields,
  /** Versions of the tools in the box. */
  tools: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
})
export type Prepared = typeof Prepared.Type

/** Opens a box and brings the base commit into it. Opening the same id twice is one box; the run's own box has the run's id. */
const openBox = Effect.fn("openBox")(function* (input: RunInput, admitted: Admitted, sessionId: string, key: string) {
  const settings = yield* RunSettings
  const sandbox = yield* Sandbox
  const gateways = yield* Effect.promise(() => settings.gatewaysOf(input, admitted.branch))
  yield* sandbox.open({
    id: sessionId,
    gateways,
    registries: settings.registries,
    hosts: grantedTo(admitted, settings),
    reapAfterMs: (settings.maxMinutes + 10) * 60_000,
  })
  yield* (yield* Workspace).clone(sessionId, key, {
    fullName: fullName(input.repository),
    commit: admitted.baseCommit,
    branch: admitted.baseBranch,
  })
})

const grantedTo = (admitted: Admitted, settings: Pick<RunSettings["Service"], "repositoryHosts">): GrantedHosts => {
  const { setup, tests } = grantHosts(admitted.config.network, settings.repositoryHosts)
  return { setup, tests }
}

/** Says what set-up and tests may reach, in the log and in the recipe. */
const withNetwork = Effect.fn("withNetwork")(function* (admitted: Admitted, recipe: Recipe) {
  const settings = yield* RunSettings
  const { registries } = settings
  const granted = grantedTo(admitted, settings)
  const [setup, tests] = [granted.setup, granted.tests].map((rules) => rules.map(({ host }) => host))
  const network = { setup: setup ?? [], tests: tests ?? [] }
  const more = network.setup.length === 0 ? "" : ` and ${network.setup.join(", ")} (.github/loom.yml network.setup)`
  yield* (yield* RunLog).say(
    "info",
    `network: the set-up may reach ${registries.length} hosts of the operator${more}; the tests ${
      network.tests.length === 0 ? "none" : `${network.tests.join(", ")} (.github/loom.yml network.tests)`
    }`,
  )
  return admitted.config.network === undefined ? recipe : { ...recipe, network }
})

const ready = (input: RunInput, admitted: Admitted, sessionId: string, recipe: Recipe, key: string) =>
  installOrRestore(input, sessionId, recipe, key, openBox(input, admitted, sessionId, `${key}.again`))

/** Sandbox, clone, recipe, install. Nothing of the repository runs before its recipe is settled. */
export const prepare = Effect.fn("prepare")(function* (input: RunInput, admitted: Admitted, key: string) {
  const log = yield* RunLog
  const runner = yield* TestRunner
  yield* openBox(input, admitted, input.runId, key)
  yield* log.say("info", `cloned ${fullName(input.repository)} at ${admitted.baseCommit.slice(0, 12)}`)
  const recipe = yield* withNetwork(admitted, yield* runner.resolveRecipe(input.runId, key, admitted.config))
  for (const line of recipe.install) yield* log.say("info", `install: ${line.command}  (${line.origin})`)
  for (const line of recipe.test) yield* log.say("info", `test: ${line.command}  (${line.origin})`)
  for (const service of recipe.services ?? []) {
    if (service.state === "missing")
      yield* log.say("warn", `service ${service.name} (${service.kind}, ${service.origin}): ${service.reason}`)
  }
  const installed = yield* ready(input, admitted, input.runId, recipe, key)
  const tools = (yield* runner.toolVersions?.(input.runId, key, recipe) ?? Effect.succeed({})) satisfies Prepared["tools"]
  return { recipe, ...installed, tools } satisfies Prepared
})

/** The box was lost: a new one from recipe and checkpoint, exactly as it was after the last finished turn. */
export const rebuild = Effect.fn("rebuild")(function* (
  input: RunInput,
  admitted: Admitted,
  recipe: Recipe,
  checkpoint: Checkpoint | null,
  key: string,
) {
  const log = yield* RunLog
  yield* log.say("warn", "the sandbox was lost; rebuilding it from the recipe and the last checkpoint")
  yield* openBox(input, admitted, input.runId, key)
  yield* ready(input, admitted, input.runId, recipe, key)
  yield* restoreCheckpoint(input, admitted, checkpoint, key)
})

/** Id of the box in which only the gate works, and after it the publisher. */
export const freshBoxId = (input: RunInput): string => `${input.runId}-v`

/**
 * A box that no agent ever touched: base commit, installed state (restored, or installed again), then the checkpoint's patch. What an
 * agent did to ignored files of its own box (`node_modules`, caches, build output) is not in it. `use` gets its session id; the box is
 * closed afterwards in every case, and one that a dead isolate left behind is closed first. Without a recipe nothing is installed:
 * then no code of the repository ever ran in it, and what git says there is true whatever its `.git` was made to say elsewhere.
 */
export const inFreshBox = <A, E, R>(
  input: RunInput,
  admitted: Admitted,
  recipe: Recipe | null,
  checkpoint: Checkpoint | null,
  key: string,
  use: (sessionId: string) => Effect.Effect<A, E, R>,
) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox
    const sessionId = freshBoxId(input)
    yield* sandbox.close(sessionId)
    const work = Effect.gen(function* () {
      yield* openBox(input, admitted, sessionId, key)
      if (recipe !== null) yield* ready(input, admitted, sessionId, recipe, key)
      yield* restoreInto(sessionId, admitted, checkpoint, key)
      return yield* use(sessionId)
    })
    return yield* work.pipe(Effect.ensuring(Effect.ignore(sandbox.close(sessionId))))
  })

/** Brings the working tree of the run's box to the base commit plus the checkpoint, exactly. */
export const restoreCheckpoint = (input: RunInput, admitted: Admitted, checkpoint: Checkpoint | null, key: string) =>
  restoreInto(input.runId, admitted, checkpoint, key)

/** The same in any box. */
export const restoreInto = Effect.fn("restoreInto")(function* (
  sessionId: string,
  admitted: Admitted,
  checkpoint: Checkpoint | null,
  key: string,
) {
  const patch = checkpoint === null ? "" : ((yield* (yield* Artifacts).get(checkpoint.artifact)) ?? "")
  yield* (yield* Workspace).restore(sessionId, key, admitted.baseCommit, patch)
})
