import { Cause, Exit, ManagedRuntime, type Effect, type Layer } from "effect"

/**
 * One Effect runtime per invocation (request, RPC call, alarm, workflow run): nothing is shared across requests
 * (facts/idioms.md 0.7: about 0.4 ms). A failure is thrown as itself, a defect as its cause.
 */
export const invoke =
  <R, LE>(layer: Layer.Layer<R, LE>, ctx: Pick<ExecutionContext, "waitUntil">) =>
  async <A, E>(effect: Effect.Effect<A, E, R>): Promise<A> => {
    const runtime = ManagedRuntime.make(layer)
    const exit = await runtime.runPromiseExit(effect).finally(() => ctx.waitUntil(runtime.dispose()))
    if (Exit.isSuccess(exit)) return exit.value
    throw Cause.squash(exit.cause)
  }
