import { Effect, Result } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { Plan } from "@loom/core/domain/Change"
import { AgentError, type TaskContext } from "@loom/core/ports/Agents"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { chooseModels } from "../model/choose-models.ts"
import { remedyOf } from "../model/ModelFailure.ts"
import type { ModelSettings } from "../model/ModelSettings.ts"
import { plannerPrompt } from "../prompts/planner.ts"
import { renderTask } from "../prompts/render-task.ts"
import { askStructured } from "./ask-structured.ts"
import { surveyRepository } from "./survey-repository.ts"

const SUBMIT = "submit_plan"
const toolkit = Toolkit.make(Tool.make(SUBMIT, { description: "Hand in the plan.", parameters: Plan }))

const TITLE = 72
/** A title or list that is a little too long is no reason to ask again. */
const bounded = (plan: Plan): Plan => ({
  type: /^[a-z]{1,12}$/.test(plan.type) ? plan.type : "fix",
  title: plan.title.replaceAll(/\s+/g, " ").trim().slice(0, TITLE) || "Resolve the issue",
  summary: plan.summary.slice(0, 4000),
  steps: plan.steps.slice(0, 30).map((step) => step.slice(0, 1000)),
})

/** The planner: sees the task, the list of files and the README; answers a plan. Fails `malformed_output` after one re-ask. */
export const plan = Effect.fn("agents.plan")(function* (settings: ModelSettings, context: TaskContext, key: string) {
  const choices = yield* chooseModels(settings, "planner", context.model)
  const survey = yield* surveyRepository(yield* Sandbox, context.sessionId, key)
  const kit = yield* toolkit.pipe(Effect.provide(yield* toolkit.toHandlers({ [SUBMIT]: () => Effect.void })))
  const answer = yield* askStructured({
    role: "planner",
    choices,
    context,
    system: plannerPrompt.text,
    user: `${renderTask(context)}\n${survey}`,
    tool: SUBMIT,
    schema: Plan,
    send: (model, prompt) => model.generateText({ prompt, toolkit: kit, disableToolCallResolution: true, toolCallValidation: "deferred" }),
  })
  if (Result.isFailure(answer.value))
    return yield* new AgentError({
      role: "planner",
      code: "malformed_output",
      detail: `${answer.model} gave no readable plan: ${answer.value.failure}`,
      remedy: remedyOf("malformed_output"),
    })
  return { plan: bounded(answer.value.success), usage: answer.usage, model: answer.model }
})
