import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4FunctionTool, SharedV4ProviderOptions } from "@ai-sdk/provider"
import { Effect, Stream } from "effect"
import { AiError, LanguageModel, type Response, Tool } from "effect/ai"
import { answerPart, finish } from "./convert-answer.ts"
import { convertPrompt } from "./convert-prompt.ts"
import { foldStream } from "./fold-stream.ts"
import { toAiError } from "./to-ai-error.ts"

export interface AdapterOptions {
  /** Ask for server-sent events and read them to the end: a long answer does not run into a proxy's idle limit. */
  readonly streaming: boolean
  readonly maxOutputTokens?: number
  readonly providerOptions?: SharedV4ProviderOptions
}

/** JSON Schema is JSON; the AI SDK's type for it is narrower than effect's. */
const functionTool = (tool: Tool.Any): LanguageModelV4FunctionTool => {
  const description = Tool.getDescription(tool)
  return {
    type: "function",
    name: tool.name,
    ...(description === undefined ? {} : { description }),
    inputSchema: { ...Tool.getJsonSchema(tool) },
  }
}

const toolChoice = (choice: LanguageModel.ProviderOptions["toolChoice"]): NonNullable<LanguageModelV4CallOptions["toolChoice"]> => {
  if (typeof choice === "string") return { type: choice }
  return "tool" in choice ? { type: "tool", toolName: choice.tool } : { type: choice.mode ?? "auto" }
}

const callOptions = (
  request: LanguageModel.ProviderOptions,
  options: AdapterOptions,
  abortSignal: AbortSignal,
): LanguageModelV4CallOptions => ({
  prompt: convertPrompt(request.prompt),
  abortSignal,
  ...(request.tools.length === 0 ? {} : { tools: request.tools.map(functionTool), toolChoice: toolChoice(request.toolChoice) }),
  ...(options.maxOutputTokens === undefined ? {} : { maxOutputTokens: options.maxOutputTokens }),
  ...(options.providerOptions === undefined ? {} : { providerOptions: options.providerOptions }),
})

/**
 * An AI SDK model (specification V4) as effect/ai's LanguageModel. Both ways of asking give whole answers; whether the wire
 * streams is an option. Loom asks for structure by tool calls, which every provider has, so a JSON response format is refused.
 */
export const adaptLanguageModel = (model: LanguageModelV4, options: AdapterOptions): Effect.Effect<LanguageModel.LanguageModel> => {
  const ask = (request: LanguageModel.ProviderOptions): Effect.Effect<Array<Response.PartEncoded>, AiError.AiError> =>
    request.responseFormat.type === "json"
      ? Effect.fail(
          AiError.make({
            module: "AiSdk",
            method: "generateObject",
            reason: new AiError.InvalidUserInputError({ description: "ask for structure with a tool" }),
          }),
        )
      : Effect.tryPromise({
          try: async (signal) => {
            const call = callOptions(request, options, signal)
            if (options.streaming) return await foldStream((await model.doStream(call)).stream)
            const answer = await model.doGenerate(call)
            return [...answer.content.flatMap(answerPart), finish(answer.finishReason, answer.usage)]
          },
          catch: toAiError("generateText"),
        })
  return LanguageModel.make({
    generateText: ask,
    streamText: (request) => Stream.fromIterableEffect(Effect.map(ask(request), (parts) => parts.flatMap(streamPart))),
  })
}

/** Text parts of a whole answer as effect/ai's stream parts: start, one delta, end. */
const streamPart = (part: Response.PartEncoded, index: number): ReadonlyArray<Response.StreamPartEncoded> => {
  const id = String(index)
  switch (part.type) {
    case "text":
      return [
        { type: "text-start", id },
        { type: "text-delta", id, delta: part.text },
        { type: "text-end", id },
      ]
    case "tool-call":
    case "finish":
      return [part]
    default:
      return []
  }
}
