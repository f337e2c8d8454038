import { Effect, Layer } from "effect"
import type { RunInput } from "@loom/core/domain/Run"
import { Coordinator } from "@loom/core/ports/Coordinator"
import { RunReporter } from "@loom/core/ports/RunReporter"

/** The port of one run's reports: the coordinator of its repository, with the run's id as fencing token. */
export const runReporterLayer = (input: RunInput) =>
  Layer.effect(
    RunReporter,
    Effect.gen(function* () {
      const coordinator = yield* Coordinator
      const { id } = input.repository
      return RunReporter.of({
        stage: (record) => coordinator.report(id, input.runId, { kind: "stage", record }),
        log: (key, lines) => coordinator.report(id, input.runId, { kind: "log", key, lines }),
        usage: (total) => coordinator.report(id, input.runId, { kind: "usage", total }),
        finish: (outcome) => coordinator.finish(id, input.runId, outcome),
      })
    }),
  )
