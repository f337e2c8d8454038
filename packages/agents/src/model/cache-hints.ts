import { Prompt } from "effect/ai"
import type { Provider } from "./ModelSettings.ts"

const HINT = { anthropic: { cacheControl: { type: "ephemeral" } } }

/**
 * Marks the end of the system prompt and the end of the conversation as worth caching: the next turn of a tool loop then reads
 * everything before it from Anthropic's cache (docs: prompt caching, at most four marks). Other providers cache by themselves.
 */
export const withCacheHints = (provider: Provider, messages: ReadonlyArray<Prompt.Message>): ReadonlyArray<Prompt.Message> =>
  provider !== "anthropic"
    ? messages
    : messages.map((message, index) => (message.role === "system" || index === messages.length - 1 ? hinted(message) : message))

const hinted = (message: Prompt.Message): Prompt.Message => {
  const options = { ...message.options, ...HINT }
  switch (message.role) {
    case "system":
      return Prompt.systemMessage({ content: message.content, options })
    case "user":
      return Prompt.userMessage({ content: message.content, options })
    case "assistant":
      return Prompt.assistantMessage({ content: message.content, options })
    case "tool":
      return Prompt.toolMessage({ content: message.content, options })
  }
}
