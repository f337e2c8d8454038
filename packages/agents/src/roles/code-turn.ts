import { Effect } from "effect"
import { Prompt } from "effect/ai"
import type { Work } from "@loom/core/domain/Change"
import { AgentError, type CoderTurn, type TaskContext, type TranscriptMessage } from "@loom/core/ports/Agents"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { TestRunner } from "@loom/core/ports/TestRunner"
import type { ModelResponse } from "../model/ask-model.ts"
import { chooseModels } from "../model/choose-models.ts"
import { remedyOf } from "../model/ModelFailure.ts"
import type { ModelSettings } from "../model/ModelSettings.ts"
import { CONTINUE, steering } from "../prompts/coder.ts"
import { runToolCall, type ToolOutcome } from "../tools/run-tool-call.ts"
import { detectLoop } from "../transcript/detect-loop.ts"
import { decodeTranscript, encodeTranscript } from "../transcript/transcript-codec.ts"
import { askCoder } from "./ask-coder.ts"

/** More calls in one answer than anybody can mean. */
const MAX_CALLS = 24

const fail = (code: AgentError["code"], detail: string) => new AgentError({ role: "coder", code, detail, remedy: remedyOf(code) })
const say = (text: string) => Prompt.userMessage({ content: [Prompt.textPart({ text })] })

/** A coder that answers in words only has stopped; its words are its summary. */
const workOf = (text: string): Work => ({ summary: text.trim().slice(0, 4000), changes: [], risks: [] })

/** Runs the calls one after the other: a later one may need what an earlier one did. */
const runCalls = Effect.fn("agents.runCalls")(function* (context: TaskContext, key: string, response: ModelResponse) {
  const sandbox = yield* Sandbox
  const runner = yield* TestRunner
  const outcomes: Array<ToolOutcome> = []
  for (const [call, { id, name, params }] of response.toolCalls.entries()) {
    const bench = { sandbox, runner, sessionId: context.sessionId, recipe: context.recipe, key, call }
    outcomes.push(
      call < MAX_CALLS
        ? yield* runToolCall({ id, name, params }, bench)
        : {
            part: Prompt.toolResultPart({
              id,
              name,
              isFailure: true,
              result: `At most ${MAX_CALLS} calls in one answer; call it again.`,
              providerExecuted: false,
            }),
            action: `${name} (too many calls)`,
            changedFiles: false,
            finished: null,
          },
    )
  }
  return outcomes
})

/**
 * One turn of the coder: one request, then its tool calls. Everything it decides it reads from the transcript, so a repeated
 * step decides the same. Fails typed when the turns or the budget are used up, or when a coder that was steered still repeats itself.
 */
export const codeTurn = Effect.fn("agents.codeTurn")(function* (
  settings: ModelSettings,
  context: TaskContext,
  key: string,
  transcript: ReadonlyArray<TranscriptMessage>,
) {
  const choices = yield* chooseModels(settings, "coder", context.model)
  const before = yield* decodeTranscript(transcript)
  const turns = before.filter((message) => message.role === "assistant").length
  if (turns >= context.budget.maxTurns) return yield* fail("out_of_turns", `The coder has used its ${context.budget.maxTurns} turns.`)
  const loop = detectLoop(before)
  if (loop?.steered === true) return yield* fail("loop_detected", `${loop.what} It was told once to take another way.`)
  const steer = loop === null ? [] : [say(steering(loop.what))]

  const answer = yield* askCoder(choices, context, [...before, ...steer])
  const { response } = answer
  const said = Prompt.fromResponseParts(response.content).content
  const outcomes = yield* runCalls(context, key, response)
  const results = outcomes.length === 0 ? [] : [Prompt.toolMessage({ content: outcomes.map(({ part }) => part) })]
  const cut = outcomes.length === 0 && response.finishReason === "length"
  const appended = [...steer, ...said, ...results, ...(cut ? [say(CONTINUE)] : [])]
  const finished =
    outcomes.findLast((outcome) => outcome.finished !== null)?.finished ?? (outcomes.length === 0 && !cut ? workOf(response.text) : null)
  return {
    messages: yield* encodeTranscript(appended),
    compacted:
      answer.compacted === null
        ? null
        : yield* encodeTranscript([...answer.compacted, ...said, ...results, ...(cut ? [say(CONTINUE)] : [])]),
    actions: [
      ...(steer.length > 0 ? ["(told to stop repeating itself)"] : []),
      ...(answer.compacted === null ? [] : ["(left out old tool results to save room)"]),
      ...outcomes.map(({ action }) => action),
    ],
    changedFiles: outcomes.some(({ changedFiles }) => changedFiles),
    finished,
    usage: answer.usage,
    model: answer.model,
  } satisfies CoderTurn
})
