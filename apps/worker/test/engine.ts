import type { RunInput } from "@loom/core/domain/Run"
import type { ProjectionBatch } from "@loom/core/ports/TaskProjection"
import type { CoordinatorPlatform } from "../src/coordinator/CoordinatorPlatform.ts"

/** The engine of one repository's runs, as a test scripts it. It remembers what it was asked, and fails when told to. */
export class ScriptedEngine {
  readonly started: Array<RunInput> = []
  /** Runs that were ended by the coordinator, and are to be told. */
  readonly ended: Array<RunInput> = []
  readonly recovered: Array<string> = []
  readonly stopped: Array<string> = []
  readonly projected: Array<ProjectionBatch> = []
  /** Throws while positive, counting down. */
  failStarts = 0
  failProjections = 0
  recovery: "continued" | "missing" | "ended" | "throws" = "continued"
  recoverOnWakeMs: number | null = null
  maxLogLines = 20_000
  /** Added to the real clock. */
  skipMs = 0
  now = () => Date.now() + this.skipMs

  /**
   * Resolves when `when` is true. Looks again and again in the test's own turn: a promise that the object's turn resolved
   * would tie the two requests together, and workerd then never evicts the object.
   */
  async until(when: () => boolean): Promise<void> {
    while (!when()) await scheduler.wait(1)
  }

  platform(project: CoordinatorPlatform["project"]): CoordinatorPlatform {
    return {
      now: () => this.now(),
      random: () => Math.random(),
      startRun: async (input) => {
        if (this.failStarts-- > 0) throw new Error("the engine is down")
        if (input.ended === undefined) this.started.push(input)
        else this.ended.push(input)
      },
      recoverRun: async (runId) => {
        this.recovered.push(runId)
        if (this.recovery === "throws") throw new Error("the engine is down")
        return this.recovery === "ended" ? { ended: true, problem: "Execution timed out" } : this.recovery
      },
      stopRun: async (runId) => {
        this.stopped.push(runId)
      },
      project: async (batch) => {
        if (this.failProjections-- > 0) {
          throw new Error("D1 is down")
        }
        await project(batch)
        this.projected.push(batch)
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
