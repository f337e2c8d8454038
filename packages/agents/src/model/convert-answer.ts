import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4ToolCall,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from "@ai-sdk/provider"
import { Option, Schema } from "effect"
import type { Response } from "effect/ai"

const decodeMetadata = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json)))

/** Provider metadata (reasoning signatures, item ids) as plain JSON; what is not JSON is left out. */
export const metadata = (source: SharedV4ProviderMetadata | undefined) =>
  source === undefined ? {} : { metadata: Option.getOrElse(decodeMetadata(JSON.stringify(source)), () => ({})) }

/** Key of the parameters of a call whose arguments were not JSON; its tool answers with the reason. */
export const MALFORMED = "__malformed_json"

/**
 * An id that every provider takes back: a conversation that began on one model may go on with another, and Anthropic accepts
 * `[a-zA-Z0-9_-]` only, OpenAI 64 characters. The end is kept, it is what makes Workers AI's ids unique.
 */
const portableId = (id: string): string => id.replaceAll(/[^\w-]/g, "_").slice(-64)

/** A model's arguments are text: broken JSON becomes a value that no tool's schema accepts. */
export const toolCall = (call: LanguageModelV4ToolCall): Response.ToolCallPartEncoded => {
  let params: unknown
  try {
    params = call.input.trim() === "" ? {} : JSON.parse(call.input)
  } catch {
    params = { [MALFORMED]: call.input.slice(0, 2000) }
  }
  return {
    type: "tool-call",
    id: portableId(call.toolCallId),
    name: call.toolName,
    params,
    providerExecuted: false,
    ...metadata(call.providerMetadata),
  }
}

const usage = (source: LanguageModelV4Usage): typeof Response.Usage.Encoded => ({
  inputTokens: {
    uncached: source.inputTokens.noCache,
    total: source.inputTokens.total,
    cacheRead: source.inputTokens.cacheRead,
    cacheWrite: source.inputTokens.cacheWrite,
  },
  outputTokens: { total: source.outputTokens.total, text: source.outputTokens.text, reasoning: source.outputTokens.reasoning },
})

export const finish = (reason: LanguageModelV4FinishReason, used: LanguageModelV4Usage): Response.FinishPartEncoded => ({
  type: "finish",
  reason: reason.unified === "interrupted" ? "error" : reason.unified,
  usage: usage(used),
})

/** The parts of an answer that Loom uses: text, reasoning (it must be sent back unchanged) and tool calls. */
export const answerPart = (part: LanguageModelV4Content): ReadonlyArray<Response.PartEncoded> => {
  switch (part.type) {
    case "text":
    case "reasoning":
      return [{ type: part.type, text: part.text, ...metadata(part.providerMetadata) }]
    case "tool-call":
      return part.providerExecuted === true ? [] : [toolCall(part)]
    default:
      return []
  }
}
