import type { RunInput } from "@loom/core/domain/Run"
import type { CoordinatorPlatform, Recovery } from "../src/coordinator/CoordinatorPlatform.ts"

/** The engine of one repository's runs, as a test scripts it. It remembers what it was asked, and fails when told to. */
export class ScriptedEngine {
  readonly started: Array<RunInput> = []
  readonly recovered: Array<string> = []
  readonly stopped: Array<string> = []
  /** Throws while positive, counting down. */
  failStarts = 0
  failProjections = 0
  recovery: Recovery | "throws" = "continued"
  recoverOnWakeMs: number | null = null
  /** Added to the real clock. */
  skipMs = 0
  now = () => Date.now() + this.skipMs
  #waiting: Array<{ readonly when: () => boolean; readonly go: () => void }> = []

  /** Resolves when `when` is true after something happened: an event, never a time. */
  until(when: () => boolean): Promise<void> {
    if (when()) return Promise.resolve()
    return new Promise((go) => this.#waiting.push({ when, go }))
  }

  #happened(): void {
    this.#waiting = this.#waiting.filter(({ go, when }) => {
      if (when()) go()
      return !when()
    })
  }

  platform(project: CoordinatorPlatform["project"]): CoordinatorPlatform {
    return {
      now: () => this.now(),
      random: () => Math.random(),
      startRun: async (input) => {
        if (this.failStarts-- > 0) throw new Error("the engine is down")
        this.started.push(input)
        this.#happened()
      },
      recoverRun: async (runId) => {
        this.recovered.push(runId)
        this.#happened()
        if (this.recovery === "throws") throw new Error("the engine is down")
        return this.recovery
      },
      stopRun: async (runId) => {
        this.stopped.push(runId)
        this.#happened()
      },
      project: async (batch) => {
        if (this.failProjections-- > 0) {
          this.#happened()
          throw new Error("D1 is down")
        }
        await project(batch)
        this.#happened()
      },
    }
  }
}

const engines = new Map<string, ScriptedEngine>()

/** One per repository, so that tests do not meet. */
export const engineOf = (repositoryId: number | string): ScriptedEngine => {
  const key = String(repositoryId)
  const engine = engines.get(key) ?? new ScriptedEngine()
  engines.set(key, engine)
  return engine
}
