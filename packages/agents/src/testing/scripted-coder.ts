import { Effect, Layer } from "effect"
import { Agents } from "@loom/core/ports/Agents"
import type { ModelChoice } from "../model/ModelSettings.ts"
import { agents, brokenSum, codeToEnd, context, plan, transport } from "./agents-world.ts"
import { withRecordedWaits } from "./recorded-clock.ts"
import { calls, scriptedServer, type Script } from "./scripted-server.ts"
import { tempWorkspace } from "./temp-workspace.ts"
import { workersAiBinding } from "./workers-ai-binding.ts"

export const finish: Script = calls(["finish", { summary: "done", changes: [], risks: [] }])

/** The coder against a scripted server of each model; answers what it did and what the servers saw. */
export const coder = (
  choices: ReadonlyArray<ModelChoice>,
  script: ReadonlyArray<Script>,
  options: { readonly broken?: ReadonlyArray<number>; readonly task?: typeof context; readonly maxTurns?: number } = {},
) =>
  Effect.gen(function* () {
    const { task = context } = options
    const server = yield* scriptedServer(script, options.broken)
    const workspace = yield* tempWorkspace(brokenSum)
    const world = agents(choices).pipe(
      Layer.provide(workspace.layer),
      Layer.provide(transport(server.url, [], workersAiBinding(server.url))),
    )
    const { value, waitsMs } = yield* withRecordedWaits(
      Effect.gen(function* () {
        const brief = yield* Agents.use((roles) => roles.brief(task, plan))
        return yield* codeToEnd(task, brief, options.maxTurns).pipe(Effect.result)
      }).pipe(Effect.provide(world)),
    )
    return { server, workspace, waitsMs, result: value }
  })

export const succeeded = <A, E>(
  result: { readonly _tag: "Success"; readonly success: A } | { readonly _tag: "Failure"; readonly failure: E },
): A => {
  if (result._tag === "Failure") throw new Error(String(result.failure))
  return result.success
}
export const failed = <A, E>(
  result: { readonly _tag: "Success"; readonly success: A } | { readonly _tag: "Failure"; readonly failure: E },
): E => {
  if (result._tag === "Success") throw new Error("expected a failure")
  return result.failure
}
