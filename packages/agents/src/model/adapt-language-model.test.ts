import { assert, describe, it } from "@effect/vitest"
import type { LanguageModelV4StreamPart } from "@ai-sdk/provider"
import { Effect, Schema, Stream } from "effect"
import { Prompt, Response, Tool, Toolkit } from "effect/ai"
import { models, transport, type SeenRequest } from "../testing/agents-world.ts"
import { scriptedServer, calls, words } from "../testing/scripted-server.ts"
import { workersAiBinding } from "../testing/workers-ai-binding.ts"
import { adaptLanguageModel } from "./adapt-language-model.ts"
import { withCacheHints } from "./cache-hints.ts"
import { convertPrompt } from "./convert-prompt.ts"
import { foldStream } from "./fold-stream.ts"
import { makeProviderModel, requestOptions } from "./make-provider-model.ts"
import { ModelTransport } from "./ModelTransport.ts"

const streamOf = (...parts: ReadonlyArray<LanguageModelV4StreamPart>): ReadableStream<LanguageModelV4StreamPart> =>
  new ReadableStream({
    start: (controller) => {
      for (const part of parts) controller.enqueue(part)
      controller.close()
    },
  })
const end: LanguageModelV4StreamPart = {
  type: "finish",
  finishReason: { unified: "stop", raw: "end_turn" },
  usage: { inputTokens: { total: 10, noCache: 4, cacheRead: 6, cacheWrite: 0 }, outputTokens: { total: 3, text: 3, reasoning: 0 } },
}

describe("the adapter", () => {
  for (const choice of Object.values(models))
    for (const streaming of [true, false])
      it.effect(`answers words and calls ${streaming ? "streamed" : "at once"} (${choice.provider})`, () =>
        Effect.gen(function* () {
          const server = yield* scriptedServer([words("hello"), calls(["look", { at: "a" }], ["look", { at: "b" }])])
          const ask = Effect.gen(function* () {
            const model = yield* adaptLanguageModel(yield* makeProviderModel(choice, yield* ModelTransport), { streaming })
            const kit = Toolkit.make(Tool.make("look", { parameters: Schema.Struct({ at: Schema.String }) }))
            const toolkit = yield* kit.pipe(Effect.provide(yield* kit.toHandlers({ look: () => Effect.void })))
            return yield* model.generateText({ prompt: "go", toolkit, disableToolCallResolution: true, toolCallValidation: "deferred" })
          }).pipe(Effect.provide(transport(server.url, [], workersAiBinding(server.url))))
          assert.strictEqual((yield* ask).text, "hello")
          const answer = yield* ask
          assert.deepStrictEqual(
            answer.toolCalls.map(({ name, params }) => [name, params]),
            [
              ["look", { at: "a" }],
              ["look", { at: "b" }],
            ],
          )
          assert.strictEqual(answer.usage.inputTokens.total, 1000)
          assert.strictEqual(answer.usage.outputTokens.total, 50)
        }),
      )

  it.effect("asks OpenAI to keep nothing", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer([words("hello")])
      const seen: Array<SeenRequest> = []
      yield* Effect.gen(function* () {
        const providerOptions = requestOptions(models.openai) ?? {}
        const model = yield* adaptLanguageModel(yield* makeProviderModel(models.openai, yield* ModelTransport), {
          streaming: true,
          providerOptions,
        })
        return yield* model.generateText({ prompt: "go" })
      }).pipe(Effect.provide(transport(server.url, seen)))
      assert.match(seen[0]?.url ?? "", /\/v1\/responses$/)
      assert.include(seen[0]?.body, '"store":false')
    }),
  )

  it.effect("streams the same parts, and leaves structure to tools", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer([words("hello")])
      const { streamed, refused } = yield* Effect.gen(function* () {
        const model = yield* adaptLanguageModel(yield* makeProviderModel(models.anthropic, yield* ModelTransport), { streaming: true })
        return {
          streamed: yield* Stream.runCollect(model.streamText({ prompt: "go" })),
          refused: yield* Effect.flip(model.generateObject({ prompt: "go", schema: Schema.Struct({ a: Schema.String }) })),
        }
      }).pipe(Effect.provide(transport(server.url)))
      assert.deepStrictEqual(
        streamed.map((part) => part.type),
        ["text-start", "text-delta", "text-end", "finish"],
      )
      assert.include(refused.message, "ask for structure with a tool")
    }),
  )
})

describe("foldStream", () => {
  it.effect("keeps order and completes a reasoning block with its signature", () =>
    Effect.gen(function* () {
      const parts = yield* Effect.promise(() =>
        foldStream(
          streamOf(
            { type: "reasoning-start", id: "0" },
            { type: "reasoning-delta", id: "0", delta: "think" },
            { type: "text-start", id: "0" },
            { type: "reasoning-delta", id: "0", delta: "", providerMetadata: { anthropic: { signature: "sig" } } },
            { type: "text-delta", id: "0", delta: "say" },
            { type: "tool-call", toolCallId: "t", toolName: "look", input: '{"at":"a"}' },
            end,
          ),
        ),
      )
      assert.deepStrictEqual(
        parts.map((part) => part.type),
        ["reasoning", "text", "tool-call", "finish"],
      )
      assert.deepStrictEqual(parts[0], { type: "reasoning", text: "think", metadata: { anthropic: { signature: "sig" } } })
      assert.deepStrictEqual(parts[2], { type: "tool-call", id: "t", name: "look", params: { at: "a" }, providerExecuted: false })
      // The signature goes back with the next request, or Anthropic refuses the conversation.
      const decoded = yield* Schema.decodeEffect(Schema.Array(Response.Part(Toolkit.empty)))(parts.slice(0, 2))
      assert.deepInclude(convertPrompt(Prompt.fromResponseParts(decoded))[0]?.content[0], {
        type: "reasoning",
        text: "think",
        providerOptions: { anthropic: { signature: "sig" } },
      })
    }),
  )

  it.effect("uses nothing of a stream without an end, or with an error in it", () =>
    Effect.gen(function* () {
      const fold = (...parts: ReadonlyArray<LanguageModelV4StreamPart>) =>
        Effect.tryPromise({ try: () => foldStream(streamOf(...parts)), catch: String }).pipe(Effect.flip)
      assert.include(yield* fold({ type: "text-start", id: "0" }, { type: "text-delta", id: "0", delta: "half" }), "broke off")
      assert.include(yield* fold({ ...end, finishReason: { unified: "interrupted", raw: undefined } }), "broke off")
      assert.include(yield* fold({ type: "error", error: new Error("overloaded_error") }, end), "overloaded_error")
    }),
  )
})

describe("withCacheHints", () => {
  const messages = [
    Prompt.systemMessage({ content: "s" }),
    Prompt.userMessage({ content: [Prompt.textPart({ text: "a" })] }),
    Prompt.userMessage({ content: [Prompt.textPart({ text: "b" })] }),
  ]
  it("marks the system prompt and the end for Anthropic, and changes nothing else", () => {
    const hinted = convertPrompt(Prompt.fromMessages(withCacheHints("anthropic", messages)))
    assert.deepStrictEqual(
      hinted.map(({ providerOptions }) => providerOptions?.["anthropic"] !== undefined),
      [true, false, true],
    )
    assert.strictEqual(withCacheHints("openai", messages), messages)
  })
})
