import { sha256Hex } from "@loom/core/domain/base64"
import type { PromptDigests } from "@loom/core/domain/Proof"
import { coderPrompt } from "./coder.ts"
import { plannerPrompt } from "./planner.ts"
import { reviewerPrompt } from "./reviewer.ts"

/** The prompts' versions and the sha-256 of their texts, by role: for the proof of a change and the pull request. */
export const promptDigests = async (): Promise<PromptDigests> =>
  Object.fromEntries(
    await Promise.all(
      [plannerPrompt, coderPrompt, reviewerPrompt].map(async ({ id, text, version }) => [
        id,
        { version: String(version), sha256: await sha256Hex(text) },
      ]),
    ),
  ) as PromptDigests
