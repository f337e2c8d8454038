import type { Prompt } from "effect/ai"
import { STEERING_MARK } from "../prompts/coder.ts"
import { isElided } from "./compact-transcript.ts"

/** Same call, same result: nothing was learnt. */
const SAME_RESULT = 3
/** Same call with other results, or the same refused edit, while no file changed. */
const SAME_CALL = 5
const SAME_FAILED_EDIT = 3
/** Calls of tools that do not exist, or with arguments that no tool takes, one after the other. */
const BAD_CALLS = 6

export type Loop = { readonly what: string; readonly steered: boolean } | null

interface Call {
  readonly name: string
  readonly signature: string
  readonly result: string
  readonly failed: boolean
}

const textOf = (message: Prompt.Message): string =>
  message.role === "user" ? message.content.map((part) => (part.type === "text" ? part.text : "")).join("") : ""

const findIn = (calls: ReadonlyArray<Call>): string | null => {
  const counts = new Map<string, number>()
  const count = (key: string): number => {
    const next = (counts.get(key) ?? 0) + 1
    counts.set(key, next)
    return next
  }
  let bad = 0
  for (const call of calls) {
    if (call.name === "finish") continue
    if (!call.failed && ["edit", "write", "delete"].includes(call.name)) {
      // The tree is another one now: looking again is not a loop.
      for (const key of counts.keys()) if (!key.startsWith("edit:")) counts.delete(key)
    }
    bad = call.failed && /^(?:There is no tool|Invalid arguments|The arguments of)/.test(call.result) ? bad + 1 : 0
    if (bad >= BAD_CALLS) return `Your last ${BAD_CALLS} tool calls were not valid.`
    if (call.failed && call.name === "edit" && count(`edit:${call.signature}`) >= SAME_FAILED_EDIT)
      return `The same edit was refused ${SAME_FAILED_EDIT} times.`
    if (!isElided(call.result) && count(`result:${call.signature}\n${call.result}`) >= SAME_RESULT)
      return `You called ${call.name} ${SAME_RESULT} times with the same arguments and got the same result.`
    if (count(`call:${call.signature}`) >= SAME_CALL)
      return `You called ${call.name} ${SAME_CALL} times with the same arguments and changed no file in between.`
  }
  return null
}

/**
 * Finds a coder that goes round in circles, from the transcript alone (steps are replayed, so nothing else may be remembered).
 * A message of Loom's (feedback, steering) starts a new count; `steered` says that it was told before, and now it is enough.
 */
export const detectLoop = (messages: ReadonlyArray<Prompt.Message>): Loop => {
  const results = new Map<string, { readonly text: string; readonly failed: boolean }>()
  const steered = messages.some((message) => textOf(message).startsWith(STEERING_MARK))
  const start = messages.findLastIndex((message) => message.role === "user") + 1
  const recent = messages.slice(start)
  for (const message of recent)
    if (message.role === "tool")
      for (const part of message.content)
        if (part.type === "tool-result")
          results.set(part.id, {
            text: typeof part.result === "string" ? part.result : JSON.stringify(part.result),
            failed: part.isFailure,
          })
  const calls = recent.flatMap((message) =>
    message.role !== "assistant"
      ? []
      : message.content.flatMap((part): ReadonlyArray<Call> => {
          if (part.type !== "tool-call") return []
          const result = results.get(part.id)
          return [
            {
              name: part.name,
              signature: `${part.name} ${JSON.stringify(part.params)}`,
              result: result?.text ?? "",
              failed: result?.failed ?? false,
            },
          ]
        }),
  )
  const what = findIn(calls)
  return what === null ? null : { what, steered }
}
