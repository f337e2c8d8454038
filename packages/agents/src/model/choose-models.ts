import { Effect } from "effect"
import { AgentError } from "@loom/core/ports/Agents"
import { modelName, type ModelChoice, type ModelSettings } from "./ModelSettings.ts"

/**
 * The models of one role in the order they are asked. A model asked for by name (`model=`, `.github/loom.yml`) comes first, but
 * only one the operator has configured: a repository must not choose what the operator pays for. The reviewer starts with the
 * second model where there is one: other eyes than the coder's.
 */
export const chooseModels = (
  settings: ModelSettings,
  role: AgentError["role"],
  wanted: string | null,
): Effect.Effect<ReadonlyArray<ModelChoice>, AgentError> => {
  const { models } = settings
  if (models.length === 0)
    return Effect.fail(
      new AgentError({
        role,
        code: "not_configured",
        detail: "No language model is configured.",
        remedy: "The operator must configure a model in Loom's settings.",
      }),
    )
  if (wanted !== null) {
    const first = models.find((choice) => choice.model === wanted || modelName(choice) === wanted)
    if (first === undefined)
      return Effect.fail(
        new AgentError({
          role,
          code: "not_configured",
          detail: `The model \`${wanted.slice(0, 100)}\` is not one this Loom may use.`,
          remedy: `Ask for one of: ${models.map(modelName).join(", ")}.`,
        }),
      )
    return Effect.succeed([first, ...models.filter((choice) => choice !== first)])
  }
  return Effect.succeed(role === "reviewer" ? [...models.slice(1), ...models.slice(0, 1)] : models)
}
