import { Context, Effect, Layer } from "effect"
import { Agents } from "@loom/core/ports/Agents"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { TestRunner } from "@loom/core/ports/TestRunner"
import type { ModelSettings } from "./model/ModelSettings.ts"
import { ModelTransport } from "./model/ModelTransport.ts"
import { promptDigests } from "./prompts/prompt-digests.ts"
import { brief } from "./roles/brief.ts"
import { codeTurn } from "./roles/code-turn.ts"
import { feedback } from "./roles/feedback.ts"
import { plan } from "./roles/plan.ts"
import { review } from "./roles/review.ts"

/** The language-model roles behind core's port, over the operator's models. Empty settings answer `not_configured` when a role is asked. */
export const agentsLayer = (settings: ModelSettings): Layer.Layer<Agents, never, Sandbox | TestRunner | ModelTransport> =>
  Layer.effect(
    Agents,
    Effect.gen(function* () {
      const services = Context.make(Sandbox, yield* Sandbox).pipe(
        Context.add(TestRunner, yield* TestRunner),
        Context.add(ModelTransport, yield* ModelTransport),
      )
      return Agents.of({
        prompts: yield* Effect.promise(promptDigests),
        plan: (context, key) => plan(settings, context, key).pipe(Effect.provide(services)),
        brief,
        codeTurn: (context, key, transcript) => codeTurn(settings, context, key, transcript).pipe(Effect.provide(services)),
        feedback,
        review: (context, _key, input) => review(settings, context, input).pipe(Effect.provide(services)),
      })
    }),
  )
