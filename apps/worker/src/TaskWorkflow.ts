import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers"
import { Effect, Schema } from "effect"
import { RunInput } from "@loom/core/domain/Run"
import { Artifacts } from "@loom/core/ports/Artifacts"
import { Durable } from "@loom/core/ports/Durable"
import { runTask } from "@loom/core/pipelines/run-task"
import { runLayer } from "./app.ts"
import { durableOn } from "./durable.ts"
import type { Env } from "./Env.ts"
import { invoke } from "./invoke.ts"

/** One run, durably. Everything it does is `runTask`; what it may use is `runLayer`. */
export class TaskWorkflow extends WorkflowEntrypoint<Env, RunInput> {
  override async run(event: Readonly<WorkflowEvent<RunInput>>, step: WorkflowStep): Promise<{ readonly status: string }> {
    const input = await Schema.decodeUnknownPromise(RunInput)(event.payload)
    const run = Artifacts.use((artifacts) =>
      runTask(input).pipe(Effect.provideService(Durable, durableOn(step, artifacts, `runs/${input.runId}/steps`))),
    )
    const outcome = await invoke(runLayer(this.env, input), this.ctx)(run)
    return { status: outcome.status }
  }
}
