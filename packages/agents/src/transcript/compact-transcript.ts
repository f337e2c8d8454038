import { Prompt } from "effect/ai"
import { estimateTokens } from "./estimate-tokens.ts"

/** What stands where an old result stood. */
const elided = (chars: number): string =>
  `[${chars} characters of an older result were left out to save room; run the tool again if you need it]`

/** Whether a result was left out: what it said is not known any more. */
export const isElided = (result: string): boolean => /^\[\d+ characters of an older result were left out/.test(result)

/** A result that is not longer than its marker is kept. */
const SHORT = 200

/** The last assistant messages, with their results, that are kept as they are. */
const KEPT_TURNS = [6, 3, 1]

const elide = (message: Prompt.Message): Prompt.Message =>
  message.role !== "tool"
    ? message
    : Prompt.toolMessage({
        options: message.options,
        content: message.content.map((part) => {
          if (part.type !== "tool-result") return part
          const size = typeof part.result === "string" ? part.result.length : JSON.stringify(part.result).length
          return size <= SHORT
            ? part
            : Prompt.toolResultPart({
                id: part.id,
                name: part.name,
                isFailure: part.isFailure,
                providerExecuted: part.providerExecuted,
                options: part.options,
                result: elided(size),
              })
        }),
      })

/** Elides the tool results before the last `turns` assistant messages. Calls stay, so every call keeps its result. */
const keepLast = (messages: ReadonlyArray<Prompt.Message>, turns: number): ReadonlyArray<Prompt.Message> => {
  const assistants = messages.flatMap((message, index) => (message.role === "assistant" ? [index] : []))
  const from = assistants.at(-turns) ?? 0
  return messages.map((message, index) => (index < from ? elide(message) : message))
}

/**
 * Makes a transcript fit `maxTokens` by leaving out old tool results: first all but those of the last six turns, then three,
 * then one. System prompt, task, plan, feedback and what the model itself said always stay. Deterministic, so a repeated step
 * compacts the same; answers null when nothing was long enough to leave out.
 */
export const compactTranscript = (messages: ReadonlyArray<Prompt.Message>, maxTokens: number): ReadonlyArray<Prompt.Message> | null => {
  let best: ReadonlyArray<Prompt.Message> | null = null
  for (const turns of KEPT_TURNS) {
    const candidate = keepLast(messages, turns)
    if (estimateTokens(candidate) < estimateTokens(best ?? messages)) best = candidate
    if (best !== null && estimateTokens(best) <= maxTokens) return best
  }
  return best
}
