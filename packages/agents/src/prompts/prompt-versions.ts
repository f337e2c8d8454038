import { coderPrompt } from "./coder.ts"
import { plannerPrompt } from "./planner.ts"
import { reviewerPrompt } from "./reviewer.ts"

/** The prompts' ids with their versions, for the proof of a change and the pull request. */
export const promptVersions: Readonly<Record<string, string>> = Object.fromEntries(
  [plannerPrompt, coderPrompt, reviewerPrompt].map(({ id, version }) => [id, String(version)]),
)
