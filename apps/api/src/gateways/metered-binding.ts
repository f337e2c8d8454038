import { Effect } from "effect"
import type { Budget } from "@loom/core/domain/Usage"
import { meteredStream } from "./metered-stream.ts"
import { modelBook, type ModelBookDeps } from "./model-book.ts"
import { UsageMeter } from "./model-usage.ts"

/** A Workers AI binding, as far as it is used. */
export interface ModelBinding {
  readonly run: (model: string, inputs: Record<string, unknown>, options?: Record<string, unknown>) => Promise<unknown>
}

export interface MeteredBindingDeps extends ModelBookDeps {
  readonly runId: string
  readonly budget: Budget
  readonly waitUntil: (work: Promise<unknown>) => void
}

const PROVIDER = "workers-ai"

/**
 * A binding that keeps the gateway's rules, for the one way to a model that is no HTTP: nothing is asked once the run's budget is spent or
 * while the ledger is silent, and every answer is in the book before it ends.
 */
export const meteredBinding = (binding: ModelBinding, { budget, runId, waitUntil, ...deps }: MeteredBindingDeps): ModelBinding => {
  const book = modelBook(deps)
  return {
    run: async (model, inputs, options) => {
      const refusal = await book.refusalFor(runId, Effect.succeed(budget))
      if (refusal !== null) throw new Error(`loom: ${refusal}`)
      const answer = await binding.run(model, inputs, options)
      const meter = new UsageMeter()
      const asked = { requestId: crypto.randomUUID(), runId, provider: PROVIDER, model, meter, sentBytes: JSON.stringify(inputs).length }
      const settle = (answerBytes: number) => book.settle({ ...asked, answerBytes })
      if (answer instanceof ReadableStream) return meteredStream(answer, { isEvents: true, meter, settle, waitUntil })
      meter.take(answer)
      await settle(JSON.stringify(answer ?? null).length)
      return answer
    },
  }
}
