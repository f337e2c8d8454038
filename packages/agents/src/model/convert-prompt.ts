import type {
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider"
import { Schema } from "effect"
import type { Prompt } from "effect/ai"

type AssistantParts = Extract<LanguageModelV4Message, { role: "assistant" }>["content"]

const isRecord = Schema.is(Schema.Record(Schema.String, Schema.MutableJson))

const options = (source: Prompt.ProviderOptions): { providerOptions?: SharedV4ProviderOptions } => {
  const found: SharedV4ProviderOptions = {}
  for (const [provider, value] of Object.entries(source)) if (isRecord(value)) found[provider] = value
  return Object.keys(found).length === 0 ? {} : { providerOptions: found }
}

const output = (part: Prompt.ToolResultPart): LanguageModelV4ToolResultOutput =>
  typeof part.result === "string"
    ? { type: part.isFailure ? "error-text" : "text", value: part.result }
    : { type: part.isFailure ? "error-text" : "text", value: JSON.stringify(part.result) }

const result = (part: Prompt.ToolResultPart) =>
  ({ type: "tool-result", toolCallId: part.id, toolName: part.name, output: output(part), ...options(part.options) }) as const

const assistantPart = (part: Prompt.AssistantMessagePart): AssistantParts => {
  switch (part.type) {
    case "text":
      return [{ type: "text", text: part.text, ...options(part.options) }]
    case "reasoning":
      return [{ type: "reasoning", text: part.text, ...options(part.options) }]
    case "tool-call":
      return [{ type: "tool-call", toolCallId: part.id, toolName: part.name, input: part.params, ...options(part.options) }]
    case "tool-result":
      return [result(part)]
    default:
      return []
  }
}

const message = (source: Prompt.Message): LanguageModelV4Message => {
  const shared = options(source.options)
  switch (source.role) {
    case "system":
      return { role: "system", content: source.content, ...shared }
    case "user":
      // Loom sends text only: an image of an issue is never fetched.
      return {
        role: "user",
        content: source.content.flatMap((part) =>
          part.type === "text" ? [{ type: "text", text: part.text, ...options(part.options) } as const] : [],
        ),
        ...shared,
      }
    case "assistant":
      return { role: "assistant", content: source.content.flatMap(assistantPart), ...shared }
    case "tool":
      return { role: "tool", content: source.content.flatMap((part) => (part.type === "tool-result" ? [result(part)] : [])), ...shared }
  }
}

/** effect/ai's prompt in the AI SDK's V4 shape; part options (signatures, item ids, cache hints) go along. */
export const convertPrompt = (prompt: Prompt.Prompt): LanguageModelV4Prompt => prompt.content.map(message)
