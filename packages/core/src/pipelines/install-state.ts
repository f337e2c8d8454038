import { Effect, Schema } from "effect"
import type { Recipe } from "../domain/Recipe.ts"
import { fullName } from "../domain/Repository.ts"
import type { RunInput } from "../domain/Run.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { Sandbox, type SandboxError } from "../ports/Sandbox.ts"
import { TestRunner } from "../ports/TestRunner.ts"
import { tellingBlockedHosts } from "./blocked-hosts.ts"
import { RunLog } from "./RunLog.ts"

const AttemptRecord = Schema.Struct({
  command: Schema.String,
  exitCode: Schema.NullOr(Schema.Int),
  durationMs: Schema.Finite,
  fix: Schema.NullOr(Schema.String),
})

/** How a box came to have the repository's packages in it. */
export const Installed = Schema.Struct({
  attempts: Schema.Array(AttemptRecord),
  /** Sentences about hosts that were asked for in vain. */
  blocked: Schema.optionalKey(Schema.Array(Schema.String)),
  cache: Schema.Struct({
    /** Null where the recipe installs nothing, or what it depends on cannot be told. */
    key: Schema.NullOr(Schema.String),
    /** `restored`: nothing was installed, the state of an earlier run was brought back; `attempts` are that run's. */
    outcome: Schema.Literals(["restored", "installed"]),
    bytes: Schema.Int,
    /** Milliseconds of restoring, or of installing and keeping. */
    ms: Schema.Finite,
  }),
})
export type Installed = typeof Installed.Type

const attemptsCodec = Schema.fromJsonString(Schema.Array(AttemptRecord))
const artifactOf = (key: string) => `installs/${key}.json`

/** An entry belongs to one repository: another's, with the same lock files, is another key. */
const stateKey = async (input: RunInput, installKey: string): Promise<string> => {
  const text = JSON.stringify([input.repository.id, fullName(input.repository), installKey])
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** The store is a convenience: whatever is wrong with it, the run installs. A box that is gone is gone. */
const orElse = <A>(effect: Effect.Effect<A, SandboxError>, instead: A) =>
  effect.pipe(
    Effect.catch((error) =>
      error.reason._tag === "BoxLost"
        ? Effect.fail(error)
        : Effect.as(Effect.logWarning("state.not_available", { reason: error.message }), instead),
    ),
  )

/**
 * Brings the packages into `sessionId`, where the base commit is checked out and nothing else ran yet: from the state that an earlier
 * run of the same repository left under the same key, else by the recipe, and then that state is kept. `again` opens the box anew.
 */
export const installOrRestore = Effect.fn("installOrRestore")(function* <E, R>(
  input: RunInput,
  sessionId: string,
  recipe: Recipe,
  key: string,
  again: Effect.Effect<void, E, R>,
) {
  const log = yield* RunLog
  const sandbox = yield* Sandbox
  const artifacts = yield* Artifacts
  const { installKey } = recipe
  const state = installKey === undefined ? null : yield* Effect.promise(() => stateKey(input, installKey))
  if (state !== null) {
    const found = yield* orElse(sandbox.restoreState(sessionId, state), { outcome: "absent", bytes: 0, ms: 0 } as const)
    if (found.outcome === "restored") {
      yield* log.say("info", `install: nothing to do, the state of an earlier run was restored (${state.slice(0, 12)}, ${found.ms} ms)`)
      const known = yield* artifacts.get(artifactOf(state))
      const attempts = known === null ? [] : yield* Schema.decodeEffect(attemptsCodec)(known).pipe(Effect.orElseSucceed(() => []))
      return { attempts, cache: { key: state, outcome: "restored", bytes: found.bytes, ms: found.ms } } satisfies Installed
    }
    if (found.outcome === "damaged") {
      yield* log.say("warn", "the kept state could not be unpacked; it was removed, and the box is made anew")
      yield* sandbox.close(sessionId)
      yield* again
    }
  }
  const { value: attempts, blocked } = yield* tellingBlockedHosts(
    sessionId,
    (yield* TestRunner).install(sessionId, key, recipe, log.output),
  )
  for (const attempt of attempts) {
    if (attempt.fix !== null) yield* log.say("warn", `install mended by: ${attempt.fix}`)
  }
  const installMs = attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0)
  if (state === null) return { attempts, blocked, cache: { key: null, outcome: "installed", bytes: 0, ms: installMs } } satisfies Installed
  const saved = yield* orElse(sandbox.saveState(sessionId, state), { outcome: "off", bytes: 0, ms: 0 } as const)
  if (saved.outcome === "stored")
    yield* artifacts.put(artifactOf(state), yield* Schema.encodeEffect(attemptsCodec)(attempts).pipe(Effect.orDie))
  if (saved.outcome === "too_large") yield* log.say("info", "the installed state is too large to be kept for the next run")
  return {
    attempts,
    blocked,
    cache: { key: state, outcome: "installed", bytes: saved.bytes, ms: installMs + saved.ms },
  } satisfies Installed
})
