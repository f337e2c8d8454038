import { Effect, Schema, Stream } from "effect"
import { AiError, Prompt } from "effect/ai"
import { Work } from "@loom/core/domain/Change"
import type { SandboxError } from "@loom/core/ports/Sandbox"
import { MALFORMED } from "../model/convert-answer.ts"
import { coderHandlers, type Workbench } from "./coder-handlers.ts"
import { CHANGING_TOOLS, CoderToolkit } from "./CoderToolkit.ts"

export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly params: unknown
}

export interface ToolOutcome {
  readonly part: Prompt.ToolResultPart
  /** For people: one line. */
  readonly action: string
  readonly changedFiles: boolean
  /** Set by a valid `finish`. */
  readonly finished: Work | null
}

type Name = keyof typeof CoderToolkit.tools
const isName = (name: string): name is Name => Object.hasOwn(CoderToolkit.tools, name)
const isWork = Schema.is(Work)

const clip = (text: string): string => text.replaceAll(/\s+/g, " ").slice(0, 160)

/** `edit src/sum.js`, `bash npm run build`: what a person wants to see of a call. */
const describe = ({ name, params }: ToolCall): string => {
  if (typeof params !== "object" || params === null) return clip(name)
  for (const key of ["path", "command", "pattern"]) {
    const value: unknown = Object.getOwnPropertyDescriptor(params, key)?.value
    if (typeof value === "string") return clip(`${name} ${value}`)
  }
  return clip(name)
}

const explainParameters = (call: ToolCall, error: AiError.AiError): string => {
  const raw: unknown =
    typeof call.params === "object" && call.params !== null ? Object.getOwnPropertyDescriptor(call.params, MALFORMED)?.value : undefined
  return typeof raw === "string"
    ? `The arguments of ${call.name} are not JSON: ${raw.slice(0, 300)}`
    : `Invalid arguments for ${call.name}: ${error.message.slice(0, 800)}`
}

/**
 * Carries out one call. What the model can mend (an unknown tool, wrong arguments, a text that does not match) becomes the
 * result it reads; only the sandbox's own failures are failures.
 */
export const runToolCall = (call: ToolCall, bench: Workbench): Effect.Effect<ToolOutcome, SandboxError> => {
  const outcome = (result: string, isFailure: boolean, rest: Partial<ToolOutcome> = {}): ToolOutcome => ({
    part: Prompt.toolResultPart({ id: call.id, name: call.name, isFailure, result, providerExecuted: false }),
    action: isFailure ? `${describe(call)} (refused: ${clip(result)})` : describe(call),
    changedFiles: false,
    finished: null,
    ...rest,
  })
  const { name } = call
  if (!isName(name))
    return Effect.succeed(
      outcome(
        `There is no tool ${JSON.stringify(name.slice(0, 100))}. The tools are: ${Object.keys(CoderToolkit.tools).join(", ")}.`,
        true,
      ),
    )
  return Effect.gen(function* () {
    const toolkit = yield* CoderToolkit.pipe(Effect.provide(yield* CoderToolkit.toHandlers(coderHandlers(bench))))
    // `handle` decodes the parameters itself and answers a wrong one typed; its own type already wants them right.
    const results = yield* (yield* toolkit.handle(name, call.params as never, call.id)).pipe(Stream.runCollect)
    const result = results.at(-1)?.result
    if (isWork(result)) return outcome("Noted.", false, { finished: result })
    return outcome(typeof result === "string" ? result : JSON.stringify(result), false, { changedFiles: CHANGING_TOOLS.includes(name) })
  }).pipe(
    Effect.catchTags({
      ToolProblem: (refusal) => Effect.succeed(outcome(refusal.explanation, true)),
      AiError: (error) => Effect.succeed(outcome(explainParameters(call, error), true)),
    }),
  )
}
