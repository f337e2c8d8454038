import { LLMock } from "@copilotkit/aimock"
import { Effect } from "effect"

type Factory = Extract<Parameters<LLMock["on"]>[1], (...args: never) => unknown>
export type Script = Awaited<ReturnType<Factory>>

const usage = { input_tokens: 1000, output_tokens: 50, prompt_tokens: 1000, completion_tokens: 50 }

/** A scripted answer: words, or one or more tool calls. Arguments that are a string go out as they are, broken or not. */
export const words = (content: string): Script => ({ content, usage })
export const calls = (...list: ReadonlyArray<readonly [name: string, params: unknown]>): Script => ({
  toolCalls: list.map(([name, params]) => ({ name, arguments: typeof params === "string" ? params : JSON.stringify(params) })),
  usage,
})
export const failure = (status: number, message: string, type = "error", retryAfter?: number): Script => ({
  status,
  error: { message, type },
  ...(retryAfter === undefined ? {} : { retryAfter }),
})

/** A model server that gives its answers in order, one to a request, and the last one from then on. `broken` answers break off in mid-stream. */
export const scriptedServer = (script: ReadonlyArray<Script>, broken: ReadonlyArray<number> = []) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const server = new LLMock({ port: 0, logLevel: "silent" })
      let served = 0
      const next: Factory = () => script[Math.min(served++, script.length - 1)] ?? words("nothing scripted")
      server.on({ predicate: () => broken.includes(served) }, next, { chunkSize: 1, latency: 5, disconnectAfterMs: 40 })
      server.on({ predicate: () => true }, next)
      const url = await server.start()
      return {
        url,
        served: () => served,
        requests: () => server.getRequests().map(({ body }) => JSON.stringify(body)),
        stop: () => server.stop(),
      }
    }),
    ({ stop }) => Effect.promise(stop),
  )
