import { Effect, Schema } from "effect"
import { proxyDurable } from "itty-durable"
import type { WindowPolicy } from "@loom/core/domain/request-window"
import { AccessUnavailable } from "@loom/core/ports/Access"
import { RequestLimits } from "@loom/core/ports/RequestLimits"

const State = { limit: Schema.Int, windowMs: Schema.Int, used: Schema.Int, remaining: Schema.Int, resetMs: Schema.Int }
const decodeState = Schema.decodeUnknownSync(Schema.Struct(State))
const decodeAnswer = Schema.decodeUnknownSync(Schema.Struct({ ...State, allowed: Schema.Boolean }))

/** `AccountLimiter` as itty-durable's proxy shows it: every method is a `fetch` to `/do/call/<method>`. */
interface LimiterStub {
  readonly take: (policy: WindowPolicy, name?: string) => Promise<unknown>
  readonly look: (policy: WindowPolicy) => Promise<unknown>
}

const ask = <A>(run: () => Promise<unknown>, decode: (answer: unknown) => A) =>
  Effect.tryPromise({
    try: () => run().then(decode),
    catch: (cause) =>
      new AccessUnavailable({ detail: `the limiter: ${cause instanceof Error ? cause.message.slice(0, 200) : "no answer"}` }),
  })

/** Only the two numbers go over: they travel in a header. */
const policyOf = ({ limit, windowMs }: WindowPolicy): WindowPolicy => ({ limit, windowMs })

/** One object for each key, made when it is first counted and gone an hour after. */
export const requestLimitsOf = (namespace: DurableObjectNamespace): RequestLimits["Service"] => {
  const stubOf = (key: string): LimiterStub => proxyDurable(namespace, { name: "LIMITER", parse: true }).get(key)
  return RequestLimits.of({
    take: (key, policy, name) =>
      ask(() => (name === undefined ? stubOf(key).take(policyOf(policy)) : stubOf(key).take(policyOf(policy), name)), decodeAnswer),
    look: (key, policy) => ask(() => stubOf(key).look(policyOf(policy)), decodeState),
  })
}
