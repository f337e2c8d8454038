import { Effect, Layer, Schema } from "effect"
import { redact } from "@loom/core/domain/redact"
import type { RunInput } from "@loom/core/domain/Run"
import { TaskProjection } from "@loom/core/ports/TaskProjection"
import { DatabaseLive } from "@loom/db/Database"
import { TaskProjectionD1 } from "@loom/db/TaskProjectionD1"
import type { CoordinatorPlatform, Recovery } from "./CoordinatorPlatform.ts"

/** The part of a Workflow instance the coordinator uses. */
export interface EngineInstance {
  readonly status: () => Promise<{ readonly status: string; readonly error?: unknown }>
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
  readonly terminate: () => Promise<void>
}
/** The part of the Workflow binding the coordinator uses. */
export interface Engine {
  readonly create: (options: { readonly id: string; readonly params: RunInput }) => Promise<unknown>
  readonly get: (id: string) => Promise<EngineInstance>
}

const says = (cause: unknown, pattern: RegExp): boolean => cause instanceof Error && pattern.test(`${cause.name} ${cause.message}`)
const ALREADY = /already[ _.]?exists/i
const MISSING = /not[ _.]?found|does not exist|unknown instance/i
const ENDED = new Set(["complete", "errored", "terminated"])

/** `{ name, message }` on Cloudflare. It goes to people, so it is cut and without secrets. */
const Told = Schema.Struct({ message: Schema.NonEmptyString })
const problemIn = (error: unknown): string | null => {
  const text = Schema.is(Told)(error) ? error.message : typeof error === "string" && error !== "" ? error : null
  return text === null ? null : redact(text).slice(0, 300).replace(/\.$/, "")
}

/** The ending of a run is an instance of its own: the run's may still be there. */
const instanceOf = (input: RunInput): string => (input.ended === undefined ? input.runId : `${input.runId}-end`)

/**
 * A silent instance. The local engine forgets running ones when its process dies and `resume` alone does nothing:
 * `pause`, then `resume`, goes on with the first unfinished step (facts/idioms.md section 8).
 */
const recover = async (engine: Engine, runId: string): Promise<Recovery> => {
  try {
    const instance = await engine.get(runId)
    const { error, status } = await instance.status()
    if (ENDED.has(status)) return { ended: true, problem: problemIn(error) }
    if (status !== "paused") await instance.pause()
    await instance.resume()
    return "continued"
  } catch (cause) {
    if (says(cause, MISSING)) return "missing"
    throw cause
  }
}

/** Workflows, D1, the clock and chance of the real platform. */
export const cloudflarePlatform = (env: { readonly TASK_WORKFLOW: Engine; readonly DB: D1Database }): CoordinatorPlatform => {
  const projection = Effect.provide(TaskProjection, TaskProjectionD1.pipe(Layer.provide(DatabaseLive(env.DB))))
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    startRun: async (input) => {
      try {
        await env.TASK_WORKFLOW.create({ id: instanceOf(input), params: input })
      } catch (cause) {
        if (!says(cause, ALREADY)) throw cause
      }
    },
    recoverRun: (runId) => recover(env.TASK_WORKFLOW, runId),
    stopRun: async (runId) => {
      await (await env.TASK_WORKFLOW.get(runId)).terminate()
    },
    project: (batch) => Effect.runPromise(Effect.flatMap(projection, (service) => service.write(batch))),
  }
}
