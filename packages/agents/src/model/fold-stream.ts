import type { LanguageModelV4Content, LanguageModelV4StreamPart, SharedV4ProviderMetadata } from "@ai-sdk/provider"
import type { Response } from "effect/ai"
import { answerPart, finish } from "./convert-answer.ts"
import { AnswerUnusable } from "./to-ai-error.ts"

type Metadata = SharedV4ProviderMetadata | undefined

/** A block of text or reasoning while it grows. */
interface Block {
  readonly type: "text" | "reasoning"
  text: string
  metadata: Metadata
}

/** Later metadata of one block completes the earlier one: Anthropic sends a reasoning signature with the last delta. */
const merge = (a: Metadata, b: Metadata): Metadata => {
  if (a === undefined || b === undefined) return b ?? a
  const merged = { ...a }
  for (const [provider, value] of Object.entries(b)) merged[provider] = { ...merged[provider], ...value }
  return merged
}

const toContent = (block: Block): LanguageModelV4Content => ({
  type: block.type,
  text: block.text,
  ...(block.metadata === undefined ? {} : { providerMetadata: block.metadata }),
})

const BROKEN = "the answer broke off before its end"

/**
 * Reads a stream to its end and answers the parts a non-streaming request would have answered, in the order they began.
 * Throws what the provider threw; a stream without its last event broke off and throws, too: the turn is the unit of retry,
 * half an answer is never used.
 */
export const foldStream = async (stream: ReadableStream<LanguageModelV4StreamPart>): Promise<Array<Response.PartEncoded>> => {
  const open = new Map<string, Block>()
  const order: Array<Block | LanguageModelV4Content> = []
  let finished: Response.FinishPartEncoded | undefined
  const begin = (type: Block["type"], id: string, metadata: Metadata) => {
    const block: Block = { type, text: "", metadata }
    open.set(`${type}:${id}`, block)
    order.push(block)
  }
  const grow = (type: Block["type"], id: string, delta: string, metadata: Metadata) => {
    const block = open.get(`${type}:${id}`)
    if (block === undefined) return
    block.text += delta
    block.metadata = merge(block.metadata, metadata)
  }
  const reader = stream.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const part = next.value
    switch (part.type) {
      case "text-start":
        begin("text", part.id, part.providerMetadata)
        break
      case "reasoning-start":
        begin("reasoning", part.id, part.providerMetadata)
        break
      case "text-delta":
        grow("text", part.id, part.delta, part.providerMetadata)
        break
      case "reasoning-delta":
        grow("reasoning", part.id, part.delta, part.providerMetadata)
        break
      case "text-end":
        grow("text", part.id, "", part.providerMetadata)
        break
      case "reasoning-end":
        grow("reasoning", part.id, "", part.providerMetadata)
        break
      case "tool-call":
        order.push(part)
        break
      case "finish":
        if (part.finishReason.unified === "interrupted") throw new AnswerUnusable("unreachable", BROKEN)
        finished = finish(part.finishReason, part.usage)
        break
      case "error":
        throw part.error
    }
  }
  if (finished === undefined) throw new AnswerUnusable("unreachable", BROKEN)
  return [...order.flatMap((item) => answerPart("metadata" in item ? toContent(item) : item)), finished]
}
